"""Placing articles one by one."""

from dataclasses import replace

from bot.stories.placing import merged_ids, place_all
from bot.stories.window import Window
from storage.records import StoryId
from tests.unit.stories.news import analysed, article

QUAKE = "Ein Erdbeben der Stärke 6,4 hat die Insel Samora erschüttert. In der Hafenstadt Belun stürzten Häuser ein."
QUAKE_TOO = (
    "Die Erde bebte auf Samora mit Stärke 6,4. Helfer suchen in der Hafenstadt Belun nach Verschütteten."
)
STRIKE = "Die Lokführer der Nordbahn legen ab Montag die Arbeit nieder. Die Gewerkschaft fordert mehr Lohn."


def place(window, *articles):
    return [window.place(*analysed(one)) for one in articles]


def test_two_outlets_telling_one_event_share_a_story():
    window = Window()
    first, second, other = place(
        window,
        article(1, "Schweres Erdbeben erschüttert Insel Samora", QUAKE),
        article(2, "Erdbeben auf Samora: Helfer suchen Verschüttete", QUAKE_TOO, hours=2),
        article(3, "Lokführer der Nordbahn streiken ab Montag", STRIKE, hours=2),
    )

    assert first.is_new
    assert second.story is first.story
    assert not second.is_new
    assert other.is_new
    assert other.story is not first.story
    assert dict(second.links)[1] > dict(other.links).get(1, 0.0)


def test_an_event_a_month_later_is_another():
    window = Window()
    first, later = place(
        window,
        article(1, "Schweres Erdbeben erschüttert Insel Samora", QUAKE),
        article(2, "Erdbeben auf Samora: Helfer suchen Verschüttete", QUAKE_TOO, hours=30 * 24),
    )

    assert later.story is not first.story


def test_one_text_under_two_headlines_is_a_copy_of_the_earlier():
    window = Window()
    place(window, article(1, "Erdbeben erschüttert Insel Samora", QUAKE, hours=1))
    [copy] = place(window, article(2, "Schweres Beben auf Samora", QUAKE, hours=2))
    [earlier] = place(window, article(3, "Insel Samora von Erdbeben getroffen", QUAKE, hours=0))

    assert copy.copies == ((2, 1),)
    assert copy.is_copy
    assert not earlier.is_copy
    assert set(earlier.copies) == {(1, 3), (2, 3)}


def test_a_headline_alone_is_compared_by_its_words():
    window = Window()
    place(window, article(1, "Stürmischer Wochenstart im Norden – kalte Nacht im Südwesten"))
    [same] = place(window, article(2, "Stürmischer Wochenstart im Norden – kalte Nacht im Südwesten"))
    [other] = place(window, article(3, "Nordbahn: Lokführer streiken ab Montag drei Tage lang"))

    assert same.is_copy
    assert not other.is_copy


def test_the_same_headline_for_another_day_is_another_event():
    window = Window()
    first, second = place(
        window,
        article(1, "Lottozahlen vom Mittwoch: Das sind die Gewinnzahlen", publisher="Bote"),
        article(2, "Lottozahlen vom Samstag: Das sind die Gewinnzahlen", publisher="Bote", hours=72),
    )

    assert second.story is not first.story


def test_what_an_outlet_sends_round_about_its_day_stays_alone():
    window = Window()
    text = "Sophia und Noah sind die beliebtesten Vornamen des Jahres, sagt der Forscher aus Ahrensburg."
    event, quiz, evening, other = place(
        window,
        article(1, "Sophia und Noah sind die beliebtesten Vornamen", text),
        article(2, "News-Quiz: Sophia und Noah sind die beliebtesten Vornamen", text),
        article(3, "Die Lage am Abend: Sophia und Noah, die beliebtesten Vornamen", text),
        article(4, "Die beliebtesten Vornamen heißen Sophia und Noah", text),
    )

    assert len({id(one.story) for one in (event, quiz, evening)}) == 3
    assert other.story is event.story


def test_a_new_count_is_news_and_a_copy_is_not():
    window = Window()
    text = (
        "In Marchau sind nach einer Hochzeit {} Menschen an Masern erkrankt, teilte das Gesundheitsamt mit."
    )
    place(window, article(1, "Masern nach Hochzeit in Marchau: 23 Menschen erkrankt", text.format(23)))
    [more] = place(
        window, article(2, "Masern in Marchau: Nun 41 Menschen erkrankt", text.format(41), hours=20)
    )
    [copy] = place(
        window, article(3, "Masern in Marchau: Nun 41 Menschen erkrankt", text.format(41), hours=21)
    )

    assert more.is_news
    assert copy.story is more.story
    assert copy.is_copy
    assert not copy.is_news


