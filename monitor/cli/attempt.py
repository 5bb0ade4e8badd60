"""`monitor try feed|page|match`: one stage on one address or file; nothing is saved."""

from __future__ import annotations

import sys
from collections.abc import Coroutine, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from monitor.cli.common import (
    exit_with_error,
    find_seed_or_exit,
    load_background,
    load_settings_or_exit,
    threshold_of,
    with_config,
    with_json,
    write_json,
)

if TYPE_CHECKING:
    from monitor.config.settings import Settings
    from monitor.model import Article, Decision, Passage, Seed
    from monitor.web import Web

StageResult = TypeVar("StageResult")

ENTRIES_SHOWN = 10
WORDS_SHOWN = 120
BAR_WIDTH = 30


@click.group(name="try")
def try_group() -> None:
    """Try one stage on one address or file; nothing is saved, nobody is told."""


@try_group.command(name="feed")
@click.argument("url")
@with_config
@with_json
def try_feed(url: str, folder: Path, json_: bool) -> None:
    """Poll one feed and show what it lists."""
    from monitor.daemon import utc_now
    from monitor.model import Feed
    from monitor.poll import poll_feed

    found = _run_or_exit(poll_feed(Feed(0, url, url), _guarded_web(load_settings_or_exit(folder)), utc_now()))
    if json_:
        write_json(found)
        return
    click.echo(f"{found.title or 'untitled'}: {len(found.entries)} entries, {found.body_bytes:,} bytes")
    if found.moved_to:
        click.echo(f"has moved for good to {found.moved_to}")
    for entry in found.entries[:ENTRIES_SHOWN]:
        when = f"{entry.published:%Y-%m-%d %H:%M} UTC" if entry.published else "no date"
        click.echo(f"  {when}  {entry.title}\n                        {entry.url or '(no link)'}")
    if len(found.entries) > ENTRIES_SHOWN:
        click.echo(f"  … and {len(found.entries) - ENTRIES_SHOWN} more")


@try_group.command(name="page")
@click.argument("place", metavar="URL|FILE")
@with_config
@with_json
def try_page(place: str, folder: Path, json_: bool) -> None:
    """Read one page and show the article in it."""
    article = _article_at_place(place, load_settings_or_exit(folder))
    if json_:
        write_json(article)
        return
    words = article.text.split()
    for name, value in {
        "title": article.title,
        "published": f"{article.published:%Y-%m-%d %H:%M} UTC" if article.published else "unknown",
        "authors": ", ".join(article.authors) or "unknown",
        "language": article.language or "unknown",
        "address": article.canonical_url or article.url,
        "text by": article.method,
        "problems": ", ".join(article.problems) or "none",
        "words": str(len(words)),
    }.items():
        click.echo(f"{name:<10} {value}")
    click.echo("\n" + " ".join(words[:WORDS_SHOWN]) + (" …" if len(words) > WORDS_SHOWN else ""))


@try_group.command(name="match")
@click.argument("seed")
@click.argument("place", metavar="URL|FILE")
@with_config
@with_json
def try_match(seed: str, place: str, folder: Path, json_: bool) -> None:
    """Compare one page with one seed and show the whole reasoning."""
    settings = load_settings_or_exit(folder)
    chosen = find_seed_or_exit(seed, settings)
    article, decisions = _decide_alone(_article_at_place(place, settings), chosen, settings)
    if json_:
        write_json({"article": article, "decisions": decisions})
    elif decisions:
        _show_decision(article, decisions[0])
    else:
        click.echo(f"“{article.title}” has nothing in common with {seed}")


def _decide_alone(article: Article, seed: Seed, settings: Settings) -> tuple[Article, Sequence[Decision]]:
    """What the daemon would decide now for this seed; and the article as it was compared."""
    from monitor.archive.overview import teach_seeds_from_file
    from monitor.match import Matcher, complete_seeds, index_meanings
    from monitor.meaning import with_meaning
    from monitor.model import StageError

    seeds: Sequence[Seed] = complete_seeds([seed])
    meanings = None
    if settings.match.semantic:
        try:
            meanings, article = index_meanings(seeds), with_meaning(article)
        except StageError as error:
            exit_with_error(str(error))
    seeds = teach_seeds_from_file(settings.archive_path, seeds)
    matcher = Matcher(seeds, load_background(settings), threshold_of(settings), meanings)
    return article, matcher.decide(article)


def _show_decision(article: Article, decision: Decision) -> None:
    verdict = "HIT" if decision.hit else "no hit"
    click.echo(f"{article.title}\n{article.canonical_url or article.url}\n")
    click.echo(f"{verdict}: {decision.score:.2f}, {decision.threshold:.2f} needed\n{decision.reason}\n")
    for part in decision.parts:
        bar = "█" * round(abs(part.value) * BAR_WIDTH)
        click.echo(f"  {part.value:+.3f}  {part.name:<28} {bar}")
    for passage in decision.passages:
        click.echo(f"\n  … {_highlight_passage(passage)} …")


def _highlight_passage(passage: Passage) -> str:
    """A passage with its matched words in bold on a terminal, in brackets elsewhere."""
    before, after = ("\x1b[1m", "\x1b[0m") if sys.stdout.isatty() else ("[", "]")
    pieces, at = [], 0
    for start, end in passage.marks:
        pieces += [passage.text[at:start], before, passage.text[start:end], after]
        at = end
    return " ".join("".join([*pieces, passage.text[at:]]).split())


def _article_at_place(place: str, settings: Settings) -> Article:
    """The article at an address, or in a file: HTML, or plain text with its title on the first line."""
    from monitor.daemon import utc_now
    from monitor.extract import extract_article
    from monitor.model import Entry, Page, StageError
    from monitor.read import read_article

    path = Path(place)
    if not path.is_file():
        entry = Entry(0, 0, place, place, "")
        article = _run_or_exit(read_article(entry, _guarded_web(settings), utc_now())).article
        if not article.text:
            exit_with_error(f"{place}: {', '.join(article.problems)}")
        return article
    body = path.read_bytes()
    if path.suffix in {".txt", ".md"}:
        return _plain_article(path, body)
    try:
        return extract_article(Page(path.absolute().as_uri(), body, "text/html"), utc_now())
    except StageError as error:
        exit_with_error(f"{place}: {error}")


def _plain_article(path: Path, body: bytes) -> Article:
    from monitor.extract.language import detect_language
    from monitor.model import Article
    from monitor.text import clean_line, clean_text

    text = clean_text(body.decode("utf-8", "replace")).strip()
    title = clean_line(next(iter(text.splitlines()), path.name))
    return Article(path.absolute().as_uri(), title, text, detect_language(text), method="file")


def _guarded_web(settings: Settings) -> Web:
    from monitor.assembly import web_settings
    from monitor.logs import set_up_logs
    from monitor.web import GuardedWeb

    set_up_logs(settings.secrets.values())
    return GuardedWeb(web_settings(settings))


def _run_or_exit(stage: Coroutine[Any, Any, StageResult]) -> StageResult:
    import asyncio

    from monitor.model import StageError

    try:
        return asyncio.run(stage)
    except StageError as error:
        exit_with_error(str(error))
