/** What the journal speaks of, in words: for sentences, and for the lists it is searched by. */

/** What is journalled without being a register. */
export const journalLabels: Record<string, string> = {
  notice: '通知',
  task: '任务',
  collection: '报表填报',
  user: '账号',
  claim: '企业账号',
  'api-key': '接口密钥',
  policy: '依据参数',
  'local-definition': '本县自定',
  'grade-rule': '定级规则',
  journal: '留痕',
  session: '登录',
  'sign-in': '登录',
}

export const journalKindNames = [
  'create',
  'update',
  'archive',
  'act',
  'wish',
  'grade',
  'ladder',
  'import',
  'export',
  'duty',
  'refused',
] as const
export type JournalKind = (typeof journalKindNames)[number]

/** Kinds of what is done: `what` is one of these, or begins with one that ends in a colon. */
export const journalKinds: Record<JournalKind, { label: string; what: readonly string[] }> = {
  create: { label: '登记', what: ['create'] },
  update: { label: '修改', what: ['update', 'correct', 'move', 'move-out', 'carry'] },
  archive: { label: '移除、停用和恢复', what: ['archive', 'restore'] },
  act: { label: '办理', what: ['act:'] },
  wish: { label: '企业申请修改', what: ['wish', 'wish-withdraw', 'wish-refuse'] },
  grade: { label: '定级', what: ['propose', 'grade-assess', 'grade-return', 'adopt'] },
  ladder: { label: '逾期升级', what: ['sweep:', 'unsweep:'] },
  import: { label: '导入和撤销', what: ['import', 'undo', 'revert', 'take-back'] },
  export: { label: '导出', what: ['export'] },
  duty: { label: '职责和授权', what: ['add-role', 'end-role', 'add-grant', 'end-grant'] },
  refused: { label: '被拒绝的', what: ['refused:'] },
}
