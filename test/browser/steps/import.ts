/** Point 3: a messy ledger is previewed, corrected, imported and taken back. */
import { expect } from 'vitest'
import { messyXlsx } from '../../messy/messy.ts'
import { blocking, type Defect } from '../../messy/messy-firms.ts'
import { answer, dialog, fill, told } from '../hands.ts'
import { ask, open, ready, type Visitor } from '../site.ts'

export interface Counts {
  create: number
  update: number
  error: number
  warning: number
  skipped: number
}
export interface Session {
  id: string
  state: string
  counts: Counts
  missing: string[]
}

/** A ledger as towns send it, with title rows, merged cells, other headings and wrong rows in it. */
export const ledger = () => messyXlsx({ rows: 60, seed: 102, headings: 1, twoLevel: true })
export const blocked = (r: { defects: Defect[] }) => r.defects.some((d) => blocking.includes(d))

export const sessionOf = (who: Visitor, id: string) => ask<Session>(who, `/api/imports/${id}`)

export const ledgerTotal = async (who: Visitor) =>
  (await ask<{ total: number }>(who, '/api/records/enterprise?limit=1&count=1')).total

/** Uploads the sheet; returns the import's id when its preview has come. */
export async function upload(who: Visitor, name: string, bytes: Buffer): Promise<string> {
  const { page } = who
  await open(who, '/imports?register=enterprise')
  await page.getByLabel('选择要导入的表格').setInputFiles({
    name,
    mimeType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    buffer: bytes,
  })
  await page.waitForURL(/\/imports\/[0-9a-f-]{36}/)
  await ready(page)
  await page.getByRole('button', { name: /^导入 [\d,]+ 行$/ }).waitFor()
  return new URL(page.url()).pathname.split('/')[2]!
}

/** The number on one of the tiles: 新增, 更新, 有错… */
export const tile = ({ page }: Visitor, name: string) =>
  page.getByRole('navigation', { name: '各类行数' }).getByRole('button', { name }).locator('b')

export const line = ({ page }: Visitor, n: number) =>
  page.locator('.import-line').filter({ has: page.getByText(`第 ${n} 行`, { exact: true }) })

/** Gives a wrong row the value it lacks. */
export async function correct(who: Visitor, n: number, field: string, value: string): Promise<void> {
  await line(who, n).getByRole('button', { name: '改正' }).click()
  const drawer = dialog(who.page, `改正第 ${n} 行`)
  await fill(drawer, field, value)
  await drawer.getByRole('button', { name: '保存改正' }).click()
  await told(who.page, '已改正')
  await drawer.waitFor({ state: 'detached' })
}

const settled = (who: Visitor, id: string, state: string) =>
  expect.poll(async () => (await sessionOf(who, id)).state, { timeout: 60_000 }).toBe(state)

/** Imports what can be imported, leaving the wrong rows out. */
export async function run(who: Visitor, id: string): Promise<void> {
  const { page } = who
  // what may be empty and could not be read is left so, on purpose
  const leave = page.getByRole('button', { name: '这些都先空着' })
  if (await leave.isVisible()) await leave.click()
  await page.getByRole('button', { name: /^导入 [\d,]+ 行$/ }).click()
  await dialog(page, /跳过有错的/)
    .getByRole('button', { name: /^导入 [\d,]+ 行$/ })
    .click()
  await settled(who, id, 'done')
  await page.getByRole('button', { name: '撤销这次导入' }).waitFor()
}

export async function undo(who: Visitor, id: string): Promise<void> {
  await who.page.getByRole('button', { name: '撤销这次导入' }).click()
  await answer(who.page, '撤销这次导入？', '撤销导入')
  await settled(who, id, 'undone')
  await who.page.getByText(/已撤销 \d+ 行/).waitFor()
}
