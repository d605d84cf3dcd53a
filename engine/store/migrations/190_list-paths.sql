-- On tables of records: index paths of lists, made from the definitions; those they replace go.

drop index if exists chief_check_organisation;
drop index if exists chief_check_unit;
drop index if exists confined_space_organisation;
drop index if exists confined_space_unit;
drop index if exists drill_organisation;
drop index if exists drill_unit;
drop index if exists enforcement_certificate_organisation;
drop index if exists enforcement_certificate_unit;
drop index if exists enterprise_organisation;
drop index if exists enterprise_unit;
drop index if exists entrustment_organisation;
drop index if exists entrustment_unit;
drop index if exists equipment_organisation;
drop index if exists equipment_unit;
drop index if exists guidance_organisation;
drop index if exists guidance_unit;
drop index if exists hazard_organisation;
drop index if exists hazard_unit;
drop index if exists insurance_organisation;
drop index if exists insurance_unit;
drop index if exists measure_record_organisation;
drop index if exists measure_record_unit;
drop index if exists mine_grade_organisation;
drop index if exists mine_grade_unit;
drop index if exists monitoring_connection_organisation;
drop index if exists monitoring_connection_unit;
drop index if exists person_organisation;
drop index if exists person_unit;
drop index if exists post_requirement_organisation;
drop index if exists post_requirement_unit;
drop index if exists project_organisation;
drop index if exists project_unit;
drop index if exists special_operation_certificate_organisation;
drop index if exists special_operation_certificate_unit;
drop index if exists standardisation_organisation;
drop index if exists standardisation_unit;
drop index if exists status_change_organisation;
drop index if exists status_change_unit;
drop index if exists tenancy_organisation;
drop index if exists tenancy_unit;
drop index if exists tip_off_organisation;
drop index if exists tip_off_unit;
drop index if exists training_organisation;
drop index if exists training_unit;
drop index if exists hazard_c_level_found_on;
drop index if exists hazard_x_level_found_on;
drop index if exists hazard_x_state_due_on;
drop index if exists enterprise_x_industry_status;
drop index if exists measure_record_x_kind_stage;
drop index if exists monitoring_connection_x_system_stage;
drop index if exists tip_off_x_state_received_on;

drop index if exists enterprise_u_credit_code;
create unique index enterprise_u_credit_code on enterprise (credit_code) where archived_at is null and credit_code is not null;
drop index if exists hazard_u_number;
create unique index hazard_u_number on hazard (number) where archived_at is null and number is not null;
drop index if exists tip_off_u_receipt;
create unique index tip_off_u_receipt on tip_off (receipt) where archived_at is null and receipt is not null;
drop index if exists entrustment_u_number;
create unique index entrustment_u_number on entrustment (number) where archived_at is null and number is not null;
drop index if exists enforcement_certificate_u_number;
create unique index enforcement_certificate_u_number on enforcement_certificate (number) where archived_at is null and number is not null;

create index if not exists enterprise_own on enterprise (organisation, recorded_at desc, id desc) where archived_at is null;

create index if not exists enterprise_unit_of on enterprise (unit) where archived_at is null and unit is not null;

create index if not exists enterprise_recorded on enterprise (recorded_at desc, id desc) where archived_at is null;

create index if not exists enterprise_xt_status on enterprise (status, recorded_at desc, id desc) where archived_at is null;

create index if not exists enterprise_ct_status on enterprise (county, status, recorded_at desc, id desc) where archived_at is null;

create index if not exists enterprise_tt_status on enterprise (town, status, recorded_at desc, id desc) where archived_at is null;

create index if not exists hazard_own on hazard (organisation, recorded_at desc, id desc) where archived_at is null;

create index if not exists hazard_unit_of on hazard (unit) where archived_at is null and unit is not null;

create index if not exists hazard_recorded on hazard (recorded_at desc, id desc) where archived_at is null;

create index if not exists hazard_xt_state on hazard (state, recorded_at desc, id desc) where archived_at is null;

create index if not exists hazard_ct_state on hazard (county, state, recorded_at desc, id desc) where archived_at is null;

create index if not exists hazard_tt_state on hazard (town, state, recorded_at desc, id desc) where archived_at is null;

create index if not exists hazard_t_due_on on hazard (town, due_on, id) where archived_at is null;

create index if not exists hazard_co_due_on on hazard (county, due_on, id) where archived_at is null and state <> 'closed' and state <> 'withdrawn' and due_on is not null;

create index if not exists hazard_to_due_on on hazard (town, due_on, id) where archived_at is null and state <> 'closed' and state <> 'withdrawn' and due_on is not null;

create index if not exists hazard_xo_due_on on hazard (due_on, id) where archived_at is null and state <> 'closed' and state <> 'withdrawn';

create index if not exists person_own on person (organisation, recorded_at desc, id desc) where archived_at is null;

create index if not exists person_unit_of on person (unit) where archived_at is null and unit is not null;

create index if not exists training_own on training (organisation, recorded_at desc, id desc) where archived_at is null;

