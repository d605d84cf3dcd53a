-- Failed sign-ins are counted per known device, and elsewhere per account and network (engine/auth/guard.ts).
drop table auth.signin_guard;
create table auth.signin_try (
  -- device:<id>, own:<account>, or at:<bucket>: names without an account share a bounded number of buckets
  key text primary key,
  -- the account of a known device
  user_id uuid references app_user (id) on delete cascade,
  failures integer not null,
  last_at timestamptz not null,
  wait_until timestamptz not null
);
create index signin_try_user_idx on auth.signin_try (user_id) where user_id is not null;

-- counts of failures from before this moment no longer hold
alter table app_user add column unlocked_at timestamptz;
