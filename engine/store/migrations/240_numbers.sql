-- Made from the definitions by scripts/make-migration.ts.

alter table hazard add column document_number text;

alter table history.hazard add column document_number text;

create index if not exists hazard_a_document_number on hazard (document_number) where archived_at is null and document_number is not null;

create index if not exists hazard_a_listing_number on hazard (listing_number) where archived_at is null and listing_number is not null;

create index if not exists hazard_a_case_number on hazard (case_number) where archived_at is null and case_number is not null;

alter table person add column born_on date;

alter table history.person add column born_on date;

create index if not exists person_a_id_number on person (id_number) where archived_at is null and id_number is not null;

create index if not exists training_a_certificate on training (certificate) where archived_at is null and certificate is not null;

create index if not exists special_operation_certificate_a_number on special_operation_certificate (number) where archived_at is null and number is not null;

create index if not exists equipment_a_machine_code on equipment (machine_code) where archived_at is null and machine_code is not null;

create index if not exists equipment_a_serial on equipment (serial) where archived_at is null and serial is not null;

create index if not exists insurance_a_policy_number on insurance (policy_number) where archived_at is null and policy_number is not null;

create index if not exists standardisation_a_certificate on standardisation (certificate) where archived_at is null and certificate is not null;
