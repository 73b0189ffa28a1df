"""One article has many spellings of its address: which are one, and which are none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.articles import address
from bot.articles.address import canonical_url, url_key
from bot.errors import IngestError


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("HTTPS://WWW.Example.ORG:443/Pfad/?utm_source=rss&id=7#oben", "https://www.example.org/Pfad/?id=7"),
        ("http://example.org", "http://example.org/"),
        ("  https://example.org/a\n", "https://example.org/a"),
        ("https://example.org/a?maca=de-rss-de-all&wt_mc=x&fbclid=1&at_medium=rss", "https://example.org/a"),
        ("https://example.org/a?ref=rss", "https://example.org/a"),
        ("https://example.org/a?ref=12345", "https://example.org/a?ref=12345"),
        ("https://example.org/a?source=newsletter-abend&b=%20c", "https://example.org/a?b=%20c"),
        (
            "https://müller.example/größe und maß",
            "https://xn--mller-kva.example/gr%C3%B6%C3%9Fe%20und%20ma%C3%9F",
        ),
        ("https://example.org:8443/a", "https://example.org:8443/a"),
        ("https://user:geheim@example.org/a", "https://example.org/a"),
        ("https://www.google.com/amp/s/www.example.org/a", "https://www.example.org/a"),
        ("https://www-example-org.cdn.ampproject.org/c/s/www.example.org/a", "https://www.example.org/a"),
        ("https://[2001:DB8::1]/a", "https://[2001:db8::1]/a"),
        ("urn:depesche:abc", "urn:depesche:abc"),
    ],
)
def test_an_address_is_shown_without_campaign_and_fragment(given, shown):
    assert canonical_url(given) == shown
    assert canonical_url(shown) == shown


@pytest.mark.parametrize(
    "given",
    [
        "",
        "javascript:alert(1)",
        "tg://resolve?domain=x",
        "file:///etc/passwd",
        "//example.org/a",
        "/a/b",
        "example.org/a",
        "https://",
        "https:///pfad",
        "https://exa mple.org/",
        "https://exam<ple.org/",
        "https://example.org:port/",
        "https://[::1/",
        "https://" + "a" * 100 + ".example/",
        "https://example.org/" + "a" * 9000,
        "mailto:a@example.org",
    ],
)
def test_what_is_no_web_address_is_refused(given):
    with pytest.raises(IngestError):
        canonical_url(given)


@pytest.mark.parametrize(
    "spelling",
    [
        "http://example.org/politik/a-1",
        "https://www.example.org/politik/a-1/",
        "https://m.example.org/politik/a-1",
        "https://mobil.example.org/politik/a-1",
        "https://amp.example.org/politik/a-1",
        "https://example.org/politik/a-1/amp",
        "https://example.org/politik/a-1/amp/",
        "https://example.org/politik/a-1?amp=1",
        "https://example.org/politik/a-1?outputType=amp",
        "https://www.google.com/amp/s/example.org/politik/a-1",
        "https://example.org/politik/a-1?utm_campaign=x#kommentare",
    ],
)
def test_spellings_of_one_address_share_their_key(spelling):
    assert url_key(canonical_url(spelling)) == "example.org/politik/a-1"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://example.org/a?id=1", "https://example.org/a?id=2"),
        ("https://example.org/A", "https://example.org/a"),
        ("https://sport.example.org/a", "https://www.example.org/a"),
        ("https://example.org/camp", "https://example.org/c"),
        ("https://m.org/a", "https://org/a"),
        ("https://example.org/a?ref=1", "https://example.org/a"),
    ],
)
def test_different_pages_have_different_keys(one, other):
    assert url_key(canonical_url(one)) != url_key(canonical_url(other))


def test_the_order_of_parameters_does_not_count():
    assert url_key("https://example.org/a?b=1&a=2") == url_key("https://example.org/a?a=2&b=1")


def test_an_amp_file_is_known_as_its_page():
    assert url_key("https://example.org/a.amp.html") == url_key("https://example.org/a.html")


HOSTS = st.sampled_from(
    ["bote.example", "www.bote.example", "m.a-b.co.example", "amp.bote.example", "google.example"]
)
PATHS = st.lists(
    st.sampled_from(
        ["/", "politik", "amp", "A-1", ".amp", ".html", "~x", "(1)", "Kampf", "%20", "ü", "//", ";a=b"]
    ),
    max_size=5,
)
QUERIES = st.lists(
    st.sampled_from(
        ["id=7", "utm_source=rss", "ref=rss", "q=ä", "amp=1", "b=%20c", "x", "", "outputType=amp"]
    ),
    max_size=3,
)


@given(HOSTS, PATHS, QUERIES, st.sampled_from(["", "#oben", "#"]))
def test_an_ordinary_address_is_read_as_any_other(host, path, query, fragment):
    url = f"https://{host}/{''.join(path)}{'?' if query else ''}{'&'.join(query)}{fragment}"
    canonical = address._canonical(url)
    assert address.identify(url) == (canonical, url_key(canonical))
