-- Made from the definitions by scripts/make-migration.ts.

create table enterprise (
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
  proposed_level text collate "C",
  adopted_level text collate "C",
  name text,
  credit_code text,
  division text,
  address text,
  registered_address text,
  place jsonb,
  founded_on date,
  ownership text,
  business text,
  products text,
  legal_person text,
  chief text,
  chief_phone text,
  controller text,
  safety_head text,
  safety_head_phone text,
  industry text,
  registered_code text,
  actual_code text,
  industry_reason text,
  scale text,
  employees double precision,
  special_workers_required double precision,
  assets double precision,
  revenue double precision,
  status text,
  status_since date,
  power_cut text,
  power_cut_on date,
  confirmed_on date,
  supervising_level text,
  supervisor text,
  standard_level text,
  three_at_once text,
  liability_insured boolean,
  smelting boolean,
  blast_furnace boolean,
  converter boolean,
  gas boolean,
  molten_hoisting boolean,
  deep_well boolean,
  air_separation boolean,
  dust boolean,
  dust_kind text,
  dust_workers double precision,
  confined_space boolean,
  confined_space_toxic boolean,
  ammonia boolean,
  ammonia_tonnes double precision,
  painting boolean,
  silo boolean,
  ancillary_chemical boolean,
  major_hazard_source boolean,
  baijiu boolean,
  pulp boolean,
  lithium boolean,
  outsourcing boolean,
  plant_in_plant boolean,
  multi_tenant boolean,
  labour_intensive boolean,
  mine_kind text,
  slope_height double precision,
  remark text,
  primary key (id)
);

create table history.enterprise (
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
  proposed_level text collate "C",
  adopted_level text collate "C",
  name text,
  credit_code text,
  division text,
  address text,
  registered_address text,
  place jsonb,
  founded_on date,
  ownership text,
  business text,
  products text,
  legal_person text,
  chief text,
  chief_phone text,
  controller text,
  safety_head text,
  safety_head_phone text,
  industry text,
  registered_code text,
  actual_code text,
  industry_reason text,
  scale text,
  employees double precision,
  special_workers_required double precision,
  assets double precision,
  revenue double precision,
  status text,
  status_since date,
  power_cut text,
  power_cut_on date,
  confirmed_on date,
  supervising_level text,
  supervisor text,
  standard_level text,
  three_at_once text,
  liability_insured boolean,
  smelting boolean,
  blast_furnace boolean,
  converter boolean,
  gas boolean,
  molten_hoisting boolean,
  deep_well boolean,
  air_separation boolean,
  dust boolean,
  dust_kind text,
  dust_workers double precision,
  confined_space boolean,
  confined_space_toxic boolean,
  ammonia boolean,
  ammonia_tonnes double precision,
  painting boolean,
  silo boolean,
  ancillary_chemical boolean,
  major_hazard_source boolean,
  baijiu boolean,
  pulp boolean,
  lithium boolean,
  outsourcing boolean,
  plant_in_plant boolean,
  multi_tenant boolean,
  labour_intensive boolean,
  mine_kind text,
  slope_height double precision,
  remark text,
  replaced_at timestamp with time zone not null
);

create index enterprise_h on history.enterprise (replaced_at, updated_at);

create index if not exists enterprise_grams on enterprise using gin (grams) where archived_at is null;

create index if not exists enterprise_county on enterprise (county, recorded_at desc, id desc) where archived_at is null;

create index if not exists enterprise_town on enterprise (town, recorded_at desc, id desc) where archived_at is null;

create index if not exists enterprise_organisation on enterprise (organisation) where archived_at is null;

create index if not exists enterprise_unit on enterprise (unit) where archived_at is null;

create index if not exists enterprise_updated on enterprise (updated_at);

create unique index if not exists enterprise_u_credit_code on enterprise (credit_code) where archived_at is null;

create index if not exists enterprise_c_industry_status on enterprise (county, industry, status, id) where archived_at is null;

create index if not exists enterprise_x_industry_status on enterprise (industry, status, id) where archived_at is null;

create index if not exists enterprise_c_scale on enterprise (county, scale, id) where archived_at is null;

create index if not exists enterprise_x_scale on enterprise (scale, id) where archived_at is null;

create index if not exists enterprise_c_confirmed_on on enterprise (county, confirmed_on, id) where archived_at is null;

create index if not exists enterprise_x_confirmed_on on enterprise (confirmed_on, id) where archived_at is null;

create index if not exists enterprise_c_name on enterprise (county, name, id) where archived_at is null;

