/** Table names of the engine itself. */
export const taken = new Set(
  'journal definition deadline counter notice task file area unit assignment idempotency wish agenda bulk'.split(
    ' ',
  ),
)
/** Words that PostgreSQL keeps for itself: tables and columns stand unquoted in its SQL. */
export const reserved = new Set(
  `all analyse analyze and any array as asc asymmetric authorization binary both case cast check collate collation column
  concurrently constraint create cross current_date current_role current_time current_timestamp current_user default
  deferrable desc distinct do else end except false fetch for foreign freeze from full grant group having ilike in initially
  inner intersect into is isnull join lateral leading left like limit localtime localtimestamp natural not notnull null
  offset on only or order outer overlaps placing primary references returning right select session_user similar some
  symmetric system_user table tablesample then to trailing true union unique user using variadic verbose when where window with`.split(
    /\s+/,
  ),
)
