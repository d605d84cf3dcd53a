import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { Vocabulary } from '../../engine/core/about.ts'
import type { IndicatorDef } from '../../engine/core/definition.ts'
import { parseNotice } from '../../engine/notices/parse.ts'
import { type ParsedItem, proposeBinding, proposeForNotice } from '../../engine/tasks/propose.ts'

/** The right indicator for a duty of a notice, decided by people who had not seen the proposer. */
export interface BindingKey {
  notice: string
  /** id of the duty in the notice's answer key */
  task: string
  /** name of the indicator; null: nothing should be proposed */
  right: string | null
  /** proposing one of these is not plainly wrong: it can be narrowed or widened, or answers the duty's other half */
  also: string[]
  /** why */
  rests: string
}

interface KeyTask {
  id: string
  path: string[]
  evidence: string[]
  deadlines: (Omit<ParsedItem['deadlines'][number], 'date'> & { iso: string })[]
  frequencies: ParsedItem['frequencies']
  targets: ParsedItem['targets']
  population?: string[]
}

interface AnswerKey {
  title: string
  tasks: KeyTask[]
}

interface Proposed {
  text: string
  names: string[]
}

export interface Failure {
  what: 'first' | 'three' | 'wrong'
  notice: string
  text: string
  wanted: string
  proposed: string[]
}

export interface BindingScore {
  /** duties that an indicator answers */
  asked: number
  first: number
  three: number
  /** items for which something is proposed, and those of them for which it is plainly wrong */
  proposed: number
  wrong: number
  failures: Failure[]
}