create index if not exists enterprise_x_name on enterprise (name, id) where archived_at is null;

create trigger enterprise_history after update or delete on enterprise for each row execute function keep_history();

create table hazard (
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
  enterprise_id uuid not null,
  name text,
  number text,
  origin text,
  found_by text,
  delegated boolean,
  found_on date,
  finder text,
  level text,
  clause text,
  category text[],
  spot text,
  place jsonb,
  before jsonb,
  control text,
  responsible text,
  responsible_phone text,
  measures text,
  funds double precision,
  emergency_plan text,
  due_on date,
  spent double precision,
  rectified_on date,
  listed_as text,
  listing_number text,
  case_number text,
  handed_over boolean,
  closed_on date,
  withdraw_reason text,
  primary key (id)
);

create table history.hazard (
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
  enterprise_id uuid,
  name text,
  number text,
  origin text,
  found_by text,
  delegated boolean,
  found_on date,
  finder text,
  level text,
  clause text,
  category text[],
  spot text,
  place jsonb,
  before jsonb,
  control text,
  responsible text,
  responsible_phone text,
  measures text,
  funds double precision,
  emergency_plan text,
  due_on date,
  spent double precision,
  rectified_on date,
  listed_as text,
  listing_number text,
  case_number text,
  handed_over boolean,
  closed_on date,
  withdraw_reason text,
  replaced_at timestamp with time zone not null
);

create index hazard_h on history.hazard (replaced_at, updated_at);

create index hazard_hp on history.hazard (enterprise_id);

create index if not exists hazard_grams on hazard using gin (grams) where archived_at is null;

create index if not exists hazard_county on hazard (county, recorded_at desc, id desc) where archived_at is null;

create index if not exists hazard_town on hazard (town, recorded_at desc, id desc) where archived_at is null;

create index if not exists hazard_organisation on hazard (organisation) where archived_at is null;

create index if not exists hazard_unit on hazard (unit) where archived_at is null;

create index if not exists hazard_updated on hazard (updated_at);

create index if not exists hazard_parent on hazard (enterprise_id) where archived_at is null;

create unique index if not exists hazard_u_number on hazard (number) where archived_at is null;

create index if not exists hazard_c_state_due_on on hazard (county, state, due_on, id) where archived_at is null;

create index if not exists hazard_x_state_due_on on hazard (state, due_on, id) where archived_at is null;

create index if not exists hazard_c_due_on on hazard (county, due_on, id) where archived_at is null;

create index if not exists hazard_x_due_on on hazard (due_on, id) where archived_at is null;

create index if not exists hazard_c_level_found_on on hazard (county, level, found_on, id) where archived_at is null;

create index if not exists hazard_x_level_found_on on hazard (level, found_on, id) where archived_at is null;

create trigger hazard_history after update or delete on hazard for each row execute function keep_history();

create table person (
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
  enterprise_id uuid not null,
  name text,
  roles text[],
  post text,
  phone text,
  id_number text,
  gender text,
  education text,
  appointed_on date,
  exam_passed_on date,
  exam_valid_until date,
  left_on date,
  appointment jsonb,
  primary key (id)
);

create table history.person (
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
  enterprise_id uuid,
  name text,
  roles text[],
  post text,
  phone text,
  id_number text,
  gender text,
  education text,
  appointed_on date,
  exam_passed_on date,
  exam_valid_until date,
  left_on date,
  appointment jsonb,
  replaced_at timestamp with time zone not null
);

create index person_h on history.person (replaced_at, updated_at);

create index person_hp on history.person (enterprise_id);

create index if not exists person_grams on person using gin (grams) where archived_at is null;

create index if not exists person_county on person (county, recorded_at desc, id desc) where archived_at is null;

create index if not exists person_town on person (town, recorded_at desc, id desc) where archived_at is null;

create index if not exists person_organisation on person (organisation) where archived_at is null;

create index if not exists person_unit on person (unit) where archived_at is null;

create index if not exists person_updated on person (updated_at);

create index if not exists person_parent on person (enterprise_id) where archived_at is null;

create index if not exists person_c_left_on on person (county, left_on, id) where archived_at is null;

create index if not exists person_x_left_on on person (left_on, id) where archived_at is null;

create trigger person_history after update or delete on person for each row execute function keep_history();

create table training (
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
  person_id uuid not null,
  topic text,
  trained_on date,
  kind text,
  organiser text,
  hours double precision,
  result text,
  certificate text,
  proof_file jsonb,
  primary key (id)
);

