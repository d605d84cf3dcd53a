import { addDays, shanghaiDate } from '../engine/core/clock.ts'
import { writeAssets } from './assets.ts'
import { writeDuties } from './duties.ts'
import { type Firm, makeFirms } from './firms.ts'
import { writeHazards } from './hazards.ts'
import { personName } from './names.ts'
import { writePeople } from './people.ts'
import { bureau, COUNTY, centre, placeOf } from './places.ts'
import { writePowers } from './powers.ts'
import { random } from './random.ts'
import { Script } from './script.ts'
import type { Trade } from './trades.ts'
import type { Demo, DemoPerson, DemoUnit, Town } from './types.ts'

export const SEED = 20260522

/** Cases of the whole county in those two years, beside the placed ones. */
const HAZARDS = 460

/** Days of history before today. */
const HISTORY = 730

/**
 * A believable county from one seed number: who is there and what happened in two years, as ordered writes. Pure:
 * the same seed, towns and instant give the same county. All names of enterprises are invented and say 演示.
 * @param towns the county's towns with their villages
 * @param now ISO; nothing happens after it
 * @param share how much of the county: of every trade that part of its firms, the same firms as in the whole
 */
export function generate(seed: number, towns: Town[], now: string, share = 1): Demo {
  const today = shanghaiDate(new Date(now))
  const start = addDays(today, -HISTORY)
  const script = new Script(now)
  const firms = shareOf(makeFirms(seed, towns, today, start), share)
  const r = random(seed, 'ledger')
  const people = peopleOf(seed, towns, firms)
  writePowers(script, towns, people, addDays(start, -1), today)
  for (const f of firms)
    script.create(script.at(f.since, r), `town:${f.town.code}`, 'enterprise', f.values, {
      key: f.key,
      subject: f.key,
    })
  writePeople(script, firms, seed, today)
  writeAssets(script, firms, seed, today)
  writeDuties(script, firms, seed, today)
  writeHazards(script, firms, seed, today, Math.round(HAZARDS * share))
  return {
    county: COUNTY,
    units: unitsOf(towns),
    people,
    writes: inOrder(script.writes),
  }
}

/** Of every trade its first firms, rounded up. */
function shareOf(firms: Firm[], share: number): Firm[] {
  const seen = new Map<Trade, number>()
  return firms.filter(({ trade }) => {
    const before = seen.get(trade) ?? 0
    seen.set(trade, before + 1)
    return before < trade.n * share
  })
}

/** By time; writes of one instant keep the order in which they were told. */
const inOrder = (writes: Demo['writes']): Demo['writes'] =>
  writes
    .map((w, i) => [w, i] as const)
    .sort(([a, i], [b, j]) => (a.at < b.at ? -1 : a.at > b.at ? 1 : i - j))
    .map(([w]) => w)

function unitsOf(towns: Town[]): DemoUnit[] {
  return [
    { path: bureau.root, name: '泽州县应急管理局', area: COUNTY, kind: 'bureau' },
    { path: bureau.trade, name: '冶金工贸股', area: COUNTY, kind: 'section', parent: bureau.root },
    { path: bureau.mines, name: '非煤矿山股', area: COUNTY, kind: 'section', parent: bureau.root },
    { path: bureau.enforcement, name: '综合行政执法队', area: COUNTY, kind: 'section', parent: bureau.root },
    ...towns.map((t) => ({
      path: centre(t.code),
      name: `${t.name}应急管理中心`,
      area: t.code,
      kind: 'town-centre',
      parent: bureau.root,
    })),
  ]
}

/** Everybody who does something. Only a few of the enterprises' people have accounts. */
function peopleOf(seed: number, towns: Town[], firms: Firm[]): DemoPerson[] {
  const r = random(seed, 'officers')
  const county = { by: 'area', area: COUNTY } as const
  const out: DemoPerson[] = [
    {
      key: 'county1',
      name: '张卫东',
      role: 'county-officer',
      label: '县局 冶金工贸股',
      home: COUNTY,
      unit: bureau.trade,
      ground: county,
      username: 'county',
    },
    {
      key: 'county2',
      name: '李晓峰',
      role: 'county-officer',
      label: '县局 综合行政执法队',
      home: COUNTY,
      unit: bureau.enforcement,
      ground: county,
      username: 'county2',
    },
    {
      key: 'admin',
      name: '王建军',
      role: 'county-admin',
      label: '县局 县级管理员（兼管账号、业务、审计）',
      home: COUNTY,
      unit: bureau.root,
      ground: county,
      username: 'admin',
    },
    // the three administrations, for who wants to see them apart; none of them works with records
    ...(
      [
        ['system-admin', '秦志刚', '系统管理员（只管账号和钥匙）', 'system'],
        ['business-admin', '郭秀兰', '业务管理员（只管参数和规则）', 'business'],
        ['auditor', '侯建平', '安全审计员（只看留痕）', 'audit'],
      ] as const
    ).map(([role, name, label, username]) => ({
      key: role,
      name,
      role,
      label: `县局 ${label}`,
      home: COUNTY,
      unit: bureau.root,
      ground: county,
      username,
    })),
    {
      key: 'city',
      name: '赵文军',
      role: 'city-viewer',
      label: '晋城市应急管理局',
      home: '1405',
      ground: { by: 'area', area: '1405' },
      username: 'city',
    },
  ]
  for (const t of towns)
    out.push({
      key: `town:${t.code}`,
      name: personName(r),
      role: 'town-officer',
      label: `${t.name}应急管理中心`,
      home: t.code,
      unit: centre(t.code),
      ground: { by: 'area', area: t.code },
      username: placeOf(t).username,
    })
  for (const f of firms)
    f.officers.forEach((key, i) => {
      out.push({
        key,
        name: i === 0 ? f.safetyHead : personName(r),
        role: 'enterprise-officer',
        label: f.name,
        home: f.town.code,
        ground: { by: 'organisation', enterprise: f.key },
        ...(f.no === 0 && { username: i === 0 ? 'qiye' : 'qiye2' }),
      })
    })
  return out
}