create index if not exists training_unit_of on training (unit) where archived_at is null and unit is not null;

create index if not exists special_operation_certificate_own on special_operation_certificate (organisation, recorded_at desc, id desc) where archived_at is null;

create index if not exists special_operation_certificate_unit_of on special_operation_certificate (unit) where archived_at is null and unit is not null;

create index if not exists post_requirement_own on post_requirement (organisation, recorded_at desc, id desc) where archived_at is null;

create index if not exists post_requirement_unit_of on post_requirement (unit) where archived_at is null and unit is not null;

create index if not exists equipment_own on equipment (organisation, recorded_at desc, id desc) where archived_at is null;

create index if not exists equipment_unit_of on equipment (unit) where archived_at is null and unit is not null;

create index if not exists equipment_recorded on equipment (recorded_at desc, id desc) where archived_at is null;

create index if not exists equipment_xt_kind on equipment (kind, recorded_at desc, id desc) where archived_at is null;

create index if not exists equipment_ct_kind on equipment (county, kind, recorded_at desc, id desc) where archived_at is null;

create index if not exists equipment_tt_kind on equipment (town, kind, recorded_at desc, id desc) where archived_at is null;

create index if not exists confined_space_own on confined_space (organisation, recorded_at desc, id desc) where archived_at is null;

create index if not exists confined_space_unit_of on confined_space (unit) where archived_at is null and unit is not null;

create index if not exists project_own on project (organisation, recorded_at desc, id desc) where archived_at is null;

create index if not exists project_unit_of on project (unit) where archived_at is null and unit is not null;

create index if not exists drill_own on drill (organisation, recorded_at desc, id desc) where archived_at is null;

create index if not exists drill_unit_of on drill (unit) where archived_at is null and unit is not null;

create index if not exists chief_check_own on chief_check (organisation, recorded_at desc, id desc) where archived_at is null;

create index if not exists chief_check_unit_of on chief_check (unit) where archived_at is null and unit is not null;

create index if not exists insurance_own on insurance (organisation, recorded_at desc, id desc) where archived_at is null;

create index if not exists insurance_unit_of on insurance (unit) where archived_at is null and unit is not null;

create index if not exists guidance_own on guidance (organisation, recorded_at desc, id desc) where archived_at is null;

create index if not exists guidance_unit_of on guidance (unit) where archived_at is null and unit is not null;

create index if not exists monitoring_connection_own on monitoring_connection (organisation, recorded_at desc, id desc) where archived_at is null;

create index if not exists monitoring_connection_unit_of on monitoring_connection (unit) where archived_at is null and unit is not null;

create index if not exists measure_record_own on measure_record (organisation, recorded_at desc, id desc) where archived_at is null;

create index if not exists measure_record_unit_of on measure_record (unit) where archived_at is null and unit is not null;

create index if not exists standardisation_own on standardisation (organisation, recorded_at desc, id desc) where archived_at is null;

create index if not exists standardisation_unit_of on standardisation (unit) where archived_at is null and unit is not null;

create index if not exists tenancy_own on tenancy (organisation, recorded_at desc, id desc) where archived_at is null;

create index if not exists tenancy_unit_of on tenancy (unit) where archived_at is null and unit is not null;

create index if not exists status_change_own on status_change (organisation, recorded_at desc, id desc) where archived_at is null;

create index if not exists status_change_unit_of on status_change (unit) where archived_at is null and unit is not null;

create index if not exists mine_grade_own on mine_grade (organisation, recorded_at desc, id desc) where archived_at is null;

create index if not exists mine_grade_unit_of on mine_grade (unit) where archived_at is null and unit is not null;

create index if not exists tip_off_own on tip_off (organisation, recorded_at desc, id desc) where archived_at is null;

create index if not exists tip_off_unit_of on tip_off (unit) where archived_at is null and unit is not null;

create index if not exists tip_off_recorded on tip_off (recorded_at desc, id desc) where archived_at is null;

create index if not exists tip_off_xt_state on tip_off (state, recorded_at desc, id desc) where archived_at is null;

create index if not exists tip_off_ct_state on tip_off (county, state, recorded_at desc, id desc) where archived_at is null;

create index if not exists tip_off_tt_state on tip_off (town, state, recorded_at desc, id desc) where archived_at is null;

create index if not exists entrustment_own on entrustment (organisation, recorded_at desc, id desc) where archived_at is null;

create index if not exists entrustment_unit_of on entrustment (unit) where archived_at is null and unit is not null;

create index if not exists enforcement_certificate_own on enforcement_certificate (organisation, recorded_at desc, id desc) where archived_at is null;

create index if not exists enforcement_certificate_unit_of on enforcement_certificate (unit) where archived_at is null and unit is not null;

create index if not exists hazard_c_found_on on hazard (county, found_on, id) where archived_at is null;

create index if not exists hazard_x_found_on on hazard (found_on, id) where archived_at is null;

create index if not exists hazard_t_found_on on hazard (town, found_on, id) where archived_at is null;
