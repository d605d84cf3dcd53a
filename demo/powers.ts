import { addDays } from '../engine/core/clock.ts'
import { COUNTY, placeOf } from './places.ts'
import { random } from './random.ts'
import { paper, type Script } from './script.ts'
import type { DemoPerson, Town } from './types.ts'

/**
 * Which towns the bureau has entrusted: two with everything valid, one whose entrustment has run out, one whose
 * officer's certificate has; the others patrol and give notice.
 */
const entrusted: Record<string, { from: number; to: number; certificate: [from: number, to: number] }> = {
  巴公镇: { from: -800, to: 300, certificate: [-900, 900] },
  南村镇: { from: -800, to: 300, certificate: [-900, 900] },
  高都镇: { from: -1500, to: -735, certificate: [-900, 900] },
  金村镇: { from: -800, to: 300, certificate: [-2500, -735] },
}

/** Whether the town's officer orders and re-checks by himself through the whole history. */
export const hasPower = (town: Town): boolean => {
  const e = entrusted[town.name]
  return e !== undefined && e.to > 0 && e.certificate[1] > 0
}

const items = ['行政检查', '责令限期整改', '整改复查', '误判撤销']

/** Entrustments and certificates, before anything else of the history. */
export function writePowers(
  script: Script,
  towns: Town[],
  people: DemoPerson[],
  start: string,
  today: string,
): void {
  const r = random(1, 'powers')
  const on = script.at(start, r)
  const day = (days: number) => addDays(today, days)
  const nameOf = (key: string) => people.find((p) => p.key === key)?.name ?? key
  const certify = (key: string, account: string, division: string, no: number, span: [number, number]) =>
    script.create(
      on,
      'county1',
      'enforcement-certificate',
      {
        holder: nameOf(key),
        account,
        division,
        kind: '行政执法证',
        number: `晋演示${String(no).padStart(4, '0')}`,
        issuer: '省司法厅',
        validFrom: day(span[0]),
        validTo: day(span[1]),
      },
      { subject: 'powers' },
    )
  certify('county1', 'county', COUNTY, 1, [-900, 900])
  certify('county2', 'county2', COUNTY, 2, [-900, 900])
  towns.forEach((t, i) => {
    const e = entrusted[t.name]
    if (!e) return
    script.create(
      on,
      'county1',
      'entrustment',
      {
        number: `泽应急委演示〔${day(e.from).slice(0, 4)}〕${i + 1}号`,
        entruster: '泽州县应急管理局',
        division: t.code,
        entrusted: `${t.name}应急管理中心`,
        items,
        validFrom: day(e.from),
        validTo: day(e.to),
        publishedAt: '县政府门户网站执法公示栏',
        document: paper('执法委托书', on),
      },
      { subject: 'powers' },
    )
    certify(`town:${t.code}`, placeOf(t).username, t.code, 10 + i, e.certificate)
  })
}
