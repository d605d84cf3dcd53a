-- Tables that come down from above and are filled from the records and by those who are asked (docs/decisions/0036).
create table collection (
  id uuid primary key,
  version int not null,
  -- whose it is: a county's or a town's
  area text not null,
  title text not null,
  -- a row of the form is a record of a register, or a place
  about text not null check (about in ('record', 'place')),
  register text,
  -- which records: a condition of the register; null for all
  condition jsonb,
  -- the rows that stand in the form, or those that the records give
  lines text not null check (lines in ('given', 'list')),
  file_id text not null references file (id),
  file_name text not null,
  -- sheet, heading lines, titles, where rows begin and end: what was found in the form
  layout jsonb not null,
  state text not null check (state in ('draft', 'open', 'closed')),
  asked text check (asked in ('town', 'firm')),
  due_on date,
  note text,
  -- of the sheets that went out: raised when they go out with other columns or rows
  revision int not null default 0,
  filled_at timestamptz,
  sent_at timestamptz,
  closed_at timestamptz,
  created_at timestamptz not null,
  created_by uuid not null,
  created_by_name text not null,
  updated_at timestamptz not null
);
create index collection_area on collection (area, created_at desc);

create table collection_column (
  collection_id uuid not null references collection (id) on delete cascade,
  n int not null,
  -- 0-based column of the form
  at int not null,
  title text not null,
  -- {field} | {indicator, part} | {count, condition} | {place} | {sequence}; null: nothing fills it
  source jsonb,
  -- how the source was found: remembered, exact, alias, normalised, given; null where there is none
  how text,
  -- what else it might be: [source]
  offers jsonb not null default '[]',
  ask text not null check (ask in ('must', 'may', 'no')),
  kind text not null check (kind in ('text', 'number', 'date')),
  primary key (collection_id, n)
);

create table collection_part (
  id uuid primary key,
  collection_id uuid not null references collection (id) on delete cascade,
  -- stands in the sheet, and brings it back
  code text not null unique,
  town text,
  organisation uuid,
  title text not null,
  version int not null,
  revision int not null,
  sent_at timestamptz not null,
  withdrawn_at timestamptz,
  reminded_at timestamptz,
  reminders int not null default 0,
  returned_at timestamptz,
  returned_by text,
  check ((town is null) <> (organisation is null))
);
create index collection_part_of on collection_part (collection_id);
create index collection_part_town on collection_part (town) where town is not null;
create index collection_part_organisation on collection_part (organisation) where organisation is not null;

create table collection_row (
  collection_id uuid not null references collection (id) on delete cascade,
  n int not null,
  -- line of the form it stands on, where the form brought it
  line int,
  record_id uuid,
  area text,
  title text not null,
  town text,
  organisation uuid,
  part_id uuid references collection_part (id) on delete set null,
  -- list: from the records; given: stood in the form; returned: added by who was asked
  origin text not null check (origin in ('list', 'given', 'returned')),
  -- no longer among the records when they were read again
  gone boolean not null default false,
  primary key (collection_id, n)
);
create index collection_row_part on collection_row (part_id);

-- Every value that a person gave, in the order they came: nothing that was typed is lost by what is typed later.
create table collection_entry (
  id bigint generated always as identity primary key,
  collection_id uuid not null references collection (id) on delete cascade,
  row int not null,
  col int not null,
  part_id uuid,
  value jsonb,
  text text not null,
  return_id uuid,
  sheet text,
  line int,
  at timestamptz not null,
  actor_id uuid not null,
  actor_name text not null
);
create index collection_entry_cell on collection_entry (collection_id, row, col, id);

create table collection_cell (
  collection_id uuid not null references collection (id) on delete cascade,
  row int not null,
  col int not null,
  -- what the records say: a number or a text; null where they say nothing
  computed jsonb,
  -- what a person said last, and which entry that is
  typed jsonb,
  entry bigint,
  -- where both are there and differ: which of them holds
  chosen text check (chosen in ('computed', 'typed')),
  primary key (collection_id, row, col)
);

create table collection_return (
  id uuid primary key,
  collection_id uuid not null references collection (id) on delete cascade,
  part_id uuid references collection_part (id) on delete set null,
  file_id text references file (id),
  name text not null,
  -- merged: its rows are in; waiting: somebody must say whose it is; refused: cannot be read or is not asked
  state text not null check (state in ('merged', 'waiting', 'refused')),
  revision int,
  message text,
  -- rows, cells, changed, added, left, notes
  counts jsonb not null default '{}',
  at timestamptz not null,
  actor_id uuid not null,
  actor_name text not null
);
create index collection_return_of on collection_return (collection_id, at desc);

-- What of a returned file was not understood: a row, a cell, a column. It waits until somebody has settled it.
create table collection_left (
  id bigint generated always as identity primary key,
  collection_id uuid not null references collection (id) on delete cascade,
  return_id uuid not null references collection_return (id) on delete cascade,
  part_id uuid,
  kind text not null check (kind in ('row', 'cell', 'column')),
  sheet text not null,
  line int not null,
  row int,
  col int,
  -- title → text
  texts jsonb not null,
  why text not null,
  settled text,
  settled_at timestamptz,
  settled_by text
);
create index collection_left_open on collection_left (collection_id) where settled_at is null;

-- What filled a heading last time, to be offered the next.
create table collection_memory (
  area text not null,
  -- register, or place
  about text not null,
  heading text not null,
  source jsonb,
  ask text not null,
  at timestamptz not null,
  primary key (area, about, heading)
);
