import { cleanText, matchKey } from '../../fields/normal/text.ts'
import type { Catalogue } from '../core/catalogue.ts'
import type { Condition } from '../core/condition/ast.ts'
import { field as at } from '../core/condition/build.ts'
import type { FieldDef, IndicatorDef, RecordDef } from '../core/definition.ts'
import { canonicalJson } from '../core/naming.ts'
import { labelOf, vocabulary } from '../exchange/import/fields.ts'
import { certain, isSequence, Matcher, type Term } from '../exchange/sheet/index.ts'
import type { About, Ask, Column, Kind, Source } from './types.ts'

/*
 * What may fill a column, by the words of its heading. A heading that is certain is taken and shown; one that only
 * looks alike is offered. Nothing is guessed into a cell.
 */

/** Fields of a form about records: what the register's ledgers are read by serves to fill forms as well. */
const recordTerms = (catalogue: Catalogue, def: RecordDef): Term[] => [
  ...vocabulary(catalogue, def).filter(
    (t) => t.field.includes('.') || def.fields[t.field] || t.field === 'state',
  ),
  ...(def.kind === 'register' && def.graded
    ? [
        {
          field: 'adoptedLevel',
          label: '评定等级',
          aliases: ['风险等级', '安全风险等级', '企业风险等级'],
          required: false,
        },
      ]
    : []),
]

const placeHeadings = [
  '乡镇',
  '镇',
  '乡镇街道',
  '乡镇（街道）',
  '镇街',
  '镇办',
  '单位',
  '填报单位',
  '上报单位',
  '属地',
  '地区',
  '区域',
  '辖区',
  '县区',
  '县（市、区）',
  '县市区',
  '行政区划',
  '乡镇名称',
  '单位名称',
]

/** Sources of a form about places, by a name of their own. */
export interface PlaceSources {
  terms: Term[]
  source(name: string): Source | undefined
}

const counters = ['数', '数量', '总数', '个数', '家数', '项数', '条数', '人数', '台数', '台账数']

/** Whether whoever fills the form may fill it by a source. */
export type May = (source: Source) => boolean

/** Figures and counts that a heading may ask of a place: indicators, and how many records there are of which kind. */
export function placeSources(catalogue: Catalogue, may: May): PlaceSources {
  const known = new Map<string, Source>()
  const terms: Term[] = [{ field: 'place', label: '乡镇', aliases: placeHeadings, required: false }]
  known.set('place', { place: true })
  const add = (name: string, source: Source, label: string, aliases: string[] = []) => {
    if (known.has(name) || !may(source)) return
    known.set(name, source)
    terms.push({ field: name, label, aliases, required: false })
  }
  // a county's own are chosen by hand: another county's columns are not filled by them
  for (const i of catalogue.shipped.indicators.values()) {
    add(`i ${i.name}`, { indicator: i.name, part: 'value' }, i.label, bare(i))
    if (i.measure !== 'share') continue
    const stem = i.label.replace(/率$/, '')
    add(`i ${i.name} num`, { indicator: i.name, part: 'num' }, `已${stem}数`, [`${stem}数`, `${stem}企业数`])
    add(`i ${i.name} den`, { indicator: i.name, part: 'den' }, `应${stem}数`)
  }
  for (const def of catalogue.records.values()) {
    const label = def.label.replace(/(?:台账|记录)$/, '')
    add(
      `c ${def.name}`,
      { count: def.name },
      `${label}总数`,
      counters.map((c) => label + c),
    )
    for (const [name, condition, word, others] of kindsOf(def))
      add(
        `c ${def.name} ${name}`,
        { count: def.name, condition },
        `${word}${label}数`,
        [word, ...others].flatMap((w) => counters.slice(0, 6).flatMap((c) => [w + c, w + label + c])),
      )
  }
  return { terms, source: (name) => known.get(name) }
}

