"""seeds/ → seeds as written: one article a subject, as text or with a head that names its topics.

What a head does not say, the matcher draws from the text: see `monitor.match.complete`.

A file is `<slug>.txt` (title on the first line) or `<slug>.md` (TOML between two `+++` lines, then the text);
a folder `<slug>/` holds several examples of one subject.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path

from monitor.alert.tables import TimingTable
from monitor.config.mistakes import Mistakes, Place
from monitor.config.settings import Share, Weight
from monitor.config.tables import read_table
from monitor.config.timing import check_timing, timing_from_table
from monitor.model import ANY_LANGUAGE, Example, Seed, Topic
from monitor.policy import merge_timings
from monitor.text import clean_line, clean_text
from monitor.text.terms import problem_of_term

SEED_SUFFIXES = (".md", ".txt")
EXAMPLE_MIN_WORDS = 5
EXAMPLE_TEXT_LIMIT = 1_000_000
EXAMPLE_TITLE_LIMIT = 300
FIRST_LINE_LIMIT = 120
"""Characters of a first line that can be a title: more is a paragraph, of which only the beginning is taken."""
EXAMPLE_KEYS = ("title", "url", "language", "published", "counter_example")
"""Keys of a head that are about the one article; all others are about its seed."""


@dataclass(frozen=True, slots=True)
class SeedHead(TimingTable):
    """The TOML head of a seed file."""

    title: str | None = None
    url: str | None = None
    language: str | None = None
    published: object = None
    """For people; any TOML date will do."""
    threshold: Share | None = None
    channels: tuple[str, ...] | None = None
    urgent: bool | None = None
    """Wakes people in the quiet hours, too."""
    counter_example: bool = False
    """Looks alike and is not meant; beside others in the folder of a seed."""
    topics: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TopicTable:
    """`[topics.NAME]` in the head of a seed file."""

    terms: tuple[str, ...] = ()
    aliases: dict[str, tuple[str, ...]] = field(default_factory=dict)
    weight: Weight = 1.0
    required: bool = False
    excluded: bool = False


@dataclass(frozen=True, slots=True)
class _SeedDraft:
    """One example with what its head says of the whole seed."""

    head: SeedHead
    example: Example
    topics: tuple[Topic, ...]


def read_seeds(folder: Path, mistakes: Mistakes) -> tuple[Seed, ...]:
    """Every seed of the folder, in the order of their names."""
    at = mistakes.at(folder)
    if not folder.is_dir():
        at.add("", "no such folder", "Create it and put an article into it, as .txt or .md.")
        return ()
    seeds: dict[str, Seed] = {}
    for path in sorted(folder.iterdir()):
        slug = path.name.removesuffix(path.suffix) if path.suffix in SEED_SUFFIXES else path.name
        if not _is_seed(path):
            continue
        if slug in seeds:
            mistakes.at(path).add("", f"a second seed {slug!r}", "Give each seed a name of its own.")
        elif seed := _read_seed(slug, path, mistakes):
            seeds[slug] = seed
    if not seeds and not mistakes:  # a mistake anywhere may be the reason
        at.add("", "no seed in it", "Put an article into it, as .txt or .md.")
    return tuple(seeds.values())


def _is_seed(path: Path) -> bool:
    hidden = path.name.startswith((".", "_")) or path.stem == "README"
    return not hidden and (path.is_dir() or path.suffix in SEED_SUFFIXES)


def _read_seed(slug: str, path: Path, mistakes: Mistakes) -> Seed | None:
    before = len(mistakes)
    files = [file for file in sorted(path.iterdir()) if _is_seed(file)] if path.is_dir() else [path]
    drafts = [draft for file in files if (draft := _read_draft(file, mistakes.at(file)))]
    if len(mistakes) > before:
        return None
    if not drafts:
        mistakes.at(path).add("", "no article in it", "Put one in, as .txt or .md.")
        return None
    return _seed_from_drafts(slug, drafts, mistakes.at(path))


def _seed_from_drafts(slug: str, drafts: list[_SeedDraft], at: Place) -> Seed | None:
    meant = [draft for draft in drafts if not draft.head.counter_example]
    if not meant:
        remedy = "Put an article that is meant into the folder of the seed, beside it."
        at.add("counter_example", "there is no example beside it", remedy)
        return None
    heads = [draft.head for draft in meant]
    return Seed(
        slug=slug,
        title=meant[0].example.title,
        examples=tuple(draft.example for draft in meant),
        topics=tuple(topic for draft in meant for topic in draft.topics),
        threshold=next((head.threshold for head in heads if head.threshold is not None), None),
        channels=next((head.channels for head in heads if head.channels is not None), None),
        counter_examples=tuple(draft.example for draft in drafts if draft.head.counter_example),
        timing=merge_timings(*(timing_from_table(head, urgent=head.urgent) for head in heads)),
    )


def _read_draft(path: Path, at: Place) -> _SeedDraft | None:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        at.add("", f"cannot be read ({error.strerror})", "Check the file's rights.")
        return None
    except UnicodeDecodeError:
        at.add("", "is not UTF-8 text", "Save it as UTF-8.")
        return None
    split = _split_head(text, at)
    if split is None:
        return None
    head, body = split
    return _make_draft(head, clean_text(body, EXAMPLE_TEXT_LIMIT).strip(), at)


def _split_head(text: str, at: Place) -> tuple[SeedHead, str] | None:
    """Head and text of a seed file; a file without `+++` at its top is all text."""
    if not text.startswith("+++"):
        return SeedHead(), text
    parts = text.split("\n+++", 1)
    if len(parts) < 2:  # noqa: PLR2004 - a head and a text
        at.add("", "the head has no end", "Put a line with +++ between the head and the article.")
        return None
    try:
        raw = tomllib.loads(parts[0].removeprefix("+++"))
    except tomllib.TOMLDecodeError as error:
        at.add("", f"the head is not TOML ({error})", "Mend that line.")
        return None
    head = read_table(SeedHead, raw, at)
    return None if head is None else (head, parts[1])


def _make_draft(head: SeedHead, body: str, at: Place) -> _SeedDraft | None:
    lines = [line for line in body.splitlines() if line.strip()]
    if len(body.split()) < EXAMPLE_MIN_WORDS:
        at.add("", "has no text to compare with", "Paste the article below the head.")
        return None
    title = clean_line(head.title or _title_from_line(lines[0]), EXAMPLE_TITLE_LIMIT)
    before = len(at.mistakes)
    # Every check is made, whatever the others found: all mistakes of a file are told at once.
    topics = tuple(_read_topic_tables(head.topics, at))
    check_timing(head, at)
    _check_counter_example(head, at)
    return _SeedDraft(head, Example(title, body, head.language), topics) if len(at.mistakes) == before else None


def _check_counter_example(head: SeedHead, at: Place) -> None:
    """What is said of a seed is said beside an article that is meant."""
    for key in fields(SeedHead) if head.counter_example else ():
        if key.name not in EXAMPLE_KEYS and getattr(head, key.name):
            remedy = "Write it into the head of an article that is meant."
            at.add(key.name, "does nothing in a counter-example", remedy)


def _title_from_line(line: str) -> str:
    """The first line as a title; of a whole paragraph only its beginning."""
    line = line.lstrip("# ")
    return line if len(line) <= FIRST_LINE_LIMIT else line[:FIRST_LINE_LIMIT].rsplit(" ", 1)[0] + " …"


def _read_topic_tables(raw: Mapping[str, object], at: Place) -> Iterator[Topic]:
    for name, table in raw.items():
        place = at.within(f"topics.{name}")
        topic = read_table(TopicTable, table, place)
        if topic is None:
            continue
        _check_topic(topic, place)
        terms = {ANY_LANGUAGE: topic.terms, **topic.aliases}
        yield Topic(name, terms, topic.weight, topic.required, topic.excluded)


def _check_topic(topic: TopicTable, at: Place) -> None:
    if not topic.terms and not topic.aliases:
        at.add("", "has no terms", 'Add terms = ["…"] or aliases.')
    if topic.required and topic.excluded:
        at.add("", "is both required and excluded", "Keep one of them.")
    for term in (*topic.terms, *(alias for aliases in topic.aliases.values() for alias in aliases)):
        if found := problem_of_term(term):
            at.add("terms", *found)
