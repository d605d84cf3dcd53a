-- Made from the definitions by scripts/make-migration.ts.

create or replace function agenda_hazard() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    insert into agenda (id, kind, register, area, county, town, unit, sector, organisation, sealed, title, state, track, loop_version, risk,
      facts, due_on, clock, rungs, last)
    select f.id, 'case', 'hazard', f.area, f.county, f.town, f.unit, f.sector, f.organisation, coalesce(f.sealed, false), f.name::text, f.state, f.track,
      f.loop_version, case f.level when '低' then 1 when '一般' then 2 when '较大' then 3 when '重大' then 4 else 0 end, jsonb_strip_nulls(to_jsonb(f) - '{grams,ext,batch,created_by,updated_by}'::text[]),
      c.due_on, c.clock, coalesce(c.rungs, '[]'), agenda_last(f.id)
    from fresh f left join lateral agenda_clock(f.id) c on true
    where f.archived_at is null and f.state not in ('closed', 'withdrawn');
  elsif tg_op = 'UPDATE' then
    delete from agenda a using fresh f where a.id = f.id and a.kind = 'case' and not (f.archived_at is null and f.state not in ('closed', 'withdrawn'));
    insert into agenda (id, kind, register, area, county, town, unit, sector, organisation, sealed, title, state, track, loop_version, risk,
      facts, due_on, clock, rungs, last)
    select f.id, 'case', 'hazard', f.area, f.county, f.town, f.unit, f.sector, f.organisation, coalesce(f.sealed, false), f.name::text, f.state, f.track,
      f.loop_version, case f.level when '低' then 1 when '一般' then 2 when '较大' then 3 when '重大' then 4 else 0 end, jsonb_strip_nulls(to_jsonb(f) - '{grams,ext,batch,created_by,updated_by}'::text[]),
      c.due_on, c.clock, coalesce(c.rungs, '[]'), agenda_last(f.id)
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
      c.due_on, c.clock, coalesce(c.rungs, '[]'), agenda_last(f.id)
    from hazard f left join lateral agenda_clock(f.id) c on true
    where f.archived_at is null and f.state not in ('closed', 'withdrawn');

create or replace function agenda_special_operation_certificate() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    insert into agenda (id, kind, register, area, county, town, unit, sector, organisation, sealed, title, due_on, renews)
    select f.id, 'expiry', 'special-operation-certificate', f.area, f.county, f.town, f.unit, f.sector, f.organisation, false, f.holder_name::text, f.valid_until, md5('special-operation-certificate' || chr(31) || coalesce(f.enterprise_id::text, '') || chr(31) || coalesce(f.holder_name::text, '') || chr(31) || coalesce(f.category::text, '') || chr(31) || coalesce(f.item::text, ''))
    from fresh f where f.archived_at is null and f.valid_until is not null;
  elsif tg_op = 'UPDATE' then
    delete from agenda a using fresh f where a.id = f.id and a.kind = 'expiry'
      and (f.archived_at is not null or f.valid_until is null);
    insert into agenda (id, kind, register, area, county, town, unit, sector, organisation, sealed, title, due_on, renews)
    select f.id, 'expiry', 'special-operation-certificate', f.area, f.county, f.town, f.unit, f.sector, f.organisation, false, f.holder_name::text, f.valid_until, md5('special-operation-certificate' || chr(31) || coalesce(f.enterprise_id::text, '') || chr(31) || coalesce(f.holder_name::text, '') || chr(31) || coalesce(f.category::text, '') || chr(31) || coalesce(f.item::text, ''))
    from fresh f where f.archived_at is null and f.valid_until is not null
    on conflict (id, kind) do update set register = excluded.register, area = excluded.area, county = excluded.county, town = excluded.town, unit = excluded.unit, sector = excluded.sector, organisation = excluded.organisation, sealed = excluded.sealed, title = excluded.title, due_on = excluded.due_on, renews = excluded.renews
    where (agenda.register, agenda.area, agenda.county, agenda.town, agenda.unit, agenda.sector, agenda.organisation, agenda.sealed, agenda.title, agenda.due_on, agenda.renews) is distinct from (excluded.register, excluded.area, excluded.county, excluded.town, excluded.unit, excluded.sector, excluded.organisation, excluded.sealed, excluded.title, excluded.due_on, excluded.renews);
  elsif tg_op = 'DELETE' then
    delete from agenda a using former f where a.id = f.id;
  else
    delete from agenda where register = 'special-operation-certificate';
  end if;
  return null;
