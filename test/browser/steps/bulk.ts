/** Several rows of a list at once: looked at, written, taken back. */
import { expect } from 'vitest'
import { ask, open, ready, type Visitor } from '../site.ts'

interface Firm {
  id: string
  supervisingLevel: string | null
}
const firms = async (who: Visitor): Promise<Firm[]> =>
  (await ask<{ rows: Firm[] }>(who, '/api/records/enterprise?limit=4')).rows

/** Gives the newest firms one level of supervision and takes it back: each has its own again. */
export async function setAndUndo(who: Visitor): Promise<void> {
  const { page } = who
  const before = await firms(who)
  const other = before[0]?.supervisingLevel === '县级重点' ? '乡镇级' : '县级重点'
  const wanted = before.filter((f) => f.supervisingLevel !== other).length
  await open(who, '/records/enterprise')
  // by keyboard, and from there to another row
  await page.locator('a[data-row-link="0"]').focus()
  await page.keyboard.press(' ')
  await page
    .locator('.ledger tbody input')
    .nth(before.length - 1)
    .click({ modifiers: ['Shift'] })
  const bar = page.getByRole('region', { name: '批量办理' })
  await bar.getByText(`已选 ${before.length} 条`).waitFor()
  await bar.getByRole('combobox', { name: '改字段' }).click()
  await page.keyboard.type('监管层级')
  await page.getByTitle('改“监管层级”').click()
  const form = page.locator('.form-field').filter({ hasText: '监管层级' }).first()
  await form.getByText(other, { exact: true }).click()
  await page.getByRole('button', { name: '下一步：逐条核对' }).click()
  await page.getByText('还没有写入任何内容。').waitFor()
  expect(await firms(who)).toEqual(before)
  await page.getByRole('button', { name: `确认办理 ${wanted} 条` }).click()
  await page.getByText(`已办理 ${wanted} 条`).waitFor()
  expect((await firms(who)).map((f) => f.supervisingLevel)).toEqual(before.map(() => other))
  await page.getByRole('button', { name: '撤销这次办理' }).click()
  await page.getByText(`已撤销 ${wanted} 条`).waitFor()
  const level = (f: Firm) => [f.id, f.supervisingLevel]
  expect((await firms(who)).map(level)).toEqual(before.map(level))
  await page.getByRole('button', { name: '关闭', exact: true }).last().click()
  await ready(page)
}
