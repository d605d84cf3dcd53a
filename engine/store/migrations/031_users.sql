-- Officers, enterprise safety officers and viewers. The id is that of the sign-in account.
create table app_user (
  id uuid primary key references auth."user" (id),
  username text not null unique,
  name text not null,
  phone text,
  home_area text not null,
  unit text,
  organisation uuid,
  must_change_password boolean not null default false,
  demo boolean not null default false,
  created_at timestamptz not null default now(),
  disabled_at timestamptz
);

-- A role on a ground (engine/access/actor.ts), valid in a span of dates, both inclusive.
create table assignment (
  id uuid primary key,
  user_id uuid not null references app_user (id),
  role text not null,
  ground jsonb not null,
  from_on date,
  to_on date,
  created_at timestamptz not null default now()
);
create index assignment_user_idx on assignment (user_id);

-- Access to one record for a time: joint visits, cross visits, hand-overs.
create table case_grant (
  id uuid primary key,
  user_id uuid not null references app_user (id),
  role text not null,
  register text not null,
  record_id uuid not null,
  from_on date not null,
  to_on date not null,
  -- may also act, not only look
  act boolean not null default false,
  reason text,
  granted_by uuid,
  created_at timestamptz not null default now()
);
create index case_grant_user_idx on case_grant (user_id, to_on);
create index case_grant_record_idx on case_grant (record_id);
