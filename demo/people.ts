import { addDays } from '../engine/core/clock.ts'
import { idNumberCheck } from '../fields/normal/id-number.ts'
import { type Firm, has, isMine } from './firms.ts'
import { mobile, personName } from './names.ts'
import { type Random, random } from './random.ts'
import { paper, type Script } from './script.ts'

/** An identity number of a region that does not exist (990525), with a right check character. */
function idNumber(r: Random, no: number): string {
  const birth = `${r.int(1965, 2001)}${String(r.int(1, 12)).padStart(2, '0')}${String(r.int(1, 28)).padStart(2, '0')}`
  const first = `990525${birth}${String(no % 1000).padStart(3, '0')}`
  return first + idNumberCheck(first)
}

interface Head {
  name: string
  roles: string[]
  phone: string
}

/** The heads a notice asks to be trained; one man is often all three in a small firm. */
function heads(f: Firm): Head[] {
  const out: Head[] = []
  const add = (name: string, role: string, phone: string) => {
    const same = out.find((h) => h.name === name)
    if (same) same.roles.push(role)
    else out.push({ name, roles: [role], phone })
  }
  add(f.chief, '主要负责人', f.chiefPhone)
  add(f.controller, '实际控制人', f.chiefPhone)
  add(f.safetyHead, '安全负责人', f.safetyPhone)
  return out
}

const sessions = [
  { month: '04-16', topic: '工贸行业主要负责人素质提升培训（第一期）' },
  { month: '06-11', topic: '工贸行业主要负责人素质提升培训（第二期）' },
  { month: '09-18', topic: '重大事故隐患判定标准专题培训' },
  { month: '11-05', topic: '工贸行业主要负责人素质提升培训（第三期）' },
]

/** Heads, managers and guardians of one firm, with the trainings of this year and the last. */
function people(script: Script, f: Firm, seed: number, today: string): void {
  const r = random(seed, `people:${f.no}`)
  const year = Number(today.slice(0, 4))
  const day = addDays(f.since, r.int(2, 12))
  const town = `town:${f.town.code}`
  const smelter = has(f, 'smelting') || isMine(f)
  heads(f).forEach((h, i) => {
    const examined = r.chance(0.55 + f.diligence * 0.4)
    const key = script.create(
      script.at(day, r, i),
      town,
      'person',
      {
        name: h.name,
        roles: h.roles,
        post: h.roles.includes('主要负责人') ? '总经理' : '安全科',
        phone: h.phone,
        ...(r.chance(0.25) && { idNumber: idNumber(r, f.no * 3 + i) }),
        appointedOn: addDays(f.since, -r.int(30, 2500)),
        ...(smelter &&
          examined && {
            examPassedOn: addDays(today, -r.int(60, 900)),
            examValidUntil: addDays(today, r.int(-40, 900)),
          }),
      },
      { parent: f.key, subject: f.key },
    )
    if (!key) return
    for (const y of [year - 1, year]) {
      if (!f.operating || !r.chance(y === year ? 0.42 + f.diligence * 0.5 : 0.15)) continue
      const s = r.pick(sessions)
      const on = `${y}-${s.month}`
      if (on < addDays(f.since, 14)) continue
      // most come from the county's own attendance list; some firms only say so
      const own = r.chance(0.12)
      const at = script.at(addDays(on, 1), r, i)
      script.create(
        at,
        own ? f.officers[0] : 'county1',
        'training',
        {
          topic: s.topic,
          trainedOn: on,
          kind: '主要负责人轮训',
          organiser: own ? '培训机构' : '县局',
          hours: smelter ? 16 : 12,
          result: r.chance(0.97) ? '合格' : '不合格',
          ...(!own && { proofFile: paper('签到表', at) }),
        },
        { parent: key, subject: f.key },
      )
    }
  })
  if (f.employees >= 60)
    script.create(
      script.at(day, r, 3),
      town,
      'person',
      {
        name: personName(r),
        roles: ['安全管理人员'],
        post: '安全科',
        phone: mobile(r),
        appointedOn: f.since,
      },
      { parent: f.key, subject: f.key },
    )
  if (has(f, 'confinedSpace') && r.chance(0.4 + f.diligence * 0.5))
    script.create(
      script.at(day, r, 4),
      f.officers[0],
      'person',
      { name: personName(r), roles: ['有限空间监护人'], post: '设备科', phone: mobile(r) },
      { parent: f.key, subject: f.key },
    )
}

/** Posts that need certificates and the certificates held: most, not all, and some run out. */
function certificates(script: Script, f: Firm, seed: number, today: string): void {
  const r = random(seed, `certificates:${f.no}`)
  if (f.required === 0) return
  const wanted: [string, string, string][] = []
  const push = (category: string, item: string, post: string) => {
    if (wanted.length < f.required) wanted.push([category, item, post])
  }
  push('电工作业', '低压电工作业', '电工')
  if (has(f, 'gas')) {
    push('煤气作业', '煤气作业', '煤气工')
    push('煤气作业', '煤气作业', '煤气工')
  }
  if (has(f, 'ammonia')) push('制冷与空调作业', '制冷与空调设备运行操作', '制冷工')
  if (isMine(f)) {
    push('金属非金属矿山安全作业', '金属非金属矿山安全检查作业', '安全员')
    push('金属非金属矿山安全作业', '金属非金属矿山爆破作业', '爆破员')
  }
  while (wanted.length < f.required) push('焊接与热切割作业', '熔化焊接与热切割作业', '电焊工')

  const day = addDays(f.since, r.int(5, 20))
  const posts = new Map<string, { category: string; n: number }>()
  for (const [category, , post] of wanted) posts.set(post, { category, n: (posts.get(post)?.n ?? 0) + 1 })
  const held = wanted.filter(() => r.chance(0.72 + f.diligence * 0.28))
  if (r.chance(0.7))
    [...posts].forEach(([post, { category, n }], i) => {
      script.create(
        script.at(day, r, i),
        f.officers[0],
        'post-requirement',
        { post, category, required: n, held: Math.min(n, held.filter(([c]) => c === category).length) },
        { parent: f.key, subject: f.key },
      )
    })
  held.forEach(([category, item, post], i) => {
    const issued = addDays(today, -r.int(100, 2150))
    const validUntil = addDays(issued, 2190)
    const lapsed = r.chance(0.05)
    script.create(
      script.at(addDays(day, 1 + r.int(0, 30)), r, i),
      r.chance(0.6) ? f.officers[0] : `town:${f.town.code}`,
      'special-operation-certificate',
      {
        holderName: personName(r),
        category,
        item,
        number: `TDEMO${String(f.no).padStart(4, '0')}${i}`,
        issuedOn: lapsed ? addDays(issued, -900) : issued,
        validUntil: lapsed ? addDays(today, -r.int(5, 200)) : validUntil,
        reviewBy: addDays(issued, 1095),
        issuer: '省应急管理厅',
        post,
      },
      { parent: f.key, subject: f.key },
    )
  })
}

export function writePeople(script: Script, firms: Firm[], seed: number, today: string): void {
  for (const f of firms) {
    people(script, f, seed, today)
    if (f.operating || f.status === '停产') certificates(script, f, seed, today)
  }
}
