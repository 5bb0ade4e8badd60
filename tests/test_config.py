"""config/ and seeds/: what is right is taken, what is wrong is named with file, key and remedy."""

from __future__ import annotations

from datetime import time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from monitor.config.effects import describe_idle_timing
from monitor.config.error import ConfigError
from monitor.config.load import fingerprint_settings, load_settings
from monitor.config.policy import policy_from_settings
from monitor.match import complete_seeds
from monitor.model import AlertTiming, Example, Seed, Topic
from monitor.policy import Route

FEEDS = """
[[feeds]]
url = "https://news.example/rss"
source = "News"
"""
SEED = """+++
title = "Moscow rejects a ceasefire"
language = "en"
[topics.ceasefire]
terms = ["ceasefire", "truce"]
aliases = { ru = ["перемирие"] }
[topics.NATO]
terms = ["NATO"]
weight = 1.5
required = true
+++

The foreign minister said no to an immediate halt.
"""


def write(folder: Path, monitor: str = "", feeds: str = FEEDS, **seeds: str) -> Path:
    """A config/ with a seeds/ beside it; a seed's file name has `_` for the dot."""
    config = folder / "config"
    (folder / "seeds").mkdir(parents=True, exist_ok=True)
    config.mkdir(exist_ok=True)
    (config / "monitor.toml").write_text(monitor, encoding="utf-8")
    (config / "feeds.toml").write_text(feeds, encoding="utf-8")
    for name, text in (seeds or {"ceasefire_md": SEED}).items():
        (folder / "seeds" / name.replace("_", ".")).write_text(text, encoding="utf-8")
    return config


def mistakes(config: Path, **environment: str) -> list[tuple[str, str, str]]:
    """What is wrong: (file name, key, problem), once each."""
    with pytest.raises(ConfigError) as caught:
        load_settings(config, environment)
    assert all(mistake.remedy for mistake in caught.value.mistakes)
    return [(Path(one.file).name, one.key, one.problem) for one in caught.value.mistakes]


def test_an_empty_monitor_toml_is_enough(tmp_path):
    settings = load_settings(write(tmp_path), {})
    assert settings.alerts.channels == ("console",)
    assert settings.poll.interval == timedelta(minutes=15)
    assert settings.archive_path == tmp_path / "data" / "monitor.db"
    assert [feed.url for feed in settings.feeds] == ["https://news.example/rss"]


def test_the_shipped_settings_are_right():
    settings = load_settings(Path(__file__).parent.parent / "config", {})
    assert len(settings.feeds) >= 75
    assert [seed.slug for seed in settings.seeds] == ["russia-rejects-ceasefire"]


def test_a_seed_with_a_head_is_taken_as_written(tmp_path):
    (seed,) = load_settings(write(tmp_path), {}).seeds
    assert seed == Seed(
        slug="ceasefire",
        title="Moscow rejects a ceasefire",
        examples=(Example("Moscow rejects a ceasefire", "The foreign minister said no to an immediate halt.", "en"),),
        topics=(
            Topic("ceasefire", {"*": ("ceasefire", "truce"), "ru": ("перемирие",)}),
            Topic("NATO", {"*": ("NATO",)}, weight=1.5, required=True),
        ),
    )


def test_a_plain_text_is_a_seed_with_proposed_topics(tmp_path):
    text = (
        "Lavrov rejects ceasefire\n\nSergei Lavrov said on Tuesday that Russia will not accept a ceasefire in "
        "Ukraine.\nLavrov spoke of NATO and of the root causes of the war.\n"
    )
    (written,) = load_settings(write(tmp_path, lavrov_txt=text), {}).seeds
    assert (written.topics, written.examples[0].language) == ((), None)
    (seed,) = complete_seeds([written])
    assert (seed.slug, seed.title, seed.examples[0].language) == ("lavrov", "Lavrov rejects ceasefire", "en")
    assert seed.topics
    assert all(topic.proposed for topic in seed.topics)


