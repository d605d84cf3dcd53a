import { emptyRun, printed } from './clean.ts'
import { extract, type Figures } from './extract.ts'
import { readFacts } from './facts.ts'
import { SOFT } from './lexicon.ts'
import type { NoticeItem } from './model.ts'
import { findPopulations } from './populations.ts'
import type { TableRow } from './tables.ts'
import { titleOf } from './titles.ts'

/** A row of a task table is one duty: the cells say what each part is. */
export function rowItem(
  row: TableRow,
  path: string[],
  context: { source: string; year: number | null },
): NoticeItem {
  const { source } = context
  const cells = row.columns.filter((c) => c.run.text !== '')
  const said = cells.filter((c) => c.kind === 'task' || c.kind === 'measure' || c.kind === 'other')
  const all: Figures = { deadlines: [], frequencies: [], targets: [], conditions: [] }
  for (const cell of cells) {
    if (cell.kind === 'number' || cell.kind === 'units') continue
    const part = extract(
      cell.run,
      readFacts(cell.run.text, context.year, cell.kind === 'deadline'),
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
  const run = (said[0] ?? cells[0])?.run ?? emptyRun()
  const last = cells[cells.length - 1]?.run ?? run
  const text = said.map((c) => printed(source, c.run)).join('；')
  const units = cells.filter((c) => c.kind === 'units').map((c) => printed(source, c.run))
  return {
    id: '',
    kind: 'task',
    title: titleOf(said.map((c) => c.run.text).join('，')),
    path,
    text,
    offset: { start: run.at[0] ?? 0, end: (last.at[last.at.length - 1] ?? 0) + 1 },
    ...all,
    units,
    enterprises: findPopulations(text),
    soft: SOFT.test(text),
  }
}
