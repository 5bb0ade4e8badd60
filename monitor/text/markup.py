"""HTML to plain text: its words, a line for each paragraph, nothing that runs or hides.

This is the border for what a feed or a page says in markup: an entry's title, summary and authors, a feed's title, a
page's claims. They are cleaned here, once, when the markup is gone: a character reference may bring back what was not
in the source.
"""

from __future__ import annotations

import re
from html import unescape

from lxml import etree

from monitor.text.cleaning import FIELD_LIMIT, LINE_LIMIT, clean_line, clean_text

TAG_OR_REFERENCE = re.compile(r"<[a-zA-Z/!][^<>]*>|&#?\w{1,30};")
ANY_TAG = re.compile(r"<[^<>]*>")
LONG_HTML_TAG = re.compile(r"<[^<>]{8000,}>?")
"""A picture inside an attribute, or an attack: the parser's cost is quadratic in attributes."""
UNPARSABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What XML forbids (XML 1.0, 2.2): lxml takes no text with it."""
HTML_LIMIT = 4 * FIELD_LIMIT

HIDDEN_ELEMENTS = ("script", "style", "noscript", "template", "iframe", "object", "svg", "head", "button", "form")
BLOCK_ELEMENTS = (
    *("address", "article", "aside", "blockquote", "br", "dd", "div", "dl", "dt", "figcaption", "figure"),
    *("h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "section", "table", "td", "tr", "ul"),
)


def html_to_text(html: str, limit: int = FIELD_LIMIT, *, is_text_with_markup: bool = False) -> str:
    r"""Reduce HTML to text, one line a paragraph.

    `is_text_with_markup` is for JSON-LD, whose `articleBody` is text (schema.org) with markup by mistake: its line
    breaks are meant, while a line break in HTML is but a space, and its HTML may be escaped once more.

    >>> html_to_text("<p>Peace &amp; quiet</p><script>alert(1)</script><p>Talks<br>re\nsume")
    'Peace & quiet\nTalks\nre sume'
    >>> html_to_text("Peace &amp;\nquiet &lt;b&gt;at last&lt;/b&gt;", is_text_with_markup=True)
    'Peace &\nquiet at last'
    """
    text = _drop_markup(html, keeps_breaks=is_text_with_markup)
    if is_text_with_markup:
        text = _drop_markup(text, keeps_breaks=True)
    lines = (" ".join(line.split()) for line in clean_text(text, len(text)).split("\n"))
    return "\n".join(line for line in lines if line)[:limit].rstrip()


def html_to_line(html: str, limit: int = LINE_LIMIT) -> str:
    """Reduce the HTML of a title or a name to one line of text; titles are often escaped twice.

    >>> html_to_line("Q&amp;amp;A: <em>what</em> next?")
    'Q&A: what next?'
    """
    return clean_line(_drop_markup(_drop_markup(html)), limit)


def _drop_markup(html: str, *, keeps_breaks: bool = False) -> str:
    cut = html[:HTML_LIMIT]
    if not TAG_OR_REFERENCE.search(cut):
        return cut
    source = UNPARSABLE.sub("", LONG_HTML_TAG.sub(" ", cut if keeps_breaks else " ".join(cut.splitlines())))
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
