"""The HTML part of a mail: small, inline styles, no images, nothing that is not escaped."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from monitor.alert.cutting import cut, pieces
from monitor.alert.message import Group, Words, host
from monitor.model import Passage

PREVIEW_LIMIT = 140
GREY = "color:#5c5c58;font-size:14px"
PAGE = """\
<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light"><title>{headline}</title></head>
<body style="margin:0;background:#f4f4f2;font:16px/1.5 -apple-system,'Segoe UI',Roboto,sans-serif;color:#1d1d1b">
<div style="display:none;max-height:0;overflow:hidden">{preview}</div>
<div style="max-width:600px;margin:0 auto;padding:20px;background:#ffffff;overflow-wrap:anywhere">
<h1 style="font-size:21px;line-height:1.3;margin:0 0 6px" dir="auto"{lang}>{title}</h1>
{body}
</div></body></html>
"""
SMALL = f'<p style="margin:0 0 4px;{GREY}">{{}}</p>'
QUOTE = '<blockquote style="margin:12px 0;padding:8px 14px;background:#fbf7ea" dir="auto"{lang}>{text}</blockquote>'
MARK = '<mark style="background:#fff0a8;color:#1d1d1b">{}</mark>'
LINK = '<a href="{}" style="color:#0b5394">{}</a>'
TITLE = '<a href="{}" style="color:#0b5394;text-decoration:none">{}</a>'
LEAD = '<p style="margin:12px 0" dir="auto">{}</p>'
FACT = '<p style="margin:0 0 4px;font-size:14px"><b>{}:</b> <span dir="auto">{}</span></p>'
LINKS = '<p style="margin:16px 0 0">{}</p>'
GROUP = '<h2 style="font-size:16px;margin:24px 0 4px;padding-top:8px;border-top:2px solid #1d1d1b" dir="auto">{}</h2>'
ITEM = '<h3 style="font-size:16px;line-height:1.35;margin:16px 0 2px" dir="auto"{lang}>{title}</h3>'
NOTE = f'<p style="margin:16px 0 0;{GREY}">{{}}</p>'


def as_html(words: Words) -> str:
    """Write the message as a page; a phone shows the beginning of the passage beneath the subject."""
    return PAGE.format(
        lang=_lang_of_title(words),
        headline=escape(words.headline),
        preview=escape(cut(_preview(words), PREVIEW_LIMIT)),
        title=_title(words),
        body="\n".join(_body(words)),
    )


def _preview(words: Words) -> str:
    """What a phone shows beneath the subject, which is the headline but for a follow-up."""
    if words.story:
        return words.headline
    if words.passages:
        return words.passages[0].text
    listed = "; ".join(item.headline for group in words.groups for item in group.items[:3])
    return listed or words.lead or words.reason


def _body(words: Words) -> Iterator[str]:
    yield from (FACT.format(name, escape(text)) for name, text in words.titles)
    yield from (SMALL.format(escape(text)) for text in (words.byline, words.others) if text)
    if words.lead:
        yield LEAD.format(escape(words.lead))
    yield from _quotes(words)
    for group in words.groups:
        yield from _listed(group)
    if words.rest:
        yield NOTE.format(escape(words.rest))
    yield from (FACT.format(name, escape(text)) for name, text in words.facts)
    if links := "<br>\n".join(_links(words)):
        yield LINKS.format(links)
    if words.note:
        yield NOTE.format(escape(words.note))


def _listed(group: Group) -> Iterator[str]:
    yield GROUP.format(escape(group.title))
    for item in group.items:
        yield ITEM.format(lang=_lang_of_title(item), title=_title(item))
        yield from (FACT.format(name, escape(text)) for name, text in item.titles)
        at = f" ({escape(host(item.link))})" if item.link else ""
        yield SMALL.format(escape(item.byline) + at)
        if item.others:
            yield SMALL.format(escape(item.others))
        yield from _quotes(item)


def _links(words: Words) -> Iterator[str]:
    if words.link:
        yield LINK.format(escape(words.link), f"Read the article at {escape(host(words.link))}")
    if words.archive_link:
        yield LINK.format(escape(words.archive_link), "See it in the archive")
    if words.label_link:
        yield LINK.format(escape(words.label_link), "Say if it is relevant or not")


def _title(words: Words) -> str:
    headline = escape(words.headline)
    return TITLE.format(escape(words.link), headline) if words.link else headline


def _quotes(words: Words) -> Iterator[str]:
    return (QUOTE.format(lang=_lang(words), text=_marked(passage)) for passage in words.passages)


def _lang_of_title(words: Words) -> str:
    # What is new in a story is told in our words.
    return "" if words.story else _lang(words)


def _lang(words: Words) -> str:
    return f' lang="{escape(words.language)}"' if words.language else ""


def _marked(passage: Passage) -> str:
    return "".join(MARK.format(escape(text)) if is_marked else escape(text) for text, is_marked in pieces(passage))
