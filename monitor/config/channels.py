"""Channels: what `[channels.NAME]` may say, and the secrets it names. Every key is in docs/configuration.md."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Annotated, Literal

import msgspec

from monitor.config.mistakes import Place, suggest_nearest
from monitor.config.secrets import read_secret
from monitor.config.tables import NonEmptyText, read_table
from monitor.config.timing import TimingTable, check_timing
from monitor.web import safe_link

MAIL_ADDRESS = re.compile(r"[^\s@<>,;:\"()\[\]]+@[^\s@<>,;:\"()\[\]]+[^\s@<>,;:\"()\[\].]")
Port = Annotated[int, msgspec.Meta(ge=1, le=65535)]
SIGNING_KEY_NAME = "{}/signing"
"""Under which name the second secret of a channel is kept: the key that it signs with."""


@dataclass(frozen=True, slots=True)
class ConsoleTable(TimingTable):
    """`[channels.NAME]` with `kind = "console"`: alerts on the standard output."""

    kind: Literal["console"]


@dataclass(frozen=True, slots=True)
class SlackTable(TimingTable):
    """`[channels.NAME]` with `kind = "slack"`: an incoming webhook, or a bot that can answer in threads."""

    kind: Literal["slack"]
    webhook_env: NonEmptyText | None = None
    """The usual one unless there is a bot."""
    token_env: NonEmptyText | None = None
    channel: Annotated[str, msgspec.Meta(pattern=r"^[A-Z0-9]{9,20}$")] | None = None
    api_url: NonEmptyText = "https://slack.com/api"


@dataclass(frozen=True, slots=True)
class EmailTable(TimingTable):
    """`[channels.NAME]` with `kind = "email"`: mail by SMTP; the password is a secret."""

    kind: Literal["email"]
    host: NonEmptyText
    sender: NonEmptyText
    to: Annotated[tuple[NonEmptyText, ...], msgspec.Meta(min_length=1)]
    port: Port = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    username: str | None = None
    password_env: NonEmptyText = "SMTP_PASSWORD"  # noqa: S105 - the name of a variable


@dataclass(frozen=True, slots=True)
class WebhookTable(TimingTable):
    """`[channels.NAME]` with `kind = "webhook"`: JSON to an address of your own, which is a secret."""

    kind: Literal["webhook"]
    url_env: NonEmptyText = "WEBHOOK_URL"
    secret_env: NonEmptyText | None = None


@dataclass(frozen=True, slots=True)
class AppriseTable(TimingTable):
    """`[channels.NAME]` with `kind = "apprise"`: one of the many services that Apprise knows."""

    kind: Literal["apprise"]
    url_env: NonEmptyText = "APPRISE_URL"


ChannelTable = ConsoleTable | SlackTable | EmailTable | WebhookTable | AppriseTable
CHANNEL_KINDS: dict[str, type[ChannelTable]] = {
    "console": ConsoleTable,
    "slack": SlackTable,
    "email": EmailTable,
    "webhook": WebhookTable,
    "apprise": AppriseTable,
}
REMEDY_FOR_SECRETS = "Secrets never stand in a file here: put it into the environment and name the variable in {}."
CHANNEL_KEY_HINTS = {
    "webhook": REMEDY_FOR_SECRETS.format("webhook_env"),
    "webhook_url": REMEDY_FOR_SECRETS.format("webhook_env"),
    "token": REMEDY_FOR_SECRETS.format("token_env"),
    "url": REMEDY_FOR_SECRETS.format("webhook_env or url_env"),
    "secret": REMEDY_FOR_SECRETS.format("secret_env"),
    "password": REMEDY_FOR_SECRETS.format("password_env"),
}


def read_channels(raw: object, at: Place) -> dict[str, ChannelTable]:
    """The channels by name."""
    if not isinstance(raw, Mapping):
        at.add("", "expected tables", "Write [channels.NAME].")
        return {}
    channels: dict[str, ChannelTable] = {"console": ConsoleTable(kind="console")}  # there without being asked for
    for name, table in raw.items():
        if channel := _read_channel(table, at.within(name)):
            channels[name] = channel
    return channels


def _read_channel(table: object, at: Place) -> ChannelTable | None:
    kind = table.get("kind") if isinstance(table, Mapping) else None
    if not isinstance(kind, str) or kind not in CHANNEL_KINDS:
        problem = "has no kind" if kind is None else f"has an unknown kind {kind!r}"
        at.add("kind", problem, suggest_nearest(str(kind), CHANNEL_KINDS))
        return None
    channel = read_table(CHANNEL_KINDS[kind], table, at, CHANNEL_KEY_HINTS)
    if channel:
        _check_channel(channel, at)
        check_timing(channel, at)
    return channel


def _check_channel(channel: ChannelTable, at: Place) -> None:
    """What is wrong with a table whose every key is right."""
    if isinstance(channel, EmailTable):
        _check_addresses(channel, at)
    match channel:
        case EmailTable(username=str(), security="none"):
            at.add("security", "would send the password in the clear", 'Use "starttls" or "tls".')
        case SlackTable(token_env=str(), webhook_env=str()):
            at.add("webhook_env", "stands beside token_env", "Keep the webhook or the bot's token.")
        case SlackTable(token_env=str(), channel=None):
            at.add("channel", "missing", 'Add the Slack channel\'s id: channel = "C0123456789".')
        case SlackTable(token_env=None, channel=str()):
            at.add("channel", "is for a bot only", "Add token_env, or leave it out: a webhook has its own channel.")
        case AppriseTable() if find_spec("apprise") is None:
            at.add("kind", "needs Apprise, which is not installed", "pip install 'monitor[apprise]'")
    if isinstance(channel, SlackTable) and not safe_link(channel.api_url):
        at.add("api_url", "is no web address", 'Leave it out: "https://slack.com/api" is right for everybody.')


def _check_addresses(channel: EmailTable, at: Place) -> None:
    for key, address in [("sender", channel.sender), *(("to", recipient) for recipient in channel.to)]:
        if not MAIL_ADDRESS.fullmatch(address):
            at.add(key, f"{address!r} is no mail address", 'Write it plainly: "desk@example.org".')


def read_channel_secrets(
    channels: Mapping[str, ChannelTable], environment: Mapping[str, str], at: Place
) -> dict[str, str]:
    """The channels' secrets: by the channel's name, and the key that it signs with by `SIGNING_KEY_NAME`."""
    return {
        place: secret
        for name, channel in channels.items()
        for place, key, variable in _named_secrets(name, channel)
        if (secret := _read_channel_secret(channel, key, variable, environment, at.within(name)))
    }


def _read_channel_secret(
    channel: ChannelTable, key: str, variable: str, environment: Mapping[str, str], at: Place
) -> str | None:
    before = len(at.mistakes)
    secret = read_secret(variable, environment, at, key)
    if secret is None and len(at.mistakes) == before:
        at.add(key, f"neither {variable} nor {variable}_FILE is set", f"Set {variable} in the environment.")
    if secret and _is_address(channel, key) and not safe_link(secret):
        at.add(key, f"{variable} is no web address", "Copy the webhook's URL again.")
    return secret


def _is_address(channel: ChannelTable, key: str) -> bool:
    """Whether a secret must be a web address; Apprise has its own kinds of them."""
    return key in ("webhook_env", "url_env") and not isinstance(channel, AppriseTable)


def _named_secrets(name: str, channel: ChannelTable) -> Iterator[tuple[str, str, str]]:
    """Where each secret of a channel is kept, the key that names its variable, and that variable."""
    match channel:
        case SlackTable(token_env=str(token)):
            yield name, "token_env", token
        case SlackTable():
            yield name, "webhook_env", channel.webhook_env or "SLACK_WEBHOOK_URL"
        case EmailTable(username=str()):
            yield name, "password_env", channel.password_env
        case WebhookTable() | AppriseTable():
            yield name, "url_env", channel.url_env
    if isinstance(channel, WebhookTable) and channel.secret_env:
        yield SIGNING_KEY_NAME.format(name), "secret_env", channel.secret_env
