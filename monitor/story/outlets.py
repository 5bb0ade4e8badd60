"""Whose a text is: the publisher's, or that of an agency whose reports many publishers print."""

from __future__ import annotations

import re
from functools import lru_cache

from monitor.links import registrable_domain

AGENCIES = {
    "reuters": "reuters.com", "ap": "apnews.com", "associated press": "apnews.com", "afp": "afp.com",
    "agence france-presse": "afp.com", "dpa": "dpa.com", "dpa-afx": "dpa.com", "apa": "apa.at", "ansa": "ansa.it",
    "efe": "efe.com", "lusa": "lusa.pt", "pap": "pap.pl", "upi": "upi.com", "kna": "kna.de", "epd": "epd.de",
    "keystone-sda": "keystone-sda.ch", "belga": "belga.be", "anp": "anp.nl", "ntb": "ntb.no", "ritzau": "ritzau.dk",
    "tt": "tt.se", "stt": "stt.fi", "bloomberg": "bloomberg.com", "xinhua": "news.cn", "kyodo": "kyodonews.net",
    "yonhap": "yna.co.kr", "pti": "ptinews.com", "anadolu": "aa.com.tr", "tass": "tass.ru", "тасс": "tass.ru",
    "interfax": "interfax.ru", "интерфакс": "interfax.ru", "interfax-ukraine": "interfax.com.ua",
    "интерфакс-украина": "interfax.com.ua", "інтерфакс-україна": "interfax.com.ua", "ria novosti": "ria.ru",
    "риа новости": "ria.ru", "ukrinform": "ukrinform.ua", "укринформ": "ukrinform.ua", "укрінформ": "ukrinform.ua",
    "unian": "unian.ua", "уніан": "unian.ua", "униан": "unian.ua",
}  # fmt: skip
"""How agencies sign, and the family that their reports count for."""

AGENCY_DOMAINS = {
    "tass.com": "tass.ru", "interfax.com": "interfax.ru", "ukrinform.net": "ukrinform.ua",
    "ukrinform.ru": "ukrinform.ua", "ukrinform.de": "ukrinform.ua", "unian.net": "unian.ua", "unian.info": "unian.ua",
    "ap.org": "apnews.com", "rian.ru": "ria.ru",
}  # fmt: skip
"""Other domains of an agency."""

SMALL_LETTER_AGENCIES = frozenset({"dpa", "dpa-afx", "epd", "kna"})
"""Agencies that sign in small letters; of the others `(pap)` is just a word."""

SIGNATURE_CHARACTERS = 120
"""Characters at a text's start in which an agency signs."""

_AGENCY_NAMES = "|".join(re.escape(name) for name in sorted(AGENCIES, key=len, reverse=True))
# `BRELL (Reuters) -`, `(dpa/AFP)`, `KYIV, Nov 3 (Ukrinform)`, `AP —`, `МОСКВА, 3 ноября. /ТАСС/.`
_SIGNED_IN_BRACKETS = re.compile(
    rf"[(/\[](?:[^()/\[\]]{{0,20}}?[ /,])??(?P<name>{_AGENCY_NAMES})(?:[ /,][^()\[\]]{{0,20}})?[)/\]]", re.IGNORECASE
)
_SIGNED_BEFORE_DASH = re.compile(rf"(?:^|[\s,.])(?P<name>{_AGENCY_NAMES})\.?(?:\s[-–—]|[–—:])\s", re.IGNORECASE)


def agency_of_text(text: str) -> str | None:
    """The family of the agency that a text's start names as its origin.

    >>> agency_of_text("BRELL (Reuters) - Customs officers boarded a tanker.")
    'reuters.com'
    >>> agency_of_text("The AP reporter left early.")
    """
    start = text[:SIGNATURE_CHARACTERS]
    found = _SIGNED_IN_BRACKETS.search(start) or _SIGNED_BEFORE_DASH.search(start[:60])
    if found is None or (found["name"].islower() and found["name"] not in SMALL_LETTER_AGENCIES):
        return None
    return AGENCIES[found["name"].casefold()]


@lru_cache(maxsize=4096)
def domain_of_host(host: str) -> str:
    """Whose a host is: its registrable domain, else the host itself.

    >>> domain_of_host("feeds.bbci.co.uk"), domain_of_host("www.one.example")
    ('bbci.co.uk', 'one.example')
    """
    found = registrable_domain(f"https://{host}") if host else None
    return AGENCY_DOMAINS.get(found, found) if found else host.removeprefix("www.")
