"""What is wrong with a text, said by name: a poor reading is better flagged than silent."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from urllib.parse import urlsplit

from monitor.extract.claims import Claims
from monitor.extract.extractors import SHORT_ARTICLE_WORDS
from monitor.extract.head import PageHead
from monitor.extract.wording import is_cut
from monitor.model import TextProblem
from monitor.text.words import split_words

STUB_WORDS = 120
"""Below these a text may be what a wall lets through."""
END_CHARACTERS = 300
"""Where a wall asks to subscribe: at the end of what it lets through."""

BLOCKED_WORDING = re.compile(
    r"just a moment\.\.\.|attention required|verify (?:that )?you(?:'|’| a)re (?:a )?(?:human|not a robot)"
    r"|are you a (?:robot|human)|access (?:to this page has been )?denied|pardon our interruption"
    r"|unusual (?:traffic|activity) from your|complete the (?:captcha|security check)|checking your browser"
    r"|press (?:&|and) hold to confirm|enable javascript and cookies to continue",
    re.IGNORECASE,
)
CONSENT_WORDING = re.compile(
    r"(?:we|our partners|wir|nous|noi|usamos|utilizamos)\b[^.]{0,80}\bcookies|(?:accept|reject) all"
    r"|alle akzeptieren|tout accepter|aceptar todo|accetta tutt|alles accepteren|before you continue to"
    r"|mit werbung und cookies|your privacy choices|(?:manage|cookie) (?:preferences|settings)",
    re.IGNORECASE,
)
CONSENT_ADDRESS = re.compile(r"^(?:consent|cmp|guce|privacy-?wall)\.|/(?:consent|cookie-?wall|privacy-?wall)\b")
SUBSCRIBE_WORDING = re.compile(
    r"subscri(?:be|ption|ber)|(?:sign ?(?:in|up)|log ?in|register) to (?:read|continue)"
    r"|continue reading|already a (?:member|subscriber)|to read the full (?:story|article)"
    r"|weiterlesen|jetzt (?:abonnieren|testen)|abonnent|abonnement|abonnez|réservé aux abonnés|il vous reste"
    r"|suscr[ií]b|suscriptor|abbonat|abbonament|assinante|prenumerant|подписк",
    re.IGNORECASE,
)


def find_text_problems(
    text: str, title: str, head: PageHead, claims: Claims, *, is_agreed: bool = True
) -> tuple[TextProblem, ...]:
    """Name what is wrong with a page's text: at most one reason why it is short, then the lesser ones."""
    count = len(split_words(text))
    found = [*islice(_reasons_why_short(text, title, count, head, claims), 1)]
    if is_cut(text):
        found.append("truncated")
    if _is_front_page(head, claims):
        found.append("list_page")
    if not is_agreed:
        found.append("disagree")
    return tuple(found)


def _reasons_why_short(text: str, title: str, count: int, head: PageHead, claims: Claims) -> Iterator[TextProblem]:
    """Every reason, those that say most first."""
    if count < STUB_WORDS and (BLOCKED_WORDING.search(title) or BLOCKED_WORDING.search(text)):
        yield "blocked"
    if count < STUB_WORDS and (CONSENT_WORDING.search(text) or _is_consent_address(head.url)):
        yield "consent_wall"
    if count < SHORT_ARTICLE_WORDS and head.asks_for_javascript:
        yield "js_only"
    if count < STUB_WORDS and (claims.is_free is False or SUBSCRIBE_WORDING.search(text[-END_CHARACTERS:])):
        yield "paywall_stub"
    if count < SHORT_ARTICLE_WORDS:
        yield "short" if text else "empty"


def _is_consent_address(url: str) -> bool:
    split = urlsplit(url)
    return CONSENT_ADDRESS.search((split.hostname or "") + split.path) is not None


def _is_front_page(head: PageHead, claims: Claims) -> bool:
    split = urlsplit(head.url)
    return bool(split.hostname) and not split.path.strip("/") and not split.query and not claims.is_article