const squeeze = (text: string) => text.replace(/[\s#*]/g, '')

/** Length of the longest common substring. */
function shared(a: string, b: string): number {
  let best = 0
  const row: number[] = new Array(b.length + 1).fill(0)
  for (let i = 1; i <= a.length; i++) {
    let diagonal = 0
    for (let j = 1; j <= b.length; j++) {
      const up = row[j] ?? 0
      row[j] = a[i - 1] === b[j - 1] ? diagonal + 1 : 0
      best = Math.max(best, row[j] ?? 0)
      diagonal = up
    }
  }
  return best
}

/** How much of a duty's printed words an item holds, in characters. */
function overlap(task: KeyTask, item: ParsedItem): number {
  const text = squeeze(item.text)
  return task.evidence.map(squeeze).reduce((n, e) => {
    const s = shared(e, text)
    return s >= 12 || s >= 0.6 * Math.min(e.length, text.length) ? n + s : n
  }, 0)
}

/**
 * Proposals for a whole notice against its keys. A duty is answered by the item that holds most of its words; an item's
 * proposal is plainly wrong when none of the duties it holds wants or bears it.
 * @param folder holds NOTICE.txt and NOTICE.key.json
 */
export function scoreNotice(
  folder: string,
  notice: string,
  keys: readonly BindingKey[],
  indicators: readonly IndicatorDef[],
  vocabulary: Vocabulary,
): BindingScore {
  const parsed = parseNotice(readFileSync(path.join(folder, `${notice}.txt`), 'utf8'))
  const answer: AnswerKey = JSON.parse(readFileSync(path.join(folder, `${notice}.key.json`), 'utf8'))
  const proposals = new Map<ParsedItem, Proposed>()
  const proposed = proposeForNotice(parsed.items, indicators, vocabulary, parsed.title ?? '')
  for (const [i, item] of parsed.items.entries()) {
    const { indicator, alternatives = [] } = proposed[i] ?? {}
    // nothing first where an indicator is only offered
    const names = [indicator ?? '', ...alternatives].slice(0, 3)
    proposals.set(item, { text: item.text, names })
  }
  const out: BindingScore = { asked: 0, first: 0, three: 0, proposed: 0, wrong: 0, failures: [] }
  const bears = new Map<ParsedItem, Set<string>>()
  for (const key of keys.filter((k) => k.notice === notice)) {
    const task = answer.tasks.find((t) => t.id === key.task)
    if (!task) throw new Error(`${notice} ${key.task}: no such duty in the answer key`)
    const held = parsed.items
      .map((item) => ({ item, n: overlap(task, item) }))
      .filter((x) => x.n > 0)
      .sort((a, b) => b.n - a.n)
    for (const { item } of held) {
      const known = bears.get(item) ?? new Set()
      for (const name of [key.right, ...key.also]) if (name) known.add(name)
      bears.set(item, known)
    }
    if (key.right === null) continue
    out.asked++
    const best = held[0] && proposals.get(held[0].item)
    const names = held.map(({ item }) => proposals.get(item)?.names ?? [])
    const first = names.some((n) => n[0] === key.right)
    const three = names.some((n) => n.includes(key.right ?? ''))
    if (first) out.first++
    if (three) out.three++
    if (!first)
      out.failures.push({
        what: three ? 'first' : 'three',
        notice,
        text: best?.text ?? task.evidence.join('；'),
        wanted: key.right,
        proposed: best?.names ?? [],
      })
  }
  for (const [item, { text, names }] of proposals) {
    const [name] = names
    if (!name) continue
    out.proposed++
    if (bears.get(item)?.has(name)) continue
    out.wrong++
    out.failures.push({
      what: 'wrong',
      notice,
      text,
      wanted: [...(bears.get(item) ?? [])].join('、'),
      proposed: names,
    })
  }
  return out
}

/**
 * The same from the words and facts that the answer keys hold, so that it tells of the proposals alone and not of how
 * the notice was read.
 */
export function scoreKeyed(
  folder: string,
  keys: readonly BindingKey[],
  indicators: readonly IndicatorDef[],
  vocabulary: Vocabulary,
): BindingScore {
  const out: BindingScore = { asked: 0, first: 0, three: 0, proposed: 0, wrong: 0, failures: [] }
  const answers = new Map<string, AnswerKey>()
  for (const key of keys) {
    const file = path.join(folder, `${key.notice}.key.json`)
    const answer: AnswerKey = answers.get(key.notice) ?? JSON.parse(readFileSync(file, 'utf8'))
    answers.set(key.notice, answer)
    const task = answer.tasks.find((t) => t.id === key.task)
    if (!task) throw new Error(`${key.notice} ${key.task}: no such duty in the answer key`)
    const { path: headings, evidence, frequencies, targets, population = [] } = task
    const text = evidence.join('，')
    const deadlines = task.deadlines.map(({ iso, ...d }) => ({ ...d, date: iso }))
    const item = {
      title: '',
      path: headings,
      text,
      deadlines,
      frequencies,
      targets,
      units: [],
      enterprises: population,
    }
    const p = proposeBinding(item, indicators, vocabulary, answer.title)
    const names = [...(p.indicator ? [p.indicator] : []), ...p.alternatives].slice(0, 3)
    const failure = { notice: key.notice, text, wanted: key.right ?? key.also.join('、'), proposed: names }
    if (key.right !== null) {
      out.asked++
      if (names[0] === key.right) out.first++
      else out.failures.push({ what: names.includes(key.right) ? 'first' : 'three', ...failure })
      if (names.includes(key.right)) out.three++
    }
    if (!p.indicator) continue
    out.proposed++
    if (p.indicator === key.right || key.also.includes(p.indicator)) continue
    out.wrong++
    out.failures.push({ what: 'wrong', ...failure })
  }
  return out
}

/** Scores added up. */
export const sumScores = (scores: readonly BindingScore[]): BindingScore =>
  scores.reduce((a, b) => ({
    asked: a.asked + b.asked,
    first: a.first + b.first,
    three: a.three + b.three,
    proposed: a.proposed + b.proposed,
    wrong: a.wrong + b.wrong,
    failures: [...a.failures, ...b.failures],
  }))
