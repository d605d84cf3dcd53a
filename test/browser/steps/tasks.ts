/** Point 7: the task board, its figures, and tasks that live on evidence. */
import { answer, dialog, fill, hand, told } from '../hands.ts'
import { ask, open, type Visitor } from '../site.ts'
import { paper } from './hazard.ts'

export interface Task {
  id: string
  title: string
  state: string
  target: number
  due: string
  figure: { value: number | null; num: number; den: number | null }
  towns: { code: string; name: string; num: number; den: number | null }[]
}

export const taskOf = (who: Visitor, id: string) => ask<Task>(who, `/api/tasks/${id}`)

/** The big figure on a task's page: value and `num／den`. */
export async function shown(who: Visitor, id: string): Promise<{ value: string; ratio: string }> {
  await open(who, `/tasks/${id}`)
  const now = who.page.locator('.figure-big > div').filter({ hasText: '现在' })
  return {
    value: (await now.locator('b').innerText()).trim(),
    ratio: (await now.locator('small').last().innerText()).trim(),
  }
}

/** The first of those who are missing, with the reason; opens its record. */
export async function firstMissing({ page }: Visitor): Promise<{ title: string; reason: string }> {
  const row = page.locator('.missing-row').first()
  await row.waitFor()
  // the record itself stands first; after it the way to enter what is missing, and whom to call
  const link = row.getByRole('link').first()
  const title = (await link.innerText()).trim()
  const reason = (await row.locator('p').innerText()).trim()
  await link.click()
  await page.getByRole('heading', { level: 1, name: title }).waitFor()
  return { title, reason }
}

/** @param owner whose paper it is */
export async function handIn(who: Visitor, id: string, note: string, owner: string): Promise<void> {
  await open(who, `/tasks/${id}`)
  await who.page.getByRole('button', { name: '提交佐证材料' }).click()
  const drawer = dialog(who.page, '提交佐证材料')
  await drawer.locator('.ant-segmented-item').filter({ hasText: owner }).click()
  await hand(drawer, '材料', paper('会议纪要.png'))
  await drawer.getByText('会议纪要.png').first().waitFor()
  await fill(drawer, '说明', note)
  await drawer.getByRole('button', { name: '提交', exact: true }).click()
  await told(who.page, '已提交，等待另一人确认')
}

export async function confirm(who: Visitor, id: string): Promise<void> {
  await open(who, `/tasks/${id}`)
  await who.page.getByRole('button', { name: '确认', exact: true }).click()
  await answer(who.page, '确认这份佐证材料？', '确认')
  await told(who.page, '已确认')
}
