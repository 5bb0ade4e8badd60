"""The guarded Web: what it fetches, what it refuses, and how it says so."""

from __future__ import annotations

import asyncio
import gzip
import logging
import ssl
import zlib
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial

import httpcore
import httpx
import pytest
import trustme
from hypothesis import given
from hypothesis import strategies as st

from monitor.model import StageError
from monitor.web import GuardedWeb, Hop, Response, WebSettings, decode_body, post_unguarded
from monitor.web.body import STEP_BYTES, ZlibUnpacker
from monitor.web.fetch import guard_transport
from monitor.web.guard import AddressPolicy, BlockedAddress, is_public_address, parse_address
from tests.build import AMPLE_S
from tests.serve import Canned, Site, drip, redirect

NOON = datetime(2025, 11, 3, 12, tzinfo=UTC)
LOOPBACK = WebSettings("monitor-tests", allow_networks=("127.0.0.0/8",))


def fetch(url: str, settings: WebSettings = LOOPBACK, **options: object) -> Response:
    return asyncio.run(GuardedWeb(settings).get(url, **options))  # type: ignore[arg-type]


def trouble(url: str, settings: WebSettings = LOOPBACK, **options: object) -> str:
    with pytest.raises(StageError) as caught:
        fetch(url, settings, **options)
    return caught.value.reason


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as running:
        yield running


# --- what it gives -----------------------------------------------------------------------------


def test_an_answer_comes_with_its_address_status_headers_and_body(site: Site) -> None:
    site.routes["/news"] = Canned(b"peace", headers={"Content-Type": "text/plain", "X-Twice": "1"}, etag='"e1"')
    got = fetch(f"{site.url}/news#top")
    assert (got.url, got.status, got.body, got.hops) == (f"{site.url}/news#top", 200, b"peace", ())
    assert got.content_type == "text/plain"
    assert got.headers["etag"] == '"e1"'
    assert not got.truncated


def test_a_status_is_no_trouble_of_the_web(site: Site) -> None:
    assert fetch(f"{site.url}/missing").status == 404


def test_the_request_says_who_asks_and_what_it_can_unfold(site: Site) -> None:
    fetch(f"{site.url}/")
    asked = site.asked[0].headers
    assert (asked["user-agent"], asked["accept-encoding"]) == ("monitor-tests", "gzip, deflate")


def test_an_etag_travels_byte_for_byte(site: Site) -> None:
    """Some servers put bytes beyond ASCII into an ETag, and compare them."""
    site.routes["/"] = Canned(b"x", etag='W/"caf\xe9"')
    etag = fetch(f"{site.url}/").headers["etag"]
    assert fetch(f"{site.url}/", headers={"If-None-Match": etag}).status == 304


@pytest.mark.parametrize(
    ("coding", "packed"),
    [
        ("gzip", gzip.compress(b"peace " * 99)),
        ("X-GZIP", gzip.compress(b"peace " * 99)),
        ("deflate", zlib.compress(b"peace " * 99)),
        ("deflate", zlib.compress(b"peace " * 99, wbits=-15)),
        ("identity", b"peace " * 99),
    ],
)
def test_packed_bodies_are_unfolded(site: Site, coding: str, packed: bytes) -> None:
    """Some servers send deflate without its zlib header."""
    site.routes["/"] = Canned(packed, headers={"Content-Encoding": coding})
    got = fetch(f"{site.url}/")
    assert (got.body, got.truncated) == (b"peace " * 99, False)


def test_a_body_that_breaks_off_is_kept_and_flagged(site: Site) -> None:
    site.routes["/"] = Canned(b"half a sto", claimed_bytes=99)
    got = fetch(f"{site.url}/")
    assert (got.body, got.truncated) == (b"half a sto", True)


def test_a_gzip_stream_without_its_end_is_kept_and_flagged(site: Site) -> None:
    site.routes["/"] = Canned(gzip.compress(b"a" * 5000)[:-9], headers={"Content-Encoding": "gzip"})
    assert fetch(f"{site.url}/").truncated


# --- redirects ---------------------------------------------------------------------------------


