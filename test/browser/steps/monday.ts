/** A town officer's Monday as the manual tells it (docs/manual/13): all of it begins on 今日. */
import { answer, dialog, fill, hand, told } from '../hands.ts'
import { ask, open, ready, type Visitor } from '../site.ts'
import { photo } from './hazard.ts'

interface Part {
  code: string
  /** absent where the goal is the county's alone */
  state?: string
  num: number
  den: number
}
export interface Late {
  id: string
  title: string
  own: Part
}
interface Entered {
  register: string
  fields: string[]
  given: Record<string, string>
}
interface Detail extends Late {
  definition: { register?: string; entered?: Entered }
}
interface Rows {
  rows: { id: string; period?: string; why?: { holds: boolean } }[]
}

/**
 * Two tasks in which the own town still lacks something: `n` records of another register that a date and a paper make
 * whole, and a day on which the ledger was confirmed.
 */
export async function ownGaps(who: Visitor, n: number): Promise<{ checks: Late; ledger: Late }> {
  const all = await ask<(Late & { own?: Part })[]>(who, '/api/tasks')
  const found: { checks?: Late; ledger?: Late } = {}
  for (const t of all) {
    if (!t.own || !['late', 'at-risk'].includes(t.own.state ?? '')) continue
    const { definition, own } = await ask<Detail>(who, `/api/tasks/${t.id}`)
    const { register, fields = [] } = definition.entered ?? {}
    const { rows } = await ask<Rows>(who, `/api/tasks/${t.id}/missing?town=${own.code}`)
    const lacking = rows.filter((r) => !r.why?.holds && !r.period).length
    if (register === 'measure-record' && lacking >= n) found.checks ??= t
    if (fields.includes('confirmedOn') && lacking > 0) found.ledger ??= t
  }
  const { checks, ledger } = found
  if (!checks || !ledger) throw new Error('the demo leaves this town nothing to do')
  return { checks, ledger }
}

export const headline = async ({ page }: Visitor, name: 'late' | 'mine'): Promise<number> =>
  Number(await page.locator(`[data-figure="${name}"] b`).innerText())

/** The own part on a task's page: `12／20`. */
export async function ownPart({ page }: Visitor): Promise<string> {
  return (await page.locator('.figure-big > div').first().locator('small').last().innerText()).trim()
}

/** The ways to enter what is missing; what is there and only lacks proof is looked at instead. */
const entries = ({ page }: Visitor) => page.locator('.missing-row .enter').filter({ hasText: /^(登记|填写)/ })

/** Goes to what the own town still lacks of a task. */
export async function openGaps(who: Visitor, task: Late): Promise<void> {
  await open(who, `/tasks/${task.id}?town=${task.own.code}`)
  await entries(who).first().waitFor()
}

/** Records what the first of those who are missing has done, and comes back to the list. */
export async function record(who: Visitor, today: string, words: string): Promise<void> {
  const { page } = who
  await entries(who).first().click()
  await page.waitForURL(/\/new\?/)
  await ready(page)
  await fill(page, '完成日期', today)
  await fill(page, '情况说明', words)
  await page.getByRole('button', { name: '登记', exact: true }).click()
  await page.waitForURL(/\/records\/measure-record\/[0-9a-f-]{36}$/)
  await page.goBack()
  await ready(page)
}

/** Corrects the firm that the list names: the form opens at what is missing; a telephone is mended on the way. */
export async function correct(who: Visitor, today: string, phone: string): Promise<string> {
  const { page } = who
  await entries(who).first().click()
  await page.waitForURL(/\/edit\?field=confirmedOn$/)
  await ready(page)
  // the cursor is in the box already, once the calendar has come
  await page.locator('#record-confirmedOn:focus:not([readonly])').waitFor()
  await page.keyboard.type(today)
  await page.keyboard.press('Enter')
  await fill(page, '主要负责人电话', phone)
  await page.getByRole('button', { name: '保存' }).click()
  await page.waitForURL(/\/records\/enterprise\/[0-9a-f-]{36}$/)
  await ready(page)
  return new URL(page.url()).pathname.split('/')[3] ?? ''
}

/** Re-checks and closes the first hazard of 今日 that waits for it, without leaving the page. */
export async function close(who: Visitor, opinion: string): Promise<void> {
  const { page } = who
  await page.locator('[data-act="accept"]').first().click()
  const drawer = dialog(page, '提交后：')
  await fill(drawer, '复查意见', opinion)
  await hand(drawer, '复查照片', photo('复查.png'))
  await drawer.getByRole('button', { name: '移除 复查.png' }).waitFor()
  await drawer.getByRole('button', { name: '复查合格，销号', exact: true }).click()
  await answer(page, '确定复查合格，销号？', '复查合格，销号')
  await told(page, '现在是“已销号”')
  await drawer.waitFor({ state: 'detached' })
}
