-- Made from the definitions by scripts/make-migration.ts.

create or replace trigger enterprise_note_insert after insert on enterprise referencing new table as fresh for each statement execute function note_change('enterprise');

create or replace trigger enterprise_note_update after update on enterprise referencing new table as fresh for each statement execute function note_change('enterprise');

create or replace trigger enterprise_note_delete after delete on enterprise referencing old table as former for each statement execute function note_change('enterprise');

create or replace trigger enterprise_note_truncate after truncate on enterprise for each statement execute function note_change('enterprise');

create or replace trigger hazard_note_insert after insert on hazard referencing new table as fresh for each statement execute function note_change('hazard');

create or replace trigger hazard_note_update after update on hazard referencing new table as fresh for each statement execute function note_change('hazard');

create or replace trigger hazard_note_delete after delete on hazard referencing old table as former for each statement execute function note_change('hazard');

create or replace trigger hazard_note_truncate after truncate on hazard for each statement execute function note_change('hazard');

create or replace trigger person_note_insert after insert on person referencing new table as fresh for each statement execute function note_change('person');

create or replace trigger person_note_update after update on person referencing new table as fresh for each statement execute function note_change('person');

create or replace trigger person_note_delete after delete on person referencing old table as former for each statement execute function note_change('person');

create or replace trigger person_note_truncate after truncate on person for each statement execute function note_change('person');

create or replace trigger training_note_insert after insert on training referencing new table as fresh for each statement execute function note_change('training');

create or replace trigger training_note_update after update on training referencing new table as fresh for each statement execute function note_change('training');

create or replace trigger training_note_delete after delete on training referencing old table as former for each statement execute function note_change('training');

create or replace trigger training_note_truncate after truncate on training for each statement execute function note_change('training');

create or replace trigger special_operation_certificate_note_insert after insert on special_operation_certificate referencing new table as fresh for each statement execute function note_change('special-operation-certificate');

create or replace trigger special_operation_certificate_note_update after update on special_operation_certificate referencing new table as fresh for each statement execute function note_change('special-operation-certificate');

create or replace trigger special_operation_certificate_note_delete after delete on special_operation_certificate referencing old table as former for each statement execute function note_change('special-operation-certificate');

create or replace trigger special_operation_certificate_note_truncate after truncate on special_operation_certificate for each statement execute function note_change('special-operation-certificate');

create or replace trigger post_requirement_note_insert after insert on post_requirement referencing new table as fresh for each statement execute function note_change('post-requirement');

create or replace trigger post_requirement_note_update after update on post_requirement referencing new table as fresh for each statement execute function note_change('post-requirement');

create or replace trigger post_requirement_note_delete after delete on post_requirement referencing old table as former for each statement execute function note_change('post-requirement');

create or replace trigger post_requirement_note_truncate after truncate on post_requirement for each statement execute function note_change('post-requirement');

create or replace trigger equipment_note_insert after insert on equipment referencing new table as fresh for each statement execute function note_change('equipment');

create or replace trigger equipment_note_update after update on equipment referencing new table as fresh for each statement execute function note_change('equipment');

create or replace trigger equipment_note_delete after delete on equipment referencing old table as former for each statement execute function note_change('equipment');

create or replace trigger equipment_note_truncate after truncate on equipment for each statement execute function note_change('equipment');

create or replace trigger confined_space_note_insert after insert on confined_space referencing new table as fresh for each statement execute function note_change('confined-space');

create or replace trigger confined_space_note_update after update on confined_space referencing new table as fresh for each statement execute function note_change('confined-space');

create or replace trigger confined_space_note_delete after delete on confined_space referencing old table as former for each statement execute function note_change('confined-space');

create or replace trigger confined_space_note_truncate after truncate on confined_space for each statement execute function note_change('confined-space');

create or replace trigger project_note_insert after insert on project referencing new table as fresh for each statement execute function note_change('project');

create or replace trigger project_note_update after update on project referencing new table as fresh for each statement execute function note_change('project');

create or replace trigger project_note_delete after delete on project referencing old table as former for each statement execute function note_change('project');

create or replace trigger project_note_truncate after truncate on project for each statement execute function note_change('project');

create or replace trigger drill_note_insert after insert on drill referencing new table as fresh for each statement execute function note_change('drill');

create or replace trigger drill_note_update after update on drill referencing new table as fresh for each statement execute function note_change('drill');

create or replace trigger drill_note_delete after delete on drill referencing old table as former for each statement execute function note_change('drill');

create or replace trigger drill_note_truncate after truncate on drill for each statement execute function note_change('drill');

create or replace trigger chief_check_note_insert after insert on chief_check referencing new table as fresh for each statement execute function note_change('chief-check');

create or replace trigger chief_check_note_update after update on chief_check referencing new table as fresh for each statement execute function note_change('chief-check');

create or replace trigger chief_check_note_delete after delete on chief_check referencing old table as former for each statement execute function note_change('chief-check');

create or replace trigger chief_check_note_truncate after truncate on chief_check for each statement execute function note_change('chief-check');

create or replace trigger insurance_note_insert after insert on insurance referencing new table as fresh for each statement execute function note_change('insurance');

