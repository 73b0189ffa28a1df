"""Settings from the environment: one frozen class, each value checked at start, shown masked."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from platformdirs import user_data_path
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.errors import SettingsError

TOKEN = re.compile(r"\d{3,20}:[A-Za-z0-9_-]{20,}")


def _default_database() -> str:
    return f"sqlite:///{user_data_path('depesche', appauthor=False) / 'depesche.db'}"


class Settings(BaseSettings):
    """Everything an operator can set; the environment's names are in `validation_alias`."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", populate_by_name=True)

    database_url: SecretStr = Field(
        default_factory=lambda: SecretStr(_default_database()),
        validation_alias="DATABASE_URL",
        description="where everything is kept: sqlite:///file.db or postgresql://user:password@host/name",
    )
    port: int = Field(
        default=8080, ge=1, le=65535, validation_alias="PORT", description="port of the web server"
    )
    host: str = Field(
        default="127.0.0.1",
        validation_alias="DEPESCHE_HOST",
        description="address the web server listens on; 0.0.0.0 behind a platform's router",
    )
    token: SecretStr = Field(
        default=SecretStr(""),
        validation_alias="DEPESCHE_TOKEN",
        description="the bot's token from @BotFather",
    )
    api_url: str = Field(
        default="https://api.telegram.org",
        validation_alias="DEPESCHE_API_URL",
        description="address of the Bot API server",
    )
    admins: Annotated[frozenset[int], NoDecode] = Field(
        default=frozenset(),
        validation_alias="DEPESCHE_ADMINS",
        description="Telegram ids, separated by commas, of those who may push breaking items",
    )
    public_url: str = Field(
        default="",
        validation_alias="DEPESCHE_PUBLIC_URL",
        description="https address of the web server, for the webhook",
    )
    webhook_secret: SecretStr = Field(
        default=SecretStr(""),
        validation_alias="DEPESCHE_WEBHOOK_SECRET",
        description="proves that an update comes from Telegram; 16 to 256 letters, digits, _ and -",
    )
    language: str = Field(
        default="de",
        validation_alias="DEPESCHE_LANGUAGE",
        description="the bot's language where Telegram names none: de, en",
    )
    timezone: str = Field(
        default="Europe/Berlin", validation_alias="DEPESCHE_TIMEZONE", description="IANA zone of new chats"
    )
    log_format: str = Field(
        default="text", validation_alias="DEPESCHE_LOG_FORMAT", description="text or json"
    )
    log_level: str = Field(
        default="info", validation_alias="DEPESCHE_LOG_LEVEL", description="debug, info, warning or error"
    )
    private_feeds: bool = Field(
        default=False,
        validation_alias="DEPESCHE_PRIVATE_FEEDS",
        description="allow feeds on private and loopback addresses",
    )
    send_lanes: int = Field(
        default=4, ge=1, le=256, validation_alias="DEPESCHE_SEND_LANES", description="sends under way at once"
    )
    rate_limit: int = Field(
        default=28,
        ge=1,
        le=1000,
        validation_alias="DEPESCHE_RATE_LIMIT",
        description="messages a second over all chats",
    )
    paid_rate: int = Field(
        default=0,
        ge=0,
        le=1000,
        validation_alias="DEPESCHE_PAID_RATE",
        description="messages a second an editor may pay Stars for in a breaking item; 0 for never",
    )
    breaking_cap: int = Field(
        default=5,
        ge=1,
        le=100,
        validation_alias="DEPESCHE_BREAKING_CAP",
        description="breaking items a chat gets in 24 hours at most",
    )
    breaking_approval: bool = Field(
        default=False,
        validation_alias="DEPESCHE_BREAKING_APPROVAL",
        description="a breaking item goes out only when a second admin approves",
    )
    confirm_minutes: int = Field(
        default=2,
        ge=1,
        le=1440,
        validation_alias="DEPESCHE_CONFIRM_MINUTES",
        description="how long the preview of a breaking item can be confirmed",
    )
    digest_stories: int = Field(
        default=10,
        ge=1,
        le=40,
        validation_alias="DEPESCHE_DIGEST_STORIES",
        description="stories in a digest of normal length",
    )
    max_late_hours: int = Field(
        default=6,
        ge=1,
        le=24,
        validation_alias="DEPESCHE_MAX_LATE_HOURS",
        description="how late a digest is still of use",
    )
    window_days: int = Field(
        default=14,
        ge=1,
        le=90,
        validation_alias="DEPESCHE_WINDOW_DAYS",
        description="how far back stories look for their kin",
    )
    fetch_pages: bool = Field(
        default=True,
        validation_alias="DEPESCHE_FETCH_PAGES",
        description="fetch the page of news whose feed brings no text, where robots.txt allows it",
    )
    keep_text_days: int = Field(
        default=90,
        ge=0,
        le=36500,
        validation_alias="DEPESCHE_KEEP_TEXT_DAYS",
        description="how long the texts of articles are kept; 0 for good. Title and teaser stay",
    )
    keep_article_days: int = Field(
        default=0,
        ge=0,
        le=36500,
        validation_alias="DEPESCHE_KEEP_ARTICLE_DAYS",
        description="how long articles are kept at all, beside one for each story; 0 for good",
    )
    retell_url: str = Field(
        default="",
        validation_alias="DEPESCHE_RETELL_URL",
        description="address of an OpenAI-compatible service that words summaries, up to /v1; empty for none",
    )
    retell_key: SecretStr = Field(
        default=SecretStr(""), validation_alias="DEPESCHE_RETELL_KEY", description="the service's key"
    )
    retell_model: str = Field(
        default="", validation_alias="DEPESCHE_RETELL_MODEL", description="the service's model"
    )
    user_agent: str = Field(
        default="Depesche/0.1 (news digest bot)",
        validation_alias="DEPESCHE_USER_AGENT",
        description="how the collector introduces itself",
    )

    @field_validator("admins", mode="before")
    @classmethod
    def _split_ids(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        parts = [part for part in re.split(r"[\s,;]+", value) if part]
        if any(not part.isdigit() for part in parts):
            raise ValueError(
                "expected numbers separated by commas, such as 12345,67890; names are no proof of who one is"
            )
        return frozenset(int(part) for part in parts)

    @field_validator("token")
    @classmethod
    def _token_shape(cls, value: SecretStr) -> SecretStr:
        if value.get_secret_value() and not TOKEN.fullmatch(value.get_secret_value()):
            raise ValueError("expected a token as @BotFather gives it, such as 123456:ABC…")
        return value

    @field_validator("webhook_secret")
    @classmethod
    def _secret_shape(cls, value: SecretStr) -> SecretStr:
        if value.get_secret_value() and not re.fullmatch(r"[A-Za-z0-9_-]{16,256}", value.get_secret_value()):
            raise ValueError("expected 16 to 256 letters, digits, _ and -")
        return value

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError("expected an IANA zone such as Europe/Berlin") from None
        return value

    @field_validator("language")
    @classmethod
    def _known_language(cls, value: str) -> str:
        if value not in {"de", "en"}:
            raise ValueError("expected de or en")
        return value

    @field_validator("log_format")
    @classmethod
    def _known_format(cls, value: str) -> str:
        if value not in {"text", "json"}:
            raise ValueError("expected text or json")
        return value

    @field_validator("log_level")
    @classmethod
    def _known_level(cls, value: str) -> str:
        if value.lower() not in {"debug", "info", "warning", "error"}:
            raise ValueError("expected debug, info, warning or error")
        return value.lower()

    @field_validator("api_url", "public_url", "retell_url")
    @classmethod
    def _web_address(cls, value: str) -> str:
        if value and not re.fullmatch(r"https?://[^\s/]+(/\S*)?", value):
            raise ValueError("expected an address such as https://bot.example.org")
        return value.rstrip("/")


def load(**overrides: object) -> Settings:
    """Settings from the environment; raises SettingsError with one line per wrong setting."""
    try:
        return Settings(**overrides)  # type: ignore[arg-type]
    except ValidationError as error:
        raise SettingsError("\n".join(_lines(error))) from None


def settings_for(database: str = "") -> Settings:
    """The environment's settings, with another database where one is named."""
    return load(database_url=SecretStr(database)) if database else load()


def _lines(error: ValidationError) -> list[str]:
    lines = []
    for problem in error.errors(include_input=False, include_url=False):
        name = str(problem["loc"][0]) if problem["loc"] else "settings"
        lines.append(f"{name}: {problem['msg'].removeprefix('Value error, ')}")
    return lines


def require_token(settings: Settings) -> str:
    """The token, or SettingsError saying how to get one."""
    token = settings.token.get_secret_value()
    if not token:
        raise SettingsError(
            "DEPESCHE_TOKEN is missing: ask @BotFather for a token, or run `depesche demo`, which needs none"
        )
    return token


def masked(settings: Settings) -> list[tuple[str, str, str]]:
    """(environment name, value with secrets hidden, what it is for), in order of declaration."""
    rows = []
    for name, info in Settings.model_fields.items():
        value = getattr(settings, name)
        rows.append((str(info.validation_alias), _shown(name, value), info.description or ""))
    return rows


def _shown(name: str, value: object) -> str:
    if name == "database_url" and isinstance(value, SecretStr):
        return re.sub(r"(://[^:/@]*):[^@]*@", r"\1:***@", value.get_secret_value())
    if isinstance(value, SecretStr):
        return "***" if value.get_secret_value() else ""
    if isinstance(value, frozenset):
        return ",".join(str(part) for part in sorted(value))
    return str(value)


def data_path(settings: Settings) -> Path | None:
    """The SQLite file, None on a database server."""
    match = re.fullmatch(r"sqlite(?:\+\w+)?:///(.+)", settings.database_url.get_secret_value())
    return Path(match[1]) if match else None
