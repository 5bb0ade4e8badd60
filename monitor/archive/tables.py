"""The SQL of the migrations in `schema`, the oldest first. What has landed is never touched, not by a letter.

So this is no picture of today's tables: docs/schema.md is.
"""

from __future__ import annotations

TABLES = """
create table feeds (
  id integer primary key, url text not null unique, source text not null, title text,
  language text, country text, kind text, note text,
  interval_s integer not null, listed integer not null default 1, lane text not null,
  due_at text not null, attempts integer not null default 0,
  problem text, problem_detail text, problem_since text,
  etag text, last_modified text, body_hash text, moved_to text,
  polled_at text, succeeded_at text, new_entry_at text, added_at text not null);
create index feeds_due on feeds(due_at) where listed = 1;

create table fetches (
  id integer primary key, feed_id integer not null references feeds(id), at text not null,
  outcome text not null, status integer, new_entries integer not null default 0,
  body_bytes integer, seconds real, problem text, problem_detail text);
create index fetches_feed on fetches(feed_id, id);

create table entries (
  id integer primary key, feed_id integer not null references feeds(id), key text not null,
  url text, url_key text, title text not null, summary text not null default '', authors text,
  published_at text, language text, first_seen_at text not null, lane text not null default '',
  state text not null check (state in ('due', 'read', 'skipped', 'copy')),
  due_at text, attempts integer not null default 0, problem text, problem_detail text,
  copy_of integer references entries(id), article_id integer references articles(id),
  unique (feed_id, key));
create index entries_due on entries(due_at) where state = 'due';
create index entries_url_key on entries(url_key) where url_key is not null;
create index entries_article on entries(article_id);

create table articles (
  id integer primary key, feed_id integer not null references feeds(id), url text unique,
  canonical_url text, title text not null, source text not null, authors text, language text,
  published_at text, first_seen_at text not null, day text not null,
  words integer not null, method text not null, problems text, text_sha256 text not null);
create index articles_feed on articles(feed_id);
create index articles_day on articles(day);
create index articles_language on articles(language);
create index articles_source on articles(source);
create index articles_published on articles(published_at);
create index articles_seen on articles(first_seen_at);

create table article_text (
  article_id integer primary key references articles(id), text text not null);

create view article_source as
  select a.id, a.title, t.text from articles a join article_text t on t.article_id = a.id;
create virtual table articles_fts using fts5(
  title, text, content='article_source', content_rowid='id',
  tokenize='porter unicode61 remove_diacritics 2', prefix='2 3');

create table seeds (
  id integer primary key, slug text not null unique, title text not null, topics text not null,
  threshold real, fingerprint text not null, active integer not null default 1,
  added_at text not null, changed_at text not null);

create table stories (
  id integer primary key, seed_id integer not null references seeds(id), url text not null,
  title text not null, source text not null, first_seen_at text not null,
  unique (seed_id, url));

create table decisions (
  id integer primary key, article_id integer not null references articles(id),
  seed_id integer not null references seeds(id), score real not null, threshold real not null,
  hit integer not null, reason text not null, parts text not null, topics text, passages text,
  told text, silent_because text, decided_at text not null,
  unique (article_id, seed_id));
create index decisions_seed on decisions(seed_id, decided_at);

create table hits (
  id integer primary key, article_id integer not null references articles(id),
  seed_id integer not null references seeds(id), story_id integer references stories(id),
  title text not null, score real not null, reason text not null, topics text,
  passages text not null, matched_at text not null, day text not null,
  unique (article_id, seed_id));
create index hits_seed on hits(seed_id, matched_at);
create index hits_story on hits(story_id);
create index hits_day on hits(day);
create index hits_matched on hits(matched_at);

create table alerts (
  id integer primary key, dedup_key text not null unique, kind text not null, title text not null,
  seed_id integer references seeds(id), story_id integer references stories(id),
  hit_id integer references hits(id), payload text not null, created_at text not null);

create table deliveries (
  id integer primary key, alert_id integer not null references alerts(id),
  channel text not null, recipient text not null default '',
  state text not null default 'pending' check (state in ('pending', 'sending', 'sent', 'dead')),
  due_at text not null, attempts integer not null default 0, first_tried_at text,
  message_id text not null, provider_id text, answer text, problem text, problem_detail text, sent_at text,
  unique (alert_id, channel, recipient));
create index deliveries_due on deliveries(due_at) where state in ('pending', 'sending');
create index deliveries_state on deliveries(state);

create table document_frequencies (
  language text not null, stem text not null, articles integer not null,
  primary key (language, stem)) without rowid;
create table languages (language text primary key, articles integer not null);

create table lanes (lane text primary key, free_at text not null) without rowid;
"""

