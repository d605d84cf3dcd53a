-- Which form what is kept for searching has; the program brings it to its own at the first start after an upgrade.
create table search_form (
  one boolean primary key check (one),
  form int not null
);
