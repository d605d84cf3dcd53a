-- Made from the definitions by scripts/make-migration.ts.

create or replace function count_enterprise() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    insert into counter_delta (register, town, dims, n)
      select 'enterprise', place, dims, sum(n) from (
        select coalesce(town, county) as place, array[coalesce(status::text, ''), coalesce(industry::text, ''), coalesce(scale::text, ''), coalesce(adopted_level::text, '')]::text[] as dims, 1 as n from fresh where archived_at is null and coalesce(town, county) is not null) d group by place, dims having sum(n) <> 0;
  elsif tg_op = 'DELETE' then
    insert into counter_delta (register, town, dims, n)
      select 'enterprise', place, dims, sum(n) from (
        select coalesce(town, county) as place, array[coalesce(status::text, ''), coalesce(industry::text, ''), coalesce(scale::text, ''), coalesce(adopted_level::text, '')]::text[] as dims, -1 as n from former where archived_at is null and coalesce(town, county) is not null) d group by place, dims having sum(n) <> 0;
  elsif tg_op = 'UPDATE' then
    insert into counter_delta (register, town, dims, n)
      select 'enterprise', place, dims, sum(n) from (
        select coalesce(town, county) as place, array[coalesce(status::text, ''), coalesce(industry::text, ''), coalesce(scale::text, ''), coalesce(adopted_level::text, '')]::text[] as dims, 1 as n from fresh where archived_at is null and coalesce(town, county) is not null
        union all select coalesce(town, county) as place, array[coalesce(status::text, ''), coalesce(industry::text, ''), coalesce(scale::text, ''), coalesce(adopted_level::text, '')]::text[] as dims, -1 as n from former where archived_at is null and coalesce(town, county) is not null) d group by place, dims having sum(n) <> 0;
  else
    delete from counter_delta where register = 'enterprise';
    delete from counter where register = 'enterprise';
    update counter_fold set stamp = stamp + 1 where register = 'enterprise';
  end if;
  return null;
end $$;

create or replace trigger enterprise_count_insert after insert on enterprise referencing new table as fresh for each statement execute function count_enterprise();

create or replace trigger enterprise_count_update after update on enterprise referencing old table as former new table as fresh for each statement execute function count_enterprise();

create or replace trigger enterprise_count_delete after delete on enterprise referencing old table as former for each statement execute function count_enterprise();

create or replace trigger enterprise_count_truncate after truncate on enterprise for each statement execute function count_enterprise();

delete from counter where register = 'enterprise';

delete from counter_delta where register = 'enterprise';

insert into counter_delta (register, town, dims, n)
      select 'enterprise', place, dims, sum(n) from (
        select coalesce(town, county) as place, array[coalesce(status::text, ''), coalesce(industry::text, ''), coalesce(scale::text, ''), coalesce(adopted_level::text, '')]::text[] as dims, 1 as n from enterprise where archived_at is null and coalesce(town, county) is not null) d group by place, dims having sum(n) <> 0;

update counter_fold set stamp = stamp + 1 where register = 'enterprise';

create or replace function count_hazard() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    insert into counter_delta (register, town, dims, n)
      select 'hazard', place, dims, sum(n) from (
        select coalesce(town, county) as place, array[coalesce(state::text, ''), coalesce(level::text, '')]::text[] as dims, 1 as n from fresh where archived_at is null and coalesce(town, county) is not null) d group by place, dims having sum(n) <> 0;
  elsif tg_op = 'DELETE' then
    insert into counter_delta (register, town, dims, n)
      select 'hazard', place, dims, sum(n) from (
        select coalesce(town, county) as place, array[coalesce(state::text, ''), coalesce(level::text, '')]::text[] as dims, -1 as n from former where archived_at is null and coalesce(town, county) is not null) d group by place, dims having sum(n) <> 0;
  elsif tg_op = 'UPDATE' then
    insert into counter_delta (register, town, dims, n)
      select 'hazard', place, dims, sum(n) from (
        select coalesce(town, county) as place, array[coalesce(state::text, ''), coalesce(level::text, '')]::text[] as dims, 1 as n from fresh where archived_at is null and coalesce(town, county) is not null
        union all select coalesce(town, county) as place, array[coalesce(state::text, ''), coalesce(level::text, '')]::text[] as dims, -1 as n from former where archived_at is null and coalesce(town, county) is not null) d group by place, dims having sum(n) <> 0;
  else
    delete from counter_delta where register = 'hazard';
    delete from counter where register = 'hazard';
    update counter_fold set stamp = stamp + 1 where register = 'hazard';
  end if;
  return null;
end $$;

create or replace trigger hazard_count_insert after insert on hazard referencing new table as fresh for each statement execute function count_hazard();

create or replace trigger hazard_count_update after update on hazard referencing old table as former new table as fresh for each statement execute function count_hazard();

create or replace trigger hazard_count_delete after delete on hazard referencing old table as former for each statement execute function count_hazard();

create or replace trigger hazard_count_truncate after truncate on hazard for each statement execute function count_hazard();

delete from counter where register = 'hazard';

delete from counter_delta where register = 'hazard';