create table history.training (
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
  person_id uuid,
  topic text,
  trained_on date,
  kind text,
  organiser text,
  hours double precision,
  result text,
  certificate text,
  proof_file jsonb,
  replaced_at timestamp with time zone not null
);

create index training_h on history.training (replaced_at, updated_at);

create index training_hp on history.training (person_id);

create index if not exists training_grams on training using gin (grams) where archived_at is null;

create index if not exists training_county on training (county, recorded_at desc, id desc) where archived_at is null;

create index if not exists training_town on training (town, recorded_at desc, id desc) where archived_at is null;

create index if not exists training_organisation on training (organisation) where archived_at is null;

create index if not exists training_unit on training (unit) where archived_at is null;

create index if not exists training_updated on training (updated_at);

create index if not exists training_parent on training (person_id) where archived_at is null;

create index if not exists training_c_trained_on on training (county, trained_on, id) where archived_at is null;

create index if not exists training_x_trained_on on training (trained_on, id) where archived_at is null;

create trigger training_history after update or delete on training for each row execute function keep_history();

create table special_operation_certificate (
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
  enterprise_id uuid not null,
  holder_name text,
  category text,
  item text,
  number text,
  valid_until date,
  review_by date,
  issued_on date,
  issuer text,
  id_number text,
  holder uuid,
  post text,
  scan jsonb,
  primary key (id)
);

create table history.special_operation_certificate (
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
  enterprise_id uuid,
  holder_name text,
  category text,
  item text,
  number text,
  valid_until date,
  review_by date,
  issued_on date,
  issuer text,
  id_number text,
  holder uuid,
  post text,
  scan jsonb,
  replaced_at timestamp with time zone not null
);

create index special_operation_certificate_h on history.special_operation_certificate (replaced_at, updated_at);

create index special_operation_certificate_hp on history.special_operation_certificate (enterprise_id);

create index if not exists special_operation_certificate_grams on special_operation_certificate using gin (grams) where archived_at is null;

create index if not exists special_operation_certificate_county on special_operation_certificate (county, recorded_at desc, id desc) where archived_at is null;

create index if not exists special_operation_certificate_town on special_operation_certificate (town, recorded_at desc, id desc) where archived_at is null;

create index if not exists special_operation_certificate_organisation on special_operation_certificate (organisation) where archived_at is null;

create index if not exists special_operation_certificate_unit on special_operation_certificate (unit) where archived_at is null;

create index if not exists special_operation_certificate_updated on special_operation_certificate (updated_at);

create index if not exists special_operation_certificate_parent on special_operation_certificate (enterprise_id) where archived_at is null;

create index if not exists special_operation_certificate_r_holder on special_operation_certificate (holder) where archived_at is null;

create index if not exists special_operation_certificate_c_valid_until on special_operation_certificate (county, valid_until, id) where archived_at is null;

create index if not exists special_operation_certificate_x_valid_until on special_operation_certificate (valid_until, id) where archived_at is null;

create trigger special_operation_certificate_history after update or delete on special_operation_certificate for each row execute function keep_history();

create table post_requirement (
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
  enterprise_id uuid not null,
  post text,
  category text,
  required double precision,
  held double precision,
  remark text,
  primary key (id)
);

create table history.post_requirement (
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
  enterprise_id uuid,
  post text,
  category text,
  required double precision,
  held double precision,
  remark text,
  replaced_at timestamp with time zone not null
);

create index post_requirement_h on history.post_requirement (replaced_at, updated_at);

create index post_requirement_hp on history.post_requirement (enterprise_id);

create index if not exists post_requirement_grams on post_requirement using gin (grams) where archived_at is null;

create index if not exists post_requirement_county on post_requirement (county, recorded_at desc, id desc) where archived_at is null;

create index if not exists post_requirement_town on post_requirement (town, recorded_at desc, id desc) where archived_at is null;

create index if not exists post_requirement_organisation on post_requirement (organisation) where archived_at is null;

create index if not exists post_requirement_unit on post_requirement (unit) where archived_at is null;

create index if not exists post_requirement_updated on post_requirement (updated_at);

create index if not exists post_requirement_parent on post_requirement (enterprise_id) where archived_at is null;

create trigger post_requirement_history after update or delete on post_requirement for each row execute function keep_history();

create table equipment (
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
  enterprise_id uuid not null,
  name text,
  kind text,
  code text,
  stage text,
  model text,
  maker text,
  serial text,
  installed_on date,
  design_life double precision,
  spot text,
  keeper text,
  inspected_on date,
  next_inspection_on date,
  inspection text,
  machine_code text,
  chipped boolean,
  in_app boolean,
  papers jsonb,
  primary key (id)
);

