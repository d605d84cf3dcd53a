-- On tables of records: where the town was that found a hazard before the program wrote it down, so that a firm which moved takes its hazards along and not who found them.

create temporary table found_in_then on commit drop as
select h.id, coalesce((select p.town from history.hazard p where p.id = h.id order by p.version limit 1), h.town) as town
from hazard h
where h.found_by = '乡镇' and h.found_in is null
  -- what somebody else wrote down as a town's gave no town power
  and exists (select 1 from case_fact f where f.loop = 'hazard' and f.case_id = h.id and f.action = 'create'
    and 'town-officer' = any(f.actor_roles));

-- not a change of the record: the past keeps one row for each instant
alter table hazard disable trigger hazard_history;

update hazard h set found_in = t.town from found_in_then t where t.id = h.id;

alter table hazard enable trigger hazard_history;

update history.hazard h set found_in = t.town from found_in_then t where t.id = h.id;
