"""Feed → Poll: one look at a feed. The only room that uses feedparser."""

from monitor.poll.dates import parse_date
from monitor.poll.look import poll_feed

__all__ = ["parse_date", "poll_feed"]
