-- On tables of records: what firms' names have in common however they are written; the program fills it for older rows.

alter table enterprise add column name_core text collate "C";

alter table history.enterprise add column name_core text collate "C";

create index if not exists enterprise_core on enterprise (name_core, county) where archived_at is null;