end $$;

create or replace trigger special_operation_certificate_agenda_insert after insert on special_operation_certificate referencing new table as fresh for each statement execute function agenda_special_operation_certificate();

create or replace trigger special_operation_certificate_agenda_update after update on special_operation_certificate referencing new table as fresh for each statement execute function agenda_special_operation_certificate();

create or replace trigger special_operation_certificate_agenda_delete after delete on special_operation_certificate referencing old table as former for each statement execute function agenda_special_operation_certificate();

create or replace trigger special_operation_certificate_agenda_truncate after truncate on special_operation_certificate for each statement execute function agenda_special_operation_certificate();

delete from agenda where register = 'special-operation-certificate';

insert into agenda (id, kind, register, area, county, town, unit, sector, organisation, sealed, title, due_on, renews)
    select f.id, 'expiry', 'special-operation-certificate', f.area, f.county, f.town, f.unit, f.sector, f.organisation, false, f.holder_name::text, f.valid_until, md5('special-operation-certificate' || chr(31) || coalesce(f.enterprise_id::text, '') || chr(31) || coalesce(f.holder_name::text, '') || chr(31) || coalesce(f.category::text, '') || chr(31) || coalesce(f.item::text, ''))
    from special_operation_certificate f where f.archived_at is null and f.valid_until is not null;

create or replace function agenda_equipment() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    insert into agenda (id, kind, register, area, county, town, unit, sector, organisation, sealed, title, due_on, renews)
    select f.id, 'expiry', 'equipment', f.area, f.county, f.town, f.unit, f.sector, f.organisation, false, f.name::text, f.next_inspection_on, null
    from fresh f where f.archived_at is null and f.next_inspection_on is not null;
  elsif tg_op = 'UPDATE' then
    delete from agenda a using fresh f where a.id = f.id and a.kind = 'expiry'
      and (f.archived_at is not null or f.next_inspection_on is null);
    insert into agenda (id, kind, register, area, county, town, unit, sector, organisation, sealed, title, due_on, renews)
    select f.id, 'expiry', 'equipment', f.area, f.county, f.town, f.unit, f.sector, f.organisation, false, f.name::text, f.next_inspection_on, null
    from fresh f where f.archived_at is null and f.next_inspection_on is not null
    on conflict (id, kind) do update set register = excluded.register, area = excluded.area, county = excluded.county, town = excluded.town, unit = excluded.unit, sector = excluded.sector, organisation = excluded.organisation, sealed = excluded.sealed, title = excluded.title, due_on = excluded.due_on, renews = excluded.renews
    where (agenda.register, agenda.area, agenda.county, agenda.town, agenda.unit, agenda.sector, agenda.organisation, agenda.sealed, agenda.title, agenda.due_on, agenda.renews) is distinct from (excluded.register, excluded.area, excluded.county, excluded.town, excluded.unit, excluded.sector, excluded.organisation, excluded.sealed, excluded.title, excluded.due_on, excluded.renews);
  elsif tg_op = 'DELETE' then
    delete from agenda a using former f where a.id = f.id;
  else
    delete from agenda where register = 'equipment';
  end if;
  return null;
end $$;

create or replace trigger equipment_agenda_insert after insert on equipment referencing new table as fresh for each statement execute function agenda_equipment();

create or replace trigger equipment_agenda_update after update on equipment referencing new table as fresh for each statement execute function agenda_equipment();

create or replace trigger equipment_agenda_delete after delete on equipment referencing old table as former for each statement execute function agenda_equipment();

create or replace trigger equipment_agenda_truncate after truncate on equipment for each statement execute function agenda_equipment();

delete from agenda where register = 'equipment';

insert into agenda (id, kind, register, area, county, town, unit, sector, organisation, sealed, title, due_on, renews)
    select f.id, 'expiry', 'equipment', f.area, f.county, f.town, f.unit, f.sector, f.organisation, false, f.name::text, f.next_inspection_on, null
    from equipment f where f.archived_at is null and f.next_inspection_on is not null;

