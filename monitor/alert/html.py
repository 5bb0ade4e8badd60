"""The HTML part of a mail: small, inline styles, no images, nothing that is not escaped."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from monitor.alert.cutting import cut_text, split_at_marks
from monitor.alert.message import MessageGroup, MessageText, host_to_show
from monitor.model import Passage

PREVIEW_LIMIT = 140
GREY_STYLE = "color:#5c5c58;font-size:14px"
PAGE_HTML = """\
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
SMALL_HTML = f'<p style="margin:0 0 4px;{GREY_STYLE}">{{}}</p>'
QUOTE_HTML = (
    '<blockquote style="margin:12px 0;padding:8px 14px;background:#fbf7ea" dir="auto"{lang}>{text}</blockquote>'
)
MARK_HTML = '<mark style="background:#fff0a8;color:#1d1d1b">{}</mark>'
LINK_HTML = '<a href="{}" style="color:#0b5394">{}</a>'
TITLE_HTML = '<a href="{}" style="color:#0b5394;text-decoration:none">{}</a>'
LEAD_HTML = '<p style="margin:12px 0" dir="auto">{}</p>'
FACT_HTML = '<p style="margin:0 0 4px;font-size:14px"><b>{}:</b> <span dir="auto">{}</span></p>'
LINKS_HTML = '<p style="margin:16px 0 0">{}</p>'
GROUP_HTML = (
    '<h2 style="font-size:16px;margin:24px 0 4px;padding-top:8px;border-top:2px solid #1d1d1b" dir="auto">{}</h2>'
)
ITEM_HTML = '<h3 style="font-size:16px;line-height:1.35;margin:16px 0 2px" dir="auto"{lang}>{title}</h3>'
NOTE_HTML = f'<p style="margin:16px 0 0;{GREY_STYLE}">{{}}</p>'


def render_html(words: MessageText) -> str:
    """Write the message as a page; a phone shows the beginning of the passage beneath the subject."""
    return PAGE_HTML.format(
        lang=_title_lang_attribute(words),
        headline=escape(words.headline),
        preview=escape(cut_text(_preview_text(words), PREVIEW_LIMIT)),
        title=_html_title(words),
        body="\n".join(_html_body(words)),
    )


def _preview_text(words: MessageText) -> str:
    """What a phone shows beneath the subject, which is the headline but for a follow-up."""
    if words.story:
        return words.headline
    if words.passages:
        return words.passages[0].text
    listed = "; ".join(item.headline for group in words.groups for item in group.items[:3])
    return listed or words.lead or words.reason


def _html_body(words: MessageText) -> Iterator[str]:
    yield from (FACT_HTML.format(name, escape(text)) for name, text in words.titles)
    yield from (SMALL_HTML.format(escape(text)) for text in (words.byline, words.others) if text)
    if words.lead:
        yield LEAD_HTML.format(escape(words.lead))
    yield from _html_quotes(words)
    for group in words.groups:
        yield from _html_group(group)
    if words.rest:
        yield NOTE_HTML.format(escape(words.rest))
    yield from (FACT_HTML.format(name, escape(text)) for name, text in words.facts)
    if links := "<br>\n".join(_html_links(words)):
        yield LINKS_HTML.format(links)
    if words.note:
        yield NOTE_HTML.format(escape(words.note))


def _html_group(group: MessageGroup) -> Iterator[str]:
    yield GROUP_HTML.format(escape(group.title))
    for item in group.items:
        yield ITEM_HTML.format(lang=_title_lang_attribute(item), title=_html_title(item))
        yield from (FACT_HTML.format(name, escape(text)) for name, text in item.titles)
        at = f" ({escape(host_to_show(item.link))})" if item.link else ""
        yield SMALL_HTML.format(escape(item.byline) + at)
        if item.others:
            yield SMALL_HTML.format(escape(item.others))
        yield from _html_quotes(item)


def _html_links(words: MessageText) -> Iterator[str]:
    if words.link:
        yield LINK_HTML.format(escape(words.link), f"Read the article at {escape(host_to_show(words.link))}")
    if words.archive_link:
        yield LINK_HTML.format(escape(words.archive_link), "See it in the archive")
    if words.label_link:
        yield LINK_HTML.format(escape(words.label_link), "Say if it is relevant or not")


def _html_title(words: MessageText) -> str:
    headline = escape(words.headline)
    return TITLE_HTML.format(escape(words.link), headline) if words.link else headline


def _html_quotes(words: MessageText) -> Iterator[str]:
    return (QUOTE_HTML.format(lang=_lang_attribute(words), text=_html_passage(passage)) for passage in words.passages)


def _title_lang_attribute(words: MessageText) -> str:
    # What is new in a story is told in our words.
    return "" if words.story else _lang_attribute(words)


def _lang_attribute(words: MessageText) -> str:
    return f' lang="{escape(words.language)}"' if words.language else ""


def _html_passage(passage: Passage) -> str:
    return "".join(
        MARK_HTML.format(escape(text)) if is_marked else escape(text) for text, is_marked in split_at_marks(passage)
    )
