/** Notices are a few pages; anything larger is another kind of file. */
export const MAX_NOTICE_BYTES = 20 * 1024 * 1024
/** More is no notice but a book: the longest plan of a province has 60,000 characters. */
export const MAX_NOTICE_CHARACTERS = 300_000
/** More duties than anybody breaks down by hand. */
export const MAX_NOTICE_ITEMS = 2000
