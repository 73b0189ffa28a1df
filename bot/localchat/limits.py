"""What Telegram refuses about a message before anybody sees it: length, emptiness, keyboards."""

from collections.abc import Mapping
from typing import Any, Final

from bot.localchat.addresses import accepted_address
from bot.localchat.entities import ParseError, parse
from bot.localchat.formatting import is_blank, settled
from bot.localchat.refusals import bad_request
from bot.localchat.spans import Formatted
from bot.localchat.values import Button, Keyboard

MAX_SOURCE_BYTES: Final = 32768
MAX_TEXT: Final = 4096
MAX_ENTITIES: Final = 100
MAX_CALLBACK_BYTES: Final = 64
MAX_BUTTONS: Final = 100
MAX_BUTTONS_IN_ROW: Final = 8
MAX_KEYBOARD_BYTES: Final = 10_000
_ACTIONS: Final = frozenset(
    {
        "url",
        "callback_data",
        "web_app",
        "login_url",
        "switch_inline_query",
        "switch_inline_query_current_chat",
        "switch_inline_query_chosen_chat",
        "copy_text",
        "callback_game",
        "pay",
    }
)


def checked_text(text: object, parse_mode: str, entities: tuple[Mapping[str, Any], ...] = ()) -> Formatted:
    """The text as it will be shown; raises Refusal in the words of the Bot API."""
    if not isinstance(text, str) or not text:
        raise bad_request("message text is empty")
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise bad_request("strings must be encoded in UTF-8")
    if len(text.encode()) > MAX_SOURCE_BYTES:
        raise bad_request("text is too long")
    shown = settled(_parsed(text, parse_mode, entities))
    if is_blank(shown.text):
        raise bad_request("text must be non-empty")
    if len(shown.text) > MAX_TEXT:
        raise bad_request("message is too long")
    return Formatted(text=shown.text, spans=shown.spans[:MAX_ENTITIES])


def _parsed(text: str, parse_mode: str, entities: tuple[Mapping[str, Any], ...]) -> Formatted:
    match parse_mode.lower():
        case "html":
            try:
                return parse(text)
            except ParseError as error:
                reason = str(error)
                raise bad_request(f"can't parse entities: {reason}") from error
        case "":
            if entities:
                raise bad_request("the local chat takes no entities, only HTML")
            return Formatted(text=text)
        case _:
            raise bad_request("unsupported parse_mode")


def checked_keyboard(markup: object) -> Keyboard:
    """The rows of an inline keyboard; raises Refusal where Telegram would."""
    if markup in (None, ""):
        return ()
    if not isinstance(markup, Mapping):
        raise bad_request("object expected as reply markup")
    rows = markup.get("inline_keyboard", [])
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request('field "inline_keyboard" must be of type Array of Arrays')
    if len(str(rows).encode()) > MAX_KEYBOARD_BYTES:
        raise bad_request("reply markup is too long")
    keyboard = tuple(tuple(_button(button) for button in row[:MAX_BUTTONS_IN_ROW]) for row in rows if row)
    return _first_buttons(keyboard)


def _first_buttons(keyboard: Keyboard) -> Keyboard:
    """Telegram drops what is beyond the hundredth button without a word."""
    kept: list[tuple[Button, ...]] = []
    left = MAX_BUTTONS
    for row in keyboard:
        kept.append(row[:left])
        left -= len(kept[-1])
    return tuple(row for row in kept if row)


def _button(button: object) -> Button:
    if not isinstance(button, Mapping):
        raise bad_request("keyboard button must be an Object")
    text = str(button.get("text", ""))
    if is_blank(text):
        raise bad_request("inline keyboard button text must be non-empty")
    actions = _ACTIONS & button.keys()
    if len(actions) != 1:
        raise bad_request("text buttons are unallowed in the inline keyboard")
    if "callback_data" in actions:
        return Button(text=text, callback_data=_callback_data(button["callback_data"]))
    if "url" in actions:
        return Button(text=text, url=_button_address(str(button["url"])))
    return Button(text=text, other={name: button[name] for name in actions})


def _callback_data(data: object) -> str:
    if not isinstance(data, str) or not 1 <= len(data.encode()) <= MAX_CALLBACK_BYTES:
        raise bad_request("BUTTON_DATA_INVALID")
    return data


def _button_address(link: str) -> str:
    address = accepted_address(link)
    if not address:
        raise bad_request(f"inline keyboard button URL '{link}' is invalid: wrong HTTP URL")
    return address
