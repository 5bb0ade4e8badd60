"""The HTML part of a mail: small, inline styles, no images, nothing that is not escaped."""

from __future__ import annotations

from html import escape

from monitor.alert.message import Words
from monitor.model import Passage

PAGE = """\
<!DOCTYPE html>
<html><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{headline}</title></head>
<body style="margin:0;background:#f4f4f2;font:16px/1.5 -apple-system,'Segoe UI',Roboto,sans-serif;color:#1d1d1b">
<div style="max-width:600px;margin:0 auto;padding:20px;background:#ffffff" dir="auto">
<h1 style="font-size:21px;line-height:1.3;margin:0 0 6px" dir="auto">{title}</h1>
<p style="margin:0 0 16px;color:#5c5c58;font-size:14px">{byline}</p>
{passages}
<p style="margin:0 0 4px"><b>Why:</b> {reason}</p>
<p style="margin:0 0 16px;color:#5c5c58;font-size:14px"><b>For:</b> {match}</p>
<p style="margin:0">{links}</p>
{note}
</div></body></html>
"""
QUOTE = (
    '<blockquote style="margin:0 0 16px;padding:2px 0 2px 14px;border-left:4px solid #d9a400" '
    'dir="auto">{}</blockquote>'
)
MARK = '<mark style="background:#fff0a8">{}</mark>'
LINK = '<a href="{}" style="color:#0b5394">{}</a>'
NOTE = '<p style="margin:16px 0 0;color:#5c5c58;font-size:14px">{}</p>'


def as_html(words: Words) -> str:
    """Write the message as a page."""
    title = LINK.format(escape(words.link), escape(words.headline)) if words.link else escape(words.headline)
    links = [("Read the article", words.link), ("See it in the archive", words.archive_link)]
    return PAGE.format(
        headline=escape(words.headline),
        title=title,
        byline=escape(words.byline),
        passages="\n".join(QUOTE.format(_marked(passage)) for passage in words.passages),
        reason=escape(words.reason),
        match=escape(words.match),
        links=" · ".join(LINK.format(escape(link), name) for name, link in links if link),
        note=NOTE.format(escape(words.note)) if words.note else "",
    )


def _marked(passage: Passage) -> str:
    pieces, at = [], 0
    for start, end in passage.marks:
        pieces += [escape(passage.text[at:start]), MARK.format(escape(passage.text[start:end]))]
        at = end
    return " ".join("".join([*pieces, escape(passage.text[at:])]).split())
