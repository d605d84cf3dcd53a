-- Papers are also owed every half month, every ten days and every week.
alter table task drop constraint task_every_check;
alter table task add constraint task_every_check
  check (every in ('year', 'half-year', 'quarter', 'month', 'half-month', 'ten-days', 'week'));
