import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { config } from 'zod'
import { Catalogue } from '../../engine/core/catalogue.ts'
import type { Condition } from '../../engine/core/condition/ast.ts'
import { evaluate, type Values } from '../../engine/core/condition/evaluate.ts'
import type { FieldDef, Fields, PolicyDef, RecordDef } from '../../engine/core/definition.ts'
import { PolicyBook } from '../../engine/core/policy.ts'
import { fieldTypes } from '../../fields/index.ts'
import { get } from '../api/http.ts'
import { asList, useCatalogue } from '../api/queries.ts'
import type { PolicyRow } from '../api/work-types.ts'
import { today } from '../parts/time.ts'

// the page's content policy allows no code made at run time; without this zod tries and the browser complains
config({ jitless: true })

/**
 * The definitions as the engine's own catalogue, in the browser: the same rules check a form, decide `when`
 * and put a condition into words here and on the server. Heavy (all field types): only pages that come by
 * themselves import it.
 */
export function useLexicon(): Catalogue {
  const { records, indicators, gradings } = useCatalogue()
  return useMemo(
    () => new Catalogue({ records, indicators, gradings, policies: [] }, fieldTypes),
    [records, indicators, gradings],
  )
}

export const policyQuery = {
  queryKey: ['policy'],
  queryFn: () => get<PolicyRow[] | { rows: PolicyRow[] }>('/api/policy').then(asList<PolicyRow>('rows')),
  staleTime: 300_000,
  retry: false,
}

/** The numbers of law and notice, to quote in sentences; empty for who may not read them. */
export function usePolicyBook(): PolicyBook {
  const rows = useQuery(policyQuery).data
  return useMemo(
    () =>
      new PolicyBook(
        (rows ?? []).map((r) => ({ ...r, unit: r.unit ?? undefined, to: r.to ?? undefined }) as PolicyDef),
      ),
    [rows],
  )
}

/** Does a condition hold on values being typed? Unknown numbers of law count as held: the server decides. */
export function holdsOn(fields: Fields, condition: Condition, values: Values): boolean {
  const def: RecordDef = {
    kind: 'register',
    name: 'form',
    label: '',
    version: 1,
    basis: [],
    title: Object.keys(fields)[0] ?? '',
    list: [],
    rights: {},
    fields,
  }
  try {
    const catalogue = new Catalogue(
      { records: [def], indicators: [], gradings: [], policies: [] },
      fieldTypes,
    )
    return evaluate(
      condition,
      values,
      {},
      {
        catalogue,
        register: 'form',
        moment: { asOf: today() },
        policies: new PolicyBook([]),
      },
    ).holds
  } catch {
    return true
  }
}

const isEmpty = (v: unknown): boolean =>
  v === null || v === undefined || v === '' || (Array.isArray(v) && v.length === 0)

/** What is wrong with one value, in the words the server would use; nothing when it is right. */
export function complaintOf(def: FieldDef, value: unknown): string | undefined {
  if (isEmpty(value)) {
    if (!def.required) return undefined
    return def.type === 'photos' || def.type === 'files'
      ? `请上传${def.label}`
      : def.options || ['ref', 'area', 'unit', 'flag', 'date'].includes(def.type)
        ? `请选择${def.label}`
        : `请填写${def.label}`
  }
  const read = fieldTypes[def.type]?.schema(def).safeParse(value)
  return read && !read.success ? (read.error.issues[0]?.message ?? `${def.label}填写有误`) : undefined
}

/** A remark that does not block: a check digit that fails. */
export const remarkOf = (def: FieldDef, value: unknown): string | undefined =>
  isEmpty(value) ? undefined : fieldTypes[def.type]?.warn?.(value, def)
