"""The verbs, as people and programs use them."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from monitor.cli import main
from monitor.config.error import ConfigError
from monitor.config.load import load_settings
from monitor.demo.newsroom import Newsroom
from monitor.demo.show import write_settings
from monitor.demo.sinks import MailSink, SlackSink

SEEDS = Path(__file__).parent.parent / "seeds"
HEAVY = (
    "httpx",
    "feedparser",
    "trafilatura",
    "lxml",
    "sqlite_utils",
    "apscheduler",
    "msgspec",
    "wordfreq",
    "asyncio",
)


@dataclass(frozen=True)
class Desk:
    """A newsroom on the air and the settings that watch it."""

    config: Path
    newsroom: Newsroom
    slack: SlackSink

    def run(self, *words: str, **options: object) -> Result:
        environment = {"SLACK_WEBHOOK_URL": self.slack.url}
        return CliRunner().invoke(main, [*words, "--config", str(self.config)], env=environment)


@pytest.fixture(scope="module")
def desk(tmp_path_factory) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("desk")
    with Newsroom(datetime.now(UTC)) as newsroom, MailSink() as mail, SlackSink() as slack:
        yield Desk(write_settings(folder, SEEDS, newsroom, mail, slack), newsroom, slack)


@pytest.fixture(scope="module")
def done(desk) -> dict[str, object]:
    """What `once` says of its first run."""
    result = desk.run("once", "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def article(desk: Desk, slug: str) -> str:
    return next(article.url for article in desk.newsroom.articles if article.slug == slug)


@pytest.mark.parametrize("verb", ["--help", "health"])
def test_light_verbs_import_nothing_heavy(verb):
    """`monitor health` runs twice a minute in every container."""
    code = f"""