def test_redirects_are_followed_and_remembered(site: Site) -> None:
    site.routes |= {"/a": redirect("/b", 301), "/b": redirect(f"{site.url}/c"), "/c": Canned(b"here")}
    got = fetch(f"{site.url}/a")
    assert (got.url, got.body) == (f"{site.url}/c", b"here")
    assert got.hops == (Hop(301, f"{site.url}/a"), Hop(302, f"{site.url}/b"))


def test_a_redirect_loop_ends(site: Site) -> None:
    site.routes["/a"] = redirect("/a")
    assert trouble(f"{site.url}/a") == "too_many_redirects"
    assert len(site.asked) == 6


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        ("http://10.0.0.1/", "blocked_address"),
        ("http://[::ffff:169.254.169.254]/latest", "blocked_address"),
        ("//192.168.0.1/", "blocked_address"),
        ("file:///etc/passwd", "bad_url"),
        ("gopher://127.0.0.1/", "bad_url"),
        ("http://user:word@127.0.0.1/", "bad_url"),
        ("http://127.0.0.1:99999/", "bad_url"),
        ("http://[::1", "bad_url"),
        ("http://a..b/", "bad_url"),
        (f"http://{'a' * 64}.example/", "dns"),
    ],
)
def test_every_hop_is_checked(site: Site, target: str, reason: str) -> None:
    site.routes["/"] = redirect(target)
    assert trouble(f"{site.url}/") == reason


def test_secrets_stay_with_their_origin(site: Site) -> None:
    """An own header may be a key; only conditions and preferences go along to another origin."""
    with Site({"/end": Canned(b"x")}) as other:
        site.routes |= {"/a": redirect("/b"), "/b": redirect(f"{other.url}/end")}
        fetch(f"{site.url}/a", headers={"X-Api-Key": "s3cret", "Authorization": "Bearer s", "If-None-Match": '"1"'})
        assert [asked.headers.get("x-api-key") for asked in site.asked] == ["s3cret", "s3cret"]
        assert not {"x-api-key", "authorization"} & set(other.asked[0].headers)
        assert other.asked[0].headers["if-none-match"] == '"1"'


# --- bounds ------------------------------------------------------------------------------------


def test_a_bomb_is_cut_at_the_limit(site: Site) -> None:
    site.routes["/"] = Canned(gzip.compress(bytes(50_000_000)), headers={"Content-Encoding": "gzip"})
    assert trouble(f"{site.url}/", limit_bytes=1_000_000) == "too_big"


def test_a_body_of_just_the_limit_is_taken(site: Site) -> None:
    site.routes["/"] = Canned(b"x" * 1000)
    assert len(fetch(f"{site.url}/", limit_bytes=1000).body) == 1000
    assert trouble(f"{site.url}/", limit_bytes=999) == "too_big"


@pytest.mark.parametrize("coding", ["br", "zstd", "gzip, gzip", "gzip,deflate", "aes128gcm"])
def test_codings_not_asked_for_are_refused(site: Site, coding: str) -> None:
    site.routes["/"] = Canned(b"x", headers={"Content-Encoding": coding})
    assert trouble(f"{site.url}/") == "bad_encoding"


def test_what_only_claims_to_be_gzip_is_refused(site: Site) -> None:
    site.routes["/"] = Canned(b"\x1f\x8bnot really", headers={"Content-Encoding": "gzip"})
    assert trouble(f"{site.url}/") == "bad_encoding"


@given(st.binary(max_size=300), st.lists(st.integers(1, 50)), st.sampled_from([31, 15, -15]))
def test_unfolding_piece_by_piece_equals_zlib(body: bytes, cuts: list[int], bits: int) -> None:
    pack = zlib.compressobj(wbits=bits)
    rest, unpack, got = pack.compress(body) + pack.flush(), ZlibUnpacker(), b""
    for cut in [*cuts, len(rest)]:
        got += b"".join(unpack.pieces(rest[:cut]))
        rest = rest[cut:]
    assert (got, unpack.is_complete) == (body, True)


def test_no_piece_is_larger_than_its_step() -> None:
    assert max(map(len, ZlibUnpacker().pieces(gzip.compress(bytes(1_000_000))))) == STEP_BYTES


def test_a_dripping_server_ends_at_the_deadline(site: Site) -> None:
    """No single read is slow, so only a deadline over the whole fetch helps."""
    site.routes["/"] = drip
    assert trouble(f"{site.url}/", deadline_s=0.2) == "timeout"


