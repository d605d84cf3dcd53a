-- The journal is read by the instant things happened: of one day in order, whichever write was stored first.
create index journal_at on journal (at desc, id desc);
