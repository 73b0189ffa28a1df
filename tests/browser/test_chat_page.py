"""The chat page in a real browser: what a new user sees and does first."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.browser.conftest import Stage


def said(page: Any, text: str) -> Any:
    """The messages with this text, as they stand in the conversation."""
    return page.locator("#log .text", has_text=text)


async def say(page: Any, text: str) -> None:
    await page.fill("#input", text)
    await page.press("#input", "Enter")


async def start(page: Any) -> None:
    await page.click("#start")
    await said(page, "Echo: /start").wait_for()


async def story(page: Any) -> Any:
    """The story the bot tells, as its bubble's row."""
    await start(page)
    await say(page, "Nordkorea")
    row = page.locator(".row", has=page.locator(".keyboard"))
    await row.wait_for()
    return row


async def test_an_empty_chat_says_what_the_bot_can_and_starts_by_a_tap(open_page: Any, stage: Stage) -> None:
    page = await open_page()
    assert await page.text_content(".empty p") == "Jede Nachricht einmal."
    assert not await page.is_visible("#composer")

    await start(page)

    assert await page.is_visible("#composer")
    assert [message.text for message in stage.telegram.messages(stage.mia)] == ["/start", "Echo: /start"]
    assert await page.text_content(".day") == "Heute"


async def test_a_message_is_written_in_several_lines_and_answered(open_page: Any, stage: Stage) -> None:
    page = await open_page()
    await start(page)

    await page.focus("#input")
    await page.keyboard.type("eins")
    await page.keyboard.press("Shift+Enter")
    await page.keyboard.type("zwei")
    await page.keyboard.press("Enter")

    await page.locator(".row.in", has_text="Echo: eins").wait_for()
    assert stage.telegram.messages(stage.mia)[-2].text == "eins\nzwei"
    assert await page.input_value("#input") == ""
    assert "Echo: eins" in await page.text_content("#announcer")


async def test_the_bot_is_seen_typing(open_page: Any) -> None:
    page = await open_page()
    await start(page)

    await say(page, "warte")

    await page.locator("#head-status.typing", has_text="schreibt").wait_for()


async def test_a_story_looks_as_it_was_meant(open_page: Any) -> None:
    page = await open_page()
    row = await story(page)

    link = row.get_by_role("link", name="Nordkorea stellt U-Boot in Dienst")
    assert await link.get_attribute("href") == "https://nordblatt.example/u-boot"
    assert await link.get_attribute("target") == "_blank"
    assert "noopener" in await link.get_attribute("rel")
    assert "Beispieladresse" in await link.get_attribute("title")
    assert await link.evaluate("element => element.querySelector('strong') !== null")
    assert await row.locator(".text > code").text_content() == "x < y"
    assert await row.locator("time.time").text_content() == "08:00"


async def test_a_long_quote_opens_and_closes_by_a_tap(open_page: Any) -> None:
    page = await open_page()
    row = await story(page)
    quote, short = row.locator(".quote").nth(0), row.locator(".quote").nth(1)
    arrow = quote.get_by_role("button", name="Zitat aufklappen")
    closed = (await quote.bounding_box())["height"]

    await arrow.click()
    opened = (await quote.bounding_box())["height"]
    await quote.locator(".quote-text").click(position={"x": 5, "y": 5})

    assert opened > closed + 20
    assert (await quote.bounding_box())["height"] == closed
    assert await short.get_by_role("button").count() == 0


async def test_a_spoiler_is_hidden_until_it_is_tapped(open_page: Any) -> None:
    page = await open_page()
    spoiler = (await story(page)).locator(".spoiler")
    hidden = await spoiler.evaluate("element => getComputedStyle(element).color")

    await spoiler.press("Enter")

    assert hidden == "rgba(0, 0, 0, 0)"
    assert await spoiler.evaluate("element => getComputedStyle(element).color") != hidden


