-- Made from the definitions by scripts/make-migration.ts.

create or replace function agenda_hazard() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    insert into agenda (id, kind, register, area, county, town, unit, sector, organisation, sealed, title, state, track, loop_version, risk,
      facts, due_on, clock, rungs, last)
    select f.id, 'case', 'hazard', f.area, f.county, f.town, f.unit, f.sector, f.organisation, coalesce(f.sealed, false), f.name::text, f.state, f.track,
      f.loop_version, case f.level when '低' then 1 when '一般' then 2 when '较大' then 3 when '重大' then 4 else 0 end, jsonb_strip_nulls(to_jsonb(f) - '{grams,ext,batch,created_by,updated_by}'::text[]),
      c.due_on, c.clock, coalesce(c.rungs, '[]'), (select coalesce(jsonb_object_agg(action, jsonb_build_object('id', actor_id, 'name', actor_name, 'roles',
      actor_roles) order by seq), '{}') from case_fact where case_id = f.id)
    from fresh f left join lateral agenda_clock(f.id) c on true
    where f.archived_at is null and f.state not in ('closed', 'withdrawn');
  elsif tg_op = 'UPDATE' then
    delete from agenda a using fresh f where a.id = f.id and a.kind = 'case' and not (f.archived_at is null and f.state not in ('closed', 'withdrawn'));
    insert into agenda (id, kind, register, area, county, town, unit, sector, organisation, sealed, title, state, track, loop_version, risk,
      facts, due_on, clock, rungs, last)
    select f.id, 'case', 'hazard', f.area, f.county, f.town, f.unit, f.sector, f.organisation, coalesce(f.sealed, false), f.name::text, f.state, f.track,
      f.loop_version, case f.level when '低' then 1 when '一般' then 2 when '较大' then 3 when '重大' then 4 else 0 end, jsonb_strip_nulls(to_jsonb(f) - '{grams,ext,batch,created_by,updated_by}'::text[]),
      c.due_on, c.clock, coalesce(c.rungs, '[]'), (select coalesce(jsonb_object_agg(action, jsonb_build_object('id', actor_id, 'name', actor_name, 'roles',
      actor_roles) order by seq), '{}') from case_fact where case_id = f.id)
    from fresh f left join lateral agenda_clock(f.id) c on true
    where f.archived_at is null and f.state not in ('closed', 'withdrawn')
    on conflict (id, kind) do update set register = excluded.register, area = excluded.area, county = excluded.county, town = excluded.town, unit = excluded.unit, sector = excluded.sector, organisation = excluded.organisation, sealed = excluded.sealed, title = excluded.title, state = excluded.state, track = excluded.track, loop_version = excluded.loop_version, risk = excluded.risk, facts = excluded.facts;
  elsif tg_op = 'DELETE' then
    delete from agenda a using former f where a.id = f.id;
  else
    delete from agenda where register = 'hazard';
  end if;
  return null;
end $$;

create or replace trigger hazard_agenda_insert after insert on hazard referencing new table as fresh for each statement execute function agenda_hazard();

create or replace trigger hazard_agenda_update after update on hazard referencing new table as fresh for each statement execute function agenda_hazard();

create or replace trigger hazard_agenda_delete after delete on hazard referencing old table as former for each statement execute function agenda_hazard();

create or replace trigger hazard_agenda_truncate after truncate on hazard for each statement execute function agenda_hazard();

delete from agenda where register = 'hazard';

insert into agenda (id, kind, register, area, county, town, unit, sector, organisation, sealed, title, state, track, loop_version, risk,
      facts, due_on, clock, rungs, last)
    select f.id, 'case', 'hazard', f.area, f.county, f.town, f.unit, f.sector, f.organisation, coalesce(f.sealed, false), f.name::text, f.state, f.track,
      f.loop_version, case f.level when '低' then 1 when '一般' then 2 when '较大' then 3 when '重大' then 4 else 0 end, jsonb_strip_nulls(to_jsonb(f) - '{grams,ext,batch,created_by,updated_by}'::text[]),
      c.due_on, c.clock, coalesce(c.rungs, '[]'), (select coalesce(jsonb_object_agg(action, jsonb_build_object('id', actor_id, 'name', actor_name, 'roles',
      actor_roles) order by seq), '{}') from case_fact where case_id = f.id)
    from hazard f left join lateral agenda_clock(f.id) c on true
    where f.archived_at is null and f.state not in ('closed', 'withdrawn');

