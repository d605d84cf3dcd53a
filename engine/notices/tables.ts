import type { Run } from './clean.ts'
import type { Line } from './lines.ts'

export type ColumnKind = 'number' | 'task' | 'measure' | 'units' | 'deadline' | 'other'

/** A row of a task table, its cells by what the column says they are. */
export interface TableRow {
  columns: { kind: ColumnKind; run: Run }[]
}

const KINDS: [ColumnKind, RegExp][] = [
  ['number', /^(?:序号|编号|项次|号)$/],
  ['deadline', /^(?:完成|办结|整改|工作)?(?:时限|时间|期限|日期|时间节点|进度安排|完成时间要求)(?:要求)?$/],
  [
    'units',
    /^(?:责任|牵头|配合|落实|主办|协办|主责|参与|负责|实施)(?:单位|部门|科室|股室|领导|人)(?:及.{1,6})?$/,
  ],
  [
    'task',
    /^(?:重点|主要|工作|具体|任务)?(?:任务|工作|事项|内容|措施|项目)(?:名称|内容|事项|措施|分解|清单)?$/,
  ],
  ['measure', /^(?:工作|考核|任务|量化|预期)?(?:目标|指标|要求|标准|成果|成效)(?:任务|要求)?$/],
  ['other', /^(?:备注|类别|领域|行业|分类|频次)$/],
]

const kindOf = (cell: string): ColumnKind | null => KINDS.find(([, re]) => re.test(cell))?.[0] ?? null

const WIDEST = 8

/**
 * Finds task tables: rows of cells under a heading row, and tables whose cells stand one below the other, as word
 * processors hand them out. All other lines pass through.
 */
export function readTables(lines: readonly Line[]): (Line | TableRow)[] {
  const out: (Line | TableRow)[] = []
  let i = 0
  while (i < lines.length) {
    const across = readAcross(lines, i)
    const found = across ?? readDown(lines, i)
    if (found) {
      for (const row of found.rows) out.push(row)
      i = found.next
    } else {
      out.push(lines[i]!)
      i++
    }
  }
  return out
}

function headKinds(cells: readonly string[]): ColumnKind[] | null {
  const kinds = cells.map(kindOf)
  const known = kinds.filter((k) => k !== null).length
  return kinds.includes('task') && known >= 2 && known >= cells.length - 1
    ? kinds.map((k) => k ?? 'other')
    : null
}

function readAcross(lines: readonly Line[], from: number): { rows: TableRow[]; next: number } | null {
  const first = lines[from]!
  if (first.cells.length < 2) return null
  const kinds = headKinds(first.cells.map((c) => c.text))
  if (!kinds) return null
  const rows: TableRow[] = []
  let i = from + 1
  while (i < lines.length && lines[i]!.cells.length === kinds.length) {
    rows.push({ columns: lines[i]!.cells.map((run, n) => ({ kind: kinds[n]!, run })) })
    i++
  }
  return rows.length > 0 ? { rows, next: i } : null
}

/** 序号 / 任务 / 责任单位 / 时限 on lines of their own, then cell after cell; a row begins with the next number. */
function readDown(lines: readonly Line[], from: number): { rows: TableRow[]; next: number } | null {
  if (kindOf(lines[from]!.run.text) !== 'number') return null
  const heads: string[] = []
  while (heads.length < WIDEST && from + heads.length < lines.length) {
    const { text } = lines[from + heads.length]!.run
    if (/^1[.、]?$/.test(text)) break
    heads.push(text)
  }
  const kinds = headKinds(heads)
  if (!kinds) return null
  const rows: TableRow[] = []
  let i = from + kinds.length
  while (
    i + kinds.length <= lines.length &&
    lines[i]!.run.text.replace(/[.、]$/, '') === String(rows.length + 1)
  ) {
    const cells = lines.slice(i, i + kinds.length)
    rows.push({ columns: cells.map((line, n) => ({ kind: kinds[n]!, run: line.run })) })
    i += kinds.length
  }
  return rows.length > 0 ? { rows, next: i } : null
}
