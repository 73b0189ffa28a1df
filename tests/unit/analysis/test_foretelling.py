"""What is still to come, told by its words."""

import pytest

from bot.analysis.foretelling import foretells


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Heute Mittag soll „Iris“ auf dem Mond landen", 1.0),
        ("EU-Gipfel sucht Geld für gemeinsame Rüstung", 0.5),
        ("Gewerkschaft kündigt 48 Stunden Bahnstreik an", 0.5),
        ("Sturm „Elke“ kommt: Nordhafen sperrt Parks", 0.5),
        ("„Iris“ ist gelandet – leicht schief, aber wohlauf", 0.0),
        ("Heute ist „Iris“ gelandet", 0.0),
        ("EU beschließt Rüstungsfonds über 75 Milliarden Euro", 0.0),
        ("Berlin to make rent cap permanent", 0.5),
        ("Ministers are set to vote today", 1.0),
        ("Nuclear submarine returned to port", 0.0),
    ],
)
def test_what_is_still_to_come(text, expected):
    assert foretells(text) == expected
