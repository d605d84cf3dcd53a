/** `notice parse FILE --json`: what an official notice asks, without a database. */
export { noticeParseCommand as run } from '../notices/cli.ts'
