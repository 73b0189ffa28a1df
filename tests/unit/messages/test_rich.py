"""Rich editions: inside the limits, in the documented constructs, over hostile titles; and the checker itself."""

import html as htmllib
import json
import re
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.messages.clean import plain
from bot.messages.edition import print_edition
from bot.messages.fragments import Fragments
from bot.messages.render import Renderer
from bot.messages.rich import MOST_STORIES, RichFlaw, RichSize, measure_rich
from storage.records import Length
from tests.telegram_parser import check_message
from tests.unit.messages.test_edition import ADDRESSES, NOW, TITLES, edition, item

TOPICS = ("Nordkorea", "Klima", "Wahl")


@pytest.fixture(scope="module")
def renderer():
    return Renderer()


def told(count, *, topics=TOPICS, **changes):
    return [
        item(number, title=f"Nummer {number} und mehr", topics=(topics[number % len(topics)],), **changes)
        for number in range(1, count + 1)
    ]


def printed(renderer, view, language="de", fragments=None):
    done = print_edition(
        renderer,
        view,
        language=language,
        zone="Europe/Berlin",
        now=NOW,
        is_rich=True,
        fragments=fragments,
    )
    for part in done.parts:
        assert part.is_rich, "printed classic: the rich message had a flaw"
        assert measure_rich(part.html).fits
        assert measure_rich(part.html).stories <= MOST_STORIES
        anchors = set(re.findall(r'<a name="([^"]+)">', part.html))
        assert set(re.findall(r'href="#([^"]+)"', part.html)) <= anchors
        for one in part.instead:
            assert not one.is_rich
            check_message(one.html, json.loads(one.keyboard))
    return done


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("title", TITLES, ids=range(len(TITLES)))
def test_a_hostile_title_is_shown_literally(renderer, title, language):
    view = edition(
        item(1, title=title, publisher=title, topics=(title,)), item(2, title=title), topics=[title]
    )
    [part] = printed(renderer, view, language).parts
    words = plain(htmllib.unescape(re.sub("<[^>]*>", "", part.html))).replace("\u2060", "")
    assert plain(title)[:20] in words
    links = {htmllib.unescape(link) for link in re.findall(r'href="([^"]+)"', part.html)}
    assert links <= {"https://x.example/1"}


@pytest.mark.parametrize("url", ADDRESSES, ids=range(len(ADDRESSES)))
def test_only_links_one_may_follow(renderer, url):
    [part] = printed(renderer, edition(item(url=url))).parts
    assert part.html.count("href=") == (7 if ADDRESSES.index(url) < 3 else 0)


def test_topics_have_headings_and_contents_and_stories_unfold(renderer):
    [part] = printed(renderer, edition(*told(9), topics=TOPICS)).parts
    assert re.findall("<h3>(.*?)</h3>", part.html) == list(TOPICS)
    assert re.findall('<a href="#t(.)">(.*?)</a> · (.)', part.html) == [
        ("1", "Nordkorea", "3"),
        ("2", "Klima", "3"),
        ("3", "Wahl", "3"),
    ]
    numbers = re.findall(r"<details(.*?)>\n<summary><b>(\d)\. ", part.html)
    assert numbers == [(" open", "1"), *(("", str(number)) for number in range(2, 10))]
    assert part.html.endswith("</footer>")
    keys = [key["text"] for row in json.loads(part.keyboard)["inline_keyboard"] for key in row]
    assert keys == [*(str(number) for number in range(1, 10)), "📄 Als Text"]


def test_a_short_digest_on_one_topic_has_no_contents(renderer):
    [part] = printed(renderer, edition(*told(3, topics=("Wahl",)), topics=["Wahl"])).parts
    assert "<h3>Wahl</h3>" in part.html
    assert 'href="#' not in part.html


