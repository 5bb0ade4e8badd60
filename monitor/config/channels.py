"""Channels: what `[channels.NAME]` may say, and the secrets it names. Every key is in docs/configuration.md."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Annotated, Literal

import msgspec

from monitor.config.mistakes import Mistake, suggest_nearest
from monitor.config.secrets import read_secret
from monitor.config.tables import NonEmptyText, read_table
from monitor.config.timing import TimingTable, find_timing_mistakes
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


def read_channels(file: str, raw: object, mistakes: list[Mistake]) -> dict[str, ChannelTable]:
    """The channels by name; what is wrong with them is added to the mistakes."""
    if not isinstance(raw, Mapping):
        mistakes.append(Mistake(file, "channels", "expected tables", "Write [channels.NAME]."))
        return {}
    channels: dict[str, ChannelTable] = {"console": ConsoleTable(kind="console")}  # there without being asked for
    for name, table in raw.items():
        prefix = f"channels.{name}"
        kind = table.get("kind") if isinstance(table, Mapping) else None
        if not isinstance(kind, str) or kind not in CHANNEL_KINDS:
            problem = "has no kind" if kind is None else f"has an unknown kind {kind!r}"
            mistakes.append(Mistake(file, f"{prefix}.kind", problem, suggest_nearest(str(kind), CHANNEL_KINDS)))
            continue
        channel = read_table(
            CHANNEL_KINDS[kind], table, file=file, prefix=prefix, mistakes=mistakes, hints=CHANNEL_KEY_HINTS
        )
        if channel:
            channels[name] = channel
            mistakes += (Mistake(file, f"{prefix}.{key}", *told) for key, *told in _channel_problems(channel))
            mistakes += find_timing_mistakes(file, prefix, channel)
    return channels


def _channel_problems(channel: ChannelTable) -> Iterator[tuple[str, str, str]]:
    """What is wrong with a table whose every key is right: key, problem and remedy."""
    if isinstance(channel, EmailTable):
        yield from _wrong_addresses(channel)
    match channel:
        case EmailTable(username=str(), security="none"):
            yield "security", "would send the password in the clear", 'Use "starttls" or "tls".'
        case SlackTable(token_env=str(), webhook_env=str()):
            yield "webhook_env", "stands beside token_env", "Keep the webhook or the bot's token."
        case SlackTable(token_env=str(), channel=None):
            yield "channel", "missing", 'Add the Slack channel\'s id: channel = "C0123456789".'
        case SlackTable(token_env=None, channel=str()):
            yield "channel", "is for a bot only", "Add token_env, or leave it out: a webhook has its own channel."
        case AppriseTable() if find_spec("apprise") is None:
            yield "kind", "needs Apprise, which is not installed", "pip install 'monitor[apprise]'"
    if isinstance(channel, SlackTable) and not safe_link(channel.api_url):
        yield "api_url", "is no web address", 'Leave it out: "https://slack.com/api" is right for everybody.'


def _wrong_addresses(channel: EmailTable) -> Iterator[tuple[str, str, str]]:
    for key, address in [("sender", channel.sender), *(("to", one) for one in channel.to)]:
        if not MAIL_ADDRESS.fullmatch(address):
            yield key, f"{address!r} is no mail address", 'Write it plainly: "desk@example.org".'


def read_channel_secrets(
    file: str, channels: Mapping[str, ChannelTable], environment: Mapping[str, str], mistakes: list[Mistake]
) -> dict[str, str]:
    """The channels' secrets: by the channel's name, and the key that it signs with by `SIGNING_KEY_NAME`."""
    secrets: dict[str, str] = {}
    for name, channel in channels.items():
        for place, key, variable in _named_secrets(name, channel):
            before = len(mistakes)
            secret = read_secret(variable, environment, file=file, key=key, mistakes=mistakes)
            if secret:
                secrets[place] = secret
            elif len(mistakes) == before:
                problem = f"neither {variable} nor {variable}_FILE is set"
                mistakes.append(Mistake(file, key, problem, f"Set {variable} in the environment."))
            if secret and _is_address(channel, key) and not safe_link(secret):
                mistakes.append(Mistake(file, key, f"{variable} is no web address", "Copy the webhook's URL again."))
    return secrets


def _is_address(channel: ChannelTable, key: str) -> bool:
    """Whether a secret must be a web address; Apprise has its own kinds of them."""
    return key.endswith((".webhook_env", ".url_env")) and not isinstance(channel, AppriseTable)


def _named_secrets(name: str, channel: ChannelTable) -> Iterator[tuple[str, str, str]]:
    """Where each secret of a channel is kept, the key that names its variable, and that variable."""
    match channel:
        case SlackTable(token_env=str(token)):
            yield name, f"channels.{name}.token_env", token
        case SlackTable():
            yield name, f"channels.{name}.webhook_env", channel.webhook_env or "SLACK_WEBHOOK_URL"
        case EmailTable(username=str()):
            yield name, f"channels.{name}.password_env", channel.password_env
        case WebhookTable() | AppriseTable():
            yield name, f"channels.{name}.url_env", channel.url_env
    if isinstance(channel, WebhookTable) and channel.secret_env:
        yield SIGNING_KEY_NAME.format(name), f"channels.{name}.secret_env", channel.secret_env
