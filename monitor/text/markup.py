"""HTML to plain text: its words, a line for each paragraph, nothing that runs or hides."""

from __future__ import annotations

import re
from html import unescape

from lxml import etree

from monitor.text.cleaning import FIELD_LIMIT, LINE_LIMIT, clean_line, clean_text

TAG_OR_REFERENCE = re.compile(r"<[a-zA-Z/!][^<>]*>|&#?\w{1,30};")
ANY_TAG = re.compile(r"<[^<>]*>")
LONG_HTML_TAG = re.compile(r"<[^<>]{8000,}>?")
"""A picture inside an attribute, or an attack: the parser's cost is quadratic in attributes."""
HTML_LIMIT = 4 * FIELD_LIMIT

HIDDEN_ELEMENTS = ("script", "style", "noscript", "template", "iframe", "object", "svg", "head", "button", "form")
BLOCK_ELEMENTS = (
    *("address", "article", "aside", "blockquote", "br", "dd", "div", "dl", "dt", "figcaption", "figure"),
    *("h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "section", "table", "td", "tr", "ul"),
)


def html_to_text(html: str, limit: int = FIELD_LIMIT, *, keep_lines: bool = False) -> str:
    r"""Reduce HTML to text, one line a paragraph.

    A line break in HTML is but a space; `keep_lines` says that this text means its own.

    >>> html_to_text("<p>Peace &amp; quiet</p><script>alert(1)</script><p>Talks<br>resume")
    'Peace & quiet\nTalks\nresume'
    >>> html_to_text("Peace &amp;\nquiet"), html_to_text("Peace &amp;\nquiet", keep_lines=True)
    ('Peace & quiet', 'Peace &\nquiet')
    """
    text = clean_text(html[:HTML_LIMIT], HTML_LIMIT)
    if TAG_OR_REFERENCE.search(text):
        # Cleaned again: a reference may stand for what was dropped.
        text = clean_text(_parse_html_text(text.replace("\n", "<br>" if keep_lines else " ")), HTML_LIMIT)
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return "\n".join(line for line in lines if line)[:limit].rstrip()


def html_to_line(html: str, limit: int = LINE_LIMIT) -> str:
    """Reduce a title's HTML to one line of text; titles are often escaped twice."""
    text = html_to_text(html)
    return clean_line(html_to_text(text) if TAG_OR_REFERENCE.search(text) else text, limit)


def _parse_html_text(html: str) -> str:
    source = LONG_HTML_TAG.sub(" ", html)
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(source.encode(), parser)
    except etree.LxmlError:
        root = None
    words = "" if root is None else _text_of_tree(root)
    # Nesting beyond the parser's depth leaves nothing.
    return words if words.strip() else unescape(ANY_TAG.sub(" ", source))


def _text_of_tree(root: etree._Element) -> str:
    etree.strip_elements(root, *HIDDEN_ELEMENTS, with_tail=False)
    for block in root.iter(*BLOCK_ELEMENTS):
        block.text = "\n" + (block.text or "")
        block.tail = "\n" + (block.tail or "")
    return "".join(root.itertext())
