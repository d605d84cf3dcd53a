-- A notice that was taken in by mistake, or twice, is called off: kept with who and why, out of everybody's lists.
alter table notice add column voided_at timestamptz, add column voided_by uuid, add column voided_reason text;
