/** A table from above: made, sent, come back as a sheet, and filled in the sender's own file. */
import { readFileSync } from 'node:fs'
import type { Locator } from 'playwright-core'
import { expect } from 'vitest'
import { formXlsx } from '../../../engine/collections/form.fixture.ts'
import { openTable } from '../../../engine/exchange/sheet/index.ts'
import { answer } from '../hands.ts'
import { open, ready, type Visitor } from '../site.ts'

const HEADINGS = ['序号', '企业名称', '从业人数', '应急预案备案编号', '备注']

/** The form as the city sends it, with a title and a footer. */
export const cityForm = (title: string): Buffer =>
  formXlsx({ title, headings: HEADINGS, blank: 3, footer: '填表人：' })

const sheet = (name: string, buffer: Buffer) => ({
  name,
  mimeType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  buffer,
})

/** One of the figures at the top of a collection's page. */
export const figure = async ({ page }: Visitor, label: string): Promise<number> =>
  Number(await page.locator('.collect-figures > div').filter({ hasText: label }).locator('dd').innerText())

/** Uploads a form; its page has come when this returns. */
export async function begin(who: Visitor, name: string, form: Buffer): Promise<void> {
  const { page } = who
  await open(who, '/collections')
  await page.getByLabel('选择要填的表').setInputFiles(sheet(name, form))
  await page.waitForURL(/\/collections\/[0-9a-f-]{36}/)
  await ready(page)
}

/** Sends what is missing to the towns. */
export async function send({ page }: Visitor, due: string): Promise<void> {
  await page.getByLabel('截止').fill(due)
  await page.getByRole('button', { name: '发出', exact: true }).click()
  await answer(page, /个乡镇，.*前交回？/, '发出')
  await page.getByRole('heading', { name: /^发\d+ 收0 缺\d+$/ }).waitFor()
}

async function downloaded({ page }: Visitor, link: Locator): Promise<{ name: string; grid: string[][] }> {
  const [file] = await Promise.all([page.waitForEvent('download'), link.click()])
  const name = file.suggestedFilename()
  const table = await openTable({ bytes: readFileSync(await file.path()), name })
  try {
    const grid: string[][] = []
    for await (const row of table.rows(0)) grid[row.line - 1] = row.cells.map((c) => c.text)
    return { name, grid: Array.from(grid, (row) => row ?? []) }
  } finally {
    await table.close()
  }
}

/** From 今日 to the form, out as a sheet, a number for each firm in it, and in again. @returns what was written */
export async function handIn(who: Visitor, title: string): Promise<string[]> {
  const { page } = who
  await open(who, '/')
  await page.getByRole('link', { name: `填表：${title}` }).click()
  await page.waitForURL(/\/asked\//)
  await ready(page)
  const { name, grid } = await downloaded(who, page.getByRole('link', { name: '下载成表格填' }))
  const head = grid.findIndex((row) => row.includes('企业名称'))
  const column = (title: string) => grid[head]?.indexOf(title) ?? -1
  const [at, firm] = [column('应急预案备案编号'), column('企业名称')]
  const written: string[] = []
  const filled = grid.map((row, i) => {
    if (i <= head || !row[firm]) return row
    const number = `泽应备-${written.length + 1}`
    written.push(number)
    return Object.assign(
      Array.from({ length: at + 1 }, () => ''),
      row,
      { [at]: number },
    )
  })
  await page
    .getByLabel('上传填好的表')
    .setInputFiles(sheet(name, formXlsx({ headings: filled[0] ?? [], rows: filled.slice(1) })))
  await page.getByText(/^已交。/).waitFor()
  await page.getByText(`收了 ${written.length} 格`).waitFor()
  expect(written.length).toBeGreaterThan(0)
  return written
}

/** The form filled, as the sender gets it back. */
export const result = (who: Visitor) => downloaded(who, who.page.getByRole('link', { name: '下载填好的表' }))
