-- The journal only grows: no statement of the program, and none typed by mistake, changes or removes an entry. Who owns
-- the database can take the trigger away; `journal verify --anchor` finds what was done then.
create function journal_stands() returns trigger language plpgsql as $$
begin
  raise exception 'the journal is not changed: % on % refused', tg_op, tg_table_name;
end $$;

create trigger journal_stands before update or delete on journal
  for each row execute function journal_stands();
create trigger journal_block_stands before update or delete on journal_block
  for each row execute function journal_stands();
