-- What fields of a record held before records of another register set them (`sets` of a register): put back when none sets them any more.
create table set_before (
  record_id uuid not null,
  register text not null,
  held jsonb not null,
  primary key (record_id, register)
);