def test_a_text_that_begins_with_a_paragraph_is_titled_by_its_beginning(tmp_path):
    (seed,) = load_settings(write(tmp_path, long_txt="The river rose again on Monday. " * 20), {}).seeds
    assert seed.title.startswith("The river rose again on Monday. The river")
    assert seed.title.endswith(" …")
    assert len(seed.title) <= 122


def test_a_folder_holds_several_examples_of_one_seed(tmp_path):
    config = write(tmp_path)
    folder = tmp_path / "seeds" / "talks"
    folder.mkdir()
    (folder / "1.md").write_text(SEED, encoding="utf-8")
    (folder / "2.txt").write_text("Talks resume in Istanbul\n\nBoth sides sent their delegations.", encoding="utf-8")
    talks = load_settings(config, {}).seeds[1]
    assert (talks.slug, len(talks.examples), len(talks.topics)) == ("talks", 2, 2)


def test_a_folder_may_hold_a_counter_example(tmp_path):
    config = write(tmp_path)
    folder = tmp_path / "seeds" / "talks"
    folder.mkdir()
    (folder / "1.txt").write_text("Talks resume in Istanbul\n\nBoth sides sent their delegations.", encoding="utf-8")
    (folder / "2.md").write_text(
        "+++\ncounter_example = true\n+++\nPay talks resume at the harbour.", encoding="utf-8"
    )
    talks = load_settings(config, {}).seeds[1]
    assert [example.title for example in talks.examples] == ["Talks resume in Istanbul"]
    assert [example.title for example in talks.counter_examples] == ["Pay talks resume at the harbour."]


