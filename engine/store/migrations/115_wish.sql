-- What somebody else than an officer would like to change of a fact that decides a duty: it waits here, the record
-- holds what counts. Only engine/store/wish reads this table.
create table wish (
  id uuid primary key,
  version int not null default 1,
  register text not null,
  record_id uuid not null,
  -- '' stands for the record itself: archive or restore
  field text not null,
  what text not null check (what in ('change', 'archive', 'restore')),
  -- version of the record and value that counted when it was asked
  base_version int not null,
  before jsonb not null default 'null',
  after jsonb not null default 'null',
  reason text,
  files jsonb not null default '[]',
  asked_by uuid not null,
  asked_name text not null,
  asked_kind text not null,
  asked_at timestamptz not null,
  -- null where no period is laid down
  due_on date,
  batch uuid,
  organisation uuid,
  state text not null check (state in ('waiting', 'confirmed', 'refused', 'withdrawn', 'void')),
  settled_by uuid,
  settled_name text,
  settled_at timestamptz,
  -- why it was refused
  answer text
);
-- one waiting value a field, for people and for other systems each
create unique index wish_waiting on wish (record_id, field, asked_kind) where state = 'waiting';
create index wish_open on wish (register, due_on) where state = 'waiting';
create index wish_organisation on wish (organisation) where state = 'waiting';
create index wish_record on wish (record_id, asked_at desc);
create index wish_batch on wish (batch) where batch is not null;
