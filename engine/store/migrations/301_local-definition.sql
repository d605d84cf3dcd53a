-- What a county defines of its own beside the shipped definitions: indicators made of a condition, and populations.
-- Every version is a row and never changes; tasks keep the version they were bound to.
create table local_definition (
  -- begins with x-, which no shipped definition does
  name text not null check (name like 'x-%'),
  version int not null,
  kind text not null check (kind in ('indicator', 'population')),
  area text collate "C" not null,
  body jsonb not null,
  hash text not null,
  -- why it was changed; of the first version null
  reason text,
  created_at timestamptz not null,
  created_by uuid not null,
  created_by_name text not null,
  -- no longer offered; what stands on it stays
  retired_at timestamptz,
  retire_reason text,
  primary key (name, version)
);
create index local_definition_area on local_definition (area);

-- Rises with every change of them: a program that knows another number reads them anew.
create table local_generation (
  one boolean primary key default true check (one),
  n bigint not null
);
insert into local_generation (n) values (0);

-- The population a task counts instead of the county's.
alter table task add column who text;
