import type { SelfCheckDef } from '../engine/core/definition.ts'

/**
 * 每月自查: the firm walks the points that its own facts ask for; what is wrong becomes a hazard, and the walk is one
 * 带队检查 of its ledger, the quarter's when the chief led it (安全生产法 第二十一条, 第四十一条).
 */
export const selfCheck: SelfCheckDef = {
  label: '每月自查',
  raises: 'hazard',
  record: 'chief-check',
  fields: {
    on: 'checkedOn',
    leader: 'leader',
    inPerson: 'inPerson',
    subject: 'subject',
    found: 'findings',
    points: 'points',
    photos: 'photos',
  },
  /** whose name stands for the chief */
  chief: 'chief',
}