/** 企业台账核实率 asks the same as 台账核实率; what notices call it as well. */
const bare = (i: IndicatorDef): string[] => [
  i.label.replace(/^企业/, ''),
  ...(i.hints ?? []).map((h) => `${h}率`),
]

/** Kinds of a register's records that have a word: yes/no fields, options, states. */
function kindsOf(def: RecordDef): [name: string, condition: Condition, word: string, others: string[]][] {
  const out: [string, Condition, string, string[]][] = []
  const bareFlag = (heading: string) => heading.replace(/^(?:是否|有无)/, '').replace(/(?:企业|单位)$/, '')
  for (const [name, f] of Object.entries(def.fields)) {
    if (f.type === 'flag')
      out.push([
        name,
        at(name).is(true),
        bareFlag(f.label),
        (f.sheet ?? []).map(bareFlag).filter((w) => w.length > 1),
      ])
    if (f.type === 'choice')
      for (const o of f.options ?? [])
        if (o.label.length > 1 && !/^(?:其他|无|是|否)$/.test(o.label))
          out.push([`${name}=${o.value}`, at(name).is(o.value), o.label, []])
  }
  if (def.kind === 'loop')
    for (const [state, { label }] of Object.entries(def.states))
      out.push([`state=${state}`, at('state').is(state), label, []])
  return out
}

/** How well a register answers to a form's headings: the sum of what is certain. */
export function fitOf(catalogue: Catalogue, def: RecordDef, titles: readonly string[]): number {
  const matcher = new Matcher(recordTerms(catalogue, def))
  const taken = new Set<string>()
  let sum = 0
  for (const title of new Set(titles.filter(Boolean))) {
    const best = matcher.candidates(title.split('/'))[0]
    if (!best || best.confidence < certain || taken.has(best.field)) continue
    taken.add(best.field)
    sum += best.confidence
  }
  return sum
}

/** A remembered source of a heading: of the same office's form of last month. */
export type Memory = ReadonlyMap<string, { source: Source | null; ask: Ask }>

export const headingKey = (title: string): string => matchKey(cleanText(title))

/**
 * The columns of a form, each with what fills it. What was laid down last time goes before what words say; one source
 * fills one column.
 */
export function proposeColumns(
  catalogue: Catalogue,
  about: About,
  def: RecordDef | undefined,
  titles: readonly string[],
  memory: Memory,
  may: May,
): Column[] {
  const place = about === 'place' ? placeSources(catalogue, may) : undefined
  const terms = place?.terms ?? (def ? recordTerms(catalogue, def) : [])
  const sourceOf = (name: string): Source | undefined => (place ? place.source(name) : { field: name })
  const matcher = new Matcher(terms)
  const taken = new Set<string>()
  const columns: Column[] = []
  const claims = titles
    .map((title, column) => ({ title, column, found: title ? matcher.candidates(title.split('/')) : [] }))
    .sort((a, b) => (b.found[0]?.confidence ?? 0) - (a.found[0]?.confidence ?? 0) || a.column - b.column)
  for (const { title, column, found } of claims) {
    if (title === '') continue
    const kept = memory.get(headingKey(title))
    // laid down by who might, or when one might
    const known = kept?.source && !may(kept.source) ? undefined : kept
    const free = found.filter((c) => !taken.has(c.field))
    // what a ledger remarks is the office's own: it goes up only when somebody says so
    const sure = isRemark(title) ? undefined : free.find((c) => c.confidence >= certain)
    const offers = free
      .filter((c) => c !== sure)
      .flatMap((c) => sourceOf(c.field) ?? [])
      .slice(0, 5)
    let source: Source | null = null
    let how: string | null = null
    if (isSequence(title)) [source, how] = [{ sequence: true }, 'exact']
    else if (known) [source, how] = [known.source, 'remembered']
    else if (sure) [source, how] = [sourceOf(sure.field) ?? null, sure.how]
    if (sure && !known) taken.add(sure.field)
    columns.push({
      n: column + 1,
      at: column,
      title,
      source,
      how: source || known ? how : null,
      offers,
      ask: known?.ask ?? askOf(title, source, def),
      kind: kindOf(catalogue, def, title, source),
    })
  }
  return columns.sort((a, b) => a.at - b.at)
}

