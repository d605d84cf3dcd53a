-- Evidence of a task says whose it is and for which period: a quarterly duty of sixteen towns is sixty-four papers.
alter table task_evidence add column owner uuid references unit (id);
-- first day of the period
alter table task_evidence add column period date;
