"""The command menu as Telegram's apps show it: German for German apps, English for all others."""

from __future__ import annotations

import logging

from telegram import Bot, BotCommand, BotCommandScopeChat, BotCommandScopeDefault
from telegram.error import BadRequest, Forbidden

from bot.handlers.command import Command
from bot.handlers.registry import COMMANDS
from bot.services import Services

log = logging.getLogger(__name__)

# The menu for apps in any other language carries no code.
_LANGUAGES = (("de", "de"), ("en", ""))


async def set_menus(bot: Bot, services: Services) -> None:
    """For everybody the common commands; for each admin those of the desk as well."""
    for language, code in _LANGUAGES:
        everybody = [command for command in COMMANDS if command.menu and not command.admins_only]
        await bot.set_my_commands(
            _lines(everybody, services, language), scope=BotCommandScopeDefault(), language_code=code or None
        )
        for admin in sorted(services.settings.admins):
            await _set_admin_menu(bot, services, admin, language, code)


async def _set_admin_menu(bot: Bot, services: Services, admin: int, language: str, code: str) -> None:
    everything = [command for command in COMMANDS if command.menu]
    try:
        await bot.set_my_commands(
            _lines(everything, services, language),
            scope=BotCommandScopeChat(admin),
            language_code=code or None,
        )
    except (BadRequest, Forbidden) as error:
        # Telegram knows the chat only once the admin has written to the bot.
        log.info("no menu for this admin yet", extra={"admin": admin, "error": str(error)})


def _lines(commands: list[Command], services: Services, language: str) -> list[BotCommand]:
    return [
        BotCommand(
            command.name if language == "de" else command.alias,
            services.renderer.label(command.menu, language=language),
        )
        for command in commands
    ]
