-- Areas by their national codes (province 2, city 4, county 6, town 9, village 12 digits). Merged or renamed
-- ones keep their row with `valid_to` and name their successor, so that closed periods keep the old code.
create table area (
  code text collate "C" primary key,
  name text not null,
  parent text collate "C" references area (code),
  level text not null check (level in ('province', 'city', 'county', 'town', 'village')),
  valid_from date,
  valid_to date,
  successor text collate "C" references area (code)
);
create index area_parent_idx on area (parent);
create index area_name_idx on area (name);

-- Supervising units: a tree of its own. `path` is the materialised path that scopes compare as a key range: 140525/140525100/ (always ends in a slash).
create table unit (
  id uuid primary key,
  path text collate "C" not null unique,
  name text not null,
  area text collate "C" not null references area (code),
  kind text not null,
  parent uuid references unit (id),
  valid_from date,
  valid_to date
);
create index unit_area_idx on unit (area);
