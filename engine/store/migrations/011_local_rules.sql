-- Why a county ended an adjustment of its own.
alter table grade_local_rule add column end_reason text;

-- What the standing proposals were made from (schemes, numbers, local rules, day): when it differs, they are made anew.
create table grade_inputs (
  one boolean primary key default true check (one),
  hash text not null,
  at timestamptz not null
);
