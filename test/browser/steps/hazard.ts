/** Point 6: a hazard with a photo goes its way to closure; each signed-in person does what the loop lets them do. */
import { expect } from 'vitest'
import { picture } from '../../../demo/pictures.ts'
import { answer, choose, dialog, fill, hand, pick, told } from '../hands.ts'
import { open, ready, type Visitor } from '../site.ts'

export const photo = (name: string) => ({
  name,
  mimeType: 'image/png',
  buffer: Buffer.from(picture('before')),
})
export const paper = (name: string) => ({
  name,
  mimeType: 'image/png',
  buffer: Buffer.from(picture('paper')),
})

/** Reports from the phone: photo first, a few words, done. Returns the case's id. */
export async function report(who: Visitor, name: string, spot: string): Promise<string> {
  const { page } = who
  await page.getByRole('navigation', { name: '手机导航' }).getByRole('link', { name: '上报隐患' }).click()
  await page.getByRole('heading', { name: '上报隐患' }).waitFor()
  await hand(page, '整改前照片', photo('现场.png'))
  await page.getByRole('img', { name: '现场.png' }).waitFor()
  await fill(page, '隐患描述', name)
  await fill(page, '隐患部位', spot)
  await page.getByRole('button', { name: '上报', exact: true }).click()
  await told(page, '已上报隐患')
  await page.waitForURL(/\/records\/hazard\/[0-9a-f-]{36}$/)
  return new URL(page.url()).pathname.split('/')[3]!
}

export const state = async ({ page }: Visitor): Promise<string> =>
  (await page.locator('.badges .chip').first().innerText()).trim()

export type Word = {
  label: string
  text?: string
  list?: string
  answer?: string
  file?: ReturnType<typeof photo>
}

/** Opens the case and does one action; `words` are the form's answers. */
export async function act(
  who: Visitor,
  id: string,
  action: string,
  words: Word[],
  now: string,
  confirm = false,
): Promise<void> {
  const { page } = who
  await open(who, `/records/hazard/${id}`)
  await page.getByRole('button', { name: action, exact: true }).click()
  const drawer = dialog(page, '提交后：')
  for (const w of words) {
    if (w.text !== undefined) await fill(drawer, w.label, w.text)
    if (w.list !== undefined) await pick(drawer, w.label, w.list)
    if (w.answer !== undefined) await choose(drawer, w.label, w.answer)
    if (w.file) {
      await hand(drawer, w.label, w.file)
      await drawer.getByText('正在上传').waitFor({ state: 'detached' })
      await drawer.getByRole('button', { name: `移除 ${w.file.name}` }).waitFor()
    }
  }
  await drawer.getByRole('button', { name: action, exact: true }).click()
  if (confirm) await answer(page, `确定${action}？`, action)
  await told(page, `现在是“${now}”`)
  await drawer.waitFor({ state: 'detached' })
  await expect.poll(() => state(who)).toBe(now)
}

/** Why an action cannot be done now, as the page says it. */
export async function reason(who: Visitor, id: string, action: string): Promise<string> {
  const { page } = who
  await open(who, `/records/hazard/${id}`)
  await ready(page)
  const refused = page.locator('.refused-actions')
  await refused.waitFor()
  if (!(await refused.evaluate((d) => (d as HTMLDetailsElement).open)))
    await refused.getByText(/项现在不能办/).click()
  const entry = refused.locator('dl > div').filter({ has: page.locator('dt', { hasText: action }) })
  return (await entry.first().locator('dd').innerText()).trim()
}
