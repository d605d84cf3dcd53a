/** A county with a notice of our own wording, its units and people, for tests of notices and tasks. */
import type { Actor } from '../engine/access/actor.ts'
import { fixedClock } from '../engine/core/clock.ts'
import { all, field, some } from '../engine/core/condition/build.ts'
import { defineIndicator } from '../engine/core/define.ts'
import type { Definitions, Role } from '../engine/core/definition.ts'
import { parseNotice } from '../engine/notices/parse.ts'
import { type Db, sql } from '../engine/store/db.ts'
import { openServices } from '../engine/store/open.ts'
import * as tasks from '../engine/tasks/index.ts'
import { insert, openFiguresCounty } from './figures-county.ts'

const indicators = [
  defineIndicator('insured', {
    label: '金属冶炼企业标准化达标率',
    basis: ['试验通知'],
    of: { register: 'firm', where: field('smelting').is(true) },
    measure: 'share',
    met: some('standard', all(field('level').notEmpty(), field('issuedOn').lte({ asOf: 0 }))),
    proof: { related: 'standard', least: 'evidenced' },
    unit: '%',
    hints: ['标准化达标'],
  }),
  defineIndicator('open-majors', {
    label: '未销号重大隐患',
    basis: [],
    of: { register: 'hazard', where: field('level').is('重大') },
    measure: 'count',
    met: field('state').isNot('closed'),
    proof: { least: 'claimed' },
    unit: '项',
    lessIsBetter: true,
    hints: ['重大事故隐患清零'],
  }),
]

export const notice = `泉县应急管理局文件

泉应急发〔2026〕8号

泉县应急管理局关于做好2026年工贸行业安全监管工作的通知

各镇应急管理中心：

一、工作任务

（一）推进标准化。6月底前，金属冶炼企业标准化达标率达到100%。

（二）治理隐患。12月底前，各级检查发现的重大事故隐患必须清零。

（三）编制手册。9月底前，县局完成编制《岗位风险辨识手册》。

泉县应急管理局
2026年2月10日
`

let people = 0
const actor = (name: string, role: Role, area: string): Actor => ({
  id: `00000000-0000-7000-8000-0000000000${String(++people).padStart(2, '0')}`,
  name,
  kind: 'person',
  home: area,
  assignments: [{ role, ground: { by: 'area', area } }],
})
export const county = actor('李县', 'county-officer', '140525')
export const colleague = actor('赵县', 'county-officer', '140525')
export const town = actor('王镇', 'town-officer', '140525102')
export const stranger = actor('邻县', 'county-officer', '140522')
export const city = actor('张市', 'city-viewer', '1405')
export const enterprise: Actor = {
  ...actor('企业', 'enterprise-officer', '140525'),
  assignments: [{ role: 'enterprise-officer', ground: { by: 'organisation', organisation: 'x' } }],
}

/** Opens it on 2 March 2026 with two smelters of its own and one of the neighbour. */
export async function openTasksCounty(more: Partial<Definitions> = {}) {
  const clock = fixedClock('2026-03-02T09:00:00+08:00')
  const open = await openFiguresCounty({
    ...more,
    indicators: [...indicators, ...(more.indicators ?? [])],
  })
  const s = await openServices(open.db, open.catalogue, { clock })
  for (const [code, name, level, parent] of [
    ['14', '某省', 'province', null],
    ['1405', '某市', 'city', '14'],
    ['140525', '泉县', 'county', '1405'],
    ['140525101', '东镇', 'town', '140525'],
    ['140525102', '西镇', 'town', '140525'],
  ] as const)
    await open.db.insertInto('area').values({ code, name, level, parent }).execute()
  const units: string[] = []
  for (const [path, name, area, kind] of [
    ['140525/', '泉县应急管理局', '140525', 'bureau'],
    ['140525/140525101/', '东镇应急管理中心', '140525101', 'town'],
    ['140525/140525102/', '西镇应急管理中心', '140525102', 'town'],
  ] as const) {
    const id = `00000000-0000-7000-9000-${area.padStart(12, '0')}`
    units.push(id)
    await open.db.insertInto('unit').values({ id, path, name, area, kind }).execute()
  }
  const firms: string[] = []
  for (const [name, area] of [
    ['甲炼', '140525101'],
    ['乙炼', '140525102'],
    ['邻炼', '140522100'],
  ])
    firms.push(
      (await insert(open.database.pool, open.catalogue.record('firm'), { name, area, smelting: true })).id,
    )
  const now = () => clock.now()
  const write = <T>(run: (tx: Db) => Promise<T>) => s.db.transaction().execute((tx) => run(tx as Db))
  return {
    open,
    s,
    clock,
    now,
    write,
    units,
    firms,
    /** reads the notice in; its items by a word of their sentence */
    async readNotice() {
      const view = await write((tx) =>
        tasks.createNotice(s, tx, county, now(), {
          name: '通知.txt',
          text: notice,
          parsed: parseNotice(notice),
        }),
      )
      return { view, item: (words: string) => view.items.find((i) => i.text.includes(words))! }
    },
    async journalled(recordId: string) {
      const { rows } = await sql<{ what: string; reason: string | null }>`select what, reason from journal
        where record_id = ${recordId} order by id`.execute(s.db)
      return rows
    },
    close: () => open.close(),
  }
}
export type TasksCounty = Awaited<ReturnType<typeof openTasksCounty>>