# --- trouble has names -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        "",
        "no address",
        "ftp://example.org/x",
        "file:///etc/passwd",
        "http://",
        "http:///path",
        "http://example.org:0/",
        "http://example.org:port/",
        "http://user@example.org/",
        "http://[::1",
        "http://exa\x00mple.org/",
        "http://a\\b/",
        "http://" + "a" * 5000,
    ],
)
def test_what_is_no_address_of_the_web_is_refused(url: str) -> None:
    assert trouble(url) == "bad_url"


def test_a_name_that_leads_nowhere() -> None:
    """No resolver is asked about a label over 63 characters."""
    assert trouble(f"http://{'a' * 64}.example/") == "dns"


def test_a_closed_door(site: Site) -> None:
    with Site() as gone:
        pass
    assert trouble(gone.url) == "connect"


def test_an_answer_that_is_not_http(site: Site) -> None:
    site.routes["/"] = lambda handler: handler.wfile.write(b"SSH-2.0-OpenSSH\r\n\r\n") and None
    assert trouble(f"{site.url}/") == "network"


def test_trouble_names_the_host_but_not_the_address() -> None:
    """An address may hold a key."""
    with pytest.raises(StageError) as caught:
        fetch("http://10.0.0.1/feed?token=s3cret")
    assert "10.0.0.1" in caught.value.detail
    assert "s3cret" not in str(caught.value)


