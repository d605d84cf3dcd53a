-- Made from the definitions by scripts/make-migration.ts; cases that were rectified before learn the day from their facts.

alter table hazard add column rectify_reported_on date;

alter table history.hazard add column rectify_reported_on date;

-- not a change of the record: the past keeps one row for each instant
alter table hazard disable trigger hazard_history;

update hazard h set rectify_reported_on = f.reported from (
  select case_id, max((recorded_at at time zone 'Asia/Shanghai')::date) as reported
  from case_fact where loop = 'hazard' and action = 'rectify' group by case_id) f
where f.case_id = h.id;

alter table hazard enable trigger hazard_history;

update history.hazard h set rectify_reported_on = (
  select max((f.recorded_at at time zone 'Asia/Shanghai')::date) from case_fact f
  where f.loop = 'hazard' and f.action = 'rectify' and f.case_id = h.id and f.recorded_at <= h.updated_at);
