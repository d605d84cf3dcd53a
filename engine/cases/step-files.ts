import type { Actor } from '../access/actor.ts'
import { reaches } from '../access/scope.ts'
import type { Json } from '../core/condition/ast.ts'
import type { LoopDef } from '../core/definition.ts'
import { countingFacts } from '../core/loop.ts'
import { isPersonal } from '../core/personal.ts'
import { mask } from '../store/mask.ts'
import { getRow, scopeOf } from '../store/rows.ts'
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

/** What a step of a case was told in words and nowhere else: 整改情况, 复查意见. */
export interface StepWords {
  on: string
  step: string
  label: string
  text: string
}

/** Files, and links to other records, are shown in their own ways. */
const notWords = new Set(['photos', 'files', 'ref', 'area', 'unit', 'place'])

/** The steps of a case that stand, in order, each with its action in the version the case runs by. */
async function stepsOf(s: Services, actor: Actor, loop: LoopDef, id: string) {
  const row = await getRow(s, s.db, actor, loop, id)
  const def = row.loopVersion === loop.version ? loop : await s.loopVersion(loop.name, row.loopVersion ?? 1)
  const steps = countingFacts(await readFacts(s.db, id)).flatMap((fact) => {
    const action = def.actions[fact.action]
    return action ? [{ fact, action }] : []
  })
  return { row, steps }
}

/**
 * Words of the steps of a case that stand, in order; what a step writes into the case itself stands there. Personal
 * content is masked for who only looks.
 */
export async function stepWords(s: Services, actor: Actor, loop: LoopDef, id: string): Promise<StepWords[]> {
  const { row, steps } = await stepsOf(s, actor, loop, id)
  const keeps = reaches(scopeOf(s, actor, loop, 'write'), row)
  return steps.flatMap(({ fact, action: { label: step, form = {}, sets = {} } }) => {
    const written = new Set(Object.values(sets))
    return Object.entries(form).flatMap(([field, f]): StepWords[] => {
      const value = fact.form[field]
      if (written.has(field) || notWords.has(f.type) || value === null || value === undefined) return []
      const text = s.catalogue.fieldType(f).toText(value, f, { areaName: String, refTitle: (_, to) => to })
      const shown = keeps || !isPersonal(f) ? text : mask(text, f)
      return [{ on: fact.happenedOn, step, label: f.label, text: shown }]
    })
  })
}

/** Photos and papers of the steps of a case that stand, in order; those of its report stand in the record. */
export async function stepFiles(s: Services, actor: Actor, loop: LoopDef, id: string): Promise<StepFiles[]> {
  const { steps } = await stepsOf(s, actor, loop, id)
  return steps.flatMap(({ fact, action: { label: step, form = {} } }) =>
    Object.entries(form).flatMap(([field, { type, label }]): StepFiles[] => {
      const files = fact.form[field]
      if ((type !== 'photos' && type !== 'files') || !Array.isArray(files) || files.length === 0) return []
      return [{ on: fact.happenedOn, step, label, type, files }]
    }),
  )
}
