"""Links: which may be shown and followed, when two are the same page, and whose servers a visit burdens."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import unquote_plus, urlsplit

import httpx
from tld import get_fld

URL_LIMIT = 4096
DEFAULT_PORTS = {"http": 80, "https": 443}

HTTP_START = re.compile(r"https?://[^\s/?#]+(?:[/?#]|$)", re.IGNORECASE)
VALID_HOST = re.compile(r"[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:\.[a-z0-9_-]+)*\.?|\[[0-9a-f:.]+\]")
DROPPED_BY_BROWSERS = re.compile("[\t\r\n]")
CONTROL_CHARACTERS = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")

TRACKING_PREFIXES = ("utm_", "mtm_", "at_", "ns_")
TRACKING_NAMES = {
    *("cmpid", "dclid", "fbclid", "gbraid", "gclid", "igshid", "mc_cid", "mc_eid", "msclkid"),
    *("smid", "twclid", "wbraid", "yclid", "_ga"),
}


def safe_link(url: str) -> str | None:
    """Give the link in its plain ASCII form, or None unless it is http(s) to a real host, without userinfo.

    >>> safe_link(" HTTP://Пример.рф/мир ")
    'http://xn--e1afmkfd.xn--p1ai/%D0%BC%D0%B8%D1%80'
    >>> safe_link("https://bank@evil.example/"), safe_link("javascript:alert(1)")
    (None, None)
    """
    text = DROPPED_BY_BROWSERS.sub("", url.strip())
    parsed = _parse_url(text) if HTTP_START.match(text) else None
    if parsed is None or not _is_safe_url(parsed):
        return None
    # Some hosts look good until they are spelled in ASCII: what cannot be read back is no link (`http://1127。0。0。1/`).
    link = str(parsed)
    return link if _read_url(link) else None


def strip_tracking(url: str) -> str:
    """Drop the parameters that only tell who sent the reader.

    >>> strip_tracking("https://a.example/?id=7&utm_source=rss#top")
    'https://a.example/?id=7#top'
    """
    address, hash_sign, fragment = url.partition("#")
    path, question_mark, query = address.partition("?")
    if not question_mark:
        return url
    kept = "&".join(part for part in query.split("&") if part and not _is_tracking_parameter(part, path))
    return f"{path}{'?' if kept else ''}{kept}{hash_sign}{fragment}"


@lru_cache(maxsize=1024)
def normalise_link(url: str) -> str:
    """Give the form in which two links to one page are equal: a key, not a link to follow.

    >>> normalise_link("http://A.example:80/x?utm_source=rss#top")
    'https://a.example/x'
    """
    link = safe_link(url)
    if link is None:
        return url.strip()
    parsed = httpx.URL(strip_tracking(link.partition("#")[0]))
    authority = parsed.netloc.decode()
    # The scheme becomes https, so a port that is the default of either says nothing.
    for port in {DEFAULT_PORTS["https"], DEFAULT_PORTS[parsed.scheme]}:
        authority = authority.removesuffix(f":{port}")
    return f"https://{authority}{parsed.raw_path.decode()}"


def lane_of_url(url: str) -> str:
    """Whose servers a fetch burdens: the registrable domain, or host and port of an IP or a private name.

    >>> lane_of_url("https://feeds.bbci.co.uk/news"), lane_of_url("http://127.0.0.1:8080/")
    ('bbci.co.uk', '127.0.0.1:8080')
    """
    return _lane_of_origin("/".join(url.split("/", 3)[:3]))


def registrable_domain(url: str) -> str | None:
    """The domain that somebody registered (`bbci.co.uk`); None for an IP, a private name, or no address.

    Suffixes under which private companies rent out names (`github.io`) count as domains themselves, not as suffixes:
    their limits, and their owners, are one.
    """
    found = get_fld(url, fail_silently=True, search_private=False)
    return str(found) if found else None


def host_of_url(url: str) -> str:
    """The host of an address, as far as it has one."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


@lru_cache(maxsize=4096)
def _lane_of_origin(url: str) -> str:
    if domain := registrable_domain(url):
        return domain
    parsed = _parse_url(url)
    if parsed is None or not parsed.raw_host:
        return url
    return f"{_ascii_host(parsed)}:{parsed.port or DEFAULT_PORTS.get(parsed.scheme, 0)}"


def is_same_origin(one: str, other: str) -> bool:
    """Whether scheme, host and port are the same, so that what one is told may be told to the other."""
    origin = _origin_of_url(one)
    return origin is not None and origin == _origin_of_url(other)


def _origin_of_url(url: str) -> tuple[str, str, int] | None:
    parsed = _read_url(url)
    if parsed is None:
        return None
    return parsed.scheme, _ascii_host(parsed), parsed.port or DEFAULT_PORTS.get(parsed.scheme, 0)


@lru_cache(maxsize=1024)  # a link is looked at several times in a row, and parsing costs 0.1 ms
def _parse_url(url: str) -> httpx.URL | None:
    return None if len(url) > URL_LIMIT or CONTROL_CHARACTERS.search(url) else _read_url(url)


def _read_url(url: str) -> httpx.URL | None:
    """Take a URL of any length: in ASCII one may be many times as long as it was written."""
    try:
        parsed = httpx.URL(url)
        parsed.raw_host  # noqa: B018 - raises where a zone in an IPv6 address has other letters than ASCII
    except (httpx.InvalidURL, ValueError):
        return None
    return parsed


def _is_safe_url(parsed: httpx.URL) -> bool:
    if parsed.scheme not in DEFAULT_PORTS or parsed.userinfo:
        return False
    host = _ascii_host(parsed)
    good_port = parsed.port is None or 0 < parsed.port < 2**16
    return good_port and VALID_HOST.fullmatch(f"[{host}]" if ":" in host else host) is not None


def _host_without_www(url: str) -> str:
    parsed = _parse_url(url)
    return _ascii_host(parsed).removeprefix("www.") if parsed else ""


def _ascii_host(parsed: httpx.URL) -> str:
    # httpx's own `host` raises on punycode that means nothing.
    return parsed.raw_host.decode("ascii", "replace")


def _is_tracking_parameter(parameter: str, address: str) -> bool:
    raw_name, _, value = parameter.partition("=")
    name = unquote_plus(raw_name).lower()
    if name == "ref":  # a word of many meanings: here only where it names the page's own site
        host = _host_without_www(address)
        return bool(host) and unquote_plus(value).lower().removeprefix("www.") == host
    return name in TRACKING_NAMES or name.startswith(TRACKING_PREFIXES)