create or replace trigger insurance_note_update after update on insurance referencing new table as fresh for each statement execute function note_change('insurance');

create or replace trigger insurance_note_delete after delete on insurance referencing old table as former for each statement execute function note_change('insurance');

create or replace trigger insurance_note_truncate after truncate on insurance for each statement execute function note_change('insurance');

create or replace trigger guidance_note_insert after insert on guidance referencing new table as fresh for each statement execute function note_change('guidance');

create or replace trigger guidance_note_update after update on guidance referencing new table as fresh for each statement execute function note_change('guidance');

create or replace trigger guidance_note_delete after delete on guidance referencing old table as former for each statement execute function note_change('guidance');

create or replace trigger guidance_note_truncate after truncate on guidance for each statement execute function note_change('guidance');

create or replace trigger monitoring_connection_note_insert after insert on monitoring_connection referencing new table as fresh for each statement execute function note_change('monitoring-connection');

create or replace trigger monitoring_connection_note_update after update on monitoring_connection referencing new table as fresh for each statement execute function note_change('monitoring-connection');

create or replace trigger monitoring_connection_note_delete after delete on monitoring_connection referencing old table as former for each statement execute function note_change('monitoring-connection');

create or replace trigger monitoring_connection_note_truncate after truncate on monitoring_connection for each statement execute function note_change('monitoring-connection');

create or replace trigger measure_record_note_insert after insert on measure_record referencing new table as fresh for each statement execute function note_change('measure-record');

create or replace trigger measure_record_note_update after update on measure_record referencing new table as fresh for each statement execute function note_change('measure-record');

create or replace trigger measure_record_note_delete after delete on measure_record referencing old table as former for each statement execute function note_change('measure-record');

create or replace trigger measure_record_note_truncate after truncate on measure_record for each statement execute function note_change('measure-record');

create or replace trigger standardisation_note_insert after insert on standardisation referencing new table as fresh for each statement execute function note_change('standardisation');

create or replace trigger standardisation_note_update after update on standardisation referencing new table as fresh for each statement execute function note_change('standardisation');

create or replace trigger standardisation_note_delete after delete on standardisation referencing old table as former for each statement execute function note_change('standardisation');

create or replace trigger standardisation_note_truncate after truncate on standardisation for each statement execute function note_change('standardisation');

create or replace trigger tenancy_note_insert after insert on tenancy referencing new table as fresh for each statement execute function note_change('tenancy');

create or replace trigger tenancy_note_update after update on tenancy referencing new table as fresh for each statement execute function note_change('tenancy');

create or replace trigger tenancy_note_delete after delete on tenancy referencing old table as former for each statement execute function note_change('tenancy');

create or replace trigger tenancy_note_truncate after truncate on tenancy for each statement execute function note_change('tenancy');

create or replace trigger status_change_note_insert after insert on status_change referencing new table as fresh for each statement execute function note_change('status-change');

create or replace trigger status_change_note_update after update on status_change referencing new table as fresh for each statement execute function note_change('status-change');

create or replace trigger status_change_note_delete after delete on status_change referencing old table as former for each statement execute function note_change('status-change');

create or replace trigger status_change_note_truncate after truncate on status_change for each statement execute function note_change('status-change');

create or replace trigger mine_grade_note_insert after insert on mine_grade referencing new table as fresh for each statement execute function note_change('mine-grade');

create or replace trigger mine_grade_note_update after update on mine_grade referencing new table as fresh for each statement execute function note_change('mine-grade');

create or replace trigger mine_grade_note_delete after delete on mine_grade referencing old table as former for each statement execute function note_change('mine-grade');

create or replace trigger mine_grade_note_truncate after truncate on mine_grade for each statement execute function note_change('mine-grade');

create or replace trigger tip_off_note_insert after insert on tip_off referencing new table as fresh for each statement execute function note_change('tip-off');

create or replace trigger tip_off_note_update after update on tip_off referencing new table as fresh for each statement execute function note_change('tip-off');

create or replace trigger tip_off_note_delete after delete on tip_off referencing old table as former for each statement execute function note_change('tip-off');

create or replace trigger tip_off_note_truncate after truncate on tip_off for each statement execute function note_change('tip-off');

create or replace trigger entrustment_note_insert after insert on entrustment referencing new table as fresh for each statement execute function note_change('entrustment');

create or replace trigger entrustment_note_update after update on entrustment referencing new table as fresh for each statement execute function note_change('entrustment');

create or replace trigger entrustment_note_delete after delete on entrustment referencing old table as former for each statement execute function note_change('entrustment');

create or replace trigger entrustment_note_truncate after truncate on entrustment for each statement execute function note_change('entrustment');

create or replace trigger enforcement_certificate_note_insert after insert on enforcement_certificate referencing new table as fresh for each statement execute function note_change('enforcement-certificate');

create or replace trigger enforcement_certificate_note_update after update on enforcement_certificate referencing new table as fresh for each statement execute function note_change('enforcement-certificate');

create or replace trigger enforcement_certificate_note_delete after delete on enforcement_certificate referencing old table as former for each statement execute function note_change('enforcement-certificate');

create or replace trigger enforcement_certificate_note_truncate after truncate on enforcement_certificate for each statement execute function note_change('enforcement-certificate');
