-- Sign-in tables of better-auth (core, username, two-factor); column names are the library's own.
create schema auth;

create table auth."user" (
  id uuid primary key,
  name text not null,
  email text not null unique,
  "emailVerified" boolean not null default false,
  image text,
  "createdAt" timestamptz not null default now(),
  "updatedAt" timestamptz not null default now(),
  username text unique,
  "displayUsername" text,
  "twoFactorEnabled" boolean default false
);

create table auth.session (
  id uuid primary key,
  "expiresAt" timestamptz not null,
  token text not null unique,
  "createdAt" timestamptz not null default now(),
  "updatedAt" timestamptz not null default now(),
  "ipAddress" text,
  "userAgent" text,
  "userId" uuid not null references auth."user" (id) on delete cascade
);
create index session_user_idx on auth.session ("userId");

create table auth.account (
  id uuid primary key,
  "accountId" text not null,
  "providerId" text not null,
  "userId" uuid not null references auth."user" (id) on delete cascade,
  "accessToken" text,
  "refreshToken" text,
  "idToken" text,
  "accessTokenExpiresAt" timestamptz,
  "refreshTokenExpiresAt" timestamptz,
  scope text,
  password text,
  "createdAt" timestamptz not null default now(),
  "updatedAt" timestamptz not null default now()
);
create index account_user_idx on auth.account ("userId");

create table auth.verification (
  id uuid primary key,
  identifier text not null,
  value text not null,
  "expiresAt" timestamptz not null,
  "createdAt" timestamptz not null default now(),
  "updatedAt" timestamptz not null default now()
);
create index verification_identifier_idx on auth.verification (identifier);

create table auth."twoFactor" (
  id uuid primary key,
  secret text not null,
  "backupCodes" text not null,
  "userId" uuid not null references auth."user" (id) on delete cascade,
  verified boolean default true,
  "failedVerificationCount" integer default 0,
  "lockedUntil" timestamptz
);
create index two_factor_user_idx on auth."twoFactor" ("userId");
create index two_factor_secret_idx on auth."twoFactor" (secret);

-- Failed sign-ins by account name, whether or not the account exists; survives a restart.
create table auth.signin_guard (
  account text primary key,
  failures integer not null default 0,
  last_at timestamptz not null default now(),
  locked_until timestamptz
);

-- Keys of other systems: only the SHA-256 of the random key is kept.
create table auth.api_key (
  id uuid primary key,
  hash text not null unique,
  -- first characters, so that people can tell keys apart
  start text not null,
  name text not null,
  role text not null,
  area text not null,
  created_by uuid,
  created_at timestamptz not null,
  expires_on date,
  last_used_at timestamptz,
  revoked_at timestamptz
);