create table history.equipment (
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
  enterprise_id uuid,
  name text,
  kind text,
  code text,
  stage text,
  model text,
  maker text,
  serial text,
  installed_on date,
  design_life double precision,
  spot text,
  keeper text,
  inspected_on date,
  next_inspection_on date,
  inspection text,
  machine_code text,
  chipped boolean,
  in_app boolean,
  papers jsonb,
  replaced_at timestamp with time zone not null
);

create index equipment_h on history.equipment (replaced_at, updated_at);

create index equipment_hp on history.equipment (enterprise_id);

create index if not exists equipment_grams on equipment using gin (grams) where archived_at is null;

create index if not exists equipment_county on equipment (county, recorded_at desc, id desc) where archived_at is null;

create index if not exists equipment_town on equipment (town, recorded_at desc, id desc) where archived_at is null;

create index if not exists equipment_organisation on equipment (organisation) where archived_at is null;

create index if not exists equipment_unit on equipment (unit) where archived_at is null;

create index if not exists equipment_updated on equipment (updated_at);

create index if not exists equipment_parent on equipment (enterprise_id) where archived_at is null;

create index if not exists equipment_c_kind on equipment (county, kind, id) where archived_at is null;

create index if not exists equipment_x_kind on equipment (kind, id) where archived_at is null;

create index if not exists equipment_c_next_inspection_on on equipment (county, next_inspection_on, id) where archived_at is null;

create index if not exists equipment_x_next_inspection_on on equipment (next_inspection_on, id) where archived_at is null;

create trigger equipment_history after update or delete on equipment for each row execute function keep_history();

create table confined_space (
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
  enterprise_id uuid not null,
  name text,
  code text,
  kind text,
  spot text,
  dangers text[],
  operator text,
  approver text,
  guardian text,
  signed boolean,
  locked boolean,
  coded boolean,
  checked_on date,
  place jsonb,
  photos jsonb,
  primary key (id)
);

create table history.confined_space (
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
  enterprise_id uuid,
  name text,
  code text,
  kind text,
  spot text,
  dangers text[],
  operator text,
  approver text,
  guardian text,
  signed boolean,
  locked boolean,
  coded boolean,
  checked_on date,
  place jsonb,
  photos jsonb,
  replaced_at timestamp with time zone not null
);

create index confined_space_h on history.confined_space (replaced_at, updated_at);

create index confined_space_hp on history.confined_space (enterprise_id);

create index if not exists confined_space_grams on confined_space using gin (grams) where archived_at is null;

create index if not exists confined_space_county on confined_space (county, recorded_at desc, id desc) where archived_at is null;

create index if not exists confined_space_town on confined_space (town, recorded_at desc, id desc) where archived_at is null;

create index if not exists confined_space_organisation on confined_space (organisation) where archived_at is null;

create index if not exists confined_space_unit on confined_space (unit) where archived_at is null;

create index if not exists confined_space_updated on confined_space (updated_at);

create index if not exists confined_space_parent on confined_space (enterprise_id) where archived_at is null;

create trigger confined_space_history after update or delete on confined_space for each row execute function keep_history();

create table project (
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
  enterprise_id uuid not null,
  name text,
  kind text,
  stage text,
  review_needed boolean,
  investment double precision,
  started_on date,
  assessed_on date,
  designer text,
  designed_on date,
  reviewed_on date,
  trial_from date,
  accepted_on date,
  history_gap boolean,
  diagnosed_on date,
  papers jsonb,
  primary key (id)
);

create table history.project (
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
  enterprise_id uuid,
  name text,
  kind text,
  stage text,
  review_needed boolean,
  investment double precision,
  started_on date,
  assessed_on date,
  designer text,
  designed_on date,
  reviewed_on date,
  trial_from date,
  accepted_on date,
  history_gap boolean,
  diagnosed_on date,
  papers jsonb,
  replaced_at timestamp with time zone not null
);

create index project_h on history.project (replaced_at, updated_at);

create index project_hp on history.project (enterprise_id);

create index if not exists project_grams on project using gin (grams) where archived_at is null;

create index if not exists project_county on project (county, recorded_at desc, id desc) where archived_at is null;

create index if not exists project_town on project (town, recorded_at desc, id desc) where archived_at is null;

create index if not exists project_organisation on project (organisation) where archived_at is null;

