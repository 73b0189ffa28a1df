"""Whose headlines, as they are kept."""

import pytest

from bot.digests.scope import EVERYTHING, Scope


@pytest.mark.parametrize(
    ("scope", "key"),
    [
        (EVERYTHING, ""),
        (Scope("AT"), "AT/"),
        (Scope("AT", "sport"), "AT/sport"),
        (Scope(section="sport"), "/sport"),
    ],
)
def test_a_scope_is_kept_by_its_key(scope, key):
    assert scope.key == key
    assert Scope.of_key(key) == scope


@pytest.mark.parametrize("key", ["/", "at/", "/nonsense", "AUT/", "x", "//"])
def test_what_is_no_key_means_everything(key):
    assert Scope.of_key(key) == EVERYTHING
