"""The documents say what is true: every verb, setting, table and reason is in them, and what they show works."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from dataclasses import fields
from datetime import timedelta
from pathlib import Path
from typing import get_args

import click
import pytest

from benchmarks import structure
from monitor import pace
from monitor.alert.kinds import CHANNEL_KINDS
from monitor.cli import VERBS, main
from monitor.config import settings as tables
from monitor.config.load import SECTIONS
from monitor.config.seeds import SeedHead, TopicTable
from monitor.model import PollProblem, TextProblem, WebReason
from tests.build import open_archive

ROOT = Path(__file__).parent.parent
DOCS = {path.name: path.read_text(encoding="utf-8") for path in [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]}
CONFIGURATION = DOCS["configuration.md"]


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_is_in_the_readme(verb):
    assert re.search(rf"`{verb}\b|`monitor {verb}\b", DOCS["README.md"])


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_explains_itself(verb):
    shown = subprocess.run(
        [sys.executable, "-m", "monitor", verb, "--help"], capture_output=True, text=True, check=True
    )
    assert len(shown.stdout.splitlines()) > 5


@pytest.mark.parametrize("section", SECTIONS)
def test_every_setting_is_described(section):
    part = CONFIGURATION.split(f"### [{section}]")[1].split("###")[0]
    for field in fields(SECTIONS[section]):
        assert f"| `{field.name}` |" in part


@pytest.mark.parametrize("kind", [*CHANNEL_KINDS.values(), tables.FeedTable])
def test_every_key_of_channels_and_feeds_is_described(kind):
    for field in fields(kind):
        assert f"`{field.name}`" in CONFIGURATION or f"{field.name} = " in CONFIGURATION


def test_every_key_of_a_seed_is_described():
    part = CONFIGURATION.split("## seeds/")[1]
    assert all(f"`{field.name}`" in part for field in fields(SeedHead) if field.name != "topics")
    assert all(f"`topics.NAME.{field.name}`" in part for field in fields(TopicTable))


def test_every_table_and_column_is_in_the_schema():
    database = open_archive()._connection.database
    for table in database.tables:
        if table.name.startswith(("_", "articles_fts")):
            continue
        part = DOCS["schema.md"].split(f"\n## {table.name}\n")[1].split("\n## ")[0]
        assert [column.name for column in table.columns] == re.findall(r"^\| `(\w+)` \|", part, re.MULTILINE)


def test_the_shipped_settings_file_names_only_what_exists():
    """Also in its comments, which people uncomment."""
    text = (ROOT / "config" / "monitor.toml").read_text(encoding="utf-8")
    known = {field.name for kind in [*SECTIONS.values(), *CHANNEL_KINDS.values()] for field in fields(kind)}
    assert set(re.findall(r"^(?:# )?(\w+) = ", text, re.MULTILINE)) <= known


@pytest.mark.parametrize("name", DOCS)
def test_links_lead_somewhere(name):
    folder = ROOT if (ROOT / name).exists() else ROOT / "docs"
    for target in re.findall(r"\]\((?!http)([^)#]+)", DOCS[name]):
        assert (folder / target).exists(), target


def test_make_targets_of_the_documents_exist():
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = {
        target for text in DOCS.values() for target in re.findall(r"(?:^\$|`)\s*make ([a-z]+)", text, re.MULTILINE)
    }
    assert named <= targets


def test_the_modules_of_the_design_are_the_modules_there_are():
    rooms = re.findall(
        r"^  ([a-z]+)(?:/|\.py)\s", DOCS["design.md"].split("monitor/\n")[1].split("```")[0], re.MULTILINE
    )
    here = {path.stem for path in (ROOT / "monitor").iterdir() if not path.name.startswith(("_", "py."))}
    assert set(rooms) == here


def test_every_reason_is_in_the_glossary():
    code = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "monitor").rglob("*.py"))
    raised = set(re.findall(r'StageError\(\s*"([a-z_]+)"', code)) - {"bad_line", "no_file"}  # those answer a line
    assert not [reason for reason in raised if f"`{reason}`" not in DOCS["glossary.md"]]


@pytest.mark.parametrize("words", [WebReason, TextProblem, PollProblem])
def test_every_word_of_a_closed_set_of_troubles_is_in_the_glossary(words):
    assert not [word for word in get_args(words) if f"`{word}`" not in DOCS["glossary.md"]]


def test_the_verbs_of_the_command_line_are_the_verbs_of_the_table():
    assert main.list_commands(click.Context(main)) == list(VERBS)


TREES = structure.parse_modules(ROOT / "monitor")


def test_every_public_class_is_in_the_glossary_and_has_its_name_alone():
    """Whoever reads a name for the first time finds it explained; what only one module uses is private."""
    assert structure.classes_outside(structure.glossary_words(), TREES) == []


def test_what_the_glossary_says_of_classes_is_about_classes_there_are():
    listed = set(re.findall(r"^\| `([A-Z]\w+)` \|", DOCS["glossary.md"], re.MULTILINE))
    assert listed <= {node.name for tree in TREES.values() for node in tree.body if isinstance(node, ast.ClassDef)}


def test_no_two_modules_use_one_name_for_their_functions():
    assert structure.names_shared(TREES) == {}


def test_modules_do_not_import_each_other_in_circles():
    assert structure.import_cycles(TREES) == []


HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("page", "promise", "held", "meant"),
    [
        ("design.md", "A story is open for 72 hours after its last hit", pace.STORY_OPEN_AFTER_LAST, 72 * HOUR),
        ("design.md", "and a week at most", pace.STORY_OPEN_AFTER_FIRST, 7 * DAY),
        ("design.md", "gives it another title, within three days", pace.EDITED_REREAD_FOR, 3 * DAY),
        ("design.md", "every two seconds each step that is not still busy looks", pace.TICK_S, 2),
        ("configuration.md", "a quarter of an hour after the last of it came", pace.CATCH_UP_WAIT, HOUR / 4),
        ("configuration.md", "so many alerts an hour at most", pace.CAP_SPAN, HOUR),
        ("operating.md", "when the daemon has been silent for a minute", pace.DAEMON_SILENT, HOUR / 60),
        ("operating.md", "nor saved anything for five minutes", pace.STEP_STUCK, HOUR / 12),
        ("operating.md", "and tried for 72 hours", pace.GIVE_UP_SENDING, 72 * HOUR),
        ("operating.md", "at least once an hour", pace.LONGEST_RESEND, HOUR),
        ("operating.md", "tried again by itself, at least once an hour", pace.LONGEST_REST, HOUR),
        ("operating.md", "later each time, up to every six hours", pace.LONGEST_RETRY, 6 * HOUR),
        ("operating.md", "after many failures once a day", pace.DAILY_RETRY, DAY),
        ("operating.md", "a feed that says it is gone (410), once a week", pace.GONE_RETRY, 7 * DAY),
        ("operating.md", "a server that fails five times in a row", pace.SENDINGS_BEFORE_DOWN, 5),
        ("operating.md", "With more than twenty alerts waiting then", pace.DIGEST_FLOOD, 20),
        ("glossary.md", "a feed is tried once a day", pace.POISON_RETRY, DAY),
        ("glossary.md", "at its third try", pace.READINGS_BEFORE_FEED_TEXT, 3),
    ],
)
def test_the_times_that_people_are_promised_are_those_that_hold(page, promise, held, meant):
    assert promise in " ".join(DOCS[page].split())
    assert held == meant
