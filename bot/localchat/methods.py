"""The methods of the Bot API that the local chat knows."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from bot.localchat import methods_about, methods_messages, methods_updates
from bot.localchat.call import Call

Method = Callable[[Call], Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class Known:
    """A method under its proper name; `effect` says whether the ledger keeps it."""

    name: str
    run: Method
    effect: bool = True


def _known() -> Mapping[str, Known]:
    silent = {"getMe", "getUpdates", "getWebhookInfo", "getChat", "getChatMember", "getChatAdministrators",
              "getMyCommands", "getMyName", "getMyDescription", "getMyShortDescription"}  # fmt: skip
    methods: dict[str, Method] = {
        **methods_updates.METHODS,
        **methods_messages.METHODS,
        **methods_about.METHODS,
    }
    return {name.lower(): Known(name, run, effect=name not in silent) for name, run in methods.items()}


METHODS: Final = _known()  # by their names in small letters: Telegram does not mind the case
