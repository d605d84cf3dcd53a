-- What every register and loop stands on: journal, facts, deadlines, counters, definitions, idempotency.
create schema if not exists history;

create table definition (
  kind text not null,
  name text not null,
  version int not null,
  hash text not null,
  body jsonb not null,
  stored_at timestamptz not null,
  primary key (kind, name, version)
);

-- Policy rows of the shipped packs live in code; a county's own rows live here and win where they are valid.
create table policy_row (
  id uuid primary key,
  version int not null default 1,
  key text not null,
  label text not null,
  value jsonb not null,
  unit text,
  area text collate "C" not null,
  from_on date not null,
  to_on date,
  basis text not null,
  sure text not null default 'N',
  updated_at timestamptz not null,
  updated_by uuid not null,
  removed_at timestamptz
);
create index policy_row_key on policy_row (key) where removed_at is null;

-- The journal: append-only; read only up to the oldest running transaction, so that no row is skipped.
create table journal (
  id bigint generated always as identity primary key,
  xid xid8 not null default pg_current_xact_id(),
  at timestamptz not null,
  actor_id uuid not null,
  actor_name text not null,
  actor_kind text not null,
  register text not null,
  record_id uuid,
  title text,
  organisation uuid,
  area text collate "C",
  what text not null,
  changes jsonb not null default '[]',
  reason text,
  idempotency_key text,
  batch uuid,
  device_time timestamptz,
  place jsonb
);
create index journal_feed on journal (xid, id);
create index journal_record on journal (record_id, id desc);
create index journal_organisation on journal (organisation, id desc) where organisation is not null;
create index journal_batch on journal (batch) where batch is not null;

-- Personal content of changes, beside the journal: the journal keeps a salted hash, so this can be erased.
create table journal_personal (
  journal_id bigint not null references journal (id),
  field text not null,
  salt text not null,
  before jsonb,
  after jsonb,
  primary key (journal_id, field)
);

create table journal_block (
  no bigint primary key,
  first_id bigint not null,
  last_xid xid8 not null,
  last_id bigint not null,
  entries int not null,
  previous text not null,
  hash text not null,
  sealed_at timestamptz not null
);

-- Readers of the journal that keep a place (grades, figures, outbox).
create table journal_cursor (
  reader text primary key,
  xid xid8 not null,
  id bigint not null
);

create table idempotency (
  actor_id uuid not null,
  key text not null,
  request text not null,
  response jsonb,
  at timestamptz not null,
  primary key (actor_id, key)
);

-- Facts of cases: appended, never changed; the state of a case is a fold over them.
create table case_fact (
  id uuid primary key,
  loop text not null,
  case_id uuid not null,
  seq int not null,
  action text not null,
  from_state text not null,
  to_state text not null,
  actor_id uuid not null,
  actor_name text not null,
  actor_roles text[] not null,
  form jsonb not null,
  happened_on date not null,
  recorded_at timestamptz not null,
  proof smallint not null,
  device_time timestamptz,
  place jsonb,
  unique (case_id, seq)
);

create table deadline (
  id uuid primary key,
  register text not null,
  record_id uuid not null,
  kind text not null,
  label text not null,
  anchor_on date not null,
  due_on date not null,
  calendar text not null,
  state text not null check (state in ('running', 'met', 'late', 'met-late', 'void')),
  closed_on date,
  organisation uuid,
  county text collate "C",
  town text collate "C",
  unique (record_id, kind, anchor_on)
);
create index deadline_due on deadline (due_on) where state in ('running', 'late');

-- Rungs of the ladder as rows: planned when the clock starts, reached by the sweep, void when the clock is met first.
create table ladder_step (
  id uuid primary key,
  deadline_id uuid not null references deadline (id),
  loop text not null,
  case_id uuid not null,
  rung text not null,
  label text not null,
  kind text not null,
  due_on date not null,
  state text not null check (state in ('planned', 'reached', 'void')),
  reached_at timestamptz,
  unique (deadline_id, rung)
);
create index ladder_step_due on ladder_step (due_on) where state = 'planned';
create index ladder_step_case on ladder_step (case_id);

-- Roll-up counters: deltas at town level, folded by the worker into one row an area at every level (2, 4, 6, 9 digits).
-- counts is JSON nested by the register's counted fields in their order: {"found": {"重大": 3, "一般": 12}}; open_counts
-- leaves out cases that are over. Both are text, because they are handed on as they are, by the thousand.
create table counter (
  register text not null,
  digits smallint not null,
  area text collate "C" not null,
  counts text not null,
  open_counts text not null,
  primary key (register, digits, area)
);
-- Moves on with every fold that changed something, so that a reader may keep what it read until then.
create table counter_fold (
  register text primary key,
  stamp bigint not null
);
create table counter_delta (
  id bigint generated always as identity primary key,
  register text not null,
  town text collate "C" not null,
  dims text[] not null,
  n int not null
);
create index counter_delta_read on counter_delta (register, town collate "C");

create table saved_view (
  id uuid primary key,
  owner uuid not null,
  register text not null,
  name text not null,
  query jsonb not null,
  shared boolean not null default false,
  version int not null default 1,
  updated_at timestamptz not null,
  unique (owner, register, name)
);

-- The past of every record table: the row as it stood, until when. Figures as of an instant read both.
create function keep_history() returns trigger language plpgsql as $$
declare
  -- by name, not by position: columns added later stand in another order in the twin
  keep constant text := 'insert into history.%I select r.* from jsonb_populate_record(null::history.%I,
    $1 || jsonb_build_object(''replaced_at'', $2)) r';
begin
  if tg_op = 'UPDATE' then
    if old.updated_at is distinct from new.updated_at then
      execute format(keep, tg_table_name, tg_table_name) using to_jsonb(old), new.updated_at;
    end if;
    return new;
  end if;
  execute format(keep, tg_table_name, tg_table_name) using to_jsonb(old), clock_timestamp();
  return old;
end $$;
