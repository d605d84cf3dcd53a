import { emptyRun, printed, type Run } from './clean.ts'
import { extract, type Figures } from './extract.ts'
import { type ReadContext, readFacts } from './facts.ts'
import { SOFT } from './lexicon.ts'
import type { Comparator, NoticeItem, Quantity } from './model.ts'
import { findPopulations } from './populations.ts'
import type { TableRow } from './tables.ts'
import { titleOf } from './titles.ts'

/** A row of a task table is one duty: the cells say what each part is. */
export function rowItem(
  row: TableRow,
  path: string[],
  context: ReadContext & { source: string },
): NoticeItem {
  const { source } = context
  const cells = row.columns.filter((c) => c.run.text !== '')
  const said = cells.filter((c) => c.kind === 'task' || c.kind === 'measure' || c.kind === 'other')
  const all: Figures = { deadlines: [], frequencies: [], targets: [], conditions: [] }
  const unit =
    cells.find((c) => c.kind === 'unit')?.run.text ||
    row.unit ||
    (cells.flatMap((c) => (c.kind === 'task' ? (IN_BRACKETS.exec(c.run.text)?.[1] ?? []) : []))[0] ?? '')
  for (const cell of cells) {
    if (!READ.has(cell.kind)) continue
    const bare = cell.kind === 'measure' ? bareValue(cell.run, unit, source) : null
    if (bare) {
      all.targets.push(bare)
      continue
    }
    const part = extract(
      cell.run,
      readFacts(cell.run.text, { ...context, isTerm: cell.kind === 'deadline' }),
      { start: 0, end: cell.run.text.length },
      source,
    )
    if (cell.kind !== 'deadline') {
      all.targets.push(...part.targets)
      all.conditions.push(...part.conditions)
    }
    all.deadlines.push(...part.deadlines)
    all.frequencies.push(...part.frequencies)
  }
  const own = cells.filter((c) => c.own)
  const ownSaid = said.filter((c) => c.own && !isBare(c.run))
  const first = (own.find((c) => said.includes(c)) ?? own[0] ?? cells[0])?.run ?? emptyRun()
  const last = (own.at(-1) ?? cells.at(-1))?.run ?? first
  const words = (run: Run) => printed(source, run).replace(/\s*\n\s*/g, '；')
  const text = said.map((c) => words(c.run) + (c.kind === 'measure' && isBare(c.run) ? unit : '')).join('；')
  return {
    id: '',
    kind: 'task',
    // a task over several rows is named by what the row itself says
    title: rowTitle((ownSaid.length > 0 ? ownSaid : said).map((c) => c.run.text)),
    path: [...path, ...row.group],
    text,
    offset: { start: first.at[0] ?? 0, end: (last.at[last.at.length - 1] ?? 0) + 1 },
    ...all,
    units: [...new Set(cells.filter((c) => c.kind === 'units').flatMap((c) => bodies(words(c.run))))],
    enterprises: findPopulations(text),
    soft: SOFT.test(text),
  }
}

/** The first cell says what is to be done, if it is short enough; a sentence is shortened as in prose. */
function rowTitle(texts: readonly string[]): string {
  const [first = ''] = (texts[0] ?? '').split(/[，。；]/)
  return first.length >= 4 && first.length <= 32 ? first : titleOf(texts.join('，'))
}

/** Columns whose words may state dates and figures. What was (baseline) and remarks never do. */
const READ = new Set(['task', 'measure', 'deadline', 'other'])

/** "隐患整改率（%）": the unit behind the name. */
const IN_BRACKETS = /（([%‰\u4e00-\u9fff]{1,3})）$/

/** "县应急局、各乡镇（街道）" is two bodies; what stands in brackets stays with its own. */
const bodies = (text: string): string[] =>
  text
    .split(/[、，,；;\s/]+(?![^（(]*[）)])/)
    .map((part) => part.trim())
    .filter((part) => part !== '')

const BARE =
  /^(≥|≤|>=|<=|>|<|＞|＜|不低于|不少于|至少|不高于|不超过|不多于|控制在)?(\d+(?:\.\d+)?)(以上|以下|以内)?$/
const SIGNS: Record<string, Comparator> = {
  '≥': '>=',
  '>=': '>=',
  不低于: '>=',
  不少于: '>=',
  至少: '>=',
  以上: '>=',
  '≤': '<=',
  '<=': '<=',
  不高于: '<=',
  不超过: '<=',
  不多于: '<=',
  控制在: '<=',
  以下: '<=',
  以内: '<=',
  '>': '>',
  '＞': '>',
  '<': '<',
  '＜': '<',
}

const isBare = (run: Run): boolean => BARE.test(run.text)

/** A number alone in its cell: its unit stands in the unit column or in the heading. */
function bareValue(run: Run, unit: string, source: string): Quantity | null {
  const hit = BARE.exec(run.text)
  // a number of nothing: points, a running number, a share of the table
  if (!hit || unit === '') return null
  return {
    text: printed(source, run),
    value: Number(hit[2]),
    unit: unit === '％' ? '%' : unit,
    comparator: SIGNS[hit[1] ?? hit[3] ?? ''] ?? '=',
    offset: { start: run.at[0] ?? 0, end: (run.at[run.at.length - 1] ?? 0) + 1 },
  }
}
