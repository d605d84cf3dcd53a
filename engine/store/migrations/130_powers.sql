-- Made from the definitions by scripts/make-migration.ts.

alter table hazard add column sealed boolean generated always as (((("origin" = '企业自查上报'::text and (("level" = '重大'::text) is not true)) and ("state" <> 'extending'::text and "state" <> ''))) is true) stored;

alter table history.hazard add column sealed boolean;

alter table hazard add column found_in text;

alter table history.hazard add column found_in text;

alter table hazard add column to_workers boolean;

alter table history.hazard add column to_workers boolean;

alter table hazard add column look_request text;

alter table history.hazard add column look_request text;

alter table hazard add column looked_on date;

alter table history.hazard add column looked_on date;

alter table hazard add column look_finding text;

alter table history.hazard add column look_finding text;

create table entrustment (
  id uuid,
  version integer not null default 1,
  area text collate "C",
  county text collate "C",
  town text collate "C",
  unit text collate "C",
  sector text collate "C",
  organisation uuid,
  proof smallint not null default 1,
  happened_on date not null,
  recorded_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  archived_at timestamp with time zone,
  created_by uuid not null,
  updated_by uuid not null,
  batch uuid,
  ext jsonb not null default '{}'::jsonb,
  grams text[] not null default '{}'::text[],
  number text,
  entruster text,
  division text,
  entrusted text,
  items text[],
  valid_from date,
  valid_to date,
  published_at text,
  document jsonb,
  primary key (id)
);

create table history.entrustment (
  id uuid,
  version integer,
  area text collate "C",
  county text collate "C",
  town text collate "C",
  unit text collate "C",
  sector text collate "C",
  organisation uuid,
  proof smallint,
  happened_on date,
  recorded_at timestamp with time zone,
  updated_at timestamp with time zone,
  archived_at timestamp with time zone,
  created_by uuid,
  updated_by uuid,
  batch uuid,
  ext jsonb,
  grams text[],
  number text,
  entruster text,
  division text,
  entrusted text,
  items text[],
  valid_from date,
  valid_to date,
  published_at text,
  document jsonb,
  replaced_at timestamp with time zone not null
);

create index entrustment_h on history.entrustment (replaced_at, updated_at);

create index if not exists entrustment_grams on entrustment using gin (grams) where archived_at is null;

create index if not exists entrustment_county on entrustment (county, recorded_at desc, id desc) where archived_at is null;

create index if not exists entrustment_town on entrustment (town, recorded_at desc, id desc) where archived_at is null;

create index if not exists entrustment_organisation on entrustment (organisation) where archived_at is null;

create index if not exists entrustment_unit on entrustment (unit) where archived_at is null;

create index if not exists entrustment_updated on entrustment (updated_at);

create unique index if not exists entrustment_u_number on entrustment (number) where archived_at is null;

create trigger entrustment_history after update or delete on entrustment for each row execute function keep_history();

create table enforcement_certificate (
  id uuid,
  version integer not null default 1,
  area text collate "C",
  county text collate "C",
  town text collate "C",
  unit text collate "C",
  sector text collate "C",
  organisation uuid,
  proof smallint not null default 1,
  happened_on date not null,
  recorded_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  archived_at timestamp with time zone,
  created_by uuid not null,
  updated_by uuid not null,
  batch uuid,
  ext jsonb not null default '{}'::jsonb,
  grams text[] not null default '{}'::text[],
  holder text,
  account text,
  division text,
  kind text,
  number text,
  issuer text,
  valid_from date,
  valid_to date,
  scan jsonb,
  primary key (id)
);

create table history.enforcement_certificate (
  id uuid,
  version integer,
  area text collate "C",
  county text collate "C",
  town text collate "C",
  unit text collate "C",
  sector text collate "C",
  organisation uuid,
  proof smallint,
  happened_on date,
  recorded_at timestamp with time zone,
  updated_at timestamp with time zone,
  archived_at timestamp with time zone,
  created_by uuid,
  updated_by uuid,
  batch uuid,
  ext jsonb,
  grams text[],
  holder text,
  account text,
  division text,
  kind text,
  number text,
  issuer text,
  valid_from date,
  valid_to date,
  scan jsonb,
  replaced_at timestamp with time zone not null
);

create index enforcement_certificate_h on history.enforcement_certificate (replaced_at, updated_at);

create index if not exists enforcement_certificate_grams on enforcement_certificate using gin (grams) where archived_at is null;

create index if not exists enforcement_certificate_county on enforcement_certificate (county, recorded_at desc, id desc) where archived_at is null;

create index if not exists enforcement_certificate_town on enforcement_certificate (town, recorded_at desc, id desc) where archived_at is null;

create index if not exists enforcement_certificate_organisation on enforcement_certificate (organisation) where archived_at is null;

create index if not exists enforcement_certificate_unit on enforcement_certificate (unit) where archived_at is null;

create index if not exists enforcement_certificate_updated on enforcement_certificate (updated_at);

create unique index if not exists enforcement_certificate_u_number on enforcement_certificate (number) where archived_at is null;

create trigger enforcement_certificate_history after update or delete on enforcement_certificate for each row execute function keep_history();

-- what is sealed now was so in the past; a figure as of an earlier day lists no more than today's
update history.hazard set sealed = (origin = '企业自查上报' and level is distinct from '重大' and state <> 'extending');

-- what a firm found itself is reminded of inside the firm: letters, interviews and bulletins not sent yet fall away
update ladder_step l set state = 'void' from hazard h
where l.case_id = h.id and l.loop = 'hazard' and l.state = 'planned' and l.kind <> 'remind' and h.track = 'self';
