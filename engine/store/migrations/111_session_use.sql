-- When somebody last did something in a session: it ends when it is left alone (policy row signin.idleMinutes).
create table auth.session_use (
  session_id uuid primary key references auth.session (id) on delete cascade,
  last_at timestamptz not null
);
