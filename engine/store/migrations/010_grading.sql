-- Grades are proposed by the machine and adopted by people (design §8).
create table grade_proposal (
  enterprise_id uuid primary key,
  scheme text not null,
  scheme_version int not null,
  level text not null,
  steps jsonb not null,
  proposed_at timestamptz not null
);

-- A decision: assessed by one person, reviewed by another. The newest adopted one is in force.
create table grade_decision (
  id uuid primary key,
  enterprise_id uuid not null,
  scheme text not null,
  scheme_version int not null,
  level text not null,
  proposed_level text not null,
  steps jsonb not null,
  reason text,
  state text not null check (state in ('assessed', 'adopted', 'returned')),
  assessed_by uuid not null,
  assessor text not null,
  assessed_at timestamptz not null,
  reviewed_by uuid,
  reviewer text,
  reviewed_at timestamptz,
  review_reason text,
  check (reviewed_by is null or reviewed_by <> assessed_by)
);
create index grade_decision_enterprise on grade_decision (enterprise_id, assessed_at desc);
create unique index grade_decision_open on grade_decision (enterprise_id) where state = 'assessed';

-- A county's own adjustments, marked local; the shipped schemes carry only rules with a published basis.
create table grade_local_rule (
  id uuid primary key,
  version int not null default 1,
  scheme text not null,
  area text collate "C" not null,
  name text not null,
  label text not null,
  condition jsonb not null,
  steps int,
  level text,
  basis text not null,
  from_on date not null,
  to_on date,
  updated_by uuid not null,
  updated_at timestamptz not null,
  removed_at timestamptz,
  check ((steps is null) <> (level is null))
);
