"""Alerts: what a message says, and the channels that carry it."""

from monitor.alert.apprise import AppriseChannel, AppriseSettings
from monitor.alert.channel import Channel, send_by_channel
from monitor.alert.console import ConsoleChannel
from monitor.alert.kinds import open_channel
from monitor.alert.mail import MailChannel, MailSettings
from monitor.alert.secret import Secret
from monitor.alert.slack import SlackBotChannel, SlackBotSettings, SlackChannel, SlackSettings
from monitor.alert.webhook import WebhookChannel, WebhookSettings

__all__ = [
    "AppriseChannel",
    "AppriseSettings",
    "Channel",
    "ConsoleChannel",
    "MailChannel",
    "MailSettings",
    "Secret",
    "SlackBotChannel",
    "SlackBotSettings",
    "SlackChannel",
    "SlackSettings",
    "WebhookChannel",
    "WebhookSettings",
    "open_channel",
    "send_by_channel",
]
