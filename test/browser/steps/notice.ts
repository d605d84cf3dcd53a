/** Point 2: a notice is pasted, read, corrected and becomes a task. */
import { existsSync, readFileSync } from 'node:fs'
import { expect } from 'vitest'
import { dialog, fill, pick, told } from '../hands.ts'
import { ask, ready, type Visitor } from '../site.ts'

export { inAMinute } from './minute.ts'

/** A real notice where it lies beside the repository, else the demo's own wording. */
export const noticeText = (): string => {
  const real = '../shared/notices/zezhou-2026.txt'
  // of another number: the demo county holds its own already, and would be asked about it
  return existsSync(real)
    ? readFileSync(real, 'utf8')
    : readFileSync('demo/notice-2026.txt', 'utf8').replace('〕1号', '〕9号')
}

export interface Item {
  id: string
  title: string
  text: string
  state: string
  offset: { start: number; end: number }
  deadlines: { date?: string }[]
  targets: unknown[]
  proposal?: { indicator?: string; due?: string }
}
interface View {
  notice: { id: string; title: string; items: { open: number } }
  text: string
  items: Item[]
}

export const viewOf = (who: Visitor, id: string) => ask<View>(who, `/api/notices/${id}`)

/** Pastes the text; returns the notice's id once its items stand beside their sentences. */
export async function paste(who: Visitor, text: string): Promise<string> {
  const { page } = who
  await page
    .getByRole('navigation', { name: '主导航' })
    .getByRole('link', { name: '通知', exact: true })
    .click()
  await page.getByLabel('通知正文').fill(text)
  await page.getByRole('button', { name: '读出条目' }).click()
  await page.waitForURL(/\/notices\/[0-9a-f-]{36}/)
  await ready(page)
  return new URL(page.url()).pathname.split('/')[2]!
}

const entry = ({ page }: Visitor, item: Pick<Item, 'id'>) => page.locator(`[data-entry="${item.id}"]`)
const bare = (text: string) => text.replace(/[\s*#]/g, '')

/** Chooses an item in the list; its sentence is marked in the printed text. */
export async function choose(who: Visitor, item: Item): Promise<void> {
  await entry(who, item).getByRole('button', { name: item.title }).first().click()
  const marks = who.page.getByRole('region', { name: '原文' }).locator(`mark.chosen`)
  // polled, because the marks of the item chosen before stand until the page is drawn again
  await expect
    .poll(async () => {
      const marked = bare((await marks.allInnerTexts()).join(''))
      return marked.length > 5 && bare(item.text).includes(marked)
    })
    .toBe(true)
}

/** Puts another date in the place of the one that was read. */
export async function correctDate(who: Visitor, item: Item, date: string): Promise<void> {
  await entry(who, item).getByRole('button', { name: '更正', exact: true }).click()
  const drawer = dialog(who.page, '更正这一条')
  await drawer.getByLabel('时限').first().fill(date)
  await drawer.getByRole('button', { name: '保存更正' }).click()
  await told(who.page, '已更正')
  await drawer.waitFor({ state: 'detached' })
  await entry(who, item).getByText(date).waitFor()
}

export interface Binding {
  title: string
  indicator?: string
  /** two characters of what narrows the part of the register it is about: industry */
  industry?: string
  target: string
  due: string
  owner: string
}

/** Accepts an item as a task; returns the task's id. */
export async function accept(who: Visitor, item: Item, b: Binding): Promise<string> {
  const { page } = who
  await entry(who, item).getByRole('button', { name: '分解为任务' }).click()
  const drawer = dialog(page, '分解为任务')
  await fill(drawer, '任务名称', b.title)
  const way = drawer.getByRole('radio', { name: b.indicator ? '台账计算' : '佐证材料' })
  await way.check({ force: true })
  if (b.indicator) {
    const chosen = drawer.getByText(`“${b.indicator}”以`)
    if (!(await chosen.isVisible())) await pick(drawer, '指标', b.indicator, b.indicator.slice(0, 6))
    await chosen.waitFor()
  }
  await fill(drawer, '目标', b.target)
  await fill(drawer, '完成时限', b.due)
  await pick(drawer, '责任单位', b.owner, b.owner)
  await page.keyboard.press('Escape')
  if (b.industry) {
    await drawer.getByRole('button', { name: '＋ 条件' }).click()
    await pick(drawer, '字段', '行业', '行业')
    await drawer.locator('.rule').getByTitle('值').or(drawer.locator('.rule .filter-value')).first().click()
    await page
      .locator('.ant-select-dropdown:visible .ant-select-item-option')
      .filter({ hasText: b.industry })
      .first()
      .click()
    await drawer.getByText(/符合筛选的企业有 \d+ 条/).waitFor()
  }
  await drawer.getByRole('button', { name: '采纳为任务' }).click()
  await told(page, '已成为任务')
  const id = (await page.locator('.ant-message a[href^="/tasks/"]').first().getAttribute('href'))!.split(
    '/',
  )[2]!
  await drawer.waitFor({ state: 'detached' })
  return id
}
