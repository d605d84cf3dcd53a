/** 报表填报: tables that come from above are filled from the records, sent out for what is missing, and merged. */

export { ownCollection, requireMaker, visibleCollection, visiblePart } from './access.ts'
export { computeRows } from './compute.ts'
export { type Drop, dropAdded } from './drop.ts'
export { isDocument, openForm } from './form-file.ts'
export { leftView, returnsView, type Settle, settleLeft } from './left.ts'
export {
  type Change,
  type CollectionServices,
  changeCollection,
  createCollection,
  proposeChange,
  proposeCollection,
} from './make.ts'
export { closeCollection, partsView, receivers, remindParts, type Send, sendCollection } from './parts.ts'
export { type Rests, restsOf } from './rests.ts'
export { resultSheet } from './result.ts'
export {
  assignReturn,
  type ReadFile,
  readKept,
  readReturns,
  type TakenReturn,
  takeReturns,
} from './returns.ts'
export { partSheet, sheetOf, sheetsZip } from './sheet-out.ts'
export { askedForm, askedParts, chooseAll, type Given, writeCells, writePart } from './typed.ts'
export type { Source } from './types.ts'
export { asks, kinds } from './types.ts'
export { collectionView, listCollections, namedDay, rowsView, sourcesView } from './view.ts'
export { removeCollection, withdrawCollection } from './withdraw.ts'
