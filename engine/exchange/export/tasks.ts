import type { Writable } from 'node:stream'
import type { Actor } from '../../access/actor.ts'
import { shanghaiDate } from '../../core/clock.ts'
import type { RecordDef } from '../../core/definition.ts'
import { parentTitle } from '../../core/naming.ts'
import { isPersonalField } from '../../core/personal.ts'
import type { Services } from '../../store/services.ts'
import { sightOf } from '../../store/sight.ts'
import { type GridFilter, taskGrid } from '../../tasks/grid.ts'
import { type RowsPage, taskRows, type Which } from '../../tasks/missing.ts'
import { taskStateLabel } from '../../tasks/state.ts'
import { readLookups } from '../import/lookups.ts'
import { type SheetColumn, writeCsv, writeSheet } from '../sheet/index.ts'
import { noteExport, requirePurpose } from './purpose.ts'

const PAGE = 500

type How = { format?: 'xlsx' | 'csv' | undefined; purpose?: string | undefined }

/** Headings of a task's list that hold personal content which this reader gets in full. */
function personalHeadings(s: Services, actor: Actor, def: RecordDef): string[] {
  const out: string[] = []
  if (isPersonalField(def, def.title) && sightOf(s, actor, def) !== 'none')
    out.push(def.fields[def.title]?.label ?? '')
  for (let at: RecordDef | undefined = def; at; at = s.catalogue.parentOf(at.name))
    if (Object.values(at.fields).some((f) => f.type === 'phone') && sightOf(s, actor, at) !== 'none') {
      out.push('联系人', '联系电话')
      break
    }
  return out
}

/**
 * Who is missing in a task (or who counts) as a sheet to call or write to people with: name, town, whom to call, what
 * is missing. Phones stay masked where the actor may only look. Ends `out`; leaves a journal entry.
 * @throws Problem `bad-input` where personal content would go out without a purpose, `not-found`
 */
export async function exportTaskRows(
  s: Services,
  actor: Actor,
  id: string,
  query: RowsPage & How & { which: Which },
  out: Writable,
): Promise<{ rows: number }> {
  const now = s.clock.now()
  const page = (offset: number) =>
    taskRows(s, s.db, actor, now, id, { town: query.town, q: query.q, limit: PAGE, offset }, query.which)
  const first = await page(0)
  const register = first.rows.register ?? undefined
  const def = register === undefined ? undefined : s.catalogue.record(register)
  const personal = def ? personalHeadings(s, actor, def) : []
  const purpose = personal.length
    ? requirePurpose(query.purpose, `名单里有个人信息（${personal.join('、')}）`)
    : query.purpose?.trim()
  const lookups = await readLookups(s.db, actor.home, shanghaiDate(now))
  const parent = def && s.catalogue.parentOf(def.name)
  const columns: SheetColumn[] = [
    ...(parent ? [{ title: parent.label, type: 'text' as const, width: 32 }] : []),
    { title: def ? (def.fields[def.title]?.label ?? '名称') : '责任单位', type: 'text', width: 32 },
    { title: '乡镇', type: 'text' },
    { title: '周期', type: 'text' },
    { title: query.which === 'missing' ? '还差什么' : '情况', type: 'text', width: 60 },
    { title: '联系人', type: 'text' },
    { title: '联系电话', type: 'text', width: 30 },
  ]
  const counted = { rows: 0 }
  async function* lines(): AsyncGenerator<unknown[]> {
    let whole = false
    try {
      for (let at = first; ; at = await page(counted.rows)) {
        for (const r of at.rows.rows) {
          counted.rows++
          yield [
            ...(parent ? [r[parentTitle(parent.name)] ?? ''] : []),
            def ? r[def.title] : r.title,
            r.town ? lookups.areaName(r.town) : '',
            r.period ?? '',
            r.reason,
            r.contacts.map((c) => c.name ?? '').join('、'),
            r.contacts.map((c) => `${c.label ? `${c.label} ` : ''}${c.phone}`).join('；'),
          ]
        }
        if (at.rows.rows.length === 0 || counted.rows >= at.rows.total) break
      }
      whole = true
    } finally {
      const filter = [query.town && lookups.areaName(query.town), query.q && '查找了文字']
        .filter(Boolean)
        .join('；')
      await noteExport(s, actor, {
        register: register ?? 'task',
        rows: counted.rows,
        whole,
        filter: `任务“${first.task.title}”${query.which === 'missing' ? '还差的' : '已完成的'}${filter ? `；${filter}` : ''}`,
        purpose,
        personal,
      })
    }
  }
  await writeAs(query.format, columns, lines(), out, query.which === 'missing' ? '还差谁' : '已完成的')
  return counted
}

/** Tasks by place as a sheet: values as numbers, and beside them which places are late or at risk. */
export async function exportTaskGrid(
  s: Services,
  actor: Actor,
  query: GridFilter & How,
  out: Writable,
): Promise<{ rows: number }> {
  const grid = await taskGrid(s, s.db, actor, s.clock.now(), query)
  const columns: SheetColumn[] = [
    { title: '任务', type: 'text', width: 40 },
    { title: '单位', type: 'text' },
    { title: '完成时限', type: 'date' },
    ...(grid.by === 'town'
      ? [
          { title: '全县', type: 'number' as const },
          { title: '状态', type: 'text' as const },
        ]
      : []),
    ...grid.areas.map((a) => ({ title: a.name, type: 'number' as const })),
    { title: '到期日固定的数字', type: 'number' },
    { title: '冻结后有更正', type: 'text', width: 30 },
    { title: taskStateLabel.late, type: 'text', width: 40 },
    { title: taskStateLabel['at-risk'], type: 'text', width: 40 },
  ]
  const rows = grid.rows.map(({ task, cells }) => {
    const inState = (state: string) => cells.flatMap((c) => (c?.state === state ? [c.name] : [])).join('、')
    return [
      task.title,
      task.unit,
      task.due,
      ...(grid.by === 'town' ? [rounded(task.figure.value), taskStateLabel[task.state]] : []),
      ...cells.map((c) => rounded(c?.value ?? null)),
      rounded(task.frozen?.value ?? null),
      task.corrected ? correctedWords(task.corrected) : '',
      inState('late'),
      inState('at-risk'),
    ]
  })
  await writeAs(query.format, columns, rows, out, grid.by === 'town' ? '乡镇任务进度' : '各县任务进度')
  await noteExport(s, actor, {
    register: 'task',
    rows: rows.length,
    whole: true,
    filter: `任务书按${grid.by === 'town' ? '乡镇' : '县'}`,
    purpose: query.purpose?.trim(),
  })
  return { rows: rows.length }
}

const correctedWords = ({ n, value }: { n: number; value: number | null }): string =>
  `冻结后有更正（${n} 条），按现在的记录为 ${rounded(value) ?? '无数据'}`

const rounded = (n: number | null): number | null => (n === null ? null : Math.round(n * 10) / 10)

const writeAs = (
  format: How['format'],
  columns: SheetColumn[],
  rows: Iterable<unknown[]> | AsyncIterable<unknown[]>,
  out: Writable,
  sheetName: string,
) => (format === 'csv' ? writeCsv(columns, rows, out) : writeSheet(columns, rows, out, { sheetName }))
