"""Places as people type them."""

import pytest

from bot.handlers.zones import find_zone, zone_at


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("Europe/Berlin", "Europe/Berlin"),
        ("europe/berlin", "Europe/Berlin"),
        ("Berlin", "Europe/Berlin"),
        ("  münchen ", "Europe/Berlin"),
        ("Muenchen", "Europe/Berlin"),
        ("Wien", "Europe/Vienna"),
        ("Vienna", "Europe/Vienna"),
        ("Österreich", "Europe/Vienna"),
        ("Zürich", "Europe/Zurich"),
        ("zuerich", "Europe/Zurich"),
        ("Genf", "Europe/Zurich"),
        ("London", "Europe/London"),
        ("New York", "America/New_York"),
        ("Moskau", "Europe/Moscow"),
        ("Kairo", "Africa/Cairo"),
        ("Peking", "Asia/Shanghai"),
        ("Tokio", "Asia/Tokyo"),
        ("Island", "Atlantic/Reykjavik"),
        ("UTC", "UTC"),
    ],
)
def test_a_place_has_its_zone(text, zone):
    assert find_zone(text) == zone


@pytest.mark.parametrize("text", ["", "Entenhausen", "/", "../../etc/passwd", "Europe/", "x" * 5000, "🙂"])
def test_an_unknown_place_has_none(text):
    assert find_zone(text) is None


@pytest.mark.parametrize(
    ("latitude", "longitude", "zone"),
    [
        (52.52, 13.4, "Europe/Berlin"),
        (50.776, 6.084, "Europe/Berlin"),  # Aachen: two borders near
        (47.37, 8.54, "Europe/Zurich"),
        (27.7, 85.32, "Asia/Kathmandu"),
        (0.0, -30.0, "Etc/GMT+2"),  # on the high seas
        (91.0, 0.0, None),
        (0.0, 181.0, None),
    ],
)
def test_where_somebody_is(latitude, longitude, zone):
    assert zone_at(latitude, longitude) == zone
