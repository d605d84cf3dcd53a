-- Official notices, the assignable items read out of them, and the tasks they become.
create table notice (
  id uuid primary key,
  version int not null default 1,
  area text collate "C" not null,
  -- file name as uploaded, and the kept file when there is one
  name text not null,
  file text,
  text text not null,
  -- false: no notice text was found; reason says why and what to do
  readable boolean not null,
  reason text,
  title text,
  doc_no text,
  issuer text,
  year int,
  issued_on date,
  structure jsonb not null,
  warnings jsonb not null,
  created_at timestamptz not null,
  created_by uuid not null,
  updated_at timestamptz not null
);
create index notice_area on notice (area, created_at desc);

create table notice_item (
  id uuid primary key,
  notice_id uuid not null references notice (id),
  version int not null default 1,
  no int not null,
  -- the parser's own id, which survives another layout of the same notice
  key text not null,
  kind text not null check (kind in ('task', 'rule')),
  title text not null,
  path text[] not null,
  -- the printed sentence; never changed by corrections
  text text not null,
  place jsonb not null,
  deadlines jsonb not null,
  frequencies jsonb not null,
  targets jsonb not null,
  conditions jsonb not null,
  units text[] not null,
  enterprises text[] not null,
  soft boolean not null,
  state text not null default 'open' check (state in ('open', 'accepted', 'dropped')),
  -- why it was dropped
  reason text,
  updated_at timestamptz not null,
  updated_by uuid not null,
  unique (notice_id, no)
);

create table task (
  id uuid primary key,
  version int not null default 1,
  area text collate "C" not null,
  notice_id uuid references notice (id),
  item_id uuid references notice_item (id),
  title text not null,
  -- the printed sentence it stands on
  sentence text not null,
  -- absent: proved by evidence that a second person confirms
  indicator text,
  indicator_version int,
  -- the records concerned: a condition and/or named ones
  population jsonb,
  subset uuid[],
  -- a number or [from, to], in the indicator's unit
  target jsonb not null,
  comparator text not null,
  unit text not null,
  every text check (every in ('month', 'quarter', 'half-year', 'year')),
  starts_on date not null,
  due_on date,
  owners uuid[] not null,
  created_at timestamptz not null,
  created_by uuid not null,
  updated_at timestamptz not null,
  updated_by uuid not null,
  withdrawn_at timestamptz,
  withdrawn_reason text,
  check (indicator is null = (indicator_version is null))
);
create index task_area on task (area, due_on) where withdrawn_at is null;
create index task_due on task (due_on) where withdrawn_at is null;
-- an item becomes one task or several (one a population), but no two alike at once
create index task_item on task (item_id);

-- A figure as it stood at the end of the due date, from what was recorded by then. Written once, never changed.
create table task_figure (
  task_id uuid not null references task (id),
  as_of date not null,
  recorded_by timestamptz not null,
  computed_at timestamptz not null,
  num double precision not null,
  den double precision,
  value double precision,
  reached boolean not null,
  proof jsonb not null,
  groups jsonb not null,
  primary key (task_id, as_of)
);

create table task_evidence (
  id uuid primary key,
  task_id uuid not null references task (id),
  files jsonb not null,
  happened_on date not null,
  note text,
  added_by uuid not null,
  added_by_name text not null,
  added_at timestamptz not null,
  confirmed_by uuid,
  confirmed_by_name text,
  confirmed_at timestamptz,
  -- four eyes: never the same person
  check (confirmed_by is null or confirmed_by <> added_by),
  check ((confirmed_by is null) = (confirmed_at is null))
);
create index task_evidence_task on task_evidence (task_id, added_at);
