/** Point 4: the ledger is searched, filtered, sorted, kept as a view, taken out as a sheet, and one file read. */
import { readFileSync } from 'node:fs'
import type { Locator } from 'playwright-core'
import { expect } from 'vitest'
import { openTable } from '../../../engine/exchange/sheet/index.ts'
import { dropped, pick } from '../hands.ts'
import { ask, ready, type Visitor } from '../site.ts'

export const rows = ({ page }: Visitor): Locator => page.locator('a[data-row-link]')
export const names = (who: Visitor) => rows(who).allInnerTexts()

/** How many the list says it holds. */
export const total = async ({ page }: Visitor): Promise<number> =>
  Number((await page.locator('.head [role=status]').innerText()).replace(/\D/g, ''))

/** Waits until the list holds so many: the old rows stay in sight while new ones are on their way. */
export const holds = (who: Visitor, n: number) => expect.poll(() => total(who), { timeout: 30_000 }).toBe(n)

/** How many the API finds for what stands in the list's address now; the list must come to say the same. */
export async function settle(who: Visitor): Promise<number> {
  const { searchParams: at } = new URL(who.page.url())
  const asked = new URLSearchParams({
    limit: '1',
    count: '1',
    q: at.get('q') ?? '',
    where: at.get('where') ?? '',
  })
  for (const [name, value] of [...asked]) if (!value) asked.delete(name)
  const { total } = await ask<{ total: number }>(who, `/api/records/enterprise?${asked}`)
  await holds(who, total)
  return total
}

export async function search(who: Visitor, text: string): Promise<void> {
  await who.page.getByRole('searchbox').fill(text)
  await who.page.waitForURL((u) => (u.searchParams.get('q') ?? '') === text)
}

/** Adds one condition on a choice field to the filter. */
export async function filter(who: Visitor, field: string, value: string): Promise<void> {
  const { page } = who
  await page.getByRole('button', { name: /^筛选/ }).click()
  const panel = page.getByRole('region', { name: '筛选' })
  await panel.getByRole('button', { name: '＋ 条件' }).click()
  await pick(panel, '字段', field, field)
  await panel.locator('.filter-value').click()
  await dropped(page).filter({ hasText: value }).first().click()
  await page.waitForURL((u) => u.searchParams.has('where'))
  await panel.getByRole('button', { name: '完成' }).click()
  await page.getByText('只看：').waitFor()
}

export async function sortBy(who: Visitor, heading: string): Promise<void> {
  const head = who.page.getByRole('columnheader', { name: heading })
  await head.getByRole('button').click()
  await expect.poll(() => head.getAttribute('aria-sort')).toBe('ascending')
  await ready(who.page)
}

export async function keepView(who: Visitor, name: string): Promise<void> {
  const { page } = who
  await page.getByRole('button', { name: /^视图/ }).click()
  await page.getByLabel('新视图名称').fill(name)
  await page.getByRole('button', { name: '保存', exact: true }).click()
  await page.locator('.ant-message').getByText(`已保存视图“${name}”`).waitFor()
}

export async function useView(who: Visitor, name: string): Promise<void> {
  const { page } = who
  await page.getByRole('button', { name: '视图 1' }).click()
  await page.getByRole('button', { name, exact: true }).click()
  await page.waitForURL((u) => u.searchParams.has('where'))
  await ready(page)
}

/** Takes the list out as .xlsx; returns its lines by heading. */
export async function exported(who: Visitor): Promise<Record<string, string>[]> {
  const { page } = who
  await page.getByRole('button', { name: '导出' }).click()
  await page.getByLabel(/^用途/).fill('核对台账')
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: /\.xlsx/ }).click(),
  ])
  expect(file.suggestedFilename()).toMatch(/\.xlsx$/)
  const table = await openTable({ bytes: readFileSync(await file.path()), name: file.suggestedFilename() })
  try {
    const out: Record<string, string>[] = []
    let headings: string[] | undefined
    for await (const row of table.rows()) {
      const texts = row.cells.map((c) => c.text)
      if (headings) out.push(Object.fromEntries(headings.map((h, i) => [h, texts[i] ?? ''])))
      else if (texts.includes('企业名称')) headings = texts
    }
    return out
  } finally {
    await table.close()
  }
}
