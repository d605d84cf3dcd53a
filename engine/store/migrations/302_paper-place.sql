-- Where the owner of a paper is: whom it is shown to for confirmation is asked without the unit.
alter table task_evidence add column place text collate "C";
update task_evidence e set place = u.area from unit u where u.id = e.owner;
