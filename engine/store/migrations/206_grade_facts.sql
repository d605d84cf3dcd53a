-- What a proposed grade does not know or finds contradictory, and the facts that the reason of a decision claims.
alter table grade_proposal add column unknown jsonb not null default '[]';
alter table grade_proposal add column contradictions jsonb not null default '[]';
alter table grade_decision add column facts jsonb not null default '[]';
