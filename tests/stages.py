"""A stage for tests of the engines: it does to its process what each feed's `source` tells it to."""

from __future__ import annotations

import asyncio
import itertools
import logging
import os
import resource
import signal
from datetime import datetime, timedelta
from pathlib import Path

from monitor.model import Feed, Poll, StageError
from monitor.web import Web


async def obey(feed: Feed, web: Web, now: datetime) -> Poll:  # noqa: C901 - a list of orders
    """Do as ordered; the feed's etag is the order's argument, often a file that tells of it."""
    tell(feed)
    match feed.source:
        case "be busy":
            raise StageError("http_429", retry_after=timedelta(minutes=5), detail="too many")
        case "have a bug":
            raise ValueError("a surprise")
        case "exit":
            raise SystemExit(3)
        case "take a while":
            await asyncio.sleep(0.4)
        case "wait for ever":
            await asyncio.Event().wait()
        case "hang in C":
            sum(itertools.repeat(0))
        case "die":
            os.kill(os.getpid(), signal.SIGKILL)
        case "eat":
            bytes(4 << 30)
        case "dine":
            dinner = bytes(300 << 20)
            await asyncio.sleep(0.1)
            del dinner
        case "hoard":
            HOARD.append(bytes(600 << 20))
        case "return a lambda":
            return lambda: None
        case "log":
            logging.getLogger("monitor.poll").warning("odd date in %s", feed.url)
    return done(feed)


async def die_once(feed: Feed, web: Web, now: datetime) -> Poll:
    """Kill the worker, unless the feed's file says that it has been done."""
    if tell(feed):
        os.kill(os.getpid(), signal.SIGKILL)
    return done(feed)


async def wait_for_its_file(feed: Feed, web: Web, now: datetime) -> Poll:
    while feed.etag and not os.path.exists(feed.etag):  # noqa: ASYNC110, ASYNC240, PTH110 - who makes it is another process
        await asyncio.sleep(0.01)
    return done(feed)


async def tell_pid(feed: Feed, web: Web, now: datetime) -> int:
    return os.getpid()


async def tell_pid_after_a_while(feed: Feed, web: Web, now: datetime) -> int:
    await asyncio.sleep(0.4)
    return os.getpid()


async def tell_environment(feed: Feed, web: Web, now: datetime) -> dict[str, str]:
    return dict(os.environ)


async def tell_limits(feed: Feed, web: Web, now: datetime) -> tuple[int, int]:
    return resource.getrlimit(resource.RLIMIT_AS)[0], resource.getrlimit(resource.RLIMIT_CORE)[0]


async def tell_web(feed: Feed, web: Web, now: datetime) -> tuple[str, datetime]:
    return type(web).__name__, now


def tell(feed: Feed) -> bool:
    """Write who is at work into the feed's file; False when somebody had been."""
    file = Path(feed.etag or os.devnull)
    new = not file.exists()
    file.write_text(str(os.getpid()))
    return new


def done(feed: Feed) -> Poll:
    """What a feed gives that was obeyed."""
    return Poll(feed, (), "same", 200)


HOARD: list[bytes] = []
