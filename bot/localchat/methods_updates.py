"""Methods about receiving: getUpdates and the webhook."""

import re
from typing import Any, Final
from urllib.parse import urlsplit

from bot.localchat.api_json import Json, user_json
from bot.localchat.call import Call
from bot.localchat.refusals import bad_request, conflict

_SECRET: Final = re.compile(r"[A-Za-z0-9_-]{1,256}")


async def get_me(call: Call) -> Json:
    return {
        **user_json(call.world.bot),
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": True,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


async def get_updates(call: Call) -> list[Json]:
    if call.webhook.url:
        raise conflict(
            "can't use getUpdates method while webhook is active; "
            "use deleteWebhook to delete the webhook first"
        )
    parameters, world = call.parameters, call.world
    world.updates.allow(parameters.strings("allowed_updates"))
    limit = parameters.integer("limit", 100)
    updates = await world.updates.poll(
        parameters.integer("offset", 0),
        limit if 1 <= limit <= 100 else 100,
        parameters.integer("timeout", 0),
        now=world.clock.now(),
    )
    return [update.as_json() for update in updates]


async def set_webhook(call: Call) -> bool:
    parameters = call.parameters
    url, secret = parameters.text("url"), parameters.text("secret_token")
    if not url:
        return await delete_webhook(call)
    if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
        raise bad_request("bad webhook: invalid webhook URL specified")
    if secret and not _SECRET.fullmatch(secret):
        raise bad_request("secret token contains unallowed characters")
    call.world.updates.allow(parameters.strings("allowed_updates"))
    _drop_if_asked(call)
    call.webhook.point_to(url, secret)
    return True


async def delete_webhook(call: Call) -> bool:
    _drop_if_asked(call)
    call.webhook.point_to("", "")
    return True


async def get_webhook_info(call: Call) -> Json:
    info: Json = {
        "url": call.webhook.url,
        "has_custom_certificate": False,
        "pending_update_count": len(call.world.updates.waiting),
    }
    if call.webhook.last_error:
        info["last_error_message"] = call.webhook.last_error
    return info


def _drop_if_asked(call: Call) -> None:
    waiting = call.world.updates.waiting
    if waiting and call.parameters.flag("drop_pending_updates"):
        call.world.updates.confirm(waiting[-1])


METHODS: Final[dict[str, Any]] = {
    "getMe": get_me,
    "getUpdates": get_updates,
    "setWebhook": set_webhook,
    "deleteWebhook": delete_webhook,
    "getWebhookInfo": get_webhook_info,
}
