-- What is open and what expires, a row each, so that a page of duties is read from one table however many registers
-- there are (docs/decisions/0027). Kept by triggers alone: those of registers and loops are made from the definitions.
create table agenda (
  -- of the record; of a wish, claim or decision its own
  id uuid not null,
  kind text not null check (kind in ('case', 'expiry', 'wish', 'claim', 'grade')),
  register text not null,
  area text collate "C",
  county text collate "C",
  town text collate "C",
  unit text collate "C",
  sector text collate "C",
  organisation uuid,
  sealed boolean not null default false,
  title text,
  -- of a case the earliest open deadline, of an expiry the last day of validity
  due_on date,
  -- expiries: alike for records of which a newer one replaces an older one
  renews text,
  -- cases
  state text,
  track text,
  loop_version int,
  -- 0 none, 1 低, 2 一般, 3 较大, 4 重大
  risk smallint not null default 0,
  -- the clock that runs out first, and what was planned for afterwards: [{name, label, kind, on}]
  clock text,
  rungs jsonb not null default '[]',
  -- who did each action last: action → {id, name, roles}
  last jsonb not null default '{}',
  -- cases: the record's own columns; others: what a summary needs
  facts jsonb,
  primary key (id, kind)
);
create index agenda_county on agenda (county, kind, due_on);
create index agenda_town on agenda (town, kind, due_on);
create index agenda_organisation on agenda (organisation, kind, due_on);
create index agenda_renews on agenda (renews, due_on) where renews is not null;

-- The first clock of a case with its rungs, and who did what last.
create function agenda_clock(of_case uuid) returns table (due_on date, clock text, rungs jsonb)
language sql stable as $$
  select d.due_on, d.label, coalesce((select jsonb_agg(jsonb_build_object('name', l.rung, 'label', l.label,
      'kind', l.kind, 'on', l.due_on) order by l.due_on, l.rung) from ladder_step l where l.deadline_id = d.id), '[]')
  from deadline d where d.record_id = of_case and d.closed_on is null and d.state in ('running', 'late')
  order by d.due_on, d.id limit 1
$$;
create function agenda_last(of_case uuid) returns jsonb language sql stable as $$
  select coalesce(jsonb_object_agg(action, jsonb_build_object('id', actor_id, 'name', actor_name, 'roles', actor_roles)
    order by seq), '{}') from case_fact where case_id = of_case
$$;

-- Clocks that start, move or stop. The sweep that marks one late changes nothing of this.
create function agenda_of_deadline() returns trigger language plpgsql as $$
begin
  update agenda a set due_on = c.due_on, clock = c.clock, rungs = coalesce(c.rungs, '[]')
  from (select distinct record_id from fresh) f left join lateral agenda_clock(f.record_id) c on true
  where a.id = f.record_id and a.kind = 'case'
    and (a.due_on, a.clock, a.rungs) is distinct from (c.due_on, c.clock, coalesce(c.rungs, '[]'));
  return null;
end $$;
create trigger deadline_agenda_insert after insert on deadline referencing new table as fresh
  for each statement execute function agenda_of_deadline();
create trigger deadline_agenda_update after update on deadline referencing new table as fresh
  for each statement execute function agenda_of_deadline();

create function agenda_of_rung() returns trigger language plpgsql as $$
begin
  update agenda a set rungs = coalesce(c.rungs, '[]')
  from (select distinct case_id from fresh) f left join lateral agenda_clock(f.case_id) c on true
  where a.id = f.case_id and a.kind = 'case' and a.rungs is distinct from coalesce(c.rungs, '[]');
  return null;
end $$;
create trigger ladder_step_agenda after insert on ladder_step referencing new table as fresh
  for each statement execute function agenda_of_rung();

create function agenda_of_fact() returns trigger language plpgsql as $$
begin
  update agenda a set last = a.last || f.last
  from (select case_id, jsonb_object_agg(action, jsonb_build_object('id', actor_id, 'name', actor_name,
      'roles', actor_roles) order by seq) as last from fresh group by case_id) f
  where a.id = f.case_id and a.kind = 'case' and not a.last @> f.last;
  return null;
end $$;
create trigger case_fact_agenda after insert on case_fact referencing new table as fresh
  for each statement execute function agenda_of_fact();

-- What waits for somebody's word: changes of firms, claims of accounts, grades for a second signature. Their place is
-- their firm's, wherever it is when they are read.
create function agenda_of_wish() returns trigger language plpgsql as $$
begin
  delete from agenda a using fresh f where a.id = f.id and a.kind = 'wish' and f.state <> 'waiting';
  insert into agenda (id, kind, register, organisation, due_on, facts)
    select id, 'wish', register, organisation, due_on, jsonb_build_object('what', what, 'field', field, 'by', asked_by)
    from fresh where state = 'waiting'
  on conflict (id, kind) do update set due_on = excluded.due_on, facts = excluded.facts;
  return null;
end $$;
create trigger wish_agenda_insert after insert on wish referencing new table as fresh
  for each statement execute function agenda_of_wish();
create trigger wish_agenda_update after update on wish referencing new table as fresh
  for each statement execute function agenda_of_wish();

create function agenda_of_claim() returns trigger language plpgsql as $$
begin
  delete from agenda a using fresh f where a.id = f.id and a.kind = 'claim' and f.state <> 'waiting';
  insert into agenda (id, kind, register, organisation, facts)
    select id, 'claim', 'claim', organisation, jsonb_build_object('at', made_at) from fresh where state = 'waiting'
  on conflict (id, kind) do nothing;
  return null;
end $$;
create trigger claim_request_agenda_insert after insert on claim_request referencing new table as fresh
  for each statement execute function agenda_of_claim();
create trigger claim_request_agenda_update after update on claim_request referencing new table as fresh
  for each statement execute function agenda_of_claim();

create function agenda_of_grade() returns trigger language plpgsql as $$
begin
  delete from agenda a using fresh f where a.id = f.id and a.kind = 'grade' and f.state <> 'assessed';
  insert into agenda (id, kind, register, organisation, facts)
    select id, 'grade', 'grade', enterprise_id, jsonb_build_object('by', assessed_by) from fresh where state = 'assessed'
  on conflict (id, kind) do nothing;
  return null;
end $$;
create trigger grade_decision_agenda_insert after insert on grade_decision referencing new table as fresh
  for each statement execute function agenda_of_grade();
create trigger grade_decision_agenda_update after update on grade_decision referencing new table as fresh
  for each statement execute function agenda_of_grade();

create function agenda_gone() returns trigger language plpgsql as $$
begin
  delete from agenda a using former f where a.id = f.id;
  return null;
end $$;
create trigger wish_agenda_delete after delete on wish referencing old table as former
  for each statement execute function agenda_gone();
create trigger claim_request_agenda_delete after delete on claim_request referencing old table as former
  for each statement execute function agenda_gone();
create trigger grade_decision_agenda_delete after delete on grade_decision referencing old table as former
  for each statement execute function agenda_gone();

-- what waits already
insert into agenda (id, kind, register, organisation, due_on, facts)
  select id, 'wish', register, organisation, due_on, jsonb_build_object('what', what, 'field', field, 'by', asked_by)
  from wish where state = 'waiting';
insert into agenda (id, kind, register, organisation, facts)
  select id, 'claim', 'claim', organisation, jsonb_build_object('at', made_at) from claim_request where state = 'waiting';
insert into agenda (id, kind, register, organisation, facts)
  select id, 'grade', 'grade', enterprise_id, jsonb_build_object('by', assessed_by)
  from grade_decision where state = 'assessed';
