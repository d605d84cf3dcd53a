-- What was corrected after a figure was frozen is looked for by register and time, among a year's other entries.
create index journal_corrections on journal (register, at)
  where what in ('correct', 'move', 'archive', 'restore', 'undo', 'revert');
