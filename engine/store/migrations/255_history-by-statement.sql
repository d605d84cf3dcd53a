-- On tables of records: the past of changed rows is kept once a statement, not once a row.

do $$
declare
  t record;
begin
  for t in select c.relname as name, g.tgname as trigger
    from pg_trigger g join pg_class c on c.oid = g.tgrelid join pg_namespace n on n.oid = c.relnamespace
    where g.tgfoid = 'keep_history'::regproc and n.nspname = 'public'
  loop
    execute format('drop trigger %I on %I', t.trigger, t.name);
    execute format('create trigger %I after update on %I referencing old table as former new table as fresh
      for each statement execute function keep_history_of_change()', t.trigger, t.name);
    execute format('create trigger %I after delete on %I for each row execute function keep_history()',
      left(t.trigger || '_gone', 63), t.name);
  end loop;
end $$;