insert into counter_delta (register, town, dims, n)
      select 'hazard', place, dims, sum(n) from (
        select coalesce(town, county) as place, array[coalesce(state::text, ''), coalesce(level::text, '')]::text[] as dims, 1 as n from hazard where archived_at is null and coalesce(town, county) is not null) d group by place, dims having sum(n) <> 0;

update counter_fold set stamp = stamp + 1 where register = 'hazard';

create or replace function count_equipment() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    insert into counter_delta (register, town, dims, n)
      select 'equipment', place, dims, sum(n) from (
        select coalesce(town, county) as place, array[coalesce(kind::text, '')]::text[] as dims, 1 as n from fresh where archived_at is null and coalesce(town, county) is not null) d group by place, dims having sum(n) <> 0;
  elsif tg_op = 'DELETE' then
    insert into counter_delta (register, town, dims, n)
      select 'equipment', place, dims, sum(n) from (
        select coalesce(town, county) as place, array[coalesce(kind::text, '')]::text[] as dims, -1 as n from former where archived_at is null and coalesce(town, county) is not null) d group by place, dims having sum(n) <> 0;
  elsif tg_op = 'UPDATE' then
    insert into counter_delta (register, town, dims, n)
      select 'equipment', place, dims, sum(n) from (
        select coalesce(town, county) as place, array[coalesce(kind::text, '')]::text[] as dims, 1 as n from fresh where archived_at is null and coalesce(town, county) is not null
        union all select coalesce(town, county) as place, array[coalesce(kind::text, '')]::text[] as dims, -1 as n from former where archived_at is null and coalesce(town, county) is not null) d group by place, dims having sum(n) <> 0;
  else
    delete from counter_delta where register = 'equipment';
    delete from counter where register = 'equipment';
    update counter_fold set stamp = stamp + 1 where register = 'equipment';
  end if;
  return null;
end $$;

create or replace trigger equipment_count_insert after insert on equipment referencing new table as fresh for each statement execute function count_equipment();

create or replace trigger equipment_count_update after update on equipment referencing old table as former new table as fresh for each statement execute function count_equipment();

create or replace trigger equipment_count_delete after delete on equipment referencing old table as former for each statement execute function count_equipment();

create or replace trigger equipment_count_truncate after truncate on equipment for each statement execute function count_equipment();

delete from counter where register = 'equipment';

delete from counter_delta where register = 'equipment';

insert into counter_delta (register, town, dims, n)
      select 'equipment', place, dims, sum(n) from (
        select coalesce(town, county) as place, array[coalesce(kind::text, '')]::text[] as dims, 1 as n from equipment where archived_at is null and coalesce(town, county) is not null) d group by place, dims having sum(n) <> 0;

update counter_fold set stamp = stamp + 1 where register = 'equipment';

create or replace function count_tip_off() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    insert into counter_delta (register, town, dims, n)
      select 'tip-off', place, dims, sum(n) from (
        select coalesce(town, county) as place, array[coalesce(state::text, '')]::text[] as dims, 1 as n from fresh where archived_at is null and coalesce(town, county) is not null) d group by place, dims having sum(n) <> 0;
  elsif tg_op = 'DELETE' then
    insert into counter_delta (register, town, dims, n)
      select 'tip-off', place, dims, sum(n) from (
        select coalesce(town, county) as place, array[coalesce(state::text, '')]::text[] as dims, -1 as n from former where archived_at is null and coalesce(town, county) is not null) d group by place, dims having sum(n) <> 0;
  elsif tg_op = 'UPDATE' then
    insert into counter_delta (register, town, dims, n)
      select 'tip-off', place, dims, sum(n) from (
        select coalesce(town, county) as place, array[coalesce(state::text, '')]::text[] as dims, 1 as n from fresh where archived_at is null and coalesce(town, county) is not null
        union all select coalesce(town, county) as place, array[coalesce(state::text, '')]::text[] as dims, -1 as n from former where archived_at is null and coalesce(town, county) is not null) d group by place, dims having sum(n) <> 0;
  else
    delete from counter_delta where register = 'tip-off';
    delete from counter where register = 'tip-off';
    update counter_fold set stamp = stamp + 1 where register = 'tip-off';
  end if;
  return null;
end $$;

create or replace trigger tip_off_count_insert after insert on tip_off referencing new table as fresh for each statement execute function count_tip_off();

create or replace trigger tip_off_count_update after update on tip_off referencing old table as former new table as fresh for each statement execute function count_tip_off();

create or replace trigger tip_off_count_delete after delete on tip_off referencing old table as former for each statement execute function count_tip_off();

create or replace trigger tip_off_count_truncate after truncate on tip_off for each statement execute function count_tip_off();

delete from counter where register = 'tip-off';

delete from counter_delta where register = 'tip-off';

insert into counter_delta (register, town, dims, n)
      select 'tip-off', place, dims, sum(n) from (
        select coalesce(town, county) as place, array[coalesce(state::text, '')]::text[] as dims, 1 as n from tip_off where archived_at is null and coalesce(town, county) is not null) d group by place, dims having sum(n) <> 0;

update counter_fold set stamp = stamp + 1 where register = 'tip-off';