create index if not exists project_unit on project (unit) where archived_at is null;

create index if not exists project_updated on project (updated_at);

create index if not exists project_parent on project (enterprise_id) where archived_at is null;

create index if not exists project_c_stage on project (county, stage, id) where archived_at is null;

create index if not exists project_x_stage on project (stage, id) where archived_at is null;

create trigger project_history after update or delete on project for each row execute function keep_history();

create table drill (
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
  enterprise_id uuid not null,
  subject text,
  held_on date,
  kind text,
  participants double precision,
  spot text,
  evaluation text,
  photos jsonb,
  records jsonb,
  primary key (id)
);

create table history.drill (
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
  enterprise_id uuid,
  subject text,
  held_on date,
  kind text,
  participants double precision,
  spot text,
  evaluation text,
  photos jsonb,
  records jsonb,
  replaced_at timestamp with time zone not null
);

create index drill_h on history.drill (replaced_at, updated_at);

create index drill_hp on history.drill (enterprise_id);

create index if not exists drill_grams on drill using gin (grams) where archived_at is null;

create index if not exists drill_county on drill (county, recorded_at desc, id desc) where archived_at is null;

create index if not exists drill_town on drill (town, recorded_at desc, id desc) where archived_at is null;

create index if not exists drill_organisation on drill (organisation) where archived_at is null;

create index if not exists drill_unit on drill (unit) where archived_at is null;

create index if not exists drill_updated on drill (updated_at);

create index if not exists drill_parent on drill (enterprise_id) where archived_at is null;

create index if not exists drill_c_held_on on drill (county, held_on, id) where archived_at is null;

create index if not exists drill_x_held_on on drill (held_on, id) where archived_at is null;

create trigger drill_history after update or delete on drill for each row execute function keep_history();

create table chief_check (
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
  enterprise_id uuid not null,
  checked_on date,
  leader text,
  in_person boolean,
  subject text,
  findings double precision,
  majors double precision,
  photos jsonb,
  primary key (id)
);

create table history.chief_check (
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
  enterprise_id uuid,
  checked_on date,
  leader text,
  in_person boolean,
  subject text,
  findings double precision,
  majors double precision,
  photos jsonb,
  replaced_at timestamp with time zone not null
);

create index chief_check_h on history.chief_check (replaced_at, updated_at);

create index chief_check_hp on history.chief_check (enterprise_id);

create index if not exists chief_check_grams on chief_check using gin (grams) where archived_at is null;

create index if not exists chief_check_county on chief_check (county, recorded_at desc, id desc) where archived_at is null;

create index if not exists chief_check_town on chief_check (town, recorded_at desc, id desc) where archived_at is null;

create index if not exists chief_check_organisation on chief_check (organisation) where archived_at is null;

create index if not exists chief_check_unit on chief_check (unit) where archived_at is null;

create index if not exists chief_check_updated on chief_check (updated_at);

create index if not exists chief_check_parent on chief_check (enterprise_id) where archived_at is null;

create index if not exists chief_check_c_checked_on on chief_check (county, checked_on, id) where archived_at is null;

create index if not exists chief_check_x_checked_on on chief_check (checked_on, id) where archived_at is null;

create trigger chief_check_history after update or delete on chief_check for each row execute function keep_history();

create table insurance (
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
  enterprise_id uuid not null,
  policy_number text,
  insurer text,
  valid_from date,
  valid_until date,
  insured double precision,
  per_person double precision,
  premium double precision,
  document jsonb,
  primary key (id)
);

create table history.insurance (
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
  enterprise_id uuid,
  policy_number text,
  insurer text,
  valid_from date,
  valid_until date,
  insured double precision,
  per_person double precision,
  premium double precision,
  document jsonb,
  replaced_at timestamp with time zone not null
);

create index insurance_h on history.insurance (replaced_at, updated_at);

create index insurance_hp on history.insurance (enterprise_id);

create index if not exists insurance_grams on insurance using gin (grams) where archived_at is null;

create index if not exists insurance_county on insurance (county, recorded_at desc, id desc) where archived_at is null;

create index if not exists insurance_town on insurance (town, recorded_at desc, id desc) where archived_at is null;

create index if not exists insurance_organisation on insurance (organisation) where archived_at is null;

create index if not exists insurance_unit on insurance (unit) where archived_at is null;

create index if not exists insurance_updated on insurance (updated_at);

create index if not exists insurance_parent on insurance (enterprise_id) where archived_at is null;

create index if not exists insurance_c_valid_until on insurance (county, valid_until, id) where archived_at is null;

