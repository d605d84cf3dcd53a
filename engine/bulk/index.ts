export {
  bulkRows,
  dropBulk,
  getBulk,
  listBulk,
  runBulk,
  startBulk,
  tidyBulk,
  undoBulk,
} from './sessions.ts'
export { resumeBulk, stopBulk, work } from './stages.ts'
