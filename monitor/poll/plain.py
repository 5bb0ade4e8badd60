"""HTML of a feed to plain text: its words, a line for each paragraph, nothing that runs or hides."""

from __future__ import annotations

import re
from html import unescape

from lxml import etree

from monitor.text import FIELD_LIMIT, LINE_LIMIT, clean_line, clean_text

MARKUP = re.compile(r"<[a-zA-Z/!][^<>]*>|&#?\w{1,30};")
TAG = re.compile(r"<[^<>]*>")
LONG_TAG = re.compile(r"<[^<>]{8000,}>?")
"""A picture inside an attribute, or an attack: the parser's cost is quadratic in attributes."""
HTML_LIMIT = 4 * FIELD_LIMIT

HIDDEN = ("script", "style", "noscript", "template", "iframe", "object", "svg", "head", "button", "form")
BLOCKS = (
    *("address", "article", "aside", "blockquote", "br", "dd", "div", "dl", "dt", "figcaption", "figure"),
    *("h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "section", "table", "td", "tr", "ul"),
)


def plain_text(html: str, limit: int = FIELD_LIMIT) -> str:
    r"""Reduce a feed's HTML to text, one line a paragraph.

    >>> plain_text("<p>Peace &amp; quiet</p><script>alert(1)</script><p>Talks<br>resume")
    'Peace & quiet\nTalks\nresume'
    """
    cut = html[:HTML_LIMIT]
    return clean_text(_tidy(_words(cut) if MARKUP.search(cut) else cut), limit).strip()


def plain_line(html: str, limit: int = LINE_LIMIT) -> str:
    """Reduce a title's HTML to one line of text; titles are often escaped twice."""
    text = plain_text(html)
    return clean_line(plain_text(text) if MARKUP.search(text) else text, limit)


def _tidy(text: str) -> str:
    lines = (" ".join(line.split()) for line in clean_text(text, len(text)).split("\n"))
    return "\n".join(line for line in lines if line)


def _words(html: str) -> str:
    # A line break in the source is but a space.
    source = LONG_TAG.sub(" ", clean_text(html, len(html))).replace("\n", " ")
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(source.encode(), parser)
    except etree.LxmlError:
        root = None
    words = "" if root is None else _words_in(root)
    # Nesting beyond the parser's depth leaves nothing.
    return words if words.strip() else unescape(TAG.sub(" ", source))


def _words_in(root: etree._Element) -> str:
    etree.strip_elements(root, *HIDDEN, with_tail=False)
    for block in root.iter(*BLOCKS):
        block.text = "\n" + (block.text or "")
        block.tail = "\n" + (block.tail or "")
    return "".join(root.itertext())