create or replace function agenda_tip_off() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    insert into agenda (id, kind, register, area, county, town, unit, sector, organisation, sealed, title, state, track, loop_version, risk,
      facts, due_on, clock, rungs, last)
    select f.id, 'case', 'tip-off', f.area, f.county, f.town, f.unit, f.sector, f.organisation, false, f.subject::text, f.state, f.track,
      f.loop_version, 0, jsonb_strip_nulls(to_jsonb(f) - '{grams,ext,batch,created_by,updated_by}'::text[]),
      c.due_on, c.clock, coalesce(c.rungs, '[]'), (select coalesce(jsonb_object_agg(action, jsonb_build_object('id', actor_id, 'name', actor_name, 'roles',
      actor_roles) order by seq), '{}') from case_fact where case_id = f.id)
    from fresh f left join lateral agenda_clock(f.id) c on true
    where f.archived_at is null and f.state not in ('refused', 'closed');
  elsif tg_op = 'UPDATE' then
    delete from agenda a using fresh f where a.id = f.id and a.kind = 'case' and not (f.archived_at is null and f.state not in ('refused', 'closed'));
    insert into agenda (id, kind, register, area, county, town, unit, sector, organisation, sealed, title, state, track, loop_version, risk,
      facts, due_on, clock, rungs, last)
    select f.id, 'case', 'tip-off', f.area, f.county, f.town, f.unit, f.sector, f.organisation, false, f.subject::text, f.state, f.track,
      f.loop_version, 0, jsonb_strip_nulls(to_jsonb(f) - '{grams,ext,batch,created_by,updated_by}'::text[]),
      c.due_on, c.clock, coalesce(c.rungs, '[]'), (select coalesce(jsonb_object_agg(action, jsonb_build_object('id', actor_id, 'name', actor_name, 'roles',
      actor_roles) order by seq), '{}') from case_fact where case_id = f.id)
    from fresh f left join lateral agenda_clock(f.id) c on true
    where f.archived_at is null and f.state not in ('refused', 'closed')
    on conflict (id, kind) do update set register = excluded.register, area = excluded.area, county = excluded.county, town = excluded.town, unit = excluded.unit, sector = excluded.sector, organisation = excluded.organisation, sealed = excluded.sealed, title = excluded.title, state = excluded.state, track = excluded.track, loop_version = excluded.loop_version, risk = excluded.risk, facts = excluded.facts;
  elsif tg_op = 'DELETE' then
    delete from agenda a using former f where a.id = f.id;
  else
    delete from agenda where register = 'tip-off';
  end if;
  return null;
end $$;

create or replace trigger tip_off_agenda_insert after insert on tip_off referencing new table as fresh for each statement execute function agenda_tip_off();

create or replace trigger tip_off_agenda_update after update on tip_off referencing new table as fresh for each statement execute function agenda_tip_off();

create or replace trigger tip_off_agenda_delete after delete on tip_off referencing old table as former for each statement execute function agenda_tip_off();

create or replace trigger tip_off_agenda_truncate after truncate on tip_off for each statement execute function agenda_tip_off();

delete from agenda where register = 'tip-off';

insert into agenda (id, kind, register, area, county, town, unit, sector, organisation, sealed, title, state, track, loop_version, risk,
      facts, due_on, clock, rungs, last)
    select f.id, 'case', 'tip-off', f.area, f.county, f.town, f.unit, f.sector, f.organisation, false, f.subject::text, f.state, f.track,
      f.loop_version, 0, jsonb_strip_nulls(to_jsonb(f) - '{grams,ext,batch,created_by,updated_by}'::text[]),
      c.due_on, c.clock, coalesce(c.rungs, '[]'), (select coalesce(jsonb_object_agg(action, jsonb_build_object('id', actor_id, 'name', actor_name, 'roles',
      actor_roles) order by seq), '{}') from case_fact where case_id = f.id)
    from tip_off f left join lateral agenda_clock(f.id) c on true
    where f.archived_at is null and f.state not in ('refused', 'closed');
