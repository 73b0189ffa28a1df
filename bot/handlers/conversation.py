"""Where every update goes: who speaks, which command or button is meant, may they, and then its handler."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass, replace

from telegram import Bot, CallbackQuery, Message, Update
from telegram.constants import ChatType
from telegram.ext import ContextTypes

from bot.handlers.command import Command, Press
from bot.handlers.flood import FloodLimit, Verdict
from bot.handlers.rights import may_change
from bot.handlers.spoken import MOST_ARGUMENT, Spoken, is_own_words, nearest, read
from bot.handlers.turn import Stale, Turn
from bot.services import Services
from storage.errors import NotFound
from storage.records import Chat, ChatKind, ChatState, NewChat

log = logging.getLogger(__name__)

Context = ContextTypes.DEFAULT_TYPE

_KINDS = {ChatType.PRIVATE: ChatKind.PRIVATE, ChatType.CHANNEL: ChatKind.CHANNEL}


@dataclass(frozen=True, slots=True)
class Place:
    """Where something was said: Telegram's chat, our row's thread, and the thread to answer in."""

    telegram_id: int
    kind: ChatKind
    thread_id: int
    answer_thread: int

    @classmethod
    def of(cls, message: Message) -> Place:
        kind = _KINDS.get(ChatType(message.chat.type), ChatKind.GROUP)
        thread = message.message_thread_id or 0 if message.is_topic_message else 0
        # A person's settings hold for their whole chat, whatever thread they ask in.
        return cls(message.chat.id, kind, 0 if kind is ChatKind.PRIVATE else thread, thread)


class Conversation:
    """Knows all commands and buttons; stateless but for the flood limit."""

    def __init__(
        self, services: Services, commands: Iterable[Command], *, plain_text: Command, location: Command
    ) -> None:
        """What a person means who just writes words, or shares a location, are commands without a name."""
        self._services = services
        self._plain_text = plain_text
        self._location = location
        self._commands = {name: command for command in commands for name in command.names}
        self._presses = {press.prefix: press for command in commands for press in command.presses}
        self._flood = FloodLimit()

    async def on_message(self, update: Update, context: Context) -> None:
        message = update.effective_message
        if message is None or (message.text is None and message.location is None):
            return
        place = Place.of(message)
        text = message.text or ""
        spoken = read(text)
        if not _is_for_us(spoken, place, context.bot):
            return
        speaker = message.from_user.id if message.from_user else place.telegram_id
        verdict = self._flood.judge(speaker, now=self._services.clock.now())
        if verdict is Verdict.IGNORED:
            return
        turn = Turn(
            services=self._services,
            bot=context.bot,
            chat=await self._chat(place, message.from_user.language_code if message.from_user else None),
            update_id=update.update_id,
            user_id=message.from_user.id if message.from_user and is_own_words(message) else 0,
            argument=(spoken.argument if spoken else text.strip()),
            message=message,
            thread_id=place.answer_thread,
        )
        if verdict is Verdict.SLOW_DOWN:
            await turn.reply("slow_down")
        elif message.location is not None:
            if is_own_words(message):  # where somebody else is, is no wish
                await self._run(self._location, turn)
        elif spoken is None:
            await self._run(self._plain_text, turn)
        else:
            await self._command(spoken, turn, message)

    async def _command(self, spoken: Spoken, turn: Turn, message: Message) -> None:
        command = self._commands.get(spoken.name)
        if command is None:
            if turn.chat.kind is ChatKind.PRIVATE or spoken.to:
                await turn.reply(
                    "unknown_command", command=spoken.name, suggestion=self._meant(spoken.name, turn)
                )
        elif message.forward_origin is not None or message.via_bot is not None:
            await turn.reply("not_your_words")
        else:
            await self._run(command, turn)

    def _meant(self, typed: str, turn: Turn) -> str:
        """The nearest command the speaker may give, by its name in the chat's language."""
        open_to = {
            name: command
            for name, command in self._commands.items()
            if turn.is_bot_admin or not command.admins_only
        }
        found = nearest(typed, open_to)
        if not found:
            return ""
        return open_to[found].name if turn.chat.language == "de" else open_to[found].alias

    async def _run(self, command: Command, turn: Turn) -> None:
        if command.admins_only and not turn.is_bot_admin:
            log.warning("refused to a stranger", extra={"command": command.name, "user": turn.user_id})
            await turn.reply("admins_only")
        elif len(turn.argument) > MOST_ARGUMENT and not command.admins_only:
            await turn.reply("too_long", most=MOST_ARGUMENT)
        elif command.changes_chat and not await may_change(turn):
            await turn.reply("group_admins_only")
        else:
            await command.handle(turn)

    async def on_press(self, update: Update, context: Context) -> None:
        query = update.callback_query
        if query is None:
            return
        verdict = self._flood.judge(query.from_user.id, now=self._services.clock.now())
        language = self._language(query.from_user.language_code)
        place = _place_of_press(query)
        chat = await self._known_chat(place) if place else None
        if verdict is not Verdict.WELCOME or chat is None or place is None:
            name = "press_slow_down" if verdict is not Verdict.WELCOME else "press_stale"
            await query.answer(self._services.renderer.label(name, language=language))
            return
        prefix, *rest = (query.data or "").split(":")
        turn = Turn(
            services=self._services,
            bot=context.bot,
            chat=chat,
            update_id=update.update_id,
            user_id=query.from_user.id,
            query=query,
            press=tuple(rest),
            thread_id=place.answer_thread,
        )
        await self._press(self._presses.get(prefix), turn)

    async def _press(self, press: Press | None, turn: Turn) -> None:
        try:
            if press is None:
                await turn.toast("press_stale")
            elif press.admins_only and not turn.is_bot_admin:
                log.warning(
                    "press refused to a stranger", extra={"button": press.prefix, "user": turn.user_id}
                )
                await turn.toast("press_admins_only")
            elif press.changes_chat and not await may_change(turn):
                await turn.toast("press_group_admins_only", alert=True)
            else:
                await press.handle(turn)
        except (Stale, NotFound):
            await turn.toast("press_stale")
        finally:
            await turn.answer_press()

    async def _chat(self, place: Place, language_code: str | None) -> Chat:
        """Our row for the place, made at first contact; whoever speaks to us is there again."""
        known = await self._known_chat(place)
        if known is not None and known.state is not ChatState.GONE:
            return known
        new = NewChat(
            telegram_id=place.telegram_id,
            thread_id=place.thread_id,
            kind=place.kind,
            language=self._language(language_code),
            timezone=self._services.settings.timezone,
        )
        async with self._services.storage.write() as tx:
            chat = await tx.chats.get_or_add(new, now=self._services.clock.now())
            if chat.state is ChatState.GONE:
                chat = replace(chat, state=ChatState.ACTIVE, state_reason="")
                await tx.chats.update(chat)
        return chat

    async def _known_chat(self, place: Place) -> Chat | None:
        async with self._services.storage.read() as tx:
            return await tx.chats.find(place.telegram_id, place.thread_id)

    def _language(self, code: str | None) -> str:
        return language_of(code, default=self._services.settings.language)


def language_of(code: str | None, *, default: str) -> str:
    """The bot's language for a person whose app speaks `code`; the default where Telegram names none."""
    if not code:
        return default
    return "de" if code.lower().split("-")[0] == "de" else "en"


def _is_for_us(spoken: Spoken | None, place: Place, bot: Bot) -> bool:
    """In private everything is; elsewhere commands are, unless they name another bot."""
    if spoken is None:
        return place.kind is ChatKind.PRIVATE
    return not spoken.to or spoken.to == bot.username.lower()


def _place_of_press(query: CallbackQuery) -> Place | None:
    if isinstance(query.message, Message):
        return Place.of(query.message)
    if query.message is None:
        return None
    # An inaccessible message still tells its chat.
    kind = _KINDS.get(ChatType(query.message.chat.type), ChatKind.GROUP)
    return Place(query.message.chat.id, kind, 0, 0)