async def test_a_pressed_button_waits_for_its_answer_and_the_edit_is_marked(
    open_page: Any, stage: Stage
) -> None:
    stage.bot.let_answer.clear()
    page = await open_page()
    row = await story(page)
    button = row.get_by_role("button", name="Abonnieren")

    await button.click()
    await page.locator(".key[aria-busy=true]").wait_for()
    stage.bot.let_answer.set()

    await page.locator(".toast", has_text="Abonniert").wait_for()
    await page.locator(".row .edited", has_text="bearbeitet").wait_for()
    await page.locator(".row", has_text="Abonniert.").wait_for()
    assert await page.locator(".keyboard").count() == 0


async def test_an_alert_must_be_closed(open_page: Any) -> None:
    page = await open_page()
    row = await story(page)

    await row.get_by_role("button", name="Warum?").click()

    box = page.get_by_role("dialog")
    await box.get_by_text("Darum.").wait_for()
    await box.get_by_role("button", name="OK").click()
    assert not await box.is_visible()


async def test_commands_are_found_by_typing_and_taken_by_keys(open_page: Any, stage: Stage) -> None:
    page = await open_page()
    await start(page)

    await page.focus("#input")
    await page.keyboard.type("/a")
    options = page.locator("#palette").get_by_role("option")
    assert await options.all_text_contents() == ["/aboEin Thema abonnieren", "/abosDeine Abos"]
    await page.keyboard.press("ArrowDown")
    assert await page.get_attribute("#input", "aria-activedescendant") == "command-abos"
    await page.keyboard.press("Enter")
    await said(page, "Echo: /abos").wait_for()

    await page.keyboard.type("/th")
    await page.keyboard.press("Tab")
    assert await page.input_value("#input") == "/thema "
    await page.keyboard.type("Klima")
    await page.keyboard.press("Enter")

    await said(page, "Echo: /thema Klima").wait_for()
    assert not await page.is_visible("#palette")


async def test_the_menu_button_lists_all_commands(open_page: Any) -> None:
    page = await open_page()
    await start(page)

    await page.get_by_role("button", name="Menü").click()
    assert await page.locator("#palette").get_by_role("option").count() == 4
    await page.keyboard.press("Escape")
    assert not await page.is_visible("#palette")
    await page.get_by_role("button", name="Menü").click()
    await page.get_by_role("option", name="/hilfe").click()

    await said(page, "Echo: /hilfe").wait_for()


async def test_a_command_in_a_message_is_sent_by_a_tap(open_page: Any) -> None:
    page = await open_page()
    row = await story(page)

    await row.get_by_role("button", name="/hilfe").click()

    await said(page, "Echo: /hilfe").wait_for()


async def test_a_reply_shows_what_it_answers(open_page: Any, stage: Stage) -> None:
    page = await open_page()
    await start(page)

    await say(page, "hallo")
    await said(page, "Echo: hallo").dblclick()
    assert await page.text_content("#reply-name") == "Antwort an Depesche"
    await say(page, "danke")

    await page.locator(".row.out .answered", has_text="Echo: hallo").wait_for()
    assert stage.telegram.messages(stage.mia)[4].reply_to == 4
    assert not await page.is_visible("#reply-bar")


async def test_what_others_get_is_counted_until_one_looks(open_page: Any, stage: Stage) -> None:
    page = await open_page()
    for text in ("eins", "zwei"):
        await stage.bot.call("sendMessage", chat_id=stage.jonas.chat_id, text=text)
    person = page.locator(".person", has_text="Jonas")
    await person.locator(".badge", has_text="2").wait_for()

    await person.click()

    await page.locator(".row.in", has_text="zwei").wait_for()
    assert await person.locator(".badge").count() == 0


async def test_what_was_deleted_unread_is_not_counted(open_page: Any, stage: Stage) -> None:
    page = await open_page()
    for text in ("eins", "zwei"):
        await stage.bot.call("sendMessage", chat_id=stage.jonas.chat_id, text=text)
    person = page.locator(".person", has_text="Jonas")
    await person.locator(".badge", has_text="2").wait_for()

    await stage.bot.call("deleteMessage", chat_id=stage.jonas.chat_id, message_id=2)
    await person.locator(".badge", has_text="1").wait_for()
    await stage.bot.call("deleteMessage", chat_id=stage.jonas.chat_id, message_id=1)
    await person.locator(".badge").wait_for(state="detached")


