-- One-time slips with which an enterprise claims its account, and requests that wait for the town.
create table claim_slip (
  id uuid primary key,
  organisation uuid not null,
  -- keyed hash: the code itself stands on paper only
  code_hash text not null,
  -- issued on a confirmed request: the accounts of before end when it is used
  ends_old boolean not null default false,
  issued_at timestamptz not null,
  issued_by uuid not null,
  expires_on date not null,
  used_at timestamptz,
  revoked_at timestamptz
);
create unique index claim_slip_open_idx on claim_slip (organisation) where used_at is null and revoked_at is null;
create index claim_slip_organisation_idx on claim_slip (organisation, issued_at);

create table claim_request (
  id uuid primary key,
  organisation uuid not null,
  -- the slip it was made with; without one there is no user name and password yet
  slip uuid references claim_slip (id),
  name text not null,
  phone text not null,
  username text,
  password_hash text,
  made_at timestamptz not null,
  state text not null default 'waiting' check (state in ('waiting', 'confirmed', 'refused')),
  decided_at timestamptz,
  decided_by uuid,
  reason text
);
create unique index claim_request_username_idx on claim_request (username) where state = 'waiting';
create index claim_request_waiting_idx on claim_request (organisation) where state = 'waiting';
create index claim_request_slip_idx on claim_request (slip);
