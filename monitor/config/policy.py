"""Settings → the rules by which hits go to channels."""

from __future__ import annotations

from monitor.config.settings import Settings
from monitor.config.timing import timing_from_table
from monitor.policy import AlertPolicy, Route


def policy_from_settings(settings: Settings) -> AlertPolicy:
    """By which rules hits go to channels."""
    return AlertPolicy(
        default_channels=settings.alerts.channels,
        recipients={name: table.recipients for name, table in settings.channels.items()},
        routes=tuple(
            Route(route.channels, route.seed, route.min_score, route.source, route.language)
            for route in settings.routes
        ),
        default_timing=timing_from_table(settings.alerts),
        by_channel={name: timing_from_table(table) for name, table in settings.channels.items()},
    )
