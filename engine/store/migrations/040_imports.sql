-- Imports as rows: a session per file, a row per source line, so that nothing is lost by a restart.
create table import_session (
  id uuid primary key,
  register text not null,
  -- the area whose names the sheet uses; towns are looked up in its county
  area text collate "C" not null,
  -- rows of a child register without columns for the parent belong to this record
  parent uuid,
  file_id text not null references file (id),
  name text not null,
  state text not null check (state in ('reading', 'preview', 'running', 'done', 'undoing', 'undone', 'failed')),
  actor_id uuid not null,
  -- who imports, with the assignments held when the present stage was asked for: a restart goes on with them
  actor jsonb not null,
  -- what the user laid down: sheet, heading line, heading → field, date formats, spellings of values, key
  mapping jsonb not null default '{}',
  -- what was found in the file: sheets, headings, samples
  found jsonb not null default '{}',
  -- number of the present reading; rows of an earlier one are cleared away
  reading int not null default 0,
  -- last source line dealt with in the present stage
  line int not null default 0,
  done int not null default 0,
  total int not null default 0,
  counts jsonb not null default '{}',
  -- frequent problems with their number
  problems jsonb not null default '[]',
  -- why it failed, in the user's words
  failure text,
  undone jsonb,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create index import_session_actor on import_session (actor_id, created_at desc);
create index import_session_area on import_session (area, created_at desc);
create index import_session_busy on import_session (id) where state in ('reading', 'running', 'undoing');

create table import_row (
  session_id uuid not null references import_session (id),
  line int not null,
  reading int not null,
  state text not null check (state in ('create', 'update', 'same', 'error', 'skipped')),
  warned boolean not null default false,
  -- the row's cells as the file has them
  raw jsonb not null,
  -- field → value, as read
  given jsonb not null default '{}',
  -- field → value, as corrected by hand; survives a new reading
  fixed jsonb,
  -- skip, apply, new, or the id of the record that is meant
  decision text,
  problems jsonb not null default '[]',
  -- natural keys, for finding repeated rows
  keys text[] not null default '{}',
  -- earlier line with one of the same keys
  same_as int,
  -- the record found, or made
  record_id uuid,
  -- version the import left the record in
  record_version int,
  done boolean not null default false,
  undone boolean not null default false,
  primary key (session_id, line)
);
create index import_row_state on import_row (session_id, state, line);
create index import_row_warned on import_row (session_id, line) where warned;
create index import_row_pending on import_row (session_id, line) where not done and state in ('create', 'update', 'same');