def test_names_carry_a_story_across_languages():
    window = Window()
    text = "Pjöngjang hat das U-Boot „Paektusan“ in Sinpo zu Wasser gelassen, meldet Kim Jong Un."
    english = "Pyongyang has launched the submarine Paektusan in Sinpo, Kim Jong Un said."
    german, other, foreign = place(
        window,
        article(1, "Kim Jong Un zeigt U-Boot „Paektusan“ in Sinpo", text),
        article(2, "Lokführer der Nordbahn streiken ab Montag", STRIKE),
        article(3, "Kim Jong Un unveils submarine Paektusan in Sinpo", english, language="en"),
    )

    assert foreign.story is german.story
    assert other.story is not german.story


def test_a_window_loaded_anew_answers_as_the_old_one():
    rows = [
        article(1, "Schweres Erdbeben erschüttert Insel Samora", QUAKE),
        article(2, "Erdbeben auf Samora: Helfer suchen Verschüttete", QUAKE_TOO, hours=2),
        article(3, "Lokführer der Nordbahn streiken ab Montag", STRIKE, hours=2),
        article(4, "Nordbahn: Gewerkschaft ruft Lokführer zum Streik", STRIKE, hours=3),
    ]
    lived, numbers = Window(), {}
    for placement in place(lived, *rows):
        if placement.is_new:
            lived.named(placement.story, StoryId(len(numbers) + 1))
        numbers[placement.article_id] = placement.story.story_id
    loaded = Window()
    loaded.load(analysed(replace(row, story_id=numbers[row.id])) for row in rows)

    newcomer = article(5, "Samora: Zahl der Toten nach Erdbeben steigt auf 12", QUAKE_TOO, hours=9)
    [here], [there] = place(lived, newcomer), place(loaded, newcomer)

    assert here.story.story_id == there.story.story_id == numbers[1]
    assert here.links == there.links
    assert here.is_news == there.is_news


def test_stories_that_turn_out_to_be_one_keep_the_older_id():
    one, other, joint = (
        "Das Parlament in Harven stimmt über die Reform der Küstenwache ab. Ministerin Tessa Orlin wirbt dafür.",
        "Ministerin Tessa Orlin verteidigt höhere Ausgaben. Die Opposition in Harven hält sie für zu teuer.",
        "Das Parlament in Harven stimmt ab: Ministerin Tessa Orlin verteidigt die Reform der Küstenwache.",
    )
    window = Window()
    window.load(
        [
            analysed(article(1, "Harven stimmt über Küstenwache ab", one, story=7)),
            analysed(article(2, "Orlin verteidigt höhere Ausgaben", other, story=3)),
        ]
    )
    placements = place(window, article(3, "Orlin und Harven: Reform der Küstenwache, höhere Ausgaben", joint))

    assert merged_ids(placements) == {7: 3}
    assert placements[0].story.final().story_id == 3


def test_links_name_what_two_stories_share():
    window = Window()
    parade = (
        "Tausende Soldaten marschierten in Pjöngjang an der Tribüne vorbei, am Abend gab es ein Feuerwerk."
    )
    boat = "Das neue Schiff lag am Kai von Sinpo. Fachleute bezweifeln, dass es schon einen Reaktor hat."
    placements, links = place_all(
        [
            analysed(article(1, "Nordkorea feiert sein Staatsjubiläum mit einer Parade", parade)),
            analysed(article(2, "Wie gefährlich ist das Atom-U-Boot aus Nordkorea?", boat)),
        ],
        window,
    )

    assert placements[0].story is not placements[1].story
    [link] = links
    assert "Nordkorea" in link.reason
    assert 0 < link.score < 1


def test_a_story_that_goes_on_being_told_is_joined_where_one_told_long_ago_is_not():
    titles = (
        "Erdbeben auf Insel Samora: Helfer suchen Verschüttete",
        "Samora nach dem Erdbeben: Helfer suchen in Belun Verschüttete",
        "Verschüttete nach Erdbeben auf Samora: Helfer suchen weiter",
    )

    def joins(hours):
        window = Window()
        earlier = [
            article(number, title, QUAKE_TOO, hours=hours[number]) for number, title in enumerate(titles)
        ]
        late = article(9, "Samora zählt nach dem Erdbeben die Toten", QUAKE, hours=12 * 24)
        first, *_, last = place(window, *earlier, late)
        return last.story is first.story

    assert joins((0, 4 * 24, 8 * 24))
    assert not joins((0, 1, 2))
