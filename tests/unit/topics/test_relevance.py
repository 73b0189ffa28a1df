"""How well an article answers: what a title without any of the words comes to is settled once."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bot.topics.relevance import MOST_PIECES, Relevance
from storage.queries import AllOf, AnyOf, Phrase, Prefix, Term, terms_of

TERMS = st.sampled_from(["a", "b", "ab", "abc", "_kp"])
LEAVES = st.one_of(
    st.builds(Term, st.lists(TERMS, min_size=1, max_size=3, unique=True).map(tuple)),
    st.builds(Phrase, st.lists(TERMS.map(lambda term: (term,)), min_size=1, max_size=3).map(tuple)),
    st.builds(Prefix, st.sampled_from(["a", "ab"])),
)
MATCHES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(AllOf, st.lists(inner, min_size=1, max_size=3).map(tuple)),
        st.builds(AnyOf, st.lists(inner, min_size=1, max_size=3).map(tuple)),
    ),
    max_leaves=4,
)
LINES = st.lists(st.sampled_from(["a", "b", "ab", "abc", "_kp", "c", "d"]), max_size=3).map(
    lambda words: f" {' '.join(words)} "
)


@given(MATCHES, LINES, LINES, st.sets(TERMS))
def test_a_title_without_any_of_the_words_is_not_weighed_and_comes_to_the_same(match, title, also, unknown):
    known = {term: 5 for term in terms_of(match) if term not in unknown}
    relevance = Relevance.of(match, known, 100)
    weighed = replace(relevance, pieces=())
    assert relevance(title, also) == weighed(title, also)
    assert relevance(title, also, " a b ", " ab ") == weighed(title, also, " a b ", " ab ")


def test_ever_so_many_words_are_not_looked_for_first():
    some = Term(tuple(f"t{number}" for number in range(MOST_PIECES)))
    more = Term((*some.any_of, "t"))
    assert Relevance.of(some, dict.fromkeys(some.any_of, 1), 9).pieces
    assert not Relevance.of(more, dict.fromkeys(more.any_of, 1), 9).pieces
