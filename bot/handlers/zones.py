"""From a place to an IANA zone: as people type it ("Wien", "Europe/Vienna", "München"), or where they are."""

from __future__ import annotations

import unicodedata
from functools import cache
from zoneinfo import available_timezones

from babel import Locale
from babel.core import get_global
from babel.dates import get_timezone_location

from bot.clock import is_zone

# Places our readers name that no zone is called after; German ones first, since they type German.
_PLACES = {
    "Europe/Berlin": "Deutschland Germany München Munich Hamburg Köln Cologne Frankfurt Stuttgart Düsseldorf "
    "Leipzig Dresden Bremen Hannover Nürnberg Dortmund Essen Bonn Kiel Rostock Erfurt Mainz Saarbrücken "
    "Potsdam Magdeburg",
    "Europe/Vienna": "Österreich Austria Graz Linz Salzburg Innsbruck Klagenfurt",
    "Europe/Zurich": "Schweiz Switzerland Bern Basel Genf Geneva Lausanne Luzern Winterthur",
    "Europe/Rome": "Bozen Bolzano Mailand Milan Neapel",
    "Europe/Madrid": "Barcelona Mallorca Valencia Sevilla",
    "Europe/London": "Edinburgh Manchester England UK",
    "Europe/Istanbul": "Ankara Izmir Antalya",
    "Europe/Warsaw": "Danzig Krakau Breslau",
    "America/New_York": "Washington Boston Miami Philadelphia",
    "America/Los_Angeles": "Seattle Hollywood Kalifornien California",
    "Asia/Shanghai": "Peking Beijing",
    "Asia/Kolkata": "Delhi Mumbai Bangalore",
    "Asia/Tokyo": "Osaka Kyoto",
}
_PREFIXES = ("Europe/", "Africa/", "America/", "Asia/", "Atlantic/", "Australia/", "Indian/", "Pacific/")


def find_zone(text: str) -> str | None:
    """The zone a person means, or None when the name is not known."""
    return _names().get(_folded(text))


def zone_at(latitude: float, longitude: float) -> str | None:
    """The zone whose clocks show the time there; None for no place on earth. Slow the first time."""
    # Its borders fill 35 MB of memory: only for who shares a location.
    from tzfpy import get_tz  # noqa: PLC0415

    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        return None
    zone = get_tz(longitude, latitude)
    return zone if zone and is_zone(zone) else None


@cache
def _names() -> dict[str, str]:
    names: dict[str, str] = {}
    zones = sorted(zone for zone in available_timezones() if zone.startswith(_PREFIXES) or zone == "UTC")
    for zone in zones:
        names[_folded(zone)] = zone
        names.setdefault(_folded(zone.rsplit("/", 1)[-1]), zone)
    # Countries of one zone, and cities, as German and English call them.
    for language in ("de", "en"):
        locale = Locale(language)
        for zone in zones:
            names.setdefault(_folded(get_timezone_location(zone, locale=locale, return_city=True)), zone)
        for territory, its_zones in get_global("territory_zones").items():
            if len(its_zones) == 1 and its_zones[0] in zones and territory in locale.territories:
                names.setdefault(_folded(locale.territories[territory]), its_zones[0])
    for zone, places in _PLACES.items():
        for place in places.split():
            names[_folded(place)] = zone
    return names


def _folded(text: str) -> str:
    """Lower case, without accents; umlauts and their spellings with e become one."""
    text = text.casefold().replace("ae", "a").replace("oe", "o").replace("ue", "u")
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in decomposed if letter.isalnum() or letter in "/+")
