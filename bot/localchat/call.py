"""One call of the bot: its parameters and the world it acts on."""

from dataclasses import dataclass, field
from typing import Any

from bot.localchat.parameters import Parameters
from bot.localchat.refusals import bad_request
from bot.localchat.values import Chat, Message
from bot.localchat.webhook import Webhook
from bot.localchat.world import World


@dataclass(slots=True, kw_only=True)
class Call:
    """What a method sees; it leaves the message it made or changed for the ledger."""

    world: World
    webhook: Webhook
    parameters: Parameters
    inline_answers: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    message: Message | None = None

    def chat(self) -> Chat:
        """The chat the call names; raises Refusal as Telegram does."""
        name = self.parameters.text("chat_id")
        if not name:
            raise bad_request("chat_id is empty")
        number = self.parameters.chat_id()
        if number is None:
            raise bad_request("chat not found")
        return self.world.chat(number)
