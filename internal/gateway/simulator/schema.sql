-- The simulator's own books. One text for both engines: in PostgreSQL these tables are in the
-- schema "simulator", in SQLite in a file of their own. Times are milliseconds, money is in minor
-- units, doc is the whole record as JSON; the other columns are for looking things up.
create table if not exists instruments (
  ref text primary key,
  behaviour text not null,
  doc text not null
);

create table if not exists operations (
  ref text primary key,
  op text not null,
  attempt text not null,
  parent text not null,
  outcome text not null,
  moved_minor bigint not null,
  currency text not null,
  created_ms bigint not null,
  doc text not null,
  unique (op, attempt)
);

create table if not exists calls (
  key text primary key,
  ref text not null,
  at_ms bigint not null,
  doc text not null
);

create table if not exists challenges (
  token text primary key,
  ref text not null,
  state text not null,
  doc text not null
);

create table if not exists entries (
  key text primary key,
  at_ms bigint not null,
  attempt text not null,
  kind text not null,
  minor bigint not null,
  doc text not null
);

create index if not exists entries_by_time on entries (at_ms, key);

create table if not exists queue (
  id text primary key,
  due_ms bigint not null,
  doc text not null
);

create index if not exists queue_by_due on queue (due_ms, id);

create table if not exists complaints (
  rule text not null,
  attempt text not null,
  at_ms bigint not null,
  doc text not null
);
