"""Telegram's sizes and keyboards."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.messages.keyboard import Key, in_rows, keyboard
from bot.messages.split import MOST_CHARACTERS, Size, TooLong, group, measure, pack, visible
from tests.telegram_parser import telegram_parse, telegram_untangle


def test_what_telegram_counts():
    html = '<b>ä&amp;<a href="https://x.example/?a=1&amp;b=2">😀</a></b>'
    assert measure(html) == Size(characters=3, bytes=len(html.encode()), entities=3)
    assert len(telegram_untangle(html).entities) == 3
    assert visible(html) == telegram_parse(html).text == "ä&😀"


def test_sections_stay_whole_and_in_order():
    sections = ["a" * 3000, "b" * 1000, "c" * 1000, "d" * 3000]
    assert pack(sections) == ["a" * 3000 + "b" * 1000, "c" * 1000 + "d" * 3000]


def test_entities_and_bytes_count_too():
    many = "<b>x</b>" * 50
    assert len(pack([many, many])) == 2
    address = f'<a href="https://x.example/{"a" * 2000}">x</a>'
    assert len(pack([address] * 20)) == 2


def test_a_section_too_large_is_broken_between_lines_where_no_tag_is_open():
    lines = [f"{number} {'x' * 500}\n" for number in range(20)]
    quote = f"<blockquote>{''.join(lines[:4])}</blockquote>\n"
    packed = pack(["".join(lines[:5]) + quote + "".join(lines[5:])])
    assert "".join(packed) == "".join(lines[:5]) + quote + "".join(lines[5:])
    assert all(measure(part).fits for part in packed)
    assert sum(quote in part for part in packed) == 1


def test_a_line_no_message_can_hold_is_refused():
    with pytest.raises(TooLong):
        pack(["x" * (MOST_CHARACTERS + 1)])


@given(st.lists(st.integers(1, MOST_CHARACTERS), max_size=30))
@settings(deadline=None)
def test_groups_fit_and_hold_everything(lengths):
    sizes = [Size(length, length, 0) for length in lengths]
    counts = group(sizes)
    assert sum(counts) == len(sizes)
    start = 0
    for count in counts:
        assert count >= 1
        assert sum(lengths[start : start + count]) <= MOST_CHARACTERS
        start += count


def test_a_keyboard_as_telegram_reads_it():
    made = json.loads(keyboard([[Key("Mehr\n", "st:7"), ("Lesen", "https://x.example/ä")], []]))
    assert made == {
        "inline_keyboard": [
            [{"text": "Mehr", "callback_data": "st:7"}, {"text": "Lesen", "url": "https://x.example/ä"}]
        ]
    }
    assert keyboard([]) == ""
    assert keyboard([[]]) == ""


@pytest.mark.parametrize(
    "rows",
    [
        [[Key("x", "a")] * 9],
        [[Key("x", "a")] * 5] * 21,
        [[Key("x", "ä" * 33)]],
        [[Key("x", "")]],
        [[Key("\u200b", "a")]],
        [[Key("x", "http://localhost/")]],
    ],
)
def test_a_keyboard_telegram_would_refuse_is_refused(rows):
    with pytest.raises(ValueError, match=r"button|keyboard|callback"):
        keyboard(rows)


def test_rows_of_a_width():
    keys = [Key(str(number), "a") for number in range(7)]
    assert [len(row) for row in in_rows(keys, 5)] == [5, 2]