async def test_the_page_speaks_the_language_of_who_is_played(open_page: Any) -> None:
    page = await open_page()

    await page.locator(".person", has_text="Jonas").click()
    assert await page.text_content("#start") == "Start"
    assert await page.get_attribute("html", "lang") == "en"
    await page.locator(".person", has_text="Mia").click()
    assert await page.text_content("#start") == "Starten"
    await page.get_by_role("button", name="Mehr").click()
    await page.select_option("#language", "en")

    assert await page.text_content("#start") == "Start"
    await page.reload()
    await page.wait_for_selector("body[data-ready]")
    assert await page.text_content("#start") == "Start"


async def test_in_a_group_one_chooses_who_speaks(open_page: Any, stage: Stage) -> None:
    page = await open_page()
    await page.locator(".person", has_text="Redaktion Nord").click()

    await page.select_option("#voice", label="Clara")
    await say(page, "/thema Klima")

    await said(page, "Echo: /thema Klima").wait_for()
    [order, _] = stage.telegram.messages(stage.group)
    assert order.sender.first_name == "Clara"
    assert "Mia, Jonas, Clara" in await page.text_content("#head-status")


async def test_the_bot_is_blocked_and_started_again(open_page: Any, stage: Stage) -> None:
    page = await open_page()
    await start(page)

    await page.get_by_role("button", name="Mehr").click()
    await page.get_by_role("button", name="Bot blockieren").click()
    await page.get_by_role("button", name="Bot neu starten").wait_for()
    assert stage.mia.chat_id in stage.telegram.world.blocked
    await page.get_by_role("button", name="Bot neu starten").click()

    await said(page, "Echo: /start").nth(1).wait_for()
    assert await page.is_visible("#composer")


async def test_a_long_message_is_read_from_its_top_and_the_end_is_a_tap_away(
    open_page: Any, stage: Stage
) -> None:
    page = await open_page(reduced_motion="reduce")
    await start(page)

    await stage.bot.call("sendMessage", chat_id=stage.mia.chat_id, text="Anfang\n" + "Zeile\n" * 60 + "Ende")
    row = page.locator(".row", has_text="Anfang")
    await row.wait_for()
    button = page.get_by_role("button", name="Zu den neuesten Nachrichten")
    await button.wait_for()

    # The answer before it was not looked at yet either, so it stays in view above.
    log_top = (await page.locator("#log").bounding_box())["y"]
    assert 0 <= (await row.bounding_box())["y"] - log_top < 90
    await button.click()
    await button.wait_for(state="hidden")


async def test_a_message_that_is_deleted_is_gone(open_page: Any, stage: Stage) -> None:
    page = await open_page()
    await start(page)

    await stage.bot.call("deleteMessage", chat_id=stage.mia.chat_id, message_id=2)

    await said(page, "Echo: /start").wait_for(state="detached")


@pytest.mark.parametrize(("device", "ground"), [("light", "rgb(255, 255, 255)"), ("dark", "rgb(23, 33, 43)")])
async def test_light_and_dark_follow_the_device_until_one_chooses(
    open_page: Any, device: str, ground: str
) -> None:
    page = await open_page(color_scheme=device)
    other = {"light": "dark", "dark": "light"}[device]
    shown = "getComputedStyle(document.body).backgroundColor"
    assert await page.evaluate(shown) == ground

    await page.get_by_role("button", name="Mehr").click()
    await page.select_option("#theme", other)
    assert await page.evaluate(shown) != ground

    await page.reload()
    await page.wait_for_selector("body[data-ready]")
    assert await page.evaluate(shown) != ground


@pytest.mark.parametrize("width", [320, 360, 768, 1280])
async def test_nothing_is_wider_than_the_screen(open_page: Any, stage: Stage, width: int) -> None:
    page = await open_page(width=width, height=640)
    await story(page)
    await stage.bot.call("sendMessage", chat_id=stage.mia.chat_id, text="Donaudampfschifffahrt" * 12)
    await page.locator(".row", has_text="Donaudampf").wait_for()
    await page.get_by_role("button", name="Menü").click()

    widths = await page.evaluate(
        "[document.documentElement, document.getElementById('log'), document.getElementById('palette')]"
        ".map(element => element.scrollWidth - element.clientWidth)"
    )
    assert widths == [0, 0, 0]
    for name in ("#send", "#menu", "#more", "#demo-next", "#demo-speed"):
        box = await page.locator(name).bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        assert min(box["width"], box["height"]) >= 24