import sys
from monitor.cli import main
main(["{verb}"], standalone_mode=False) if "{verb}" == "--help" else __import__("monitor.cli.health")
print(*[name for name in {HEAVY} if name in sys.modules], file=sys.stderr)
"""
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stderr.strip() == ""


def test_once_counts_what_it_did(done):
    counts = done["counts"]
    assert counts["feeds"] == 14
    assert counts["articles read"] > 60
    assert counts["alerts"] >= 8
    assert counts["deliveries sent"] == 3 * counts["alerts"]
    assert {feed["source"] for feed in done["feeds_in_trouble"]} == {"The Gull Rock Mirror", "Old Mill Evening News"}


def test_once_again_finds_nothing_to_do(desk, done):
    result = desk.run("once", "--json")
    assert json.loads(result.stdout)["counts"] == {}


def test_status_tells_people_what_is_in_trouble(desk, done):
    result = desk.run("status")
    assert result.exit_code == 0
    assert "✗ The Gull Rock Mirror: blocked since" in result.stdout
    assert "seed        russia-rejects-ceasefire:" in result.stdout


def test_status_tells_programs(desk, done):
    overview = json.loads(desk.run("status", "--json").stdout)["overview"]
    assert overview["feeds"] == 14
    assert overview["deliveries"].keys() == {"sent"}


def test_status_without_an_archive_says_what_makes_one(tmp_path, desk):
    config = tmp_path / "config"
    config.mkdir()
    for path in desk.config.glob("*.toml"):
        (config / path.name).write_bytes(path.read_bytes())
    result = CliRunner().invoke(main, ["status", "--config", str(config)])
    assert result.exit_code == 1
    assert "there is no archive at" in result.output
    assert "monitor once" in result.output


def test_check_shows_what_would_run(desk):
    result = desk.run("check")
    assert result.exit_code == 0
    assert "feeds     14, in 6 languages" in result.stdout
    assert "ru: прекращение огня, перемирие" in result.stdout
    assert result.stdout.endswith("no mistakes\n")


def test_check_names_every_mistake_for_people_and_programs(tmp_path):
    config = tmp_path / "config"
    config.mkdir()
    (config / "monitor.toml").write_text("[polling]\n[web]\nkontact = 'x'\n")
    people = CliRunner().invoke(main, ["check", "--config", str(config)])
    assert people.exit_code == 1
    assert people.output.count("✗") == 4
    programs = CliRunner().invoke(main, ["check", "--json", "--config", str(config)])
    assert [mistake["key"] for mistake in json.loads(programs.stdout)["mistakes"]] == [
        "polling",
        "web.kontact",
        "",
        "",
    ]


def test_try_feed_shows_what_a_feed_lists(desk):
    feed = next(feed for feed in desk.newsroom.feeds if feed.source == "Quillhaven Wire")
    result = desk.run("try", "feed", feed.url)
    assert result.exit_code == 0
    assert "6 entries" in result.stdout


def test_try_feed_says_what_is_wrong(desk):
    dead = next(feed for feed in desk.newsroom.feeds if feed.trouble == "dead")
    result = desk.run("try", "feed", dead.url)
    assert result.exit_code == 1
    assert result.output.startswith("Error: connect")


def test_try_page_shows_the_article(desk):
    result = desk.run("try", "page", article(desk, "kremlin-spurns-call-for-halt"))
    assert "title      Kremlin spurns American call to halt the war at the front line" in result.stdout
    assert "language   en" in result.stdout


def test_try_page_says_why_a_page_cannot_be_had(desk):
    result = desk.run("try", "page", "http://10.0.0.1/news.html")
    assert result.exit_code == 1
    assert result.output == "Error: http://10.0.0.1/news.html: blocked_address\n"


def test_once_without_a_net_says_so(tmp_path):
    config = tmp_path / "config"
    config.mkdir()
    (config / "monitor.toml").write_text(f"[seeds]\nfolder = '{SEEDS}'\n")
    (config / "feeds.toml").write_text("[[feeds]]\nurl = 'http://127.0.0.1:9/rss'\nsource = 'News'\n")
    result = CliRunner().invoke(main, ["once", "--quiet", "--config", str(config)])
    assert result.exit_code == 1
    assert "no feed could be polled" in result.stdout


def test_try_match_shows_the_whole_reasoning(desk):
    result = desk.run("try", "match", "russia-rejects-ceasefire", article(desk, "kremlin-spurns-call-for-halt"))
    assert result.exit_code == 0
    assert "HIT: 0." in result.stdout
    assert "likeness" in result.stdout
    assert "[ceasefire]" in result.stdout


def test_try_match_takes_a_text_file(desk, tmp_path):
    path = tmp_path / "note.txt"
    path.write_text("Garden show opens\n\nThe town's garden show opened on Monday with eight hundred roses.")
    result = desk.run("try", "match", "russia-rejects-ceasefire", str(path))
    assert result.exit_code == 0
    assert "HIT" not in result.stdout


def test_try_match_answers_a_mistyped_seed_with_the_nearest(desk):
    result = desk.run("try", "match", "russia-rejects-ceasefir", "https://news.example/x")
    assert result.exit_code == 1
    assert "Did you mean 'russia-rejects-ceasefire'?" in result.output


def test_seed_show_describes_the_profile(desk):
    result = desk.run("seed", "show", "russia-rejects-ceasefire")
    assert result.exit_code == 0
    assert "threshold  0.50" in result.stdout
    assert "ru: Лавров, Сергей Лавров" in result.stdout
    words = [line.split()[1] for line in result.stdout.split("words that weigh most\n")[1].splitlines()]
    assert len(words) == 20
    assert {"Lavrov", "Ukraine"} <= set(words[:8])
    assert "ceasefire" in words


def test_seed_show_tells_programs(desk):
    profile = json.loads(desk.run("seed", "show", "russia-rejects-ceasefire", "--json").stdout)
    assert profile["seed"] == "russia-rejects-ceasefire"
    assert 0 < sum(word["share"] for word in profile["words"]) <= 1


def test_nothing_is_saved_by_trying(desk, done):
    before = desk.run("status", "--json").stdout
    desk.run("try", "page", article(desk, "kremlin-spurns-call-for-halt"))
    assert json.loads(desk.run("status", "--json").stdout)["overview"] == json.loads(before)["overview"]


def test_extract_turns_pages_into_articles(tmp_path):
    page = tmp_path / "page.html"
    page.write_text(
        "<html lang=en><title>Rain ends the drought</title><article><h1>Rain ends the drought</h1>"
        + "<p>After three dry months the river rose on Monday, and farmers of the valley opened their gates.</p>" * 5
        + "</article>"
    )
    asked = {"id": "1", "path": str(page), "url": "https://news.example/rain", "content_type": "text/html"}
    result = CliRunner().invoke(main, ["extract"], input=json.dumps(asked) + "\n")
    answer = json.loads(result.stdout)
    assert answer.keys() == {
        *("id", "title", "text", "authors", "published"),
        *("language", "canonical_url", "method", "problems"),
    }
    assert (answer["id"], answer["title"], answer["language"]) == ("1", "Rain ends the drought", "en")


def test_score_scores_a_stream(tmp_path):
    rows = [
        {"id": "a", "title": "Lavrov rejects a ceasefire", "text": "Lavrov rejects the ceasefire; NATO is to blame."},
        {"id": "b", "title": "Garden show", "text": "Roses and more roses."},
    ]
    lines = "".join(json.dumps({**row, "published": None, "language": "en"}) + "\n" for row in rows)
    result = CliRunner().invoke(main, ["score", "--seeds", str(SEEDS)], input=lines)
    assert result.exit_code == 0
    first = json.loads(result.stdout.splitlines()[0])
    assert first.keys() == {"id", "seed", "score", "hit"}
    assert (first["id"], first["seed"], first["hit"]) == ("a", "russia-rejects-ceasefire", True)


def test_score_with_broken_seeds_scores_nothing(tmp_path):
    (tmp_path / "broken.md").write_text("+++\nx = 1\n+++\n")
    result = CliRunner().invoke(main, ["score", "--seeds", str(tmp_path)], input="{}\n")
    assert result.exit_code == 1
    assert "unknown key" in result.output


def test_score_names_the_line_that_is_no_article():
    result = CliRunner().invoke(main, ["score", "--seeds", str(SEEDS)], input="{nonsense\n")
    assert result.exit_code == 1
    assert "line 1" in result.output
    assert "Traceback" not in result.output


def test_wrong_use_ends_with_two():
    assert CliRunner().invoke(main, ["poll"]).exit_code == 2
    assert CliRunner().invoke(main, ["score"]).exit_code == 2


def test_health_follows_the_daemon(desk, done):
    assert desk.run("health").exit_code == 1  # `once` is no daemon
    assert "no daemon has run" in desk.run("health").output


def test_archive_without_an_archive_says_so(tmp_path, desk):
    config = tmp_path / "config"
    config.mkdir()
    for path in desk.config.iterdir():
        (config / path.name).write_bytes(path.read_bytes())
    result = CliRunner().invoke(main, ["archive", "--config", str(config)])
    assert result.exit_code == 1
    assert "monitor once" in result.output


def test_no_secret_is_in_the_archive(desk, done):
    import sqlite3  # noqa: PLC0415 - only here

    with closing(sqlite3.connect(desk.config.parent / "data" / "monitor.db")) as conn:
        assert "T0000/B0000" not in "\n".join(conn.iterdump())


@pytest.mark.parametrize(
    ("settings", "code", "said"),
    [
        ("\ufeff[archive]\npath = 'x.db'\n", 1, "no daemon has run on"),
        ("archive = 3\n", 1, "archive: expected a table"),
        ("[archive\n", 1, "cannot be read"),
    ],
)
def test_health_says_what_is_wrong_with_the_settings(tmp_path, settings, code, said):
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "monitor.toml").write_text(settings, encoding="utf-8")
    result = CliRunner().invoke(main, ["health", "--config", str(tmp_path / "config")])
    assert (result.exit_code, said in result.output) == (code, True)
    assert isinstance(result.exception, SystemExit)


@pytest.mark.parametrize(
    ("variables", "written", "path"),
    [
        ({}, "", "data/monitor.db"),
        ({}, "path = 'news.db'", "news.db"),
        ({"MONITOR_ARCHIVE__PATH": "news.db"}, "path = 'other.db'", "news.db"),
        ({"MONITOR_ARCHIVE__PATH": '"news.db"'}, "", "news.db"),
        ({"MONITOR_archive__path": "news.db"}, "", "news.db"),
        ({"MONITOR_ARCHIVE__PATH": "kept/../news.db"}, "", "kept/../news.db"),
        ({"MONITOR_ARCHIVE__PATH": "/var/news.db"}, "", "/var/news.db"),
        ({"MONITOR_ARCHIVE__PATH": "~/news.db"}, "", "~/news.db"),
        ({"MONITOR_ARCHIVE__URL": "https://news.example"}, "path = 'news.db'", "news.db"),
        ({"MONITOR_ARCHIVE__PATH": ""}, "path = 'news.db'", None),
        ({"MONITOR_ARCHIVE__PATH": "5"}, "", None),
        ({}, "path = ''", None),
        ({}, "path = 5", None),
    ],
)
def test_health_looks_where_the_settings_say_that_the_archive_is(tmp_path, variables, written, path):
    config = tmp_path / "config"
    config.mkdir()
    (config / "monitor.toml").write_text(f"[archive]\n{written}\n[seeds]\nfolder = '{SEEDS}'\n")
    (config / "feeds.toml").write_text("[[feeds]]\nurl = 'https://news.example/rss'\nsource = 'News'\n")
    said = CliRunner().invoke(main, ["health", "--config", str(config)], env=variables).output
    if path is None:
        with pytest.raises(ConfigError) as caught:
            load_settings(config, variables)
        assert [mistake.key for mistake in caught.value.mistakes] == ["archive.path"]
        assert said.startswith(f"Error: {config / 'monitor.toml'}: archive.path: expected ")
    else:
        assert load_settings(config, variables).archive_path == tmp_path / path
        assert said == f"Error: no daemon has run on {tmp_path / path} yet\n"


def test_health_needs_no_file_when_the_environment_says_where_the_archive_is(tmp_path):
    """A daemon goes on when its settings are broken while it works."""
    environment = {"MONITOR_ARCHIVE__PATH": "/var/news.db"}
    result = CliRunner().invoke(main, ["health", "--config", str(tmp_path / "config")], env=environment)
    assert result.output == "Error: no daemon has run on /var/news.db yet\n"
