-- What a notice looked like: its blocks as places in its text, what is struck out, and what was left out in reading it.
alter table notice add column document jsonb not null default '{"blocks": [], "struck": [], "said": []}';