create or replace function agenda_insurance() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    insert into agenda (id, kind, register, area, county, town, unit, sector, organisation, sealed, title, due_on, renews)
    select f.id, 'expiry', 'insurance', f.area, f.county, f.town, f.unit, f.sector, f.organisation, false, f.policy_number::text, f.valid_until, md5('insurance' || chr(31) || coalesce(f.enterprise_id::text, ''))
    from fresh f where f.archived_at is null and f.valid_until is not null;
  elsif tg_op = 'UPDATE' then
    delete from agenda a using fresh f where a.id = f.id and a.kind = 'expiry'
      and (f.archived_at is not null or f.valid_until is null);
    insert into agenda (id, kind, register, area, county, town, unit, sector, organisation, sealed, title, due_on, renews)
    select f.id, 'expiry', 'insurance', f.area, f.county, f.town, f.unit, f.sector, f.organisation, false, f.policy_number::text, f.valid_until, md5('insurance' || chr(31) || coalesce(f.enterprise_id::text, ''))
    from fresh f where f.archived_at is null and f.valid_until is not null
    on conflict (id, kind) do update set register = excluded.register, area = excluded.area, county = excluded.county, town = excluded.town, unit = excluded.unit, sector = excluded.sector, organisation = excluded.organisation, sealed = excluded.sealed, title = excluded.title, due_on = excluded.due_on, renews = excluded.renews
    where (agenda.register, agenda.area, agenda.county, agenda.town, agenda.unit, agenda.sector, agenda.organisation, agenda.sealed, agenda.title, agenda.due_on, agenda.renews) is distinct from (excluded.register, excluded.area, excluded.county, excluded.town, excluded.unit, excluded.sector, excluded.organisation, excluded.sealed, excluded.title, excluded.due_on, excluded.renews);
  elsif tg_op = 'DELETE' then
    delete from agenda a using former f where a.id = f.id;
  else
    delete from agenda where register = 'insurance';
  end if;
  return null;
end $$;

create or replace trigger insurance_agenda_insert after insert on insurance referencing new table as fresh for each statement execute function agenda_insurance();

create or replace trigger insurance_agenda_update after update on insurance referencing new table as fresh for each statement execute function agenda_insurance();

create or replace trigger insurance_agenda_delete after delete on insurance referencing old table as former for each statement execute function agenda_insurance();

create or replace trigger insurance_agenda_truncate after truncate on insurance for each statement execute function agenda_insurance();

delete from agenda where register = 'insurance';

insert into agenda (id, kind, register, area, county, town, unit, sector, organisation, sealed, title, due_on, renews)
    select f.id, 'expiry', 'insurance', f.area, f.county, f.town, f.unit, f.sector, f.organisation, false, f.policy_number::text, f.valid_until, md5('insurance' || chr(31) || coalesce(f.enterprise_id::text, ''))
    from insurance f where f.archived_at is null and f.valid_until is not null;

create or replace function agenda_standardisation() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    insert into agenda (id, kind, register, area, county, town, unit, sector, organisation, sealed, title, due_on, renews)
    select f.id, 'expiry', 'standardisation', f.area, f.county, f.town, f.unit, f.sector, f.organisation, false, f.certificate::text, f.valid_until, md5('standardisation' || chr(31) || coalesce(f.enterprise_id::text, ''))
    from fresh f where f.archived_at is null and f.valid_until is not null;
  elsif tg_op = 'UPDATE' then
    delete from agenda a using fresh f where a.id = f.id and a.kind = 'expiry'
      and (f.archived_at is not null or f.valid_until is null);
    insert into agenda (id, kind, register, area, county, town, unit, sector, organisation, sealed, title, due_on, renews)
    select f.id, 'expiry', 'standardisation', f.area, f.county, f.town, f.unit, f.sector, f.organisation, false, f.certificate::text, f.valid_until, md5('standardisation' || chr(31) || coalesce(f.enterprise_id::text, ''))
    from fresh f where f.archived_at is null and f.valid_until is not null
    on conflict (id, kind) do update set register = excluded.register, area = excluded.area, county = excluded.county, town = excluded.town, unit = excluded.unit, sector = excluded.sector, organisation = excluded.organisation, sealed = excluded.sealed, title = excluded.title, due_on = excluded.due_on, renews = excluded.renews
    where (agenda.register, agenda.area, agenda.county, agenda.town, agenda.unit, agenda.sector, agenda.organisation, agenda.sealed, agenda.title, agenda.due_on, agenda.renews) is distinct from (excluded.register, excluded.area, excluded.county, excluded.town, excluded.unit, excluded.sector, excluded.organisation, excluded.sealed, excluded.title, excluded.due_on, excluded.renews);
  elsif tg_op = 'DELETE' then
    delete from agenda a using former f where a.id = f.id;
  else
    delete from agenda where register = 'standardisation';
  end if;
  return null;
