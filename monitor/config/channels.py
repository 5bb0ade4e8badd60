"""`[channels.NAME]`: the tables of the channels, and the secrets that they name; see docs/configuration.md.

What a channel of some kind may say is in that kind's own module of `monitor.alert`.
"""

from __future__ import annotations

from collections.abc import Mapping

from monitor.alert.console import ConsoleTable
from monitor.alert.kinds import CHANNEL_KINDS, ChannelTable
from monitor.alert.tables import SecretVariable, name_secret
from monitor.config.mistakes import Place, suggest_nearest
from monitor.config.secrets import read_secret
from monitor.config.tables import read_table
from monitor.config.timing import check_timing
from monitor.links import safe_link

REMEDY_FOR_SECRETS = "Secrets never stand in a file here: put it into the environment and name the variable in {}."
CHANNEL_KEY_HINTS = {
    "webhook": REMEDY_FOR_SECRETS.format("webhook_env"),
    "webhook_url": REMEDY_FOR_SECRETS.format("webhook_env"),
    "token": REMEDY_FOR_SECRETS.format("token_env"),
    "url": REMEDY_FOR_SECRETS.format("webhook_env or url_env"),
    "secret": REMEDY_FOR_SECRETS.format("secret_env"),
    "password": REMEDY_FOR_SECRETS.format("password_env"),
}
"""What people try who would write a secret into the file."""


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
        for flaw in channel.flaws():
            at.add(*flaw)
        check_timing(channel, at)
    return channel


def read_channel_secrets(
    channels: Mapping[str, ChannelTable], environment: Mapping[str, str], at: Place
) -> dict[str, str]:
    """The channels' secrets, each by the name that `name_secret` gives it.

    Also of channels that nothing is sent to: `monitor alerts test` tries them all.
    """
    return {
        name_secret(name, variable.part): secret
        for name, channel in channels.items()
        for variable in channel.secret_variables()
        if (secret := _read_channel_secret(variable, environment, at.within(name)))
    }


def _read_channel_secret(named: SecretVariable, environment: Mapping[str, str], at: Place) -> str | None:
    before, variable = len(at.mistakes), named.variable
    secret = read_secret(variable, environment, at, named.key)
    if secret is None and len(at.mistakes) == before:
        at.add(named.key, f"neither {variable} nor {variable}_FILE is set", f"Set {variable} in the environment.")
    if secret and named.is_address and not safe_link(secret):
        at.add(named.key, f"{variable} is no web address", "Copy the webhook's URL again.")
    return secret
