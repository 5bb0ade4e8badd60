"""The kinds of channels there are: the table of each, and how its channel is opened. A new kind is added here.

A table is what the settings file says, which names the variables that hold secrets; a channel's own settings hold the
secrets themselves. Each kind says how the one becomes the other.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import tzinfo

from monitor.alert.apprise import AppriseTable, open_apprise_channel
from monitor.alert.channel import Channel
from monitor.alert.console import ConsoleTable, open_console_channel
from monitor.alert.mail import MailTable, open_mail_channel
from monitor.alert.slack import SlackTable, open_slack_channel
from monitor.alert.webhook import WebhookTable, open_webhook_channel

ChannelTable = ConsoleTable | SlackTable | MailTable | WebhookTable | AppriseTable
CHANNEL_KINDS: dict[str, type[ChannelTable]] = {
    "console": ConsoleTable,
    "slack": SlackTable,
    "email": MailTable,
    "webhook": WebhookTable,
    "apprise": AppriseTable,
}


def open_channel(name: str, table: ChannelTable, secrets: Mapping[str, str], zone: tzinfo) -> Channel:
    """The channel of a table, with its own of the secrets; it tells times in this zone."""
    match table:
        case ConsoleTable():
            return open_console_channel(name, zone)
        case SlackTable():
            return open_slack_channel(name, table, secrets, zone)
        case MailTable():
            return open_mail_channel(name, table, secrets, zone)
        case WebhookTable():
            return open_webhook_channel(name, table, secrets, zone)
        case AppriseTable():
            return open_apprise_channel(name, secrets, zone)
