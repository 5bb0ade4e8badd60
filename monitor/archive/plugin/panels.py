"""What is asked of the archive for the home page, and beside each kind of row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

SPARK_DAYS = 14
"""Days that the bars of the home page tell of."""

DAY_AGO = "strftime('%Y-%m-%dT%H:%M:%SZ', 'now', '-1 day')"


@dataclass(frozen=True, slots=True)
class Panel:
    """A heading and the query that fills the table below it; `:id` is the row's."""

    heading: str
    sql: str


HOME_QUERIES: Mapping[str, str] = {
    "numbers": f"""
        select (select count(*) from articles where first_seen_at >= {DAY_AGO}) articles,
          (select count(*) from hits where matched_at >= {DAY_AGO}) hits,
          (select count(distinct story_id) from hits where matched_at >= {DAY_AGO}) stories,
          (select count(*) from deliveries where state = 'sent' and sent_at >= {DAY_AGO}) sent,
          (select count(*) from deliveries where state in ('pending', 'sending', 'dead')) unsent,
          (select count(*) from feeds where listed = 1) feeds,
          (select count(*) from feeds where listed = 1 and problem is not null) troubled,
          (select max(polled_at) from feeds) polled_at""",  # noqa: S608 - our own words
    "days": """
        with recursive days(day) as (
          select date('now', :days) union all select date(day, '+1 day') from days where day < date('now'))
        select day from days""",
    "per_day": "select seed_id, day, count(*) hits from hits where day >= date('now', :days) group by 1, 2",
    "seeds": f"""
        select s.id, s.slug, s.title, count(h.id) hits, count(distinct h.story_id) stories,
          (select max(matched_at) from hits where seed_id = s.id) last_hit_at
        from seeds s left join hits h on h.seed_id = s.id and h.matched_at >= {DAY_AGO}
        where s.active = 1 group by s.id order by hits desc, last_hit_at desc, s.title""",  # noqa: S608
    "latest": """
        select h.id, h.title, h.score, h.reason, h.topics, h.passages, h.matched_at, s.id seed_id,
          s.title seed, a.source, a.language
        from hits h join seeds s on s.id = h.seed_id join articles a on a.id = h.article_id
        order by h.matched_at desc, h.id desc limit 12""",
    "troubled": """
        select id, source, title, problem, problem_detail, problem_since, attempts, succeeded_at
        from feeds where listed = 1 and problem is not null order by problem_since limit 20""",
    "unsent": """
        select d.id, a.title, d.channel, d.state, d.problem, d.attempts, d.due_at
        from deliveries d join alerts a on a.id = d.alert_id
        where d.state in ('pending', 'sending', 'dead') order by d.due_at limit 10""",
}

PANELS_OF_TABLE: Mapping[str, tuple[Panel, ...]] = {
    "hits": (
        Panel("What people say of it", "select relevant, labelled_at from labels where hit_id = :id"),
        Panel(
            "How the score came about",
            """select d.parts, d.score, d.threshold, d.told, d.silent_because
               from hits h join decisions d on d.article_id = h.article_id and d.seed_id = h.seed_id
               where h.id = :id""",
        ),
        Panel(
            "Its story",
            """select s.id story_id, s.title, s.source first, s.first_seen_at, count(distinct a.source) outlets,
                 s.independent
               from hits h join stories s on s.id = h.story_id join hits o on o.story_id = s.id
                 join articles a on a.id = o.article_id
               where h.id = :id group by s.id""",
        ),
        Panel(
            "Who told this story, and when",
            """select o.id hit_id, o.title, a.source, o.relation, a.language, a.published_at, o.matched_at
               from hits h join hits o on o.story_id = h.story_id join articles a on a.id = o.article_id
               where h.id = :id order by o.matched_at, o.id limit 50""",
        ),
        Panel(
            "Deliveries",
            """select d.channel, d.recipient, d.state, d.sent_at, d.attempts, d.problem, d.problem_detail
               from alerts a join deliveries d on d.alert_id = a.id where a.hit_id = :id order by d.id""",
        ),
    ),
    "articles": (
        Panel(
            "What the seeds made of it",
            """select s.title seed, d.hit, d.score, d.threshold, d.reason, d.topics, d.told, d.silent_because,
                 d.parts
               from decisions d join seeds s on s.id = d.seed_id
               where d.article_id = :id order by d.score desc limit 50""",
        ),
        Panel(
            "What it was before it was edited",
            "select title, words, until_at from editions where article_id = :id order by id",
        ),
        Panel(
            "Entries that led to it",
            """select e.id entry_id, e.title, f.source, e.state, e.url, e.published_at, e.first_seen_at
               from entries e join feeds f on f.id = e.feed_id where e.article_id = :id order by e.id limit 50""",
        ),
    ),
    "stories": (
        Panel(
            "Who told it, and when",
            """select h.id hit_id, h.title, a.source, h.relation, a.language, a.published_at, h.matched_at, h.score
               from hits h join articles a on a.id = h.article_id
               where h.story_id = :id order by h.matched_at, h.id limit 200""",
        ),
    ),
    "seeds": (
        Panel(
            "Latest hits",
            """select h.id hit_id, h.title, a.source, a.language, h.score, h.reason, h.matched_at
               from hits h join articles a on a.id = h.article_id
               where h.seed_id = :id order by h.matched_at desc, h.id desc limit 20""",
        ),
        Panel(
            "Latest near misses",
            """select d.article_id, a.title, a.source, d.score, d.threshold, d.reason
               from decisions d join articles a on a.id = d.article_id
               where d.seed_id = :id and d.hit = 0 and d.score >= 0.6 * d.threshold
               order by d.decided_at desc limit 10""",
        ),
    ),
    "feeds": (
        Panel(
            "Latest polls",
            """select at, outcome, status, new_entries, body_bytes, seconds, problem, problem_detail
               from fetches where feed_id = :id order by id desc limit 30""",
        ),
        Panel(
            "Latest entries",
            """select id entry_id, title, state, problem, published_at, first_seen_at
               from entries where feed_id = :id order by id desc limit 20""",
        ),
    ),
    "entries": (),
    "decisions": (),
    "alerts": (
        Panel(
            "Deliveries",
            """select id delivery_id, channel, recipient, state, sent_at, attempts, problem, problem_detail
               from deliveries where alert_id = :id order by id""",
        ),
    ),
    "deliveries": (),
    "fetches": (),
}
"""Table → what its rows' pages show; with no panel, too, such a page has the row's title and links by name."""
