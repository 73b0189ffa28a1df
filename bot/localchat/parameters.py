"""A call's parameters, however they were sent: JSON body, form body or query, all alike."""

import json
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from bot.localchat.refusals import bad_request

MAX_BODY = 20 * 1024 * 1024


class Parameters:
    """Named values; those of forms are text and may hold JSON."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self.values = dict(values)

    def raw(self, name: str) -> Any:
        """The value as JSON means it, None if it was not given."""
        value = self.values.get(name)
        if isinstance(value, str) and value[:1] in ("{", "["):
            try:
                return json.loads(value)
            except ValueError:
                raise bad_request(f"can't parse {name} JSON object") from None
        return value

    def text(self, name: str, default: str = "") -> str:
        value = self.values.get(name)
        return default if value is None else str(value)

    def integer(self, name: str, default: int | None = None) -> int:
        value = self.values.get(name)
        if value is None or value == "":
            if default is None:
                raise bad_request(f'parameter "{name}" is required')
            return default
        try:
            return int(value)
        except (TypeError, ValueError):
            raise bad_request(f'parameter "{name}" must be an Integer') from None

    def flag(self, name: str) -> bool:
        return str(self.values.get(name, "")).lower() in ("true", "1", "yes")

    def mapping(self, name: str) -> Mapping[str, Any] | None:
        value = self.raw(name)
        if value is not None and not isinstance(value, Mapping):
            raise bad_request(f'parameter "{name}" must be an Object')
        return value

    def strings(self, name: str) -> list[str] | None:
        value = self.raw(name)
        if value is None:
            return None
        if not isinstance(value, list):
            raise bad_request(f'parameter "{name}" must be an Array')
        return [str(item) for item in value]

    def chat_id(self) -> int | None:
        """The chat a call is about, if it is about one."""
        value = self.values.get("chat_id")
        try:
            return None if value is None else int(value)
        except (TypeError, ValueError):
            return None


async def parameters_of(request: web.Request) -> Parameters:
    """Everything the request carries; what stands in the body wins."""
    values: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json":
        values |= await _json_body(request)
    elif request.can_read_body:
        values |= {name: value for name, value in (await request.post()).items() if isinstance(value, str)}
    return Parameters(values)


async def _json_body(request: web.Request) -> dict[str, Any]:
    body = await request.read()
    if not body:
        return {}
    try:
        values = json.loads(body)
    except ValueError:
        values = None
    if not isinstance(values, dict):
        raise bad_request("can't parse JSON object")
    return values