# The index reads the view when a row leaves, so the title must still be there: no ON DELETE CASCADE,
# a trigger removes the text first.
TRIGGERS = (
    """create trigger text_added after insert on article_text begin
      insert into articles_fts(rowid, title, text)
        select id, title, text from article_source where id = new.article_id; end""",
    """create trigger text_leaving before delete on article_text begin
      insert into articles_fts(articles_fts, rowid, title, text)
        select 'delete', id, title, text from article_source where id = old.article_id; end""",
    """create trigger text_changing before update of text on article_text begin
      insert into articles_fts(articles_fts, rowid, title, text)
        select 'delete', id, title, text from article_source where id = old.article_id; end""",
    """create trigger text_changed after update of text on article_text begin
      insert into articles_fts(rowid, title, text)
        select id, title, text from article_source where id = new.article_id; end""",
    """create trigger title_changing before update of title on articles begin
      insert into articles_fts(articles_fts, rowid, title, text)
        select 'delete', id, title, text from article_source where id = old.id; end""",
    """create trigger title_changed after update of title on articles begin
      insert into articles_fts(rowid, title, text)
        select id, title, text from article_source where id = new.id; end""",
    """create trigger article_leaving before delete on articles begin
      delete from article_text where article_id = old.id; end""",
)

DIGESTS = """
create table deliveries_with_digests (
  id integer primary key, alert_id integer not null references alerts(id),
  channel text not null, recipient text not null default '',
  state text not null default 'pending' check (state in ('pending', 'sending', 'sent', 'dead', 'folded')),
  digest integer not null default 0, folded_into integer references deliveries(id),
  due_at text not null, attempts integer not null default 0, first_tried_at text,
  message_id text not null, provider_id text, answer text, problem text, problem_detail text, sent_at text,
  unique (alert_id, channel, recipient));
insert into deliveries_with_digests (id, alert_id, channel, recipient, state, due_at, attempts, first_tried_at,
    message_id, provider_id, answer, problem, problem_detail, sent_at)
  select id, alert_id, channel, recipient, state, due_at, attempts, first_tried_at, message_id, provider_id, answer,
    problem, problem_detail, sent_at from deliveries;
drop table deliveries;
alter table deliveries_with_digests rename to deliveries;
create index deliveries_next on deliveries(channel, id) where state in ('pending', 'sending') and digest = 0;
create index deliveries_gathered on deliveries(due_at) where state = 'pending' and digest = 1;
create index deliveries_due on deliveries(due_at) where state in ('pending', 'sending');
create index deliveries_state on deliveries(state);
create index deliveries_recipient on deliveries(channel, recipient, id);
create index deliveries_folded on deliveries(folded_into) where folded_into is not null;
alter table alerts add column thread text not null default '';
create index alerts_thread on alerts(thread) where thread <> '';
create table channels (
  channel text primary key, down_since text, problem text, problem_detail text, attempts integer not null default 0,
  not_before text);
create table silences (
  id integer primary key, seed text, reason text not null, from_at text not null, until_at text not null);
"""

SUPPRESSED = """
create table deliveries_anew (
  id integer primary key, alert_id integer not null references alerts(id),
  channel text not null, recipient text not null default '',
  state text not null default 'pending'
    check (state in ('pending', 'sending', 'sent', 'dead', 'folded', 'suppressed')),
  digest integer not null default 0, catch_up integer not null default 0,
  folded_into integer references deliveries_anew(id),
  due_at text not null, attempts integer not null default 0, first_tried_at text,
  message_id text not null, provider_id text, answer text, problem text, problem_detail text, sent_at text,
  unique (alert_id, channel, recipient));
insert into deliveries_anew (id, alert_id, channel, recipient, state, digest, folded_into, due_at, attempts,
    first_tried_at, message_id, provider_id, answer, problem, problem_detail, sent_at)
  select id, alert_id, channel, recipient, state, digest, folded_into, due_at, attempts, first_tried_at, message_id,
    provider_id, answer, problem, problem_detail, sent_at from deliveries order by folded_into is not null, id;
drop table deliveries;
alter table deliveries_anew rename to deliveries;
create index deliveries_next on deliveries(channel, id) where state in ('pending', 'sending') and digest = 0;
create index deliveries_gathered on deliveries(due_at) where state = 'pending' and digest = 1;
create index deliveries_due on deliveries(due_at) where state in ('pending', 'sending');
create index deliveries_state on deliveries(state);
create index deliveries_recipient on deliveries(channel, recipient, id);
create index deliveries_folded on deliveries(folded_into) where folded_into is not null;
"""

EDITIONS = """
alter table stories add column independent integer;
create index alerts_hit on alerts(hit_id) where hit_id is not null;
alter table entries add column revisions integer not null default 0;
create table editions (
  id integer primary key, article_id integer not null references articles(id), title text not null,
  words integer not null, text text not null, until_at text not null);
create index editions_article on editions(article_id);
create table labels (
  id integer primary key, hit_id integer not null unique references hits(id),
  relevant integer not null check (relevant in (0, 1)), labelled_at text not null);
"""

WHAT_IS_NEW_IN_FIVE = """
create table if not exists editions (
  id integer primary key, article_id integer not null references articles(id), title text not null,
  words integer not null, text text not null, until_at text not null);
create index if not exists editions_article on editions(article_id);
create table if not exists labels (
  id integer primary key, hit_id integer not null unique references hits(id),
  relevant integer not null check (relevant in (0, 1)), labelled_at text not null);
"""

# Of a text only the hash was kept: it is known where it is that of today's, and else empty.
TEXTS_OF_EDITIONS = """
insert into editions
  select e.id, e.article_id, e.title, e.words, iif(e.text_sha256 = a.text_sha256, t.text, ''), e.until_at
  from editions_by_hash e join articles a on a.id = e.article_id join article_text t on t.article_id = a.id;
drop table editions_by_hash;
"""
