-- Keeps the past of changed rows once a statement: row by row it cost more than the change itself.
create function keep_history_of_change() returns trigger language plpgsql as $$
declare
  names text;
begin
  -- by name, not by position: columns added later stand in another order in the twin
  select string_agg(quote_ident(a.attname), ', ') into names
  from pg_attribute a
  join pg_attribute h on h.attrelid = format('history.%I', tg_table_name)::regclass and h.attname = a.attname
    and h.attnum > 0 and not h.attisdropped
  where a.attrelid = tg_relid and a.attnum > 0 and not a.attisdropped;
  execute format('insert into history.%I (%s, replaced_at) select r.*, v.updated_at
    from (select %s from former) r join (select id, updated_at from fresh) v on v.id = r.id
    where r.updated_at is distinct from v.updated_at', tg_table_name, names, names);
  return null;
end $$;
