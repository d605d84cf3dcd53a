-- What changed, counted by register, and figures of tasks kept beside what they were computed from.
create table register_change (
  register text not null
);
-- written by each write and emptied each minute: swept early, so that counting its rows stays quick
alter table register_change set (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);

create table register_position (
  register text primary key,
  n bigint not null
);

-- A statement that touches no row changes nothing. One function for all: plpgsql plans it once a trigger.
create function note_change() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' then
    if not exists (select from former) then return null; end if;
  elsif tg_op <> 'TRUNCATE' then
    if not exists (select from fresh) then return null; end if;
  end if;
  insert into register_change (register) values (tg_argv[0]);
  return null;
end $$;

-- The last computed figure of a task, the question it answers and the positions it was read at.
create table kept_figure (
  task_id uuid primary key references task (id) on delete cascade,
  -- hash of the computing statements with their values (definitions, policies, day, area, population, target)
  question text not null,
  -- changes seen of each register that is read
  position text not null,
  figure jsonb not null,
  -- since when the goal has been reached, as far as it was seen
  done_on date,
  computed_at timestamptz not null
);
