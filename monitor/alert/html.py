"""The HTML part of a mail: small, inline styles, no images, nothing that is not escaped."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from monitor.alert.message import Words, cut, host, pieces
from monitor.model import Passage

PREVIEW_LIMIT = 140
PAGE = """\
<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{headline}</title></head>
<body style="margin:0;background:#f4f4f2;font:16px/1.5 -apple-system,'Segoe UI',Roboto,sans-serif;color:#1d1d1b">
<div style="display:none;max-height:0;overflow:hidden">{preview}</div>
<div style="max-width:600px;margin:0 auto;padding:20px;background:#ffffff;overflow-wrap:anywhere">
<h1 style="font-size:21px;line-height:1.3;margin:0 0 6px" dir="auto"{lang}>{title}</h1>
<p style="margin:0 0 16px;color:#5c5c58;font-size:14px">{byline}</p>
{passages}
{facts}
<p style="margin:16px 0 0">{links}</p>
{note}
</div></body></html>
"""
QUOTE = '<blockquote style="margin:0 0 16px;padding:8px 14px;background:#fbf7ea" dir="auto"{lang}>{text}</blockquote>'
MARK = '<mark style="background:#fff0a8;color:#1d1d1b">{}</mark>'
LINK = '<a href="{}" style="color:#0b5394">{}</a>'
TITLE = '<a href="{}" style="color:#0b5394;text-decoration:none">{}</a>'
FACT = '<p style="margin:0 0 4px;font-size:14px"><b>{}:</b> {}</p>'
NOTE = '<p style="margin:16px 0 0;color:#5c5c58;font-size:14px">{}</p>'


def as_html(words: Words) -> str:
    """Write the message as a page; a phone shows the beginning of the passage beneath the subject."""
    lang = f' lang="{escape(words.language)}"' if words.language else ""
    headline = escape(words.headline)
    preview = words.passages[0].text if words.passages else words.reason
    facts = [("Why", words.reason), ("For", words.match), ("Topics", words.topics)]
    return PAGE.format(
        lang=lang,
        headline=headline,
        preview=escape(cut(preview, PREVIEW_LIMIT)),
        title=TITLE.format(escape(words.link), headline) if words.link else headline,
        byline=escape(words.byline),
        passages="\n".join(QUOTE.format(lang=lang, text=_marked(passage)) for passage in words.passages),
        facts="\n".join(FACT.format(name, escape(text)) for name, text in facts if text),
        links="<br>\n".join(_links(words)),
        note=NOTE.format(escape(words.note)) if words.note else "",
    )


def _links(words: Words) -> Iterator[str]:
    if words.link:
        yield LINK.format(escape(words.link), f"Read the article at {escape(host(words.link))}")
    if words.archive_link:
        yield LINK.format(escape(words.archive_link), "See it in the archive")


def _marked(passage: Passage) -> str:
    return "".join(MARK.format(escape(text)) if is_marked else escape(text) for text, is_marked in pieces(passage))
