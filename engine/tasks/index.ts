/**
 * Official notices and the tasks they become. Writes take a transaction (`tx`) and leave their journal entry in it;
 * idempotency is the caller's (engine/http/once.ts).
 */
export {
  type Accepting,
  type AcceptPreview,
  acceptItems,
  MOST_ACCEPTED,
  previewItems,
  withdrawTasks,
} from './accept.ts'
export { acceptItem, type Binding, type TaskChange, updateTask } from './assign.ts'
export {
  addEvidence,
  confirmEvidence,
  type NewEvidence,
  sendBackEvidence,
  takeBackEvidence,
} from './evidence.ts'
export { freezeDue } from './freeze.ts'
export { type GridFilter, type TaskGrid, taskGrid } from './grid.ts'
export { keepFigures } from './keep.ts'
export { getTask, listTasks, type TaskFilter, type TaskItem, type TaskPage } from './list.ts'
export { type RowsPage, type TaskRows, taskMet, taskMissing } from './missing.ts'
export {
  correctItem,
  createNotice,
  dropItem,
  getNotice,
  type ItemCorrection,
  type ItemView,
  listItems,
  listNotices,
  type NoticeHead,
  type NoticeView,
  reopenItem,
} from './notices.ts'
export type { TaskView } from './progress.ts'
export { type ParsedItem, type Proposal, proposeBinding } from './propose.ts'
export { addItems, askAgain, findPassage, type Retold, rereadNotice } from './reread.ts'
export type { Evidence, Task } from './rows.ts'
export type { Share } from './shares.ts'
export { type TaskState, taskState, taskStateLabel } from './state.ts'
export type { Seen } from './taken.ts'
export { voidNotice } from './voided.ts'