const isRemark = (title: string): boolean =>
  /^(?:备注|说明|其他|其它|附注)/.test(cleanText(title.split('/').at(-1) ?? ''))

/** What names the row is not asked; a remark may be made. */
function askOf(title: string, source: Source | null, def: RecordDef | undefined): Ask {
  if (source && ('sequence' in source || 'place' in source)) return 'no'
  if (isRemark(title)) return 'may'
  if (source && 'field' in source) {
    if (source.field.includes('.') || source.field === def?.title || source.field === 'state') return 'no'
    return 'must'
  }
  // a figure is computed or it is nothing; nobody is asked for it
  return source ? 'no' : 'must'
}

/** The field whose words a column's cells are read by; undefined where it is no field's. */
export function fieldOf(
  catalogue: Catalogue,
  def: RecordDef | undefined,
  source: Source | null,
): FieldDef | undefined {
  if (!def || !source || !('field' in source)) return undefined
  const [register, name] = source.field.split('.')
  if (register && name) return catalogue.findRecord(register)?.fields[name]
  return def.fields[source.field]
}

const numeric =
  /(?:数|数量|人数|家数|个数|次数|项数|台数|率|比例|金额|资金|产值|面积|吨|万元)(?:[(（].*)?$|[(（](?:家|个|人|项|次|台|处|件|%|％|万元|吨|份|起)[)）]$/
const dated = /(?:日期|时间|期限)(?:[(（].*)?$/

/** How a column's cells are written: by the field that fills it, else by its heading. */
export function kindOf(
  catalogue: Catalogue,
  def: RecordDef | undefined,
  title: string,
  source: Source | null,
): Kind {
  if (source && ('indicator' in source || 'count' in source)) return 'number'
  const f = fieldOf(catalogue, def, source)
  if (f) return f.type === 'number' || f.type === 'money' ? 'number' : f.type === 'date' ? 'date' : 'text'
  if (source) return 'text'
  const last = cleanText(title.split('/').at(-1) ?? '')
  return numeric.test(last) ? 'number' : dated.test(last) ? 'date' : 'text'
}

const partWords = { num: '（完成数）', den: '（应完成数）', value: '' }

/** What a source is called on the page. */
export function sourceLabel(catalogue: Catalogue, def: RecordDef | undefined, source: Source | null): string {
  if (!source) return ''
  if ('sequence' in source) return '序号'
  if ('place' in source) return '乡镇名称'
  if ('indicator' in source)
    return `指标：${catalogue.indicators.get(source.indicator)?.label ?? source.indicator}${partWords[source.part]}`
  if ('count' in source) {
    const of = catalogue.findRecord(source.count)
    const word = source.condition && of && kindsOf(of).find(([, c]) => same(c, source.condition))?.[2]
    return `台账计数：${of?.label ?? source.count}${word ? `（${word}）` : source.condition ? '（有条件）' : ''}`
  }
  return def ? `台账：${labelOf(catalogue, def, source.field)}` : source.field
}

export const same = (a: unknown, b: unknown): boolean => canonicalJson(a) === canonicalJson(b)

/** All that may be chosen for a form's column, in the order of the register or by name. */
export function choices(
  catalogue: Catalogue,
  about: About,
  def: RecordDef | undefined,
  may: May,
): { source: Source; label: string }[] {
  const named = (source: Source) => ({ source, label: sourceLabel(catalogue, def, source) })
  if (about === 'record') {
    const terms = def ? recordTerms(catalogue, def) : []
    return terms
      .map((t) => ({ field: t.field }))
      .filter(may)
      .map(named)
  }
  const { terms, source } = placeSources(catalogue, may)
  return terms.flatMap((t) => {
    const found = source(t.field)
    return found ? [named(found)] : []
  })
}
