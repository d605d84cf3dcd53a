-- Steps of one person, and open cases of one loop by their day: quick filters of lists.
create index case_fact_actor on case_fact (actor_id, loop, case_id);
create index agenda_register on agenda (register, due_on) where kind = 'case';
