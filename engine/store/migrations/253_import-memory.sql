-- What a sender's ledgers mean: answers of an import, kept for the next one of the same register and sender.
create table import_memory (
  id uuid primary key,
  register text not null,
  -- whose ledger it is: an organisation, or the area of an office
  sender text not null,
  kind text not null check (kind in ('heading', 'value', 'above', 'as-is')),
  -- title of the column, as titles are compared
  heading text not null,
  -- field it was answered for; '' for a column that is not imported
  field text not null,
  -- what the cell says
  text text not null default '',
  answer text not null,
  by_id uuid not null,
  by_name text not null,
  at timestamptz not null,
  -- the import it was answered in
  session_id uuid not null,
  unique (register, sender, kind, heading, field, text)
);

alter table import_row
  -- what a correction was made on: sheet, line there, the cells' texts; it holds for nothing else
  add column made_on jsonb;

alter table import_session
  -- corrections waiting to be laid over the rows of the present reading
  add column kept jsonb;
