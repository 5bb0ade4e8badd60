"""Channels: what the settings may say of them, and what is made of it."""

from importlib.util import find_spec

import pytest

from monitor.alert import (
    AppriseChannel,
    ConsoleChannel,
    MailChannel,
    SlackBotChannel,
    SlackChannel,
    WebhookChannel,
)
from monitor.assembly import make_channels
from monitor.config.error import ConfigError
from monitor.config.load import load_settings
from monitor.config.policy import policy_from_settings

SECRETS = {
    "SLACK_WEBHOOK_URL": "https://hooks.example/x",
    "SLACK_TOKEN": "xoxb-1",
    "SMTP_PASSWORD": "open sesame",
    "WEBHOOK_URL": "https://mine.example/x",
    "WEBHOOK_SECRET": "a key",
    "APPRISE_URL": "tgram://token/chat",
}
MAIL = "kind = 'email'\nhost = 'mail.example'\nsender = 'm@mail.example'\nto = ['r@mail.example']\nusername = 'm'"
BOT = "kind = 'slack'\ntoken_env = 'SLACK_TOKEN'"


def settings_of(tmp_path, table, *, with_secrets=True, **environment):
    config = tmp_path / "config"
    config.mkdir()
    (config / "feeds.toml").write_text('[[feeds]]\nurl = "https://news.example/rss"\nsource = "News"')
    (tmp_path / "seeds").mkdir()
    (tmp_path / "seeds" / "truce.txt").write_text("Truce\nOne two three four five six seven eight.")
    (config / "monitor.toml").write_text(f"[channels.desk]\n{table}")
    return load_settings(config, SECRETS | environment, with_secrets=with_secrets)


def mistakes_of(tmp_path, table, **environment):
    with pytest.raises(ConfigError) as caught:
        settings_of(tmp_path, table, **environment)
    return [(mistake.key, mistake.problem) for mistake in caught.value.mistakes]


@pytest.mark.parametrize(
    ("table", "kind"),
    [
        ("kind = 'console'", ConsoleChannel),
        ("kind = 'slack'", SlackChannel),
        (f"{BOT}\nchannel = 'C0123456789'", SlackBotChannel),
        (MAIL, MailChannel),
        ("kind = 'webhook'", WebhookChannel),
    ],
)
def test_each_kind_of_table_makes_its_channel(tmp_path, table, kind):
    settings = settings_of(tmp_path, table)
    channel = make_channels(settings)["desk"]
    assert (type(channel), channel.name) == (kind, "desk")
    assert policy_from_settings(settings).recipients["desk"] == channel.recipients()


@pytest.mark.skipif(find_spec("apprise") is None, reason="needs the extra `apprise`")
def test_a_table_for_apprise_makes_its_channel(tmp_path):
    assert type(make_channels(settings_of(tmp_path, "kind = 'apprise'"))["desk"]) is AppriseChannel


@pytest.mark.skipif(find_spec("apprise") is not None, reason="the extra `apprise` is installed")
def test_apprise_that_is_missing_is_a_mistake(tmp_path):
    assert mistakes_of(tmp_path, "kind = 'apprise'") == [
        ("channels.desk.kind", "needs Apprise, which is not installed")
    ]


def test_whom_a_channel_tells_is_known_without_its_secrets(tmp_path):
    to = MAIL.replace("['r@mail.example']", "['r@mail.example', 's@mail.example']")
    settings = settings_of(tmp_path, to, with_secrets=False)
    assert settings.secrets == {}
    assert policy_from_settings(settings).recipients == {
        "console": ("",),
        "desk": ("r@mail.example", "s@mail.example"),
    }


def test_a_webhook_has_an_address_and_a_key(tmp_path):
    settings = settings_of(tmp_path, "kind = 'webhook'\nsecret_env = 'WEBHOOK_SECRET'")
    assert settings.secrets == {"desk": "https://mine.example/x", "desk/signing": "a key"}


def test_a_bot_has_a_token_and_needs_no_webhook(tmp_path):
    settings = settings_of(tmp_path, f"{BOT}\nchannel = 'C0123456789'", SLACK_WEBHOOK_URL="")
    assert settings.secrets == {"desk": "xoxb-1"}


@pytest.mark.parametrize(
    ("table", "environment", "mistake"),
    [
        (BOT, {}, ("channels.desk.channel", "missing")),
        ("kind = 'slack'\nchannel = 'C0123456789'", {}, ("channels.desk.channel", "is for a bot only")),
        (
            f"{BOT}\nchannel = 'C0123456789'\nwebhook_env = 'X'",
            {},
            ("channels.desk.webhook_env", "stands beside token_env"),
        ),
        (f"{BOT}\nchannel = 'C0123456789'\napi_url = 'x'", {}, ("channels.desk.api_url", "is no web address")),
        (
            "kind = 'webhook'",
            {"WEBHOOK_URL": "mine.example"},
            ("channels.desk.url_env", "WEBHOOK_URL is no web address"),
        ),
        (
            "kind = 'webhook'\nsecret_env = 'NO_KEY'",
            {},
            ("channels.desk.secret_env", "neither NO_KEY nor NO_KEY_FILE is set"),
        ),
        ("kind = 'webhook'\nurl = 'https://mine.example'", {}, ("channels.desk.url", "unknown key")),
    ],
)
def test_a_mistake_in_a_channel_is_named(tmp_path, table, environment, mistake):
    assert mistakes_of(tmp_path, table, **environment) == [mistake]


def test_a_slack_channel_is_named_by_its_id(tmp_path):
    """A name may change hands; and it is the id that Slack takes everywhere."""
    ((key, _),) = mistakes_of(tmp_path, f"{BOT}\nchannel = '#news'")
    assert key == "channels.desk.channel"
