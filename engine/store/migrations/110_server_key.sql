-- Keys that all servers of one database share: what is handed out sealed (cursors of lists) opens on each of them.
create table server_key (
  name text primary key,
  key bytea not null
);