async def test_everything_is_reached_by_the_keyboard(open_page: Any) -> None:
    page = await open_page()
    await story(page)
    await page.evaluate("document.activeElement.blur()")

    reached = set()
    for _ in range(45):
        await page.keyboard.press("Tab")
        reached.add(await page.evaluate("document.activeElement.id || document.activeElement.className"))

    assert {"person", "more", "demo-pause", "demo-speed", "log", "key", "menu", "input", "send"} <= reached
    assert any("quote-arrow" in name for name in reached)


async def test_today_becomes_yesterday_at_the_demos_midnight(open_page: Any, stage: Stage) -> None:
    page = await open_page()
    await start(page)
    assert await page.text_content(".day") == "Heute"

    stage.levers.ahead = timedelta(days=1)

    await page.locator(".day", has_text="Gestern").wait_for()


async def test_the_demos_time_is_turned(open_page: Any, stage: Stage) -> None:
    page = await open_page()
    await page.get_by_text("3 von 10 Meldungen").wait_for()

    await page.get_by_role("button", name="Nächste Meldung jetzt").click()
    await page.get_by_text("4 von 10 Meldungen").wait_for()
    await page.select_option("#demo-speed", "300")
    await page.get_by_role("button", name="Meldungen anhalten").click()
    await page.get_by_role("button", name="Meldungen weiterlaufen lassen").wait_for()

    assert (stage.levers.speed, stage.levers.paused, stage.levers.arrived) == (300, True, 4)


async def test_text_and_ground_differ_enough(open_page: Any) -> None:
    """WCAG AA: 4.5 to 1 for every piece of text on the ground it stands on, light and dark."""
    measure = """() => {
      const parse = (colour) => { const c = colour.match(/[\\d.]+/g).map(Number); return c.length < 4 ? [...c, 1] : c; };
      const over = (top, below) => [0, 1, 2].map((i) => top[i] * top[3] + below[i] * (1 - top[3])).concat(1);
      const luminance = (c) => { const [r, g, b] = c.slice(0, 3).map((v) => { v /= 255; return v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4; }); return .2126 * r + .7152 * g + .0722 * b; };
      const ground = (element) => { const layers = []; for (let e = element; e; e = e.parentElement) { const c = parse(getComputedStyle(e).backgroundColor); layers.push(c); if (c[3] === 1) break; } return layers.reverse().reduce((below, top) => over(top, below), [255, 255, 255, 1]); };
      const weak = [];
      for (const element of document.querySelectorAll("body *")) {
        const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
        if (!own || !element.checkVisibility({ opacityProperty: true }) || element.closest(".spoiler, option, .skip, .hidden, .avatar")) continue;
        const below = ground(element); const a = luminance(over(parse(getComputedStyle(element).color), below)); const b = luminance(below);
        const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
        if (ratio < 4.5) weak.push(`${element.tagName}.${element.className} ${element.textContent.trim().slice(0, 20)} ${ratio.toFixed(2)}`);
      }
      return weak;
    }"""
    page = await open_page()
    await story(page)
    await page.get_by_role("button", name="Menü").click()

    for theme in ("light", "dark"):
        await page.evaluate("theme => { document.documentElement.dataset.theme = theme; }", theme)
        assert await page.evaluate(measure) == []


async def test_a_location_is_shared_from_the_menu(open_page: Any, stage: Stage) -> None:
    page = await open_page()
    await start(page)

    await page.click("#more")
    await page.select_option("#share", "Lissabon")

    await said(page, "📍 Lissabon").wait_for()
    shared = [message.location for message in stage.telegram.messages(stage.mia) if message.location]
    assert shared == [(38.72, -9.14)]
