"""`depesche demo`: the whole product on this machine, with sample news and a chat page; no token needed."""

from __future__ import annotations

import contextlib
import dataclasses
import sys
import tempfile
import threading
import time
import webbrowser
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from datetime import time as local_time
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from pydantic import SecretStr

from bot import pipeline
from bot.app import open_services
from bot.cli.console import err, run
from bot.errors import BadInput
from bot.localchat.cast import BreakingNews, Cast, demo_cast, settle_in
from bot.localchat.local import LocalTelegram
from bot.localchat.newsroom import Newsroom, Playback, SimulatedClock, load_sample
from bot.localchat.page import mount_page
from bot.log import configure
from bot.running import Role, running
from bot.scheduler import Loop
from bot.settings import Settings

app = typer.Typer()

ZONE = "Europe/Berlin"
OPENS_AT = local_time(6, 50)
"""The demo's day begins here: shortly before the first digests."""
EACH_SECOND = timedelta(seconds=1)
MOST_MINUTES = 24 * 60


@app.command()
def demo(
    folder: Annotated[
        Path | None, typer.Argument(help="Keep the data here; a temporary folder otherwise.")
    ] = None,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port of the page; 0: a free one.")] = 8075,
    speed: Annotated[float, typer.Option(min=1, help="Simulated seconds per second.")] = 60,
    browser: Annotated[bool, typer.Option(help="Open the chat page in the browser.")] = True,
    verbose: Annotated[bool, typer.Option(help="Log what happens.")] = False,
) -> None:
    """Start everything with sample news and a chat page; needs no token."""
    configure(level="info" if verbose else "warning")
    with contextlib.ExitStack() as stack:
        home = folder or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="depesche-")))
        run(_demo(home, port=port, speed=speed, browser=browser))


async def _demo(home: Path, *, port: int, speed: float, browser: bool) -> None:
    zone = ZoneInfo(ZONE)
    today = datetime.now(zone).date()
    clock = SimulatedClock(datetime.combine(today, OPENS_AT, zone).astimezone(UTC), speed=1)
    # In a folder that is kept, the numbers of updates must go on from the last run's.
    telegram = LocalTelegram(clock=clock, port=port, first_update_id=int(time.time()))
    cast = demo_cast(telegram)
    sample = load_sample(today, zone)
    async with open_services(_settings(home, telegram, cast, speed=speed), clock=clock) as services:
        newsroom = Newsroom(services, sample.drafts)
        with err.status("Reading the news of the last nine days …"):
            await newsroom.register_publishers()
            await newsroom.open_archive()
            while (await pipeline.group(services)).articles:
                pass
            await settle_in(services, cast)
        clock.run_at(speed)
        editor = BreakingNews(services.clock, telegram, cast.clara, sample.breaking)
        loops = [
            Loop(name="newsroom", step=newsroom.step, every=EACH_SECOND),
            Loop(name="editor", step=editor.step, every=EACH_SECOND),
        ]
        mount_page(telegram, control=Playback(clock, newsroom))
        async with _listening(telegram, port):
            settings = services.settings.model_copy(update={"api_url": telegram.base_url})
            here = dataclasses.replace(services, settings=settings)
            async with running(here, Role.WORKER, more=loops) as bot:
                _greet(f"{telegram.base_url}/", browser=browser)
                await bot.until_stopped()


def _settings(home: Path, telegram: LocalTelegram, cast: Cast, *, speed: float) -> Settings:
    """The demo's own: nothing of the environment may reach a real Telegram or a real database."""
    minutes = Settings.model_fields["confirm_minutes"].default
    return Settings(
        database_url=SecretStr(f"sqlite:///{home / 'depesche.db'}"),
        token=SecretStr(telegram.token),
        api_url="http://127.0.0.1",
        admins=frozenset({cast.clara.id}),
        timezone=ZONE,
        language="de",
        webhook_secret=SecretStr(""),
        public_url="",
        # Who plays the editor has as long as a real one, however fast the day passes.
        confirm_minutes=min(round(minutes * max(speed, 1)), MOST_MINUTES),
    )


@contextlib.asynccontextmanager
async def _listening(telegram: LocalTelegram, port: int) -> AsyncIterator[None]:
    try:
        await telegram.start()
    except OSError as error:
        raise BadInput(f"port {port} is taken: choose another with --port, or 0 for a free one") from error
    try:
        yield
    finally:
        await telegram.stop()


def _greet(address: str, *, browser: bool) -> None:
    sys.stdout.write(f"Depesche is at {address} (stop with Ctrl+C)\n")
    sys.stdout.flush()
    if browser:
        # Some machines have no browser, and opening one can take long: the bot does not wait for it.
        threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()
