"""The archive's pages in a real browser: what people see, and that nothing a stranger wrote is run."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from lxml import html

from monitor.archive.serve import datasette_command
from tests.build import AMPLE_S
from tests.test_archive_pages import make_archive

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    *("--virtual-time-budget=3000", "--enable-logging=stderr", "--dump-dom"),
)
METADATA = Path(__file__).parent.parent / "config" / "datasette.yaml"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None and "CI" not in os.environ, reason="no Chromium: `make browser` installs it"),
]

Look = Callable[[str], tuple[html.HtmlElement, str]]


@pytest.fixture(scope="module")
def look(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Look]:
    """A page of a served archive, as the browser has it in the end, and what the browser complained of."""
    assert CHROMIUM, "CI needs Chromium: `make browser` installs it"
    folder = tmp_path_factory.mktemp("browser")
    argv = datasette_command(make_archive(folder / "monitor.db"), METADATA, port=0)
    with subprocess.Popen(argv, stderr=subprocess.PIPE, text=True) as server:
        assert server.stderr
        home = next(found[0] for line in server.stderr if (found := re.search(r"http://127\.0\.0\.1:\d+", line)))

        def look(path: str) -> tuple[html.HtmlElement, str]:
            arguments = [str(CHROMIUM), *FLAGS, f"--user-data-dir={folder / 'profile'}", home + path]
            seen = subprocess.run(arguments, capture_output=True, text=True, check=True, timeout=AMPLE_S)
            complaints = [line for line in seen.stderr.splitlines() if "CONSOLE" in line]
            return html.fromstring(seen.stdout), "\n".join(complaints)

        yield look
        server.terminate()
        server.stderr.read()


def test_the_page_of_a_hit_shows_its_passages_with_the_words_marked(look):
    page, _ = look("/monitor/hits/1")
    marked = [" ".join(mark.text_content().split()) for mark in page.iter("mark")]
    assert marked
    assert "How the score came about" in page.text_content()


@pytest.mark.parametrize(
    "path", ["/", "/monitor/hits/1", "/monitor/articles/1", "/monitor/decisions", "/monitor/feeds"]
)
def test_no_page_runs_what_a_stranger_wrote_or_trips_over_its_own_policy(look, path):
    page, complaints = look(path)
    assert not [script for script in page.iter("script") if script.text and "alert('x')" in script.text]
    assert "Content Security Policy" not in complaints