def test_what_a_counter_example_says_of_its_seed_does_nothing_and_is_named(tmp_path):
    config = write(tmp_path)
    folder = tmp_path / "seeds" / "talks"
    folder.mkdir()
    (folder / "1.txt").write_text("Talks resume in Istanbul\n\nBoth sides sent their delegations.", encoding="utf-8")
    head = 'counter_example = true\ntitle = "Pay talks"\nthreshold = 0.9\n[topics.pay]\nterms = ["pay"]'
    (folder / "2.md").write_text(f"+++\n{head}\n+++\nPay talks resume at the harbour.", encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_settings(config, {})
    assert [(mistake.key, mistake.problem) for mistake in caught.value.mistakes] == [
        ("threshold", "does nothing in a counter-example"),
        ("topics", "does nothing in a counter-example"),
    ]


def test_ten_mistakes_are_named_in_one_run(tmp_path):
    config = write(
        tmp_path,
        monitor="""
[poll]
intervall = "5m"
interval = "soon"
[web]
allow_networks = ["10.0.0.0/99"]
[match]
threshold = 7
[alerts]
channels = ["desk", "pager"]
[channels.desk]
kind = "slack"
webhook = "https://hooks.example/secret"
[channels.mail]
kind = "email"
host = "smtp.example"
[chanels.x]
kind = "console"
""",
        feeds="""
[[feeds]]
url = "ftp://news.example/rss"
source = "News"
[[feeds]]
url = "https://b.example/rss"
sauce = "B"
""",
        empty_md="",
        broken_md="+++\ntitle = no quotes\n+++\nOne two three four five six.",
    )
    assert [(file, key) for file, key, _ in mistakes(config)] == [
        ("monitor.toml", "chanels"),
        ("monitor.toml", "poll.intervall"),
        ("monitor.toml", "poll.interval"),
        ("monitor.toml", "match.threshold"),
        ("monitor.toml", "channels.desk.webhook"),
        ("monitor.toml", "channels.mail.sender"),
        ("monitor.toml", "channels.mail.to"),
        ("feeds.toml", "feeds[1].url"),
        ("feeds.toml", "feeds[2].sauce"),
        ("feeds.toml", "feeds[2].source"),
        ("broken.md", ""),
        ("empty.md", ""),
        ("monitor.toml", "web.allow_networks"),
        ("monitor.toml", "alerts.channels"),
    ]


def test_a_seeds_file_that_cannot_be_used_is_named(tmp_path):
    config = write(
        tmp_path, talks_md=SEED, talks_txt="Talks resume in Istanbul\n\nBoth sides sent their delegations."
    )
    seeds = tmp_path / "seeds"
    (seeds / "latin.txt").write_bytes("Gespräche in Genf".encode("latin-1"))
    (seeds / "nothing").mkdir()
    (seeds / ".notes.txt").write_text("of an editor", encoding="utf-8")
    assert mistakes(config) == [
        ("latin.txt", "", "is not UTF-8 text"),
        ("nothing", "", "no article in it"),
        ("talks.txt", "", "a second seed 'talks'"),
    ]


@pytest.mark.parametrize(
    ("written", "key", "problem"),
    [
        ("channels = 7", "channels", "expected tables"),
        ("[channels]\ndesk = 7", "channels.desk.kind", "has no kind"),
        ("[channels.desk]\nkind = 'slak'", "channels.desk.kind", "has an unknown kind 'slak'"),
        ("poll = 7", "poll", "expected a table"),
        ("[poll]\ninterval = '0m'", "poll.interval", "an interval of nothing"),
    ],
)
def test_what_is_no_table_or_says_nothing_is_named(tmp_path, written, key, problem):
    assert mistakes(write(tmp_path, written))[0] == ("monitor.toml", key, problem)


def test_a_settings_file_that_cannot_be_read_is_named(tmp_path):
    config = write(tmp_path)
    (config / "feeds.toml").unlink()
    (config / "feeds.toml").mkdir()
    assert ("feeds.toml", "", "cannot be read (Is a directory)") in mistakes(config)


def test_a_mistyped_key_is_answered_with_the_nearest_one(tmp_path):
    config = write(tmp_path, '[poll]\nintervall = "5m"')
    with pytest.raises(ConfigError, match=r"poll\.intervall: unknown key\. Did you mean 'interval'\?"):
        load_settings(config, {})


def test_missing_files_and_folders_are_named(tmp_path):
    assert [(file, problem) for file, _, problem in mistakes(tmp_path / "config")] == [
        ("monitor.toml", "no such file"),
        ("feeds.toml", "no such file"),
        ("seeds", "no such folder"),
    ]


def test_a_source_belongs_to_one_family(tmp_path):
    one = FEEDS + 'family = "House"\n'
    config = write(tmp_path, feeds=one + one.replace("/rss", "/world"))
    assert {feed.family for feed in load_settings(config, {}).feeds} == {"House"}
    config = write(tmp_path, feeds=one + one.replace("/rss", "/world").replace("House", "Other"))
    assert mistakes(config) == [("feeds.toml", "family", "News belongs to two families: House, Other")]


@pytest.mark.parametrize(
    ("feeds", "problem"),
    [
        ("feeds = 3", "expected a list"),
        ("[[feed]]\nurl = 'https://a.example'", "unknown section"),
        (FEEDS + FEEDS, "https://news.example/rss is listed twice"),
        ("[[feeds]]\nurl = 'https://user:pw@a.example/'\nsource = 'A'", "is no http or https address"),
        ("[[feeds", "is not TOML"),
    ],
)
def test_a_broken_feed_list_is_explained(tmp_path, feeds, problem):
    assert any(problem in found for _, _, found in mistakes(write(tmp_path, feeds=feeds)))


@pytest.mark.parametrize(
    ("seed", "problem"),
    [
        ("+++\ntitle = 'x'\n", "the head has no end"),
        ("+++\ntitel = 'x'\n+++\nOne two three four five.", "unknown key"),
        ("+++\n[topics.NATO]\n+++\nOne two three four five.", "has no terms"),
        ("+++\n[topics.NATO]\nterms = 'NATO'\n+++\nOne two three four five.", "expected array, got text"),
        ("+++\n[topics.a]\nterms = ['a NEAR b']\n+++\nOne two three four five.", "does not say how near"),
        ("+++\n[topics.a]\nterms = ['ab*']\n+++\nOne two three four five.", "begins too many words"),
        (
            "+++\n[topics.a]\nterms = ['abc']\nrequired = true\nexcluded = true\n+++\nOne two three four five.",
            "is both required and excluded",
        ),
        ("+++\n[topics.a]\nterms = ['abc']\nweight = nan\n+++\nOne two three four five.", "expected a number"),
        ("+++\n[topics.a]\nterms = ['abc']\nweight = -3.0\n+++\nOne two three four five.", "expected float > 0"),
        ("+++\nthreshold = 2.0\n+++\nOne two three four five.", "expected float <= 1.0"),
        ("+++\nchannels = ['pager']\n+++\nOne two three four five.", "there is no channel 'pager'"),
        ("+++\ncounter_example = true\n+++\nOne two three four five.", "there is no example beside it"),
        ("Two words", "has no text to compare with"),
    ],
)
def test_a_broken_seed_is_explained(tmp_path, seed, problem):
    found = mistakes(write(tmp_path, broken_md=seed))
    assert any(problem in text for _, _, text in found), found


def test_secrets_come_from_the_environment_or_from_a_file(tmp_path):
    config = write(tmp_path, "[channels.desk]\nkind = 'slack'\n[alerts]\nchannels = ['desk']")
    hook = "https://hooks.example/services/T/B/x"
    (tmp_path / "hook").write_text(hook + "\n")
    assert load_settings(config, {"SLACK_WEBHOOK_URL": hook}).secrets == {"desk": hook}
    assert load_settings(config, {"SLACK_WEBHOOK_URL_FILE": str(tmp_path / "hook")}).secrets == {"desk": hook}
    assert mistakes(config) == [
        ("monitor.toml", "channels.desk.webhook_env", "neither SLACK_WEBHOOK_URL nor SLACK_WEBHOOK_URL_FILE is set")
    ]
    both = mistakes(config, SLACK_WEBHOOK_URL=hook, SLACK_WEBHOOK_URL_FILE=str(tmp_path / "hook"))
    assert both[0][2] == "both SLACK_WEBHOOK_URL and SLACK_WEBHOOK_URL_FILE are set"


def test_whoever_sends_nothing_needs_no_secrets(tmp_path):
    config = write(tmp_path, "[channels.desk]\nkind = 'slack'\n")
    assert load_settings(config, {}, with_secrets=False).secrets == {}


def test_a_secret_in_the_file_is_refused_with_the_right_place(tmp_path):
    config = write(tmp_path, "[channels.desk]\nkind = 'slack'\nwebhook = 'https://hooks.example/x'")
    with pytest.raises(ConfigError, match="name the variable in webhook_env") as caught:
        load_settings(config, {"SLACK_WEBHOOK_URL": "https://hooks.example/x"})
    assert "hooks.example" not in str(caught.value)


def test_no_password_goes_out_in_the_clear(tmp_path):
    mail = (
        "kind = 'email'\nhost = 'h'\nsender = 'a@b.example'\nto = ['a@b.example']\nusername = 'a'\nsecurity = 'none'"
    )
    config = write(tmp_path, f"[channels.mail]\n{mail}")
    assert mistakes(config, SMTP_PASSWORD="x") == [
        ("monitor.toml", "channels.mail.security", "would send the password in the clear")
    ]


def test_settings_do_not_show_secrets(tmp_path):
    config = write(tmp_path, "[channels.desk]\nkind = 'slack'\n")
    assert "tell-nobody" not in repr(
        load_settings(config, {"SLACK_WEBHOOK_URL": "https://hooks.example/tell-nobody"})
    )


def test_the_environment_outranks_the_file(tmp_path):
    config = write(tmp_path, "[archive]\npath = 'here.db'")
    settings = load_settings(config, {"MONITOR_ARCHIVE__PATH": "/data/monitor.db", "MONITOR_ENGINE__WORKERS": "4"})
    assert (settings.archive_path, settings.engine.workers) == (Path("/data/monitor.db"), 4)


def test_a_mistyped_variable_is_a_mistake_too(tmp_path):
    found = mistakes(write(tmp_path), MONITOR_ENGINE__WORKER="4", MONITOR_MOTOR__X="1")
    assert [(key, problem) for _, key, problem in found] == [
        ("MONITOR_MOTOR__X", "unknown section"),
        ("engine.worker", "unknown key"),
    ]


def test_any_change_to_settings_or_seeds_changes_their_fingerprint(tmp_path):
    config = write(tmp_path)
    settings = load_settings(config, {})
    before = fingerprint_settings(config, settings)
    assert fingerprint_settings(config, settings) == before
    (tmp_path / "seeds" / "new.txt").write_text("One more article to watch for, from today on.")
    assert fingerprint_settings(config, settings) != before


def test_files_that_nobody_reads_change_nothing(tmp_path):
    config = write(tmp_path)
    settings = load_settings(config, {})
    before = fingerprint_settings(config, settings)
    for name in (".swap.md.swp", "_draft.md", "ceasefire.md~"):
        (tmp_path / "seeds" / name).write_text("Not a seed.")
    assert fingerprint_settings(config, settings) == before


@pytest.mark.parametrize(("content", "problem"), [(b"\xff\xfe\x00", "which is no text"), (b"\r\n", "which is empty")])
def test_a_secret_file_without_a_secret_is_named(tmp_path, content, problem):
    config = write(tmp_path, "[channels.desk]\nkind = 'slack'\n")
    (tmp_path / "hook").write_bytes(content)
    (found,) = mistakes(config, SLACK_WEBHOOK_URL_FILE=str(tmp_path / "hook"))
    assert found[2].endswith(problem)


def test_a_contact_that_no_header_can_carry_is_a_mistake(tmp_path):
    assert [key for _, key, _ in mistakes(write(tmp_path, "[web]\ncontact = 'müller@example.org'"))] == [
        "web.contact"
    ]


TIMING = """
[alerts]
when = "daily"
at = "08:30"
timezone = "Europe/Berlin"
quiet = "22:00-07:00"
[channels.desk]
kind = "console"
when = "instant"
cap_per_hour = 5
[[alerts.routes]]
seed = "moscow"
min_score = 0.8
channels = ["desk"]
"""


def test_timings_and_routes_are_taken(tmp_path):
    seed = SEED.replace('language = "en"', 'language = "en"\nurgent = true\nwhen = "hourly"')
    settings = load_settings(write(tmp_path, TIMING, moscow_md=seed), {})
    policy = policy_from_settings(settings)
    assert policy.default_timing == AlertTiming("daily", time(8, 30), ZoneInfo("Europe/Berlin"), (time(22), time(7)))
    assert policy.by_channel["desk"] == AlertTiming("instant", cap_per_hour=5)
    assert settings.seeds[0].timing == AlertTiming("hourly", urgent=True)
    assert policy.routes == (Route(("desk",), seed="moscow", min_score=0.8),)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ('[alerts]\ntimezone = "Europe/Berln"', "alerts.timezone: unknown time zone 'Europe/Berln'. Did you mean"),
        ('[alerts]\nat = "25:00"', "alerts.at: "),
        ('[alerts]\nquiet = "22-7"', "alerts.quiet: "),
        ('[alerts]\nquiet = "07:00-07:00"', "alerts.quiet: begins when it ends"),
        ('[alerts]\nwhen = "weekly"', "alerts.when: "),
        ('[alerts]\nwhen = "hourly"\nat = "08:00"', "alerts.at: means nothing beside when = 'hourly'"),
        ("[alerts]\ncap_per_hour = 0", "alerts.cap_per_hour: "),
        ("[channels.desk]\nkind = 'console'\nmin_score = 2", "channels.desk.min_score: "),
        ("[[alerts.routes]]\nchannels = ['dsk']", "alerts.routes: there is no channel 'dsk'"),
        ("[[alerts.routes]]\nseed = 'moscow'", "alerts.routes.1.channels: "),
        (
            "[[alerts.routes]]\nchannels = []\nsource = 'Nws'",
            "alerts.routes.1.source: there is no source 'Nws'. Did you",
        ),
        ("[[alerts.routes]]\nchannels = []\nsed = 'x'", "alerts.routes.1.sed: unknown key"),
        (
            "[[alerts.routes]]\nchannels = []\n[[alerts.routes]]\nseed = 'moscow'\nmin_score = 0.8\nchannels = []",
            "alerts.routes.2: does nothing: route 1 takes all of its hits. Put the more particular route first.",
        ),
        (
            '[alerts]\nwhen = "daily"\nquiet = "22:00-09:00"',
            "at = 08:00: the daily digest of moscow on console falls into its quiet hours (22:00-09:00)",
        ),
    ],
)
def test_what_would_silently_do_nothing_is_a_mistake(tmp_path, written, said):
    with pytest.raises(ConfigError) as caught:
        load_settings(write(tmp_path, written, moscow_md=SEED), {})
    assert any(said in str(mistake) for mistake in caught.value.mistakes), caught.value