def test_many_stories_are_trimmed_and_split_between_topics_and_none_is_lost(renderer):
    sentence = "Ein Satz mit einigen Worten darin, damit es viel wird."
    stories = told(20, similar=6, summary=(sentence,) * 3)
    done = printed(renderer, edition(*stories, topics=TOPICS, length=Length.LONG))
    first, second = done.parts
    assert [part.silent for part in done.parts] == [False, True]
    numbers = [int(number) for part in done.parts for number in re.findall(r"<summary><b>(\d+)\.", part.html)]
    assert numbers == list(range(1, 21))
    assert sorted(one.story_id for one in done.items) == list(range(1, 21))
    assert re.findall("<h3>(.*?)</h3>", first.html + second.html) == list(TOPICS)
    assert "Teil 1 von 2" in first.html
    assert "20 Nachrichten" in first.html
    assert "Mehr zum Thema" not in first.html
    # What is sent instead of the second part tells the stories of the second part, under the same numbers.
    shown = re.findall(r"<b>(\d+)\. ", "".join(one.html for one in second.instead))
    assert shown == re.findall(r"<summary><b>(\d+)\.", second.html)


def test_what_did_not_fit_is_a_button(renderer):
    view = replace(edition(*told(2), topics=TOPICS, left_over=9), slot="2026-03-11T07:30")
    [part] = printed(renderer, view).parts
    rows = json.loads(part.keyboard)["inline_keyboard"]
    assert {"text": "9 weitere Nachrichten", "callback_data": "re:2026-03-11T07:30"} in rows[1]
    assert json.loads(part.instead[0].keyboard)["inline_keyboard"][-1] == rows[1]


def test_fragments_change_no_byte(renderer):
    kept = Fragments()
    for count in (1, 9, 20, 9):
        view = edition(*told(count, similar=4), topics=TOPICS)
        assert printed(renderer, view, fragments=kept) == printed(renderer, view)
    assert kept.hits


def test_every_time_says_it_in_31_units(renderer):
    for days in (0, 200, 400):
        at = NOW - timedelta(days=days)
        view = edition(item(first_at=at, published_at=at, last_at=at, title="September"), topics=[])
        late = replace(view, due_at=NOW - timedelta(days=170), next_due_at=NOW + timedelta(days=300))
        for language in ("de", "en"):
            printed(renderer, late, language)


@pytest.mark.parametrize(
    "html",
    [
        "text",
        "<p></p>",
        "<p> </p>",
        "<h2><b></b></h2>",
        "<p>a",
        "a</p>",
        "<p><ul><li>a</li></ul></p>",
        "<p>a<p>b</p></p>",
        "<li>a</li>",
        "<ul><p>a</p></ul>",
        "<ul><li><details><summary>a</summary></details></li></ul>",
        "<p><summary>a</summary></p>",
        "<div>a</div>",
        '<p class="x">a</p>',
        '<p><a href="javascript:x">a</a></p>',
        '<p><a href="/relative">a</a></p>',
        '<p><a href="tg://user?id=1">a</a></p>',
        '<p><a href="https://x.example"><a href="https://y.example">a</a></a></p>',
        "<p>a < b</p>",
        "<p><script>a</script></p>",
        '<p><tg-time unix="x" format="r">a</tg-time></p>',
        '<p><tg-time unix="1" format="tD">a</tg-time></p>',
        '<p><tg-time unix="1" format="r">Dienstag, 22. September 2026, 07:00</tg-time></p>',
        '<p><tg-time unix="1" format="r"><b>a</b></tg-time></p>',
    ],
)
def test_what_telegram_would_refuse_or_drop_is_a_flaw(html):
    with pytest.raises(RichFlaw):
        measure_rich(html)


def test_what_is_counted():
    html = '<h2>Aä &amp; 😀</h2>\n<a name="x"></a>\n<ul>\n<li>1</li>\n<li><b>2</b></li>\n</ul>\n<hr/>'
    assert measure_rich(html) == RichSize(8, len(html.encode()), 5, 3, 0)


@pytest.mark.parametrize("over", [{"characters": 7001}, {"bytes": 30001}, {"blocks": 401}, {"stories": 16}])
def test_budgets(over):
    assert RichSize(7000, 30000, 400, 16, 15).fits
    assert not replace(RichSize(7000, 30000, 400, 16, 15), **over).fits
