"""Labels: what people say of hits, that they are relevant or are not."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from monitor.archive.connection import ArchiveConnection
from monitor.archive.times import time_from_text, time_to_text
from monitor.model import Example, Seed

MOST_TEACHING_LABELS = 12
"""Labels of a seed that teach it, the newest: with more of them little changes."""


@dataclass(frozen=True, slots=True)
class Label:
    """What somebody said of one hit."""

    hit: int
    seed: str
    relevant: bool
    title: str
    at: datetime


class Labels:
    """A hit has one label at most: the last word counts."""

    def __init__(self, connection: ArchiveConnection) -> None:
        self._connection = connection
        self._conn = connection.conn

    def save(self, hit: int, relevant: bool | None, now: datetime) -> bool:
        """Label a hit; None takes the label back. False when there is no such hit."""
        with self._connection.transaction():
            if not self._conn.execute("select 1 from hits where id = ?", (hit,)).fetchone():
                return False
            self._conn.execute("delete from labels where hit_id = ?", (hit,))
            if relevant is not None:
                self._conn.execute(
                    "insert into labels (hit_id, relevant, labelled_at) values (?, ?, ?)",
                    (hit, int(relevant), time_to_text(now)),
                )
            return True

    def all(self) -> Iterator[Label]:
        """Every label, the newest first."""
        rows = self._conn.execute(
            """select l.hit_id, s.slug, l.relevant, h.title, l.labelled_at
               from labels l join hits h on h.id = l.hit_id join seeds s on s.id = h.seed_id
               order by l.labelled_at desc, l.id desc"""
        )
        return (
            Label(row["hit_id"], row["slug"], bool(row["relevant"]), row["title"], time_from_text(row["labelled_at"]))
            for row in rows
        )

    def teach_seeds(self, seeds: Iterable[Seed]) -> tuple[Seed, ...]:
        """The seeds with what labels teach them."""
        return teach_seeds(self._conn, seeds)

    def state(self) -> str:
        """All that was said, in a word: another one whenever a label has changed."""
        rows = self._conn.execute("select hit_id, relevant from labels order by hit_id")
        return " ".join(f"{hit}:{relevant}" for hit, relevant in rows)


def teach_seeds(conn: sqlite3.Connection, seeds: Iterable[Seed]) -> tuple[Seed, ...]:
    """The seeds with what labels teach them."""
    examples = _relevant_examples(conn)
    return tuple(replace(seed, relevant=examples.get(seed.slug, ())) for seed in seeds)


def _relevant_examples(conn: sqlite3.Connection) -> dict[str, tuple[Example, ...]]:
    """Seed → the articles of its hits that were labelled relevant last, the newest first."""
    by_seed: dict[str, list[Example]] = defaultdict(list)
    rows = conn.execute(
        """select slug, title, text, language from (
             select s.slug, a.title, t.text, a.language,
               row_number() over (partition by h.seed_id order by l.labelled_at desc, l.id desc) place
             from labels l join hits h on h.id = l.hit_id join seeds s on s.id = h.seed_id
               join articles a on a.id = h.article_id join article_text t on t.article_id = a.id
             where l.relevant = 1)
           where place <= ? order by slug, place""",
        (MOST_TEACHING_LABELS,),
    )
    for slug, title, text, language in rows:
        by_seed[slug].append(Example(title, text, language))
    return {slug: tuple(examples) for slug, examples in by_seed.items()}
