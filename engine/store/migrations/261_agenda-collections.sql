-- What somebody is asked to fill and has not handed in has a row in the agenda, as everything that is open
-- (docs/decisions/0027, 0036).
alter table agenda drop constraint agenda_kind_check;
alter table agenda add constraint agenda_kind_check
  check (kind in ('case', 'expiry', 'wish', 'claim', 'grade', 'collection'));

-- Rows of some parts made anew.
create function agenda_of_parts(parts uuid[]) returns void language sql as $$
  delete from agenda where kind = 'collection' and id = any(parts);
  insert into agenda (id, kind, register, area, county, town, organisation, title, due_on, facts)
  select p.id, 'collection', 'collection', coalesce(p.town, c.area), left(c.area, 6), p.town, p.organisation, c.title, c.due_on,
    jsonb_build_object('collection', c.id, 'area', c.area, 'by', c.created_by_name, 'reminded', p.reminded_at)
  from collection_part p join collection c on c.id = p.collection_id
  where p.id = any(parts) and c.state = 'open' and p.withdrawn_at is null and p.returned_at is null;
$$;

create function agenda_of_part_change() returns trigger language plpgsql as $$
begin
  perform agenda_of_parts(array(select id from fresh));
  return null;
end $$;
create trigger agenda_part_insert after insert on collection_part referencing new table as fresh
  for each statement execute function agenda_of_part_change();
create trigger agenda_part_update after update on collection_part referencing new table as fresh
  for each statement execute function agenda_of_part_change();

create function agenda_of_collection_change() returns trigger language plpgsql as $$
begin
  perform agenda_of_parts(array(select p.id from collection_part p join fresh f on f.id = p.collection_id));
  return null;
end $$;
create trigger agenda_collection_update after update on collection referencing new table as fresh
  for each statement execute function agenda_of_collection_change();

create function agenda_of_part_gone() returns trigger language plpgsql as $$
begin
  delete from agenda a using former f where a.kind = 'collection' and a.id = f.id;
  return null;
end $$;
create trigger agenda_part_delete after delete on collection_part referencing old table as former
  for each statement execute function agenda_of_part_gone();
