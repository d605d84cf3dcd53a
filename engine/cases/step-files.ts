import type { Actor } from '../access/actor.ts'
import type { Json } from '../core/condition/ast.ts'
import type { LoopDef } from '../core/definition.ts'
import { countingFacts } from '../core/loop.ts'
import { getRow } from '../store/rows.ts'
import type { Services } from '../store/services.ts'
import { readFacts } from './act.ts'

/** Files that a step of a case brought, so that before and after can stand side by side. */
export interface StepFiles {
  /** the day it happened, YYYY-MM-DD */
  on: string
  /** label of the step, and of the field of its form */
  step: string
  label: string
  type: 'photos' | 'files'
  /** as the store kept them: id, name, media type, and of a photo when and where it was taken */
  files: Json[]
}

/** Photos and papers of the steps of a case that stand, in order; those of its report stand in the record. */
export async function stepFiles(s: Services, actor: Actor, loop: LoopDef, id: string): Promise<StepFiles[]> {
  const row = await getRow(s, s.db, actor, loop, id)
  const def = row.loopVersion === loop.version ? loop : await s.loopVersion(loop.name, row.loopVersion ?? 1)
  return countingFacts(await readFacts(s.db, id)).flatMap((fact) => {
    const { label: step = '', form = {} } = def.actions[fact.action] ?? {}
    return Object.entries(form).flatMap(([field, { type, label }]): StepFiles[] => {
      const files = fact.form[field]
      if ((type !== 'photos' && type !== 'files') || !Array.isArray(files) || files.length === 0) return []
      return [{ on: fact.happenedOn, step, label, type, files }]
    })
  })
}
