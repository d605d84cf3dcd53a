-- Work on many rows of a list: a batch, its rows, what became of each (docs/decisions/0031). Rows name records and
-- hold nothing of them, so that personal content stays where it can be erased.
create table bulk (
  id uuid primary key,
  register text not null,
  -- what is done with each: {do, action, form, field, value, reason}
  doing jsonb not null,
  label text not null,
  state text not null check (state in ('checking', 'preview', 'running', 'done', 'undoing', 'undone', 'failed')),
  actor_id uuid not null,
  -- who does it, with the assignments held when the present stage was asked for: a restart goes on with them
  actor jsonb not null,
  total int not null default 0,
  -- why it failed, in the user's words
  failure text,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create index bulk_actor on bulk (actor_id, created_at desc);
create index bulk_busy on bulk (id) where state in ('checking', 'running', 'undoing');

create table bulk_row (
  bulk_id uuid not null references bulk (id) on delete cascade,
  n int not null,
  record_id uuid not null,
  -- the version that was looked at, and the one the batch left the record in
  version int,
  after int,
  state text not null check (state in ('new', 'can', 'cannot', 'done', 'asked', 'failed', 'undone', 'kept')),
  -- why not, or what else is to be known
  note text,
  -- changes that wait for an officer, which an undo takes back: [{id, version}]
  wishes jsonb,
  primary key (bulk_id, n)
);
create index bulk_row_state on bulk_row (bulk_id, state, n);

-- The clocks of a case as they stood before a step, so that a step that nobody has built on can be taken back.
alter table case_fact add column clocks jsonb;

-- A step that was taken back is nobody's last step.
create or replace function agenda_last(of_case uuid) returns jsonb language sql stable as $$
  select coalesce(jsonb_object_agg(action, jsonb_build_object('id', actor_id, 'name', actor_name, 'roles', actor_roles)
    order by seq), '{}') from case_fact f where case_id = of_case and action <> 'take-back'
    and not exists (select 1 from case_fact b where b.case_id = of_case and b.action = 'take-back'
      and (b.form->>'seq')::int = f.seq)
$$;
create or replace function agenda_of_fact() returns trigger language plpgsql as $$
begin
  update agenda a set last = a.last || f.last
  from (select case_id, jsonb_object_agg(action, jsonb_build_object('id', actor_id, 'name', actor_name,
      'roles', actor_roles) order by seq) as last from fresh where action <> 'take-back' group by case_id) f
  where a.id = f.case_id and a.kind = 'case' and not a.last @> f.last;
  update agenda a set last = agenda_last(a.id) from fresh f
  where f.action = 'take-back' and a.id = f.case_id and a.kind = 'case';
  return null;
end $$;
