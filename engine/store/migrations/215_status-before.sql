-- On tables of records: status changes of earlier releases set nothing, they stood beside a status that was typed.
-- From here on the newest confirmed one says what the status is, and an upgrade changes no status:
-- where the enterprise says the same, its status is the ledger's from now on; where it says otherwise, what was typed
-- holds, and the records of that time set nothing until a newer one is made.
create table set_aside (
  -- of the record in the ledger, not of its parent
  record_id uuid primary key,
  register text not null
);

with newest as (
  select distinct on (t.enterprise_id) t.enterprise_id, t.status, t.changed_on, t.power_cut, t.power_cut_on
  from status_change t where t.archived_at is null and t.proof = 3
  order by t.enterprise_id, t.changed_on desc, t.recorded_at desc, t.id desc
), judged as (
  select e.id, jsonb_build_object('status', e.status, 'statusSince', e.status_since, 'powerCut', e.power_cut,
      'powerCutOn', e.power_cut_on) as held,
    e.status is not distinct from n.status and coalesce(e.status_since = n.changed_on, true)
      and coalesce(e.power_cut = n.power_cut, true) and coalesce(e.power_cut_on = n.power_cut_on, true) as agrees
  from newest n join enterprise e on e.id = n.enterprise_id
), taken as (
  insert into set_before (record_id, register, held) select id, 'status-change', held from judged where agrees
  on conflict do nothing
)
insert into set_aside (record_id, register)
  select t.id, 'status-change' from status_change t join judged j on j.id = t.enterprise_id and not j.agrees
  where not exists (select from set_before b where b.record_id = j.id and b.register = 'status-change');
