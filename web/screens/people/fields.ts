import { useMemo } from 'react'
import type { Condition } from '../../../engine/core/condition/ast.ts'
import type { Fields, RecordDef } from '../../../engine/core/definition.ts'
import { useFieldServices } from '../../../fields/ui-kit.tsx'
import { useCatalogue, useMe } from '../../api/queries.ts'
import type { DraftValues } from '../../register/use-draft.ts'

const role = (...names: string[]): Condition => ({ field: 'role', op: 'in', to: { value: names } })
const by = (...names: string[]): Condition => ({ field: 'by', op: 'in', to: { value: names } })
const officers = ['county-officer', 'town-officer']

/**
 * Fields of a role and its ground; those of the ground follow the role.
 * @param firm the account is of an enterprise (true), of an officer (false), or not made yet
 */
export function useDutyFields(firm?: boolean): Fields {
  const { areas, units } = useFieldServices()
  const { byName, roles } = useCatalogue()
  const county = useMe().home.code.slice(0, 6)
  return useMemo(() => {
    const enterprise = byName.get('enterprise')
    const sectors = enterprise?.fields[enterprise.scope?.sector ?? '']?.options ?? []
    const towns = areas.filter((a) => a.value.length === 9)
    const names =
      firm === true
        ? ['enterprise-officer']
        : [
            'county-admin',
            'system-admin',
            'business-admin',
            'auditor',
            ...officers,
            ...(firm === undefined ? ['enterprise-officer'] : []),
          ]
    return {
      role: {
        type: 'choice',
        label: '角色',
        required: true,
        options: names.map((v) => ({ value: v, label: roles[v as 'integration'] ?? v })),
      },
      by: {
        type: 'choice',
        label: '范围按什么定',
        required: true,
        options: [
          { value: 'area', label: '地区' },
          { value: 'unit', label: '监管单位' },
          { value: 'sector', label: '行业' },
        ],
        when: role(...officers),
      },
      area: {
        type: 'choice',
        label: '乡镇',
        required: true,
        options: towns,
        when: { all: [role('town-officer'), by('area', 'sector')] },
      },
      sector: {
        type: 'choice',
        label: '行业',
        required: true,
        options: sectors,
        help: '只看这个行业的企业和它们的记录',
        when: { all: [role(...officers), by('sector')] },
      },
      town: {
        type: 'choice',
        label: '限于乡镇',
        options: towns,
        help: '不选为全县',
        when: { all: [role('county-officer'), by('sector')] },
      },
      unit: {
        type: 'choice',
        label: '监管单位',
        required: true,
        options: units.filter((u) => u.value.startsWith(county)),
        help: '包括它的下级单位所监管的企业',
        when: { all: [role(...officers), by('unit')] },
      },
      organisation: {
        type: 'ref',
        to: 'enterprise',
        label: '所在企业',
        required: true,
        help: '没有的先在企业台账里登记',
        when: role('enterprise-officer'),
      },
    } satisfies Fields
  }, [areas, units, byName, roles, county, firm])
}

/** What the form says, as the API takes it: a county's role stands on the whole county. */
export function dutyBody({ town, ...v }: DraftValues, county: string): DraftValues {
  if (v.area || v.by === 'unit' || v.role === 'enterprise-officer') return v
  return { ...v, area: town ?? county }
}

/** Where the ground of a new role begins. */
export const dutyStart = { by: 'area' }

/** Fields of a grant on one record: one look-up for each register that can be chosen. */
export function useGrantFields(): Fields {
  const { records } = useCatalogue()
  const me = useMe()
  return useMemo(() => {
    const may = (d: RecordDef) =>
      me.rights[d.name]?.read &&
      (d.kind === 'loop' || !d.of) &&
      officers.some((r) => d.rights[r as 'county-officer'])
    const open = records.filter(may)
    return {
      register: {
        type: 'choice',
        label: '哪一类',
        required: true,
        options: open.map((d) => ({ value: d.name, label: d.label })),
      },
      ...Object.fromEntries(
        open.map((d) => [
          `record_${d.name}`,
          {
            type: 'ref',
            to: d.name,
            label: d.label,
            required: true,
            when: { field: 'register', op: 'is', to: { value: d.name } } as Condition,
          },
        ]),
      ),
      from: { type: 'date', label: '第一天', help: '不填从今天起' },
      to: { type: 'date', label: '最后一天', required: true },
      act: { type: 'flag', label: '可以办理', help: '不选只能查看' },
      reason: { type: 'text', label: '事由', length: 200, help: '如：联合检查、工作交接' },
    } satisfies Fields
  }, [records, me])
}

export const grantBody = (v: DraftValues): DraftValues =>
  Object.fromEntries(
    Object.entries(v).map(([name, value]) => [name.startsWith('record_') ? 'record' : name, value]),
  )
