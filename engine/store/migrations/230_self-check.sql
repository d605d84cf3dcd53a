-- Made from the definitions by scripts/make-migration.ts.

alter table chief_check add column points text;

alter table history.chief_check add column points text;
