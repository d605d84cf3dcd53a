import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readFacts } from '../../engine/notices/facts.ts'
import type { NoticeItem } from '../../engine/notices/model.ts'
import type { PaperKind } from '../../engine/notices/papers.ts'
import { parseNotice } from '../../engine/notices/parse.ts'

const folder = (name: string) => join(import.meta.dirname, name)
const read = <T>(file: string): T => JSON.parse(readFileSync(file, 'utf8'))

/** A fact as written in a key or as read; the words it rests on and what it says. */
interface Fact {
  text: string
  date?: string
  iso?: string
  period?: string | null
  times?: number | null
  value?: number | [number, number]
  unit?: string
  /** found or not, both are right */
  inferred?: boolean
  recurring?: boolean
  granularity?: string
  all?: string[]
  also?: (string | { value: number; unit: string })[]
}
export const kinds = ['deadlines', 'frequencies', 'targets'] as const
type Kind = (typeof kinds)[number]
type Facts = Record<Kind, Fact[]>

interface Sentence {
  id: string
  sentence: string
  signed: string
  year: number | null
  paper: PaperKind | 'plan' | 'table'
  mood: string
  facts: Partial<Facts>
}
/** With tasks, or of the whole text: papers of `whole` were written to be read unseen and have facts alone. */
interface Key extends Partial<Facts> {
  tasks?: Partial<Facts>[]
  traps: (string | { text: string })[]
}

export interface Count {
  hit: number
  missed: number
  extra: number
  trapped: number
}
export interface Measured {
  sentences: Count & { mood: number; of: number }
  /** papers with their tasks, and papers whose keys are of the whole text */
  papers: { truth: Record<string, Count>; whole: Record<string, Count> }
  failures: string[]
}

const none = (): Count => ({ hit: 0, missed: 0, extra: 0, trapped: 0 })
/** Harmonic mean of precision and recall. */
export const f1 = ({ hit, missed, extra }: Count): number =>
  hit + missed + extra === 0 ? 1 : (2 * hit) / (2 * hit + missed + extra)

const plain = (text: string): string => text.replace(/\s/g, '')
/** Phrases touch when one holds the other or they share a stretch of three characters. */
function touches(a: string, b: string): boolean {
  const [short = '', long = ''] = [plain(a), plain(b)].sort((x, y) => x.length - y.length)
  if (long.includes(short)) return true
  for (let i = 0; i + 3 <= short.length; i++) if (long.includes(short.slice(i, i + 3))) return true
  return false
}

const soft = (kind: Kind, want: Fact): boolean =>
  want.inferred === true ||
  want.recurring === true ||
  want.granularity === 'year' ||
  (kind === 'frequencies' && !want.period)

function says(kind: Kind, want: Fact, got: Fact): boolean {
  if (kind === 'deadlines') {
    const days = [want.iso ?? want.date, ...(want.all ?? []), ...(want.also ?? [])]
    return want.recurring === true || days.includes(got.date ?? '')
  }
  if (kind === 'frequencies')
    return (
      (got.period === want.period && (got.times ?? null) === (want.times ?? null)) ||
      (want.also ?? []).includes(got.period ?? '')
    )
  const same = (w: { value?: Fact['value']; unit?: string }) =>
    JSON.stringify(w.value) === JSON.stringify(got.value) && (w.unit ?? '') === (got.unit ?? '')
  return same(want) || (want.also ?? []).some((w) => typeof w === 'object' && same(w))
}

/** Counts what was found, missed and read too much; words of traps that were read count as trapped as well. */
function compare(
  want: Partial<Facts>,
  got: Facts,
  traps: readonly string[],
  fail: (words: string) => void,
): Count {
  const count = none()
  for (const kind of kinds) {
    const left = [...got[kind]]
    for (const w of want[kind] ?? []) {
      const n = left.findIndex((g) => says(kind, w, g) && touches(w.text, g.text))
      if (n >= 0) {
        left.splice(n, 1)
        count.hit++
      } else if (!soft(kind, w)) {
        count.missed++
        fail(`没有读出 ${kind}：${w.text}`)
      }
    }
    for (const g of left) {
      count.extra++
      const trap = traps.find((t) => plain(t).includes(plain(g.text)))
      if (trap) count.trapped++
      fail(`${trap ? '误读' : '多读'} ${kind}：${g.text} → ${g.date ?? g.period ?? `${g.value}${g.unit}`}`)
    }
  }
  return count
}

