"""The collector reaches the open internet and nothing else."""

import pytest

from bot.errors import FeedUnreachable
from bot.feeds.addresses import GuardedResolver, check_url, is_public


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://127.1/",
        "http://0x7f.1/",
        "http://2130706433/",
        "http://0177.0.0.1/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[::127.0.0.1]/",
        "http://[64:ff9b::7f00:1]/",
        "http://[64:ff9b:1::1]/",
        "http://[2002:7f00:1::]/",
        "http://[2001:0:7f00:1::]/",
        "http://[fe80::1%25eth0]/",
        "http://[fc00::1]/",
        "http://169.254.169.254/latest/meta-data",
        "http://10.0.0.1/",
        "http://172.16.5.5/",
        "http://192.168.1.1/",
        "http://100.64.0.1/",
        "http://0.0.0.0/",
        "http://224.0.0.1/",
        "http://255.255.255.255/",
        "http://localhost/",
        "http://LOCALHOST./",
        "http://db.internal/",
        "http://printer.local/",
        "http://user@example.org/",
        "http://user:geheim@example.org/",
        "http://example.org@127.0.0.1/",
        "file:///etc/passwd",
        "ftp://example.org/feed",
        "gopher://example.org/",
        "http:///feed",
        "http://example.org:99999/",
        "feed",
        "",
    ],
)
def test_inner_and_odd_addresses_are_refused(url):
    with pytest.raises(FeedUnreachable) as caught:
        check_url(url)
    assert "127" not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/feed",
        "http://example.org:8080/",
        "http://93.184.216.34/feed",
        "https://[2606:4700::1111]/",
    ],
)
def test_the_open_internet_is_allowed(url):
    assert check_url(url) == url


def test_private_addresses_are_allowed_by_setting_alone():
    assert check_url("http://127.0.0.1:8000/feed", allow_private=True)
    with pytest.raises(FeedUnreachable):
        check_url("file:///etc/passwd", allow_private=True)


@pytest.mark.parametrize(
    ("ip", "public"),
    [
        ("8.8.8.8", True),
        ("64:ff9b::808:808", True),
        ("2002:808:808::1", True),
        ("64:ff9b::a00:1", False),
        ("nonsense", False),
        ("fe80::1%eth0", False),
    ],
)
def test_a_wrapped_address_is_judged_by_what_it_wraps(ip, public):
    assert is_public(ip) is public


class Names:
    """A name server whose answers are given, one after the other."""

    def __init__(self, *answers):
        self._answers = list(answers)

    async def resolve(self, host, port=0, *_):
        return [
            {"hostname": host, "host": ip, "port": port, "family": 2, "proto": 0, "flags": 0}
            for ip in self._answers.pop(0)
        ]

    async def close(self):
        pass


async def test_one_inner_address_among_public_ones_refuses_the_name():
    resolver = GuardedResolver(Names(["8.8.8.8"], ["8.8.8.8", "127.0.0.1"]))
    assert [found["host"] for found in await resolver.resolve("example.org")] == ["8.8.8.8"]
    with pytest.raises(FeedUnreachable, match="not allowed"):
        await resolver.resolve("example.org")
