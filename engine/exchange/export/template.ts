import type { Writable } from 'node:stream'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { type CellValue, type DataValidation, writeXlsx } from 'hucre/xlsx'
import type { Actor } from '../../access/actor.ts'
import { shanghaiDate } from '../../core/clock.ts'
import type { FieldDef } from '../../core/definition.ts'
import { sql } from '../../store/db.ts'
import type { Services } from '../../store/services.ts'
import { isFileField, notImported } from '../import/fields.ts'
import { columnLetter } from '../sheet/index.ts'
import { type Column, columnsOf } from './columns.ts'

const ROWS = 2000
const MOST_AREAS = 200

/**
 * An empty sheet to fill in: the register's headings, required ones marked *, with lists to choose from; a second
 * sheet says what may be written in each column. Ends `out`.
 */
export async function templateSheet(
  s: Services,
  actor: Actor,
  register: string,
  out: Writable,
): Promise<void> {
  const def = s.catalogue.record(register)
  const left = notImported(def)
  const columns = columnsOf(s.catalogue, def).filter(
    (c) => (c.of || def.fields[c.field]) && !left.has(c.field) && !isFileField(c.def),
  )
  const areas = await townNames(s, actor.home)
  const allowed = columns.map((c) => allowedValues(c.def, areas))
  const required = (c: Column) => (c.of ? c.field === `${c.of.name}.${c.of.title}` : Boolean(c.def.required))
  const titles = columns.map((c) => (required(c) ? `*${c.title}` : c.title))
  const listed = columns.flatMap((c, i) =>
    allowed[i]?.length ? [{ column: c, at: i, values: allowed[i] }] : [],
  )
  const validations = listed.map(({ at, values }, i): DataValidation => {
    const letter = columnLetter(at)
    const list = columnLetter(i)
    return {
      type: 'list',
      formula1: `'可填内容'!$${list}$2:$${list}$${values.length + 1}`,
      range: `${letter}2:${letter}${ROWS}`,
      allowBlank: true,
      // people may also write it another way: import says what it cannot read
      errorStyle: 'warning',
      showErrorMessage: true,
      errorTitle: '不在可填内容中',
      errorMessage: '请从列表中选择；确需填写其他写法，请在导入时核对。',
    }
  })
  const most = Math.max(0, ...listed.map((l) => l.values.length))
  const values: CellValue[][] = [
    listed.map((l) => l.column.title),
    ...Array.from({ length: most }, (_, r) => listed.map((l) => l.values[r] ?? null)),
  ]
  const guide: CellValue[][] = [
    ['栏目', '必填', '怎样填'],
    ...columns.map((c, i) => [titles[i]!.replace(/^\*/, ''), required(c) ? '必填' : '', hint(c.def)]),
  ]
  const bytes = await writeXlsx({
    sheets: [
      {
        name: def.label,
        rows: [titles],
        columns: columns.map((c) => ({
          width: Math.min(40, Math.max(12, c.title.length * 2.1 + 3)),
          ...(c.type === 'text' && { numFmt: '@' }),
          ...(c.type === 'date' && { numFmt: 'yyyy-mm-dd' }),
        })),
        dataValidations: validations,
        freezePane: { rows: 1 },
      },
      { name: '可填内容', rows: values },
      { name: '填写说明', rows: guide, columns: [{ width: 24 }, { width: 8 }, { width: 80 }] },
    ],
  })
  await pipeline(Readable.from([Buffer.from(bytes)]), out)
}

/** Towns an officer may name; the county's, or none where there are too many to choose from. */
async function townNames(s: Services, home: string): Promise<string[]> {
  if (home.length < 6) return []
  const { rows } = await sql<{
    name: string
  }>`select name from area where level = 'town' and starts_with(code, ${home.slice(0, 6)})
    and (valid_to is null or valid_to >= ${shanghaiDate(s.clock.now())}) order by code limit ${MOST_AREAS}`.execute(
    s.db,
  )
  return rows.map((r) => r.name)
}

function allowedValues(def: FieldDef, areas: readonly string[]): string[] {
  if (def.type === 'choice') return (def.options ?? []).map((o) => o.label)
  if (def.type === 'flag') return ['是', '否']
  if (def.type === 'area') return [...areas]
  return []
}

const hints: Record<string, string> = {
  date: '日期，如 2026-05-31；没有期限写“长期”',
  time: '日期和时间，如 2026-05-31 08:30',
  flag: '是 或 否；不清楚的留空',
  money: '数字，单位万元',
  area: '乡镇名称，如“巴公镇”；到村的写“巴公镇某某村”，也可写区划代码',
  place: '经度,纬度，如 112.85,35.49',
  phone: '手机或带区号的固定电话',
  'credit-code': '18 位统一社会信用代码',
  'id-number': '18 位身份证号码',
  unit: '监管单位的名称',
  ref: '已登记记录的名称',
}

function hint(def: FieldDef): string {
  const options = (def.options ?? []).map((o) => o.label).join('、')
  const kind =
    def.type === 'choice'
      ? `选一项：${options}`
      : def.type === 'choices'
        ? `可选多项，用“、”隔开：${options}`
        : def.type === 'number'
          ? `数字${def.unit ? `，单位${def.unit}` : ''}`
          : (hints[def.type] ?? '文字')
  return def.help ? `${kind}。${def.help}` : kind
}