function sentence(s: Sentence, fail: (words: string) => void): { count: Count; mood: boolean } {
  const text = plain(s.sentence).replace(/[０-９]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0xfee0))
  const found = readFacts(text, {
    year: s.year ?? Number(s.signed.slice(0, 4)),
    yearFrom: s.year ? 'title' : 'signature',
    signed: s.signed,
    paper: s.paper === 'plan' || s.paper === 'table' ? 'notice' : s.paper,
    demanding: s.paper === 'bulletin' && s.mood === 'duty',
  })
  const words = ({ start, end }: { start: number; end: number }) => text.slice(start, end)
  const got: Facts = {
    deadlines: found.times.map((t) => ({ text: words(t), date: t.date })),
    frequencies: found.recurrences.map((r) => ({ ...r, text: words(r) })),
    targets: found.amounts.filter((a) => a.role === 'target').map((a) => ({ ...a, text: words(a) })),
  }
  const count = compare(s.facts, got, [], (w) => fail(`${s.sentence}  ${w}`))
  const duty = found.moods.some((m) => m.mood === 'duty')
  const right = s.mood === 'aim' || duty === (s.mood === 'duty')
  if (!right) fail(`${s.sentence}  语气：应为 ${s.mood}`)
  return { count, mood: right }
}

const add = (into: Count, more: Count): void => {
  for (const k of ['hit', 'missed', 'extra', 'trapped'] as const) into[k] += more[k]
}

/** Reads every sentence and paper of the truth files and compares; pure, about a second. */
export function measure(): Measured {
  const failures: string[] = []
  const sentences = { ...none(), mood: 0, of: 0 }
  for (const s of read<Sentence[]>(join(folder('truth'), 'sentences.json'))) {
    const { count, mood } = sentence(s, (words) => failures.push(words))
    add(sentences, count)
    sentences.of++
    if (mood) sentences.mood++
  }
  const papers = { truth: readPapers('truth', failures), whole: readPapers('whole', failures) }
  return { sentences, papers, failures }
}

/** Every paper of a folder against its key. */
function readPapers(name: string, failures: string[]): Record<string, Count> {
  const papers: Record<string, Count> = {}
  for (const file of readdirSync(folder(name)).filter((f) => f.endsWith('.key.json'))) {
    const paper = file.slice(0, -'.key.json'.length)
    const key = read<Key>(join(folder(name), file))
    const { items } = parseNotice(readFileSync(join(folder(name), `${paper}.txt`), 'utf8'))
    const all = <T>(of: (i: NoticeItem) => readonly T[]) => items.flatMap((i) => [...of(i)])
    const got: Facts = {
      deadlines: all((i) => i.deadlines),
      frequencies: all((i) => i.frequencies),
      targets: all((i) => i.targets),
    }
    const want = Object.fromEntries(kinds.map((k) => [k, (key.tasks ?? [key]).flatMap((t) => t[k] ?? [])]))
    const traps = key.traps.map((t) => (typeof t === 'string' ? t : t.text))
    papers[paper] = compare(want, got, traps, (words) => failures.push(`${paper}  ${words}`))
  }
  return papers
}

/** The counts of several papers together. */
export function pooled(papers: Record<string, Count>): Count {
  const sum = none()
  for (const count of Object.values(papers)) add(sum, count)
  return sum
}

const NUMBERED =
  /(?:\d{1,2}|[一二三四五六七八九十]{1,2})月(?:\d|底|末|[上中下]旬|前)|\d+(?:\.\d+)?%|每(?:年|月|季|周|半年)/g
/** signature, printing, and the rows of a table of what was */
const NO_SENTENCE =
  /(?:^|[\s　])20\d\d年\d{1,2}月\d{1,2}日(?:印发)?$|填报日期|^\S{2,8}(?:[\s　]+\d+){2,}[\s　]+[\d.]+%$/

/** Lines with a date, a share or a rhythm that stand in no item and are not set aside either. */
export function lost(): string[] {
  return ['truth', 'whole'].flatMap((name) =>
    readdirSync(folder(name))
      .filter((f) => f.endsWith('.txt'))
      .flatMap((file) => {
        const text = readFileSync(join(folder(name), file), 'utf8')
        const { items, left } = parseNotice(text)
        const listed = [...items, ...left].map((i) => i.offset)
        let at = 0
        return text.split('\n').flatMap((line) => {
          const from = at
          at += line.length + 1
          const missing = [...line.matchAll(NUMBERED)].filter(
            (hit) => !listed.some((o) => from + hit.index >= o.start && from + hit.index < o.end),
          )
          return missing.length > 0 && !NO_SENTENCE.test(line.trim()) ? [`${file}  ${line.trim()}`] : []
        })
      }),
  )
}