create index if not exists insurance_x_valid_until on insurance (valid_until, id) where archived_at is null;

create trigger insurance_history after update or delete on insurance for each row execute function keep_history();

create table guidance (
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
  enterprise_id uuid not null,
  kind text,
  visited_on date,
  provider text,
  people text,
  focus text,
  findings double precision,
  rectified double precision,
  look_back_on date,
  advice text,
  report jsonb,
  photos jsonb,
  primary key (id)
);

create table history.guidance (
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
  enterprise_id uuid,
  kind text,
  visited_on date,
  provider text,
  people text,
  focus text,
  findings double precision,
  rectified double precision,
  look_back_on date,
  advice text,
  report jsonb,
  photos jsonb,
  replaced_at timestamp with time zone not null
);

create index guidance_h on history.guidance (replaced_at, updated_at);

create index guidance_hp on history.guidance (enterprise_id);

create index if not exists guidance_grams on guidance using gin (grams) where archived_at is null;

create index if not exists guidance_county on guidance (county, recorded_at desc, id desc) where archived_at is null;

create index if not exists guidance_town on guidance (town, recorded_at desc, id desc) where archived_at is null;

create index if not exists guidance_organisation on guidance (organisation) where archived_at is null;

create index if not exists guidance_unit on guidance (unit) where archived_at is null;

create index if not exists guidance_updated on guidance (updated_at);

create index if not exists guidance_parent on guidance (enterprise_id) where archived_at is null;

create index if not exists guidance_c_visited_on on guidance (county, visited_on, id) where archived_at is null;

create index if not exists guidance_x_visited_on on guidance (visited_on, id) where archived_at is null;

create trigger guidance_history after update or delete on guidance for each row execute function keep_history();

create table monitoring_connection (
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
  enterprise_id uuid not null,
  system text,
  stage text,
  connected_on date,
  points double precision,
  cameras double precision,
  last_online_on date,
  duty_person text,
  remark text,
  primary key (id)
);

create table history.monitoring_connection (
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
  enterprise_id uuid,
  system text,
  stage text,
  connected_on date,
  points double precision,
  cameras double precision,
  last_online_on date,
  duty_person text,
  remark text,
  replaced_at timestamp with time zone not null
);

create index monitoring_connection_h on history.monitoring_connection (replaced_at, updated_at);

create index monitoring_connection_hp on history.monitoring_connection (enterprise_id);

create index if not exists monitoring_connection_grams on monitoring_connection using gin (grams) where archived_at is null;

create index if not exists monitoring_connection_county on monitoring_connection (county, recorded_at desc, id desc) where archived_at is null;

create index if not exists monitoring_connection_town on monitoring_connection (town, recorded_at desc, id desc) where archived_at is null;

create index if not exists monitoring_connection_organisation on monitoring_connection (organisation) where archived_at is null;

create index if not exists monitoring_connection_unit on monitoring_connection (unit) where archived_at is null;

create index if not exists monitoring_connection_updated on monitoring_connection (updated_at);

create index if not exists monitoring_connection_parent on monitoring_connection (enterprise_id) where archived_at is null;

create index if not exists monitoring_connection_c_system_stage on monitoring_connection (county, system, stage, id) where archived_at is null;

create index if not exists monitoring_connection_x_system_stage on monitoring_connection (system, stage, id) where archived_at is null;

create trigger monitoring_connection_history after update or delete on monitoring_connection for each row execute function keep_history();

create table measure_record (
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
  enterprise_id uuid not null,
  kind text,
  stage text,
  done_on date,
  summary text,
  maker text,
  document jsonb,
  primary key (id)
);

create table history.measure_record (
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
  enterprise_id uuid,
  kind text,
  stage text,
  done_on date,
  summary text,
  maker text,
  document jsonb,
  replaced_at timestamp with time zone not null
);

create index measure_record_h on history.measure_record (replaced_at, updated_at);

create index measure_record_hp on history.measure_record (enterprise_id);

create index if not exists measure_record_grams on measure_record using gin (grams) where archived_at is null;

create index if not exists measure_record_county on measure_record (county, recorded_at desc, id desc) where archived_at is null;

create index if not exists measure_record_town on measure_record (town, recorded_at desc, id desc) where archived_at is null;

create index if not exists measure_record_organisation on measure_record (organisation) where archived_at is null;

create index if not exists measure_record_unit on measure_record (unit) where archived_at is null;

create index if not exists measure_record_updated on measure_record (updated_at);

