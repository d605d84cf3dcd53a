-- Work in the background that a program has begun and not ended: what ends a program again and again is set aside.
create table background_begun (
  work text not null,
  id uuid not null,
  n integer not null,
  primary key (work, id)
);
