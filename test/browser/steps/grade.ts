/** Point 5: a proposed grade is explained, adopted by one officer and reviewed by another. */
import { answer, told } from '../hands.ts'
import { ask, open, ready, type Visitor } from '../site.ts'

export interface TrayRow {
  enterprise: { id: string; title: string }
  proposed: {
    level: string
    letter?: string
    steps: { label: string; because: string; basis: string }[]
  } | null
  adopted: { level: string } | null
  waiting: { assessedBy: string } | null
}

/** The first enterprise whose proposal differs from what was adopted, with a step that says why. */
export async function candidate(who: Visitor): Promise<TrayRow> {
  const { rows } = await ask<{ rows: TrayRow[] }>(who, '/api/grades/tray?kind=differs&limit=50')
  const row = rows.find((r) => r.proposed?.steps.some((s) => s.basis && s.because) && !r.waiting)
  if (!row) throw new Error('nobody in the tray')
  return row
}

const item = ({ page }: Visitor, row: TrayRow) =>
  page.locator('.tray-item').filter({ has: page.getByRole('link', { name: row.enterprise.title }) })

async function find(who: Visitor, row: TrayRow, kind: string): Promise<void> {
  await open(who, '/grades')
  if (kind !== '建议与评定不同') await who.page.getByRole('button', { name: kind }).click()
  await who.page.getByRole('searchbox').fill(row.enterprise.title)
  await who.page.waitForURL((u) => u.searchParams.has('q'))
  await ready(who.page)
  await item(who, row).waitFor()
}

/** The first signature, from the tray. */
export async function assess(who: Visitor, row: TrayRow): Promise<void> {
  const { page } = who
  await find(who, row, '建议与评定不同')
  await item(who, row).getByRole('checkbox').check()
  await page.getByRole('button', { name: /按建议评定/ }).click()
  await answer(page, '按建议评定 1 家？', '提交复核')
  await told(page, '已提交 1 家，等待另一人复核')
}

/** Whether the tray offers this visitor to sign as the second. */
export async function mayReview(who: Visitor, row: TrayRow): Promise<boolean> {
  await find(who, row, '等待复核')
  return (await item(who, row).getByRole('checkbox').count()) > 0
}

export const remark = (who: Visitor, row: TrayRow) => item(who, row).innerText()

/** The second signature. */
export async function review(who: Visitor, row: TrayRow): Promise<void> {
  const { page } = who
  await item(who, row).getByRole('checkbox').check()
  await page.getByRole('button', { name: /^复核通过/ }).click()
  await answer(page, '复核通过 1 家？', '复核通过')
  await told(page, '已评定 1 家')
}

export const card = ({ page }: Visitor) => page.locator('#grade')
