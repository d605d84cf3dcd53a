import { queryOptions } from '@tanstack/react-query'
import type { Condition } from '../../../engine/core/condition/ast.ts'
import type { IndicatorDef } from '../../../engine/core/definition.ts'
import type { PopulationDef } from '../../../engine/core/population.ts'
import { get, patch, post } from '../../api/http.ts'
import { client } from '../../api/queries.ts'
import type { AcceptPreview } from '../../api/work-types.ts'

/** What a person says of an indicator or a population of the county's own. */
export interface LocalInput {
  kind: 'indicator' | 'population'
  label: string
  basis: string
  register: string
  where?: Condition
  met?: Condition
  measure?: 'share' | 'count'
  unit?: string
}

export interface LocalDefinition {
  name: string
  version: number
  kind: LocalInput['kind']
  label: string
  basis: string[]
  register: string
  words: string
  body: IndicatorDef | PopulationDef
  reason: string | null
  createdByName: string
  retiredAt: string | null
  retireReason: string | null
}

export type LocalPreview = { words: string } & NonNullable<AcceptPreview['figure']> &
  Pick<AcceptPreview, 'towns'>

const path = '/api/local-definitions'

export const localQuery = queryOptions({
  queryKey: ['local-definitions'],
  queryFn: () => get<LocalDefinition[]>(path),
})

/** The definitions that screens are drawn from, and what counts by them, are read anew. */
const settled = () =>
  Promise.all(
    ['definitions', 'local-definitions', 'policy', 'tasks', 'preview'].map((key) =>
      client.invalidateQueries({ queryKey: [key] }),
    ),
  )

export const previewLocal = (input: LocalInput) => post<LocalPreview>(`${path}/preview`, input)

export async function saveLocal(
  input: LocalInput,
  of?: Pick<LocalDefinition, 'name' | 'version'> & { reason: string },
): Promise<LocalDefinition> {
  const saved = of
    ? await patch<LocalDefinition>(
        `${path}/${of.name}`,
        { definition: input, reason: of.reason },
        { ifMatch: of.version },
      )
    : await post<LocalDefinition>(path, input)
  await settled()
  return saved
}

export async function retireLocal(name: string, reason: string): Promise<void> {
  await post(`${path}/${name}/retire`, { reason })
  await settled()
}
