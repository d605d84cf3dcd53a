import {
  bulkLabels,
  type Doing,
  isShared,
  whyAlone,
  whyAloneCase,
  whyOpenStays,
} from '../../../engine/core/bulk.ts'
import { mayWait } from '../../../engine/core/deciding.ts'
import type { ActionDef, Fields, LoopDef, RecordDef } from '../../../engine/core/definition.ts'
import type { Me, Row } from '../../api/types.ts'
import { confirms } from '../../app/nav.tsx'
import { writableFields } from '../writable.ts'

/** One thing that may be done with the rows that were chosen. */
export interface Offer {
  key: string
  label: string
  doing: Doing
  /** the same for all of them */
  fields: Fields
  /** of the rows that have been read, how many it looks possible for */
  fits: number
  effect?: string | undefined
  basis?: string[] | undefined
}

const why = (label: string): Fields => ({
  reason: { type: 'text', label, required: true, multiline: true, length: 200 },
})

const fitsCase = (def: LoopDef, a: ActionDef, row: Row): boolean =>
  !row.archivedAt &&
  a.from.includes(row.state ?? '') &&
  (!a.tracks || a.tracks.includes(row.track ?? '')) &&
  !whyAloneCase(def, row)

/** Actions of a loop that this reader's role does and that are no judgement of each case by itself. */
function actionsOf(def: LoopDef, me: Me, rows: readonly Row[]): Offer[] {
  const roles = new Set<string>(me.roles.map((r) => r.role))
  return Object.entries(def.actions)
    .filter(([id, a]) => a.by.some((r) => roles.has(r)) && !whyAlone(def, id))
    .map(([id, a]) => ({
      key: id,
      label: a.label,
      doing: { do: 'act' as const, action: id },
      fields: a.form ?? {},
      fits: rows.filter((r) => fitsCase(def, a, r)).length,
      effect: a.effect,
      basis: a.basis,
    }))
}

/** Why what this reader's role does with cases like these is not done with many at once, a sentence each. */
export function heldBack(def: RecordDef, me: Me, rows: readonly Row[]): string[] {
  if (def.kind !== 'loop') return []
  const roles = new Set<string>(me.roles.map((r) => r.role))
  const whys = Object.entries(def.actions).flatMap(([id, a]) => {
    if (!a.by.some((r) => roles.has(r))) return []
    const here = rows.filter(
      (r) =>
        !r.archivedAt && a.from.includes(r.state ?? '') && (!a.tracks || a.tracks.includes(r.track ?? '')),
    )
    if (here.length === 0) return []
    return whyAlone(def, id) ?? here.map((r) => whyAloneCase(def, r)).find(Boolean) ?? []
  })
  return [...new Set(whys)]
}

/** What may be done with these rows; the server looks at each of them and has the last word. */
export function offersOf(def: RecordDef, me: Me, rows: readonly Row[]): Offer[] {
  const right = me.rights[def.name] ?? {}
  const live = rows.filter((r) => !r.archivedAt)
  const out: Offer[] = def.kind === 'loop' ? actionsOf(def, me, rows) : []
  const officer = me.roles.some((r) => r.role !== 'enterprise-officer')
  if (def.kind === 'register' && right.update && confirms(me) && mayWait(def))
    out.push({
      key: 'confirm',
      label: bulkLabels.confirm,
      doing: { do: 'confirm' },
      fields: { reason: { type: 'text', label: '怎样核实的', length: 200 } },
      fits: live.length,
      effect: '这些记录里等待核实的改动按企业提出的内容写入，从此计入。',
    })
  if (def.kind === 'register' && right.update && officer)
    out.push({
      key: 'verify',
      label: bulkLabels.verify,
      doing: { do: 'verify' },
      fields: why('怎样核实的，如：6 月 3 日现场查看'),
      fits: live.filter((r) => r.proof < 3).length,
      effect: '可信程度改为“已核实”。',
    })
  if (right.archive) {
    out.push({
      key: 'archive',
      label: bulkLabels.archive,
      doing: { do: 'archive' },
      fields: why('归档理由，如：企业已搬迁出县'),
      fits: live.filter((r) => def.kind !== 'loop' || !whyOpenStays(def, r)).length,
      effect: '不再计入台账和指标，留痕保留，可以恢复。',
    })
    out.push({
      key: 'restore',
      label: bulkLabels.restore,
      doing: { do: 'restore' },
      fields: {},
      fits: rows.length - live.length,
      effect: '重新计入台账和指标。',
    })
  }
  return out.filter((o) => o.fits > 0)
}

/** Fields that many records may be given one value of, as offers. */
export function settersOf(def: RecordDef, me: Me, rows: readonly Row[]): Offer[] {
  if (!me.rights[def.name]?.update) return []
  const live = rows.filter((r) => !r.archivedAt).length
  if (live === 0) return []
  return Object.entries(writableFields(def, me, true))
    .filter(([name, f]) => isShared(def, name, f))
    .map(([name, f]) => {
      const { when: _, ...field } = f
      return {
        key: `set-${name}`,
        label: `改“${f.label}”`,
        doing: { do: 'set' as const, field: name },
        fields: {
          [name]: { ...field, required: true },
          reason: { type: 'text', label: '为什么这样改', length: 200, required: def.stands === true },
        },
        fits: live,
      }
    })
}
