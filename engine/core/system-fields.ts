import type { FieldDef, RecordDef } from './definition.ts'
import { bare } from './naming.ts'

/** Values every record carries besides its fields; conditions, lists and sorting may use them by these names. */
export const systemFields: Record<string, FieldDef & { column: string }> = {
  id: { type: 'ref', label: '编号', column: 'id' },
  area: { type: 'area', label: '所在地', column: 'area' },
  county: { type: 'area', label: '县', column: 'county' },
  town: { type: 'area', label: '乡镇', column: 'town' },
  unit: { type: 'unit', label: '监管单位', column: 'unit' },
  sector: { type: 'text', label: '行业', column: 'sector' },
  organisation: { type: 'ref', to: 'enterprise', label: '所属企业', column: 'organisation' },
  proof: { type: 'number', label: '可信程度', column: 'proof' },
  happenedOn: { type: 'date', label: '发生日期', column: 'happened_on' },
  recordedAt: { type: 'time', label: '登记时间', column: 'recorded_at' },
  updatedAt: { type: 'time', label: '更新时间', column: 'updated_at' },
}

const loopFields: typeof systemFields = {
  state: { type: 'text', label: '状态', column: 'state' },
  track: { type: 'text', label: '流程', column: 'track' },
  stateSince: { type: 'time', label: '进入状态时间', column: 'state_since' },
}

const gradeFields: typeof systemFields = {
  proposedLevel: { type: 'text', label: '建议等级', column: 'proposed_level' },
  adoptedLevel: { type: 'text', label: '评定等级', column: 'adopted_level' },
}

/** System fields of one register, with the options its definition gives them. */
export function systemFieldsOf(def: RecordDef): Record<string, FieldDef & { column: string }> {
  const out: typeof systemFields = bare({ ...systemFields })
  if (def.kind === 'loop') {
    const options = Object.entries(def.states).map(([value, s]) => ({ value, label: s.label }))
    out.state = { ...loopFields.state!, type: 'choice', options }
    const tracks = Object.entries(def.tracks ?? {}).map(([value, t]) => ({ value, label: t.label }))
    out.track = { ...loopFields.track!, type: 'choice', options: tracks }
    out.stateSince = loopFields.stateSince!
  }
  if (def.kind === 'register' && def.graded) {
    const options = ['重大', '较大', '一般', '低'].map((v) => ({ value: v, label: `${v}风险` }))
    out.proposedLevel = { ...gradeFields.proposedLevel!, type: 'choice', options }
    out.adoptedLevel = { ...gradeFields.adoptedLevel!, type: 'choice', options }
  }
  return out
}
