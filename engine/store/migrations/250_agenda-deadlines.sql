-- A clock that begins changes a case's row of the agenda only where it is the first to run out; most begin with the
-- case itself, whose own trigger has just read them.
create or replace function agenda_of_deadline() returns trigger language plpgsql as $$
begin
  if not exists (select from fresh) then return null; end if;
  if tg_op = 'INSERT' and not exists (
    select from fresh f join agenda a on a.id = f.record_id and a.kind = 'case'
    where (a.due_on is null or f.due_on <= a.due_on) and (a.due_on, a.clock) is distinct from (f.due_on, f.label)
  ) then
    return null;
  end if;
  update agenda a set due_on = c.due_on, clock = c.clock, rungs = coalesce(c.rungs, '[]')
  from (select distinct record_id from fresh) f left join lateral agenda_clock(f.record_id) c on true
  where a.id = f.record_id and a.kind = 'case'
    and (a.due_on, a.clock, a.rungs) is distinct from (c.due_on, c.clock, coalesce(c.rungs, '[]'));
  return null;
end $$;
