-- Which import confirmed a wish: taking the import back opens the wish again.
alter table wish add column settled_batch uuid;
create index wish_settled_batch on wish (settled_batch) where settled_batch is not null;
