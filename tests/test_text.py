"""The border cleaner."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.text import clean_line, clean_text

ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=()), max_size=60)


@pytest.mark.parametrize(
    ("dirty", "tidy"),
    [
        ("tab\tand\nnewline stay", "tab\tand\nnewline stay"),
        ("nul\x00 bell\x07 delete\x7f c1\x9b", "nul bell delete c1"),
        ("one\r\ntwo\rthree\u2028four\x85five", "one\ntwo\nthree\nfour\nfive"),
        ("safe\u202egpj.exe\u2066", "safegpj.exe"),
        ("half a pair \ud83d", "half a pair "),
        ("\ufeffmarked\ufffe", "marked"),
        ("мир 平和 👩‍👩‍👧 café", "мир 平和 👩‍👩‍👧 café"),
    ],
)
def test_clean_drops_what_the_sinks_cannot_take(dirty: str, tidy: str) -> None:
    assert clean_text(dirty) == tidy


def test_clean_cuts_at_the_limit() -> None:
    assert clean_text("a" * 100_000) == "a" * 65_536


def test_a_line_has_no_breaks_and_single_spaces() -> None:
    assert clean_line("  Peace \r\n\t talks\u00a0resume ") == "Peace talks resume"


def test_a_cut_line_does_not_end_with_a_space() -> None:
    assert clean_line("Peace talks", 6) == "Peace"


@given(ANY_TEXT)
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    assert clean_text(clean_text(text)) == clean_text(text)
    assert clean_line(clean_line(text)) == clean_line(text)


@given(ANY_TEXT)
def test_clean_text_survives_the_database_and_json(text: str) -> None:
    tidy = clean_text(text)
    with closing(sqlite3.connect(":memory:")) as memory:
        stored = memory.execute("select ?, length(?)", (tidy, tidy)).fetchone()
    assert stored == (tidy, len(tidy))
    assert json.loads(json.dumps(tidy, ensure_ascii=False).encode()) == tidy