def test_addresses_are_not_logged(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        fetch(f"{site.url}/hook?token=s3cret")
    assert "s3cret" not in caplog.text


def test_a_certificate_is_checked_against_the_name_asked_for() -> None:
    authority, server, client = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.create_default_context()
    authority.issue_cert("news.example").configure_cert(server)
    authority.configure_trust(client)

    async def at_home(host: str, port: int) -> Sequence[str]:
        return ["127.0.0.1"]

    with Site({"/": Canned(b"signed")}, tls=server) as site:
        web = GuardedWeb(LOOPBACK, resolve=at_home, trust=client)
        assert asyncio.run(web.get(f"https://news.example:{site.port}/")).body == b"signed"
        with pytest.raises(StageError, match="tls"):
            asyncio.run(web.get(f"https://other.example:{site.port}/"))
        with pytest.raises(StageError, match="tls"):
            asyncio.run(GuardedWeb(LOOPBACK, resolve=at_home).get(f"https://news.example:{site.port}/"))


# --- the address guard -------------------------------------------------------------------------

PRIVATE_HOSTS = [
    *("127.0.0.1", "127.1", "127.0.1", "0.0.0.0", "0", "2130706433", "0x7f000001", "0x7f.1"),  # noqa: S104
    *("017700000001", "0177.0.0.1", "127。0。0。1", "１２７.0.0.1", "10.0.0.1", "172.16.0.1"),
    *("192.168.1.1", "169.254.169.254", "100.64.0.1", "192.0.0.8", "192.88.99.1", "198.18.0.1"),
    *("203.0.113.7", "224.0.0.1", "240.0.0.1", "255.255.255.255", "localhost", "[::]", "[::1]"),
    *("[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]", "[64:ff9b::7f00:1]"),
    *("[64:ff9b:1::1]", "[2002:7f00:1::]", "[2001::1]", "[fe80::1]", "[fec0::1]", "[fc00::1]"),
    *("[ff02::1]", "[3fff::1]", "[5f00::1]", "[2001:db8::1]"),
]


@pytest.mark.parametrize("host", PRIVATE_HOSTS)
def test_no_spelling_of_a_private_address_is_visited(site: Site, host: str) -> None:
    port = site.port
    strict = WebSettings("monitor-tests", allow_ports=(80, 443, port))
    assert trouble(f"http://{host}:{port}/", strict, deadline_s=AMPLE_S) in {"blocked_address", "bad_url", "dns"}
    assert site.asked == []


def visit(*answers: str) -> str:
    """The trouble of a visit to a name that has these addresses."""

    async def resolve(host: str, port: int) -> Sequence[str]:
        return answers

    web = GuardedWeb(WebSettings("monitor-tests", connect_s=0.05), resolve=resolve)
    with pytest.raises(StageError) as caught:
        asyncio.run(web.get("http://news.example/", deadline_s=AMPLE_S))
    return caught.value.reason


def test_one_private_address_refuses_the_name() -> None:
    assert visit("93.184.216.34", "127.0.0.1") == "blocked_address"


def test_a_name_without_addresses() -> None:
    assert visit() == "dns"


def test_a_name_is_resolved_once_for_a_connection(site: Site) -> None:
    """A second look-up might give another answer than the one that was checked."""
    looked_up: list[str] = []

    async def rebinding(host: str, port: int) -> Sequence[str]:
        looked_up.append(host)
        return ["127.0.0.1"] if len(looked_up) == 1 else ["10.0.0.1"]

    web = GuardedWeb(LOOPBACK, resolve=rebinding)
    assert asyncio.run(web.get(f"http://news.example:{site.port}/")).status == 404
    assert looked_up == ["news.example"]


def test_the_next_address_is_tried_when_one_does_not_answer(site: Site) -> None:
    async def two(host: str, port: int) -> Sequence[str]:
        return ["127.0.0.9", "127.0.0.1"]

    assert asyncio.run(GuardedWeb(LOOPBACK, resolve=two).get(f"http://x.example:{site.port}/")).status == 404


def test_an_allowed_network_opens_every_port_and_nothing_else(site: Site) -> None:
    one = WebSettings("monitor-tests", allow_networks=("127.0.0.1/32",))
    assert fetch(f"{site.url}/", one).status == 404
    assert trouble(f"http://127.0.0.2:{site.port}/", one) == "blocked_address"


def test_public_addresses_are_visited_at_the_usual_ports_only() -> None:
    policy = AddressPolicy()
    policy.check("93.184.216.34", 443)
    with pytest.raises(BlockedAddress, match="port 22"):
        policy.check("93.184.216.34", 22)


@given(st.ip_addresses(v=4))
def test_ipv4_in_ipv6_clothes_is_judged_as_ipv4(address: object) -> None:
    assert is_public_address(parse_address(f"::ffff:{address}")) == is_public_address(parse_address(str(address)))


def test_a_version_of_httpx_without_place_for_the_guard_is_refused() -> None:
    class Other(httpx.AsyncHTTPTransport):
        def __init__(self) -> None:
            self._pool = None  # type: ignore[assignment]

    with pytest.raises(TypeError, match="no place for the address guard"):
        guard_transport(Other(), httpcore.AnyIOBackend())


# --- webhooks ----------------------------------------------------------------------------------


def test_a_webhook_is_sent_unguarded_and_its_answer_read(site: Site) -> None:
    site.routes["/hook"] = Canned(b"ok")
    headers = {"Content-Type": "application/json"}
    got = asyncio.run(post_unguarded(f"{site.url}/hook", b"{}", headers, timeout_s=AMPLE_S))
    assert (got.status, got.body) == (200, b"ok")
    assert (site.asked[0].method, site.asked[0].body) == ("POST", b"{}")
    assert site.asked[0].headers["content-type"] == "application/json"


def test_a_webhook_is_not_redirected(site: Site) -> None:
    site.routes["/hook"] = redirect("/other", 307)
    assert asyncio.run(post_unguarded(f"{site.url}/hook", b"{}", {}, timeout_s=AMPLE_S)).status == 307
    assert len(site.asked) == 1


@pytest.mark.parametrize(
    ("path", "reason", "timeout_s"), [("/drip", "timeout", 0.2), ("/broken", "network", AMPLE_S)]
)
def test_a_webhook_has_a_deadline_and_named_trouble(site: Site, path: str, reason: str, timeout_s: float) -> None:
    site.routes |= {"/drip": drip, "/broken": lambda handler: handler.wfile.write(b"what?\r\n\r\n") and None}
    with pytest.raises(StageError) as caught:
        asyncio.run(post_unguarded(f"{site.url}{path}", b"{}", {}, timeout_s=timeout_s))
    assert caught.value.reason == reason
    assert path not in str(caught.value)


# --- Retry-After -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "wait"),
    [
        ("120", timedelta(minutes=2)),
        (" 0 ", timedelta()),
        ("Mon, 03 Nov 2025 13:00:00 GMT", timedelta(hours=1)),
        ("Mon, 03 Nov 2025 11:00:00 GMT", timedelta()),
        ("9" * 5000, timedelta(days=366)),
        ("soon", None),
        ("-5", None),
        ("²", None),
        ("", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(raw: str, wait: timedelta | None) -> None:
    assert Response("http://a.example/", 503, {"retry-after": raw}).retry_after(NOON) == wait


@given(st.text(max_size=40))
def test_retry_after_never_raises(raw: str) -> None:
    Response("http://a.example/", 503, {"retry-after": raw}).retry_after(NOON)


# --- decoding ----------------------------------------------------------------------------------

RUSSIAN = "Переговоры о прекращении огня возобновились в Стамбуле"


@pytest.mark.parametrize(
    ("body", "content_type", "text"),
    [
        (RUSSIAN.encode("cp1251"), "text/html; charset=windows-1251", RUSSIAN),
        (RUSSIAN.encode("koi8-r"), 'text/html; charset="KOI8-R"', RUSSIAN),
        (b"\xef\xbb\xbf" + RUSSIAN.encode(), "text/html; charset=windows-1251", RUSSIAN),
        (RUSSIAN.encode("utf-16"), "text/html", RUSSIAN),
        (RUSSIAN.encode(), "text/html; charset=iso-8859-1", RUSSIAN),
        (RUSSIAN.encode(), "text/html", RUSSIAN),
        (RUSSIAN.encode("cp1251"), "text/html; charset=utf-8", RUSSIAN),
        ("“café” 5 €".encode("cp1252"), "text/html; charset=iso-8859-1", "“café” 5 €"),
        ("平和交渉".encode("cp932"), "text/html; charset=Shift_JIS", "平和交渉"),
        ("和平谈判".encode("gbk"), "text/html; charset=gb2312", "和平谈判"),
        ("평화 회담".encode("cp949"), "text/html; charset=euc-kr", "평화 회담"),
        ("平和".encode("iso2022_jp"), "text/html; charset=iso-2022-jp", "平和"),
        (b"plain", "text/html; charset=undefined", "plain"),
        (b"+ADw-script+AD4-", "text/html; charset=utf-7", "+ADw-script+AD4-"),
        (b"", "", ""),
    ],
)
def test_bytes_are_read_by_bom_utf8_header_or_looks(body: bytes, content_type: str, text: str) -> None:
    """Headers often claim what is not sent: what is good UTF-8 is UTF-8."""
    assert decode_body(body, content_type) == text


@pytest.mark.parametrize(
    "head",
    [
        '<meta charset="windows-1251">',
        '<meta http-equiv="Content-Type" content="text/html; charset=windows-1251">',
        "<?xml version='1.0' encoding='windows-1251'?>",
    ],
)
def test_a_document_may_declare_its_own_encoding(head: str) -> None:
    assert decode_body((head + RUSSIAN).encode("cp1251"), "text/html; charset=nonsense") == head + RUSSIAN


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
def test_markup_in_utf16_needs_no_mark(codec: str) -> None:
    assert decode_body("<rss>мир</rss>".encode(codec), "application/xml") == "<rss>мир</rss>"


def test_a_character_cut_off_at_the_end_spoils_nothing() -> None:
    assert decode_body(RUSSIAN.encode()[:-1], "text/html; charset=windows-1251") == RUSSIAN[:-1]


@given(st.binary(max_size=200), st.sampled_from(["", "utf-7", "idna", "utf-16", "cp1252", "big5", "hz", "euc-jp"]))
def test_decoding_never_fails(body: bytes, label: str) -> None:
    decode_body(body, f"text/html; charset={label}").encode()


# --- many at once ------------------------------------------------------------------------------


def test_cancelled_fetches_leave_nothing_behind(site: Site) -> None:
    """A shared pool would be stuck after enough of them."""
    site.routes |= {"/drip": drip, "/": Canned(b"alive")}

    async def many() -> bytes:
        web = GuardedWeb(LOOPBACK)
        get = partial(web.get, f"{site.url}/drip", deadline_s=0.1)
        results = await asyncio.gather(*(get() for _ in range(30)), return_exceptions=True)
        assert {str(result).partition(":")[0] for result in results} == {"timeout"}
        return (await web.get(f"{site.url}/")).body

    assert asyncio.run(many()) == b"alive"
