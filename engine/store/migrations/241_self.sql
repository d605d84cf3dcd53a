-- Made from the definitions by scripts/make-migration.ts.

alter table enterprise add column self_level text;

alter table history.enterprise add column self_level text;