@pytest.mark.parametrize(
    ("head", "general", "said"),
    [
        ('at = "09:00"', "", "seed moscow: at: does nothing: nothing is told in a daily digest"),
        ("urgent = true", "", "seed moscow: urgent: does nothing: there are no quiet hours"),
        ("cap_per_hour = 2", 'when = "hourly"', "seed moscow: cap_per_hour: does nothing: nothing is told at once"),
        ('quiet = "22:00-07:00"', 'when = "daily"', None),
        ('at = "09:00"', 'when = "daily"', None),
        ("urgent = true", 'quiet = "22:00-07:00"', None),
        ("cap_per_hour = 2", "", None),
    ],
)
def test_a_wish_in_a_seeds_head_that_does_nothing_is_a_mistake(tmp_path, head, general, said):
    seed = SEED.replace('language = "en"', f'language = "en"\n{head}')
    config = write(tmp_path, f"[alerts]\n{general}", moscow_md=seed)
    if said is None:
        load_settings(config, {})
        return
    with pytest.raises(ConfigError) as caught:
        load_settings(config, {})
    assert [str(mistake).startswith(said) for mistake in caught.value.mistakes] == [True]


def test_a_general_wish_that_does_nothing_for_todays_seeds_is_told_of(tmp_path):
    """It is no mistake: seeds come and go, and the next one may need it."""
    settings = load_settings(write(tmp_path, TIMING, moscow_md=SEED), {})
    assert list(describe_idle_timing(settings)) == []
    hourly = load_settings(write(tmp_path, TIMING, moscow_md=SEED.replace('language = "en"', 'when = "hourly"')), {})
    assert list(describe_idle_timing(hourly)) == [
        "alerts.at does nothing: nothing is told in a daily digest",
        "channels.desk.cap_per_hour does nothing: nothing is told at once",
    ]


@pytest.mark.parametrize(
    "address", ["desk", "desk@", "Desk <desk@example.org>", "a@b@c.example", "a@x.example, b@x.example"]
)
def test_what_is_no_mail_address_is_a_mistake(tmp_path, address):
    written = f'[channels.mail]\nkind = "email"\nhost = "mail.example"\nsender = "m@x.example"\nto = ["{address}"]'
    with pytest.raises(ConfigError, match=r"channels.mail.to: .* is no mail address. Write it plainly"):
        load_settings(write(tmp_path, written, moscow_md=SEED), {})
