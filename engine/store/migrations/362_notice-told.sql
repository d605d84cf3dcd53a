-- What kind of paper a notice was read as, and what an officer told of it; items find a place between others.
alter table notice add column paper text check (paper in ('notice', 'bulletin', 'rules')), add column told jsonb;
alter table notice_item drop constraint notice_item_notice_id_no_key;
alter table notice_item add constraint notice_item_notice_id_no_key unique (notice_id, no) deferrable initially immediate;
