-- Made from the definitions by scripts/make-migration.ts.

create table tip_off (
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
  state text collate "C" not null,
  track text collate "C",
  loop_version integer not null,
  state_since timestamp with time zone not null,
  subject text,
  content text,
  channel text,
  kind text,
  received_on date,
  receipt text,
  division text,
  target text,
  enterprise uuid,
  anonymous boolean,
  reporter text,
  reporter_phone text,
  evidence jsonb,
  attachments jsonb,
  handler text,
  finding text,
  outcome text,
  hazard uuid,
  refuse_reason text,
  feedback_on date,
  reward_amount double precision,
  primary key (id)
);

create table history.tip_off (
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
  state text collate "C",
  track text collate "C",
  loop_version integer,
  state_since timestamp with time zone,
  subject text,
  content text,
  channel text,
  kind text,
  received_on date,
  receipt text,
  division text,
  target text,
  enterprise uuid,
  anonymous boolean,
  reporter text,
  reporter_phone text,
  evidence jsonb,
  attachments jsonb,
  handler text,
  finding text,
  outcome text,
  hazard uuid,
  refuse_reason text,
  feedback_on date,
  reward_amount double precision,
  replaced_at timestamp with time zone not null
);

create index tip_off_h on history.tip_off (replaced_at, updated_at);

create index if not exists tip_off_grams on tip_off using gin (grams) where archived_at is null;

create index if not exists tip_off_county on tip_off (county, recorded_at desc, id desc) where archived_at is null;

create index if not exists tip_off_town on tip_off (town, recorded_at desc, id desc) where archived_at is null;

create index if not exists tip_off_organisation on tip_off (organisation) where archived_at is null;

create index if not exists tip_off_unit on tip_off (unit) where archived_at is null;

create index if not exists tip_off_updated on tip_off (updated_at);

create unique index if not exists tip_off_u_receipt on tip_off (receipt) where archived_at is null;

create index if not exists tip_off_r_enterprise on tip_off (enterprise) where archived_at is null;

create index if not exists tip_off_r_hazard on tip_off (hazard) where archived_at is null;

create index if not exists tip_off_c_state_received_on on tip_off (county, state, received_on, id) where archived_at is null;

create index if not exists tip_off_t_state_received_on on tip_off (town, state, received_on, id) where archived_at is null;

create index if not exists tip_off_x_state_received_on on tip_off (state, received_on, id) where archived_at is null;

create trigger tip_off_history after update or delete on tip_off for each row execute function keep_history();

alter table tip_off add constraint tip_off_enterprise_fk foreign key (enterprise) references enterprise (id);

alter table tip_off add constraint tip_off_hazard_fk foreign key (hazard) references hazard (id);
