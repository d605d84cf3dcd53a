-- A piece of evidence may be sent back with a reason, or taken back by who handed it in: kept, and counted for nothing.
alter table task_evidence add column returned_by uuid;
alter table task_evidence add column returned_by_name text;
alter table task_evidence add column returned_at timestamptz;
-- absent: taken back
alter table task_evidence add column returned_reason text;
alter table task_evidence add check ((returned_by is null) = (returned_at is null));
alter table task_evidence add check (returned_by is null or confirmed_by is null);
alter table task_evidence add check (returned_by is null or (returned_by = added_by) = (returned_reason is null));