create index if not exists measure_record_parent on measure_record (enterprise_id) where archived_at is null;

create index if not exists measure_record_c_kind_stage on measure_record (county, kind, stage, id) where archived_at is null;

create index if not exists measure_record_x_kind_stage on measure_record (kind, stage, id) where archived_at is null;

create index if not exists measure_record_c_done_on on measure_record (county, done_on, id) where archived_at is null;

create index if not exists measure_record_x_done_on on measure_record (done_on, id) where archived_at is null;

create trigger measure_record_history after update or delete on measure_record for each row execute function keep_history();

create table standardisation (
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
  enterprise_id uuid not null,
  level text,
  certificate text,
  graded_on date,
  valid_until date,
  grader text,
  score double precision,
  document jsonb,
  primary key (id)
);

create table history.standardisation (
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
  enterprise_id uuid,
  level text,
  certificate text,
  graded_on date,
  valid_until date,
  grader text,
  score double precision,
  document jsonb,
  replaced_at timestamp with time zone not null
);

create index standardisation_h on history.standardisation (replaced_at, updated_at);

create index standardisation_hp on history.standardisation (enterprise_id);

create index if not exists standardisation_grams on standardisation using gin (grams) where archived_at is null;

create index if not exists standardisation_county on standardisation (county, recorded_at desc, id desc) where archived_at is null;

create index if not exists standardisation_town on standardisation (town, recorded_at desc, id desc) where archived_at is null;

create index if not exists standardisation_organisation on standardisation (organisation) where archived_at is null;

create index if not exists standardisation_unit on standardisation (unit) where archived_at is null;

create index if not exists standardisation_updated on standardisation (updated_at);

create index if not exists standardisation_parent on standardisation (enterprise_id) where archived_at is null;

create index if not exists standardisation_c_valid_until on standardisation (county, valid_until, id) where archived_at is null;

create index if not exists standardisation_x_valid_until on standardisation (valid_until, id) where archived_at is null;

create trigger standardisation_history after update or delete on standardisation for each row execute function keep_history();

create table tenancy (
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
  enterprise_id uuid not null,
  tenant text,
  tenant_code text,
  tenant_enterprise uuid,
  work text,
  workers double precision,
  agreement_on date,
  coordinated boolean,
  checked_on date,
  qualified boolean,
  ends_on date,
  primary key (id)
);

create table history.tenancy (
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
  enterprise_id uuid,
  tenant text,
  tenant_code text,
  tenant_enterprise uuid,
  work text,
  workers double precision,
  agreement_on date,
  coordinated boolean,
  checked_on date,
  qualified boolean,
  ends_on date,
  replaced_at timestamp with time zone not null
);

create index tenancy_h on history.tenancy (replaced_at, updated_at);

create index tenancy_hp on history.tenancy (enterprise_id);

create index if not exists tenancy_grams on tenancy using gin (grams) where archived_at is null;

create index if not exists tenancy_county on tenancy (county, recorded_at desc, id desc) where archived_at is null;

create index if not exists tenancy_town on tenancy (town, recorded_at desc, id desc) where archived_at is null;

create index if not exists tenancy_organisation on tenancy (organisation) where archived_at is null;

create index if not exists tenancy_unit on tenancy (unit) where archived_at is null;

create index if not exists tenancy_updated on tenancy (updated_at);

create index if not exists tenancy_parent on tenancy (enterprise_id) where archived_at is null;

create index if not exists tenancy_r_tenant_enterprise on tenancy (tenant_enterprise) where archived_at is null;

create trigger tenancy_history after update or delete on tenancy for each row execute function keep_history();

create table status_change (
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
  enterprise_id uuid not null,
  changed_on date,
  status text,
  reason text,
  power_cut text,
  power_cut_on date,
  evidence jsonb,
  checked_by text,
  primary key (id)
);

create table history.status_change (
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
  enterprise_id uuid,
  changed_on date,
  status text,
  reason text,
  power_cut text,
  power_cut_on date,
  evidence jsonb,
  checked_by text,
  replaced_at timestamp with time zone not null
);

create index status_change_h on history.status_change (replaced_at, updated_at);

create index status_change_hp on history.status_change (enterprise_id);

create index if not exists status_change_grams on status_change using gin (grams) where archived_at is null;

create index if not exists status_change_county on status_change (county, recorded_at desc, id desc) where archived_at is null;

create index if not exists status_change_town on status_change (town, recorded_at desc, id desc) where archived_at is null;

create index if not exists status_change_organisation on status_change (organisation) where archived_at is null;

