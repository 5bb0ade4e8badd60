"""Links: which are safe, which lead to one page, and whose machine they load."""

from __future__ import annotations

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.links import is_same_origin, lane_of_url, normalise_link, safe_link, strip_tracking


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("https://a.example/x?y=1#z", "https://a.example/x?y=1#z"),
        (" HTTPS://A.Example/\n", "https://a.example/"),
        ("http://münchen.example/ü", "http://xn--mnchen-3ya.example/%C3%BC"),
        ("http://[2606:4700::1]:8080/", "http://[2606:4700::1]:8080/"),
        ("http://a.example:65535/", "http://a.example:65535/"),
        ("http://a.example:65536/", None),
        ("http://a.example:0/", None),
        ("//a.example/", None),
        ("/relative", None),
        ("mailto:a@b.example", None),
        ("javascript:alert(1)", None),
        ("java\nscript:alert(1)", None),
        ("data:text/html,x", None),
        ("http://bank.example@evil.example/", None),
        ("http://@a.example/", "http://a.example/"),
        ("http://a.example\\@evil.example/", None),
        ("http://a.example%2f@evil.example/", None),
        ("http://exa mple.org/", None),
        ("http://exa<mple.org/", None),
        ("http://-/", None),
        ("http://a..example/", None),
        ("http://a.example: 80/", None),
        ("http://[::1/", None),
        ("http://a.example/\x00", None),
        ("http://\ud800/", None),
        ("http://127。0。0。1:8080/", "http://127.0.0.1:8080/"),
        ("http://1127。0。0。1/", None),
        ("http://[fe80::1%é]/", None),
        ("http://a.example/" + "я" * 800, "http://a.example/" + "%D1%8F" * 800),
        ("", None),
    ],
)
def test_only_links_to_real_hosts_are_safe(url: str, link: str | None) -> None:
    assert safe_link(url) == link


@pytest.mark.parametrize(
    ("url", "rest"),
    [
        ("https://a.example/?utm_source=x&id=7&UTM_Medium=y", "https://a.example/?id=7"),
        ("https://a.example/?fbclid=x", "https://a.example/"),
        ("https://a.example/?at_medium=RSS&at_campaign=KARANGA", "https://a.example/"),
        ("https://www.a.example/?ref=a.example", "https://www.a.example/"),
        ("https://a.example/?ref=main", "https://a.example/?ref=main"),
        ("https://a.example/?b=2&a=1&a=%20", "https://a.example/?b=2&a=1&a=%20"),
        ("https://a.example/x", "https://a.example/x"),
    ],
)
def test_parameters_that_tell_who_sent_the_reader_go(url: str, rest: str) -> None:
    assert strip_tracking(url) == rest


SAME_PAGE = [
    "https://a.example/x",
    "http://a.example/x",
    "http://A.EXAMPLE:80/x#top",
    "https://a.example:443/x?utm_source=rss",
    "https://a.example/./y/../x",
]


@pytest.mark.parametrize("url", SAME_PAGE)
def test_two_links_to_one_page_have_one_key(url: str) -> None:
    assert normalise_link(url) == "https://a.example/x"


@pytest.mark.parametrize("url", ["urn:uuid:1", "not a link", "https://a.example/y", "https://a.example:8443/x"])
def test_other_things_keep_other_keys(url: str) -> None:
    assert normalise_link(url) == url


PARTS = st.sampled_from(
    [
        *("http://", "https://", "a.example", ":80", ":443", ":8080", "/", "..", "?", "&", "utm_x=1"),
        *("ref=a.example", "%41", "%zz", "#", "é", "x", "=", " ", "//", "\\", "@", "[::1]", ";"),
        *(".", "1", "。", "Ａ", "мир", "`", "{", "|", "^", '"', "<", "'", "~", "\u2028", "[", "]", "-", "_"),
    ]
)
ADDRESSES = st.tuples(
    st.sampled_from(["http://", "HTTPS://", "http://a.example", "https://1", "http://[::1]"]),
    st.lists(PARTS, max_size=8).map("".join),
).map("".join) | st.text(max_size=40)


@given(ADDRESSES)
def test_normalising_twice_is_normalising_once(url: str) -> None:
    assert normalise_link(normalise_link(url)) == normalise_link(url)


@given(ADDRESSES)
def test_a_safe_link_is_the_address_that_httpx_would_fetch(url: str) -> None:
    """Who checks a link and who fetches it must not take it apart differently."""
    link = safe_link(url)
    if link is not None:
        # Twice, for it forgets to drop a default port behind a scheme in capitals.
        assert str(httpx.URL(str(httpx.URL(url.strip())))) == link
        assert safe_link(link) == link


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://a.example/x", "https://a.example:443/y?z", True),
        ("http://a.example/", "https://a.example/", False),
        ("http://a.example:80/", "http://a.example:81/", False),
        ("http://a.example/", "http://b.a.example/", False),
        ("http://[::1/", "http://[::1/", False),
        ("http://a.example/", "http://a.example/" + "x" * 5000, True),
    ],
)
def test_an_origin_is_scheme_host_and_port(one: str, other: str, same: bool) -> None:
    assert is_same_origin(one, other) is same


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://feeds.bbci.co.uk/news/rss.xml", "bbci.co.uk"),
        ("https://one.tumblr.com/rss", "tumblr.com"),
        ("https://two.blogspot.com/feed", "blogspot.com"),
        ("http://127.0.0.1:8080/", "127.0.0.1:8080"),
        ("http://nas.local/feed", "nas.local:80"),
        ("https://localhost/feed", "localhost:443"),
        ("http://[::1]:8000/", "::1:8000"),
        ("nonsense", "nonsense"),
    ],
)
def test_a_lane_is_whoever_carries_the_load(url: str, expected: str) -> None:
    assert lane_of_url(url) == expected