end $$;

create or replace trigger standardisation_agenda_insert after insert on standardisation referencing new table as fresh for each statement execute function agenda_standardisation();

create or replace trigger standardisation_agenda_update after update on standardisation referencing new table as fresh for each statement execute function agenda_standardisation();

create or replace trigger standardisation_agenda_delete after delete on standardisation referencing old table as former for each statement execute function agenda_standardisation();

create or replace trigger standardisation_agenda_truncate after truncate on standardisation for each statement execute function agenda_standardisation();

delete from agenda where register = 'standardisation';

insert into agenda (id, kind, register, area, county, town, unit, sector, organisation, sealed, title, due_on, renews)
    select f.id, 'expiry', 'standardisation', f.area, f.county, f.town, f.unit, f.sector, f.organisation, false, f.certificate::text, f.valid_until, md5('standardisation' || chr(31) || coalesce(f.enterprise_id::text, ''))
    from standardisation f where f.archived_at is null and f.valid_until is not null;

create or replace function agenda_tip_off() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    insert into agenda (id, kind, register, area, county, town, unit, sector, organisation, sealed, title, state, track, loop_version, risk,
      facts, due_on, clock, rungs, last)
    select f.id, 'case', 'tip-off', f.area, f.county, f.town, f.unit, f.sector, f.organisation, false, f.subject::text, f.state, f.track,
      f.loop_version, 0, jsonb_strip_nulls(to_jsonb(f) - '{grams,ext,batch,created_by,updated_by}'::text[]),
      c.due_on, c.clock, coalesce(c.rungs, '[]'), agenda_last(f.id)
    from fresh f left join lateral agenda_clock(f.id) c on true
    where f.archived_at is null and f.state not in ('refused', 'closed');
  elsif tg_op = 'UPDATE' then
    delete from agenda a using fresh f where a.id = f.id and a.kind = 'case' and not (f.archived_at is null and f.state not in ('refused', 'closed'));
    insert into agenda (id, kind, register, area, county, town, unit, sector, organisation, sealed, title, state, track, loop_version, risk,
      facts, due_on, clock, rungs, last)
    select f.id, 'case', 'tip-off', f.area, f.county, f.town, f.unit, f.sector, f.organisation, false, f.subject::text, f.state, f.track,
      f.loop_version, 0, jsonb_strip_nulls(to_jsonb(f) - '{grams,ext,batch,created_by,updated_by}'::text[]),
      c.due_on, c.clock, coalesce(c.rungs, '[]'), agenda_last(f.id)
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
      c.due_on, c.clock, coalesce(c.rungs, '[]'), agenda_last(f.id)
    from tip_off f left join lateral agenda_clock(f.id) c on true
    where f.archived_at is null and f.state not in ('refused', 'closed');

create or replace function agenda_entrustment() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    insert into agenda (id, kind, register, area, county, town, unit, sector, organisation, sealed, title, due_on, renews)
    select f.id, 'expiry', 'entrustment', f.area, f.county, f.town, f.unit, f.sector, f.organisation, false, f.number::text, f.valid_to, md5('entrustment' || chr(31) || coalesce(f.division::text, ''))
    from fresh f where f.archived_at is null and f.valid_to is not null;
  elsif tg_op = 'UPDATE' then
    delete from agenda a using fresh f where a.id = f.id and a.kind = 'expiry'
      and (f.archived_at is not null or f.valid_to is null);
    insert into agenda (id, kind, register, area, county, town, unit, sector, organisation, sealed, title, due_on, renews)
    select f.id, 'expiry', 'entrustment', f.area, f.county, f.town, f.unit, f.sector, f.organisation, false, f.number::text, f.valid_to, md5('entrustment' || chr(31) || coalesce(f.division::text, ''))
    from fresh f where f.archived_at is null and f.valid_to is not null
    on conflict (id, kind) do update set register = excluded.register, area = excluded.area, county = excluded.county, town = excluded.town, unit = excluded.unit, sector = excluded.sector, organisation = excluded.organisation, sealed = excluded.sealed, title = excluded.title, due_on = excluded.due_on, renews = excluded.renews
    where (agenda.register, agenda.area, agenda.county, agenda.town, agenda.unit, agenda.sector, agenda.organisation, agenda.sealed, agenda.title, agenda.due_on, agenda.renews) is distinct from (excluded.register, excluded.area, excluded.county, excluded.town, excluded.unit, excluded.sector, excluded.organisation, excluded.sealed, excluded.title, excluded.due_on, excluded.renews);
  elsif tg_op = 'DELETE' then
    delete from agenda a using former f where a.id = f.id;
  else
    delete from agenda where register = 'entrustment';
  end if;
  return null;