create index if not exists status_change_unit on status_change (unit) where archived_at is null;

create index if not exists status_change_updated on status_change (updated_at);

create index if not exists status_change_parent on status_change (enterprise_id) where archived_at is null;

create trigger status_change_history after update or delete on status_change for each row execute function keep_history();

create table mine_grade (
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
  enterprise_id uuid not null,
  level text,
  decided_on date,
  decided_by text,
  tier text,
  document_number text,
  inherent double precision,
  facilities double precision,
  management double precision,
  staff double precision,
  incentive double precision,
  total double precision,
  sheet jsonb,
  primary key (id)
);

create table history.mine_grade (
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
  enterprise_id uuid,
  level text,
  decided_on date,
  decided_by text,
  tier text,
  document_number text,
  inherent double precision,
  facilities double precision,
  management double precision,
  staff double precision,
  incentive double precision,
  total double precision,
  sheet jsonb,
  replaced_at timestamp with time zone not null
);

create index mine_grade_h on history.mine_grade (replaced_at, updated_at);

create index mine_grade_hp on history.mine_grade (enterprise_id);

create index if not exists mine_grade_grams on mine_grade using gin (grams) where archived_at is null;

create index if not exists mine_grade_county on mine_grade (county, recorded_at desc, id desc) where archived_at is null;

create index if not exists mine_grade_town on mine_grade (town, recorded_at desc, id desc) where archived_at is null;

create index if not exists mine_grade_organisation on mine_grade (organisation) where archived_at is null;

create index if not exists mine_grade_unit on mine_grade (unit) where archived_at is null;

create index if not exists mine_grade_updated on mine_grade (updated_at);

create index if not exists mine_grade_parent on mine_grade (enterprise_id) where archived_at is null;

create trigger mine_grade_history after update or delete on mine_grade for each row execute function keep_history();

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

create index if not exists tip_off_x_state_received_on on tip_off (state, received_on, id) where archived_at is null;

create trigger tip_off_history after update or delete on tip_off for each row execute function keep_history();

alter table hazard add constraint hazard_enterprise_id_fk foreign key (enterprise_id) references enterprise (id);

alter table person add constraint person_enterprise_id_fk foreign key (enterprise_id) references enterprise (id);

alter table training add constraint training_person_id_fk foreign key (person_id) references person (id);

alter table special_operation_certificate add constraint special_operation_certificate_enterprise_id_fk foreign key (enterprise_id) references enterprise (id);

alter table special_operation_certificate add constraint special_operation_certificate_holder_fk foreign key (holder) references person (id);

alter table post_requirement add constraint post_requirement_enterprise_id_fk foreign key (enterprise_id) references enterprise (id);

alter table equipment add constraint equipment_enterprise_id_fk foreign key (enterprise_id) references enterprise (id);

alter table confined_space add constraint confined_space_enterprise_id_fk foreign key (enterprise_id) references enterprise (id);

alter table project add constraint project_enterprise_id_fk foreign key (enterprise_id) references enterprise (id);

alter table drill add constraint drill_enterprise_id_fk foreign key (enterprise_id) references enterprise (id);

alter table chief_check add constraint chief_check_enterprise_id_fk foreign key (enterprise_id) references enterprise (id);

alter table insurance add constraint insurance_enterprise_id_fk foreign key (enterprise_id) references enterprise (id);

alter table guidance add constraint guidance_enterprise_id_fk foreign key (enterprise_id) references enterprise (id);

alter table monitoring_connection add constraint monitoring_connection_enterprise_id_fk foreign key (enterprise_id) references enterprise (id);

alter table measure_record add constraint measure_record_enterprise_id_fk foreign key (enterprise_id) references enterprise (id);

alter table standardisation add constraint standardisation_enterprise_id_fk foreign key (enterprise_id) references enterprise (id);

alter table tenancy add constraint tenancy_enterprise_id_fk foreign key (enterprise_id) references enterprise (id);

alter table tenancy add constraint tenancy_tenant_enterprise_fk foreign key (tenant_enterprise) references enterprise (id);

alter table status_change add constraint status_change_enterprise_id_fk foreign key (enterprise_id) references enterprise (id);

alter table mine_grade add constraint mine_grade_enterprise_id_fk foreign key (enterprise_id) references enterprise (id);

alter table tip_off add constraint tip_off_enterprise_fk foreign key (enterprise) references enterprise (id);

alter table tip_off add constraint tip_off_hazard_fk foreign key (hazard) references hazard (id);
