-- Numbers that the program counts (`numbered` of a field): the last one of each prefix, county and year.
create table number_series (
  series text primary key,
  last bigint not null
);
