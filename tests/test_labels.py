"""Labels: people say that a hit is relevant or is not, on a page, by a verb, beside a running daemon."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner
from datasette.app import Datasette

from monitor.archive import Archive, overview
from monitor.assembly import make_desk
from monitor.cli import main
from monitor.config.settings import Settings
from monitor.model import Example
from tests.build import SEED as SEED_VALUE
from tests.build import open_archive
from tests.test_archive_pages import METADATA, SCRIPT, TEXT, make_archive, text_of
from tests.test_config import SEED, write

NOW = datetime(2025, 11, 3, 12, tzinfo=UTC)
PAGE = "/monitor/-/label/1"


def browse(path: Path, work: Callable[[httpx.AsyncClient], Awaitable[None]], **metadata: object) -> None:
    """Look at an archive's pages as a browser does, with its cookies."""
    datasette = Datasette([str(path)], metadata=METADATA | metadata)

    async def whole() -> None:
        await datasette.invoke_startup()
        transport = httpx.ASGITransport(app=datasette.app())
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            await work(client)

    asyncio.run(whole())
    datasette.executor.shutdown()


async def answer(client: httpx.AsyncClient, said: str, page: str = PAGE) -> httpx.Response:
    """Press a button of the page's form."""
    await client.get(page)
    form = {"relevant": said, "csrftoken": client.cookies["ds_csrftoken"]}
    return await client.post(page, data=form)


def labels(path: Path) -> list[tuple[int, str, bool]]:
    archive = Archive(path, beside=True)
    found = [(one.hit, one.seed, one.relevant) for one in archive.labels.all()]
    archive.close()
    return found


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return make_archive(tmp_path / "monitor.db")


def test_the_page_shows_the_hit_and_changes_nothing_by_itself(path):
    """Scanners follow the links of a mail before its reader does."""

    async def work(client: httpx.AsyncClient) -> None:
        page = await client.get(PAGE)
        said = text_of(page)
        assert "Ceasefire holds" in said
        assert "Relevant Not relevant" in said
        assert "Take it back" not in said
        assert SCRIPT not in page.text
        assert (await client.get("/monitor/-/label/99")).status_code == 404

    browse(path, work)
    assert labels(path) == []


def test_an_answer_is_kept_shown_and_can_be_changed(path):
    running = open_archive(path)  # a daemon writes meanwhile

    async def work(client: httpx.AsyncClient) -> None:
        kept = await answer(client, "yes")
        assert (kept.status_code, kept.headers["location"]) == (303, PAGE)
        assert "Labelled relevant on" in text_of(await client.get(PAGE))
        assert "What people say of it" in text_of(await client.get("/monitor/hits/1"))
        await answer(client, "no")
        assert "Labelled not relevant on" in text_of(await client.get(PAGE))

    before = running.labels.state()
    browse(path, work)
    assert running.labels.state() != before
    assert labels(path) == [(1, "talks", False)]


def test_an_answer_can_be_taken_back(path):
    async def work(client: httpx.AsyncClient) -> None:
        await answer(client, "yes")
        await answer(client, "")

    browse(path, work)
    assert labels(path) == []


def test_no_other_page_can_answer_for_its_reader(path):
    async def work(client: httpx.AsyncClient) -> None:
        for token in ({}, {"csrftoken": "x"}):
            assert (await client.post(PAGE, data={"relevant": "yes"} | token)).status_code == 403
        assert (await answer(client, "perhaps")).status_code == 400

    browse(path, work)
    assert labels(path) == []


def test_labels_can_be_switched_off_on_the_pages(path):
    async def work(client: httpx.AsyncClient) -> None:
        assert "monitor label 1 --relevant" in text_of(await client.get(PAGE))
        assert "csrftoken" not in (await client.get(PAGE)).text
        assert (await client.post(PAGE, data={"relevant": "yes"})).status_code == 403

    browse(path, work, plugins={"monitor": {"labels": False}})
    assert labels(path) == []


def test_the_verb_labels_lists_and_names_what_it_does_not_know(tmp_path):
    config = write(tmp_path, '[archive]\npath = "data/monitor.db"', moscow_md=SEED)
    (tmp_path / "data").mkdir()
    make_archive(tmp_path / "data" / "monitor.db")

    def label(*words: str) -> str:
        result = CliRunner().invoke(main, ["label", *words, "--config", str(config)])
        return f"{result.exit_code}: {result.output}"

    assert label() == "0: no hit is labelled yet\n"
    assert label("1", "2", "--irrelevant") == "0: 2 hits labelled\n"
    assert label("2", "9", "--relevant") == "1: 1 hit labelled\nError: there is no hit 9\n"
    assert json.loads(label("--json").removeprefix("0: "))[0] | {"at": ""} == {
        "hit": 2,
        "seed": "talks",
        "relevant": True,
        "title": "Truce holds",
        "at": "",
    }
    assert "1  not relevant talks" in label()
    assert "talks: 1 of 2 labelled hits are relevant" in label()
    assert label("1", "2", "--forget") == "0: 2 hits labelled\n"
    assert "say what they are" in label("1")
    assert "say which hits" in label("--relevant")


def test_what_is_labelled_relevant_teaches_its_seed(path):
    """What is not only counts: moving away from it took more right hits than wrong ones."""
    archive = open_archive(path)
    archive.labels.save(1, relevant=True, now=NOW)
    archive.labels.save(2, relevant=False, now=NOW)
    talks = replace(SEED_VALUE, slug="talks")
    taught = replace(talks, relevant=(Example(f"Ceasefire holds {SCRIPT}", TEXT, "en"),))
    assert archive.labels.teach_seeds([talks, SEED_VALUE]) == (taught, SEED_VALUE)
    assert overview.teach_seeds_from_file(path, [talks]) == (taught,)
    settings = Settings(Path("config"), Path("seeds"), seeds=(talks,))
    assert make_desk(settings, archive, NOW)._matcher._seeds == (taught,)
