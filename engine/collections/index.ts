/** 报表填报: tables that come from above are filled from the records, sent out for what is missing, and merged. */
export {
  type Change,
  type CollectionServices,
  changeCollection,
  createCollection,
  proposeChange,
  proposeCollection,
} from './make.ts'
export { resultSheet } from './result.ts'
export type { Source } from './types.ts'
export { asks, kinds } from './types.ts'
export { collectionView, listCollections, rowsView, sourcesView } from './view.ts'
