"""What is linked without being asked: the same as Telegram links."""

import pytest

from bot.localchat.detection import detected
from bot.localchat.spans import Formatted
from tests.telegram_parser import telegram_detect

TEXTS = [
    "Mehr unter beispiel.de/news, sagte der Sprecher (dpa).",
    "/thema Nordkorea",
    "Tippe /abo oder /hilfe@depesche_bot!",
    "say /stop now",
    "Bericht: report.zip und foo.py",
    "Mail an redaktion@zeitung.de, mailto:a@b.de",
    "https://nord.example/a/1?x=2&y=3 lesen",
    "http://localhost/ http://x https://",
    "#Nordkorea und #Atom-U-Boot, #123, #1a, x#a, #ä_ö",
    "16.10.2025, 12:30 Uhr, 1.000.000 Euro, z.B. d.h. 3.de",
    "ver.di streikt. Ende.Der Satz.In",
    "$EUR und $USD, x$EUR, $eur, $ABCDEFGHI",
    "@abcde @ab x@abcde .@abcde",
    "und/oder 5/7 km/h /2 /a/b </a> /ä",
    "x.de. (x.de) x.de/a_(b) x.de/a) x.de! x.de? x.de?a „x.de“ x.de…",
    "foo.DE Foo.Com www.x.example //x.de /x.de x/y.de @x.de x..de a_b.de",
    "1.2.3.4 http://1.2.3.4/ user:pw@x.de http://user:pw@x.de/",
    "tg://resolve?domain=x ton://x ftp://x.de",
    "straße.de ä.de http://ä.example",
]


@pytest.mark.parametrize("text", TEXTS)
def test_the_same_is_linked_as_telegram_links(text: str) -> None:
    ours = Formatted(text=text, spans=tuple(detected(text))).entities()

    assert [(e.kind, e.offset, e.length) for e in ours] == [
        (e.kind, e.offset, e.length) for e in telegram_detect(text)
    ]
