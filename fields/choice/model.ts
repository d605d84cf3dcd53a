import { z } from 'zod'
import type { FieldDef, Option } from '../../engine/core/definition.ts'
import type { FieldType } from '../../engine/core/field-type.ts'
import { isEmpty, quote } from '../cells.ts'
import { Field, options } from '../field.ts'
import { readFlag } from '../normal/flags.ts'
import { tickedWord, type Word, Words } from '../normal/words.ts'

const known = new WeakMap<FieldDef, Words<Option>>()

/** The words of a field's options; made once a field, because imports ask for every cell. */
function wordsOf(def: FieldDef): Words<Option> {
  let words = known.get(def)
  if (!words) {
    const all = def.options ?? []
    // values and labels go before what ledgers call them
    words = new Words([
      ...all.map((o) => [o, [o.value, o.label]] as const),
      ...all.map((o) => [o, o.synonyms ?? []] as const),
    ])
    known.set(def, words)
  }
  return words
}

/** The option a text is: its value, its label or a listed synonym, with a remark in brackets or a single ticked box. */
export function optionOf(text: string, def: FieldDef): Word<Option> | undefined {
  const words = wordsOf(def)
  const found = words.read(text)
  if (found) return found
  const word = tickedWord(text)
  return word === undefined ? undefined : words.read(word)
}

/** 是 under 是否规上 is 规上; 否 is the other option where there are two. */
function answered(text: string, heading: string | undefined, def: FieldDef): Option | undefined {
  const asked = /^(?:是否|是不是|是否为|是否属于)(.+)$/.exec((heading ?? '').replace(/\s/g, ''))?.[1]
  const about = asked && wordsOf(def).exact(asked)
  if (!about) return undefined
  const answer = readFlag(text)
  if (!answer.ok || answer.warnings.length > 0) return undefined
  const all = def.options ?? []
  if (answer.value) return about
  return answer.value === false && all.length === 2 ? all.find((o) => o !== about) : undefined
}

export const listed = (def: FieldDef): string =>
  (def.options ?? [])
    .slice(0, 12)
    .map((o) => o.label)
    .join('、')

export const type: FieldType<string> = {
  name: 'choice',
  shape: 'text',
  sqlType: () => 'text',
  schema: (def) =>
    z.string({ error: `请选择${def.label}` }).refine((v) => (def.options ?? []).some((o) => o.value === v), {
      error: `请从中选择：${listed(def)}`,
    }),
  jsonSchema: (def) => ({ type: 'string', enum: (def.options ?? []).map((o) => o.value) }),
  fromCell(cell, def) {
    if (isEmpty(cell)) return { value: null }
    const found = optionOf(cell.text, def)
    if (found)
      return {
        value: found.value.value,
        why: `“${found.value.label}”的另一种写法`,
        ...(found.remark && { remark: found.remark }),
      }
    const said = answered(cell.text, cell.heading, def)
    return said
      ? { value: said.value, why: `“${cell.heading}”一列的回答` }
      : { error: `${def.label}没有${quote(cell.text.trim())}，请改为：${listed(def)}` }
  },
  toText: (value, def) => def.options?.find((o) => o.value === value)?.label ?? value,
  ops: ['is', 'isNot', 'in', 'notIn', 'empty', 'notEmpty'],
}

/** One of a closed list. Values are what is stored and compared; a plain string is both value and label. */
export const choice = (label: string, of: readonly (string | Option)[]): Field =>
  new Field({ type: 'choice', label, options: options(of) })