end $$;

create or replace trigger entrustment_agenda_insert after insert on entrustment referencing new table as fresh for each statement execute function agenda_entrustment();

create or replace trigger entrustment_agenda_update after update on entrustment referencing new table as fresh for each statement execute function agenda_entrustment();

create or replace trigger entrustment_agenda_delete after delete on entrustment referencing old table as former for each statement execute function agenda_entrustment();

create or replace trigger entrustment_agenda_truncate after truncate on entrustment for each statement execute function agenda_entrustment();

delete from agenda where register = 'entrustment';

insert into agenda (id, kind, register, area, county, town, unit, sector, organisation, sealed, title, due_on, renews)
    select f.id, 'expiry', 'entrustment', f.area, f.county, f.town, f.unit, f.sector, f.organisation, false, f.number::text, f.valid_to, md5('entrustment' || chr(31) || coalesce(f.division::text, ''))
    from entrustment f where f.archived_at is null and f.valid_to is not null;

create or replace function agenda_enforcement_certificate() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    insert into agenda (id, kind, register, area, county, town, unit, sector, organisation, sealed, title, due_on, renews)
    select f.id, 'expiry', 'enforcement-certificate', f.area, f.county, f.town, f.unit, f.sector, f.organisation, false, f.holder::text, f.valid_to, md5('enforcement-certificate' || chr(31) || coalesce(f.account::text, ''))
    from fresh f where f.archived_at is null and f.valid_to is not null;
  elsif tg_op = 'UPDATE' then
    delete from agenda a using fresh f where a.id = f.id and a.kind = 'expiry'
      and (f.archived_at is not null or f.valid_to is null);
    insert into agenda (id, kind, register, area, county, town, unit, sector, organisation, sealed, title, due_on, renews)
    select f.id, 'expiry', 'enforcement-certificate', f.area, f.county, f.town, f.unit, f.sector, f.organisation, false, f.holder::text, f.valid_to, md5('enforcement-certificate' || chr(31) || coalesce(f.account::text, ''))
    from fresh f where f.archived_at is null and f.valid_to is not null
    on conflict (id, kind) do update set register = excluded.register, area = excluded.area, county = excluded.county, town = excluded.town, unit = excluded.unit, sector = excluded.sector, organisation = excluded.organisation, sealed = excluded.sealed, title = excluded.title, due_on = excluded.due_on, renews = excluded.renews
    where (agenda.register, agenda.area, agenda.county, agenda.town, agenda.unit, agenda.sector, agenda.organisation, agenda.sealed, agenda.title, agenda.due_on, agenda.renews) is distinct from (excluded.register, excluded.area, excluded.county, excluded.town, excluded.unit, excluded.sector, excluded.organisation, excluded.sealed, excluded.title, excluded.due_on, excluded.renews);
  elsif tg_op = 'DELETE' then
    delete from agenda a using former f where a.id = f.id;
  else
    delete from agenda where register = 'enforcement-certificate';
  end if;
  return null;
end $$;

create or replace trigger enforcement_certificate_agenda_insert after insert on enforcement_certificate referencing new table as fresh for each statement execute function agenda_enforcement_certificate();

create or replace trigger enforcement_certificate_agenda_update after update on enforcement_certificate referencing new table as fresh for each statement execute function agenda_enforcement_certificate();

create or replace trigger enforcement_certificate_agenda_delete after delete on enforcement_certificate referencing old table as former for each statement execute function agenda_enforcement_certificate();

create or replace trigger enforcement_certificate_agenda_truncate after truncate on enforcement_certificate for each statement execute function agenda_enforcement_certificate();

delete from agenda where register = 'enforcement-certificate';

insert into agenda (id, kind, register, area, county, town, unit, sector, organisation, sealed, title, due_on, renews)
    select f.id, 'expiry', 'enforcement-certificate', f.area, f.county, f.town, f.unit, f.sector, f.organisation, false, f.holder::text, f.valid_to, md5('enforcement-certificate' || chr(31) || coalesce(f.account::text, ''))
    from enforcement_certificate f where f.archived_at is null and f.valid_to is not null;
