/** What hands do with the app's forms: found by what a person reads, not by how it is built. */
import type { Locator, Page } from 'playwright-core'

export type Scope = Page | Locator
const pageOf = (scope: Scope): Page => ('page' in scope ? scope.page() : scope)
const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

/** A label as printed, with or without the mark of what must be filled. */
export const labelled = (label: string): RegExp => new RegExp(`^\\s*${escaped(label)}\\s*(\\*.*)?$`)

export const box = (scope: Scope, label: string): Locator => scope.getByLabel(labelled(label)).first()

/** Types into a box; a date in the desk's calendar box is taken by Enter (phones have a calendar of their own). */
export async function fill(scope: Scope, label: string, value: string): Promise<void> {
  const input = box(scope, label)
  await input.fill(value)
  const isDate = /^\d{4}-\d\d-\d\d$/.test(value)
  if (isDate && (await input.getAttribute('type')) !== 'date') await input.press('Enter')
}

/** Picks from a list that drops down; `typed` narrows it first. */
export async function pick(scope: Scope, label: string, option: string, typed?: string): Promise<void> {
  const combo = scope.getByRole('combobox', { name: labelled(label) }).first()
  await combo.click()
  if (typed) await combo.fill(typed)
  await dropped(pageOf(scope)).filter({ hasText: option }).first().click()
}

/** The options of the list that is open. */
export const dropped = (page: Page): Locator =>
  page.locator('.ant-select-dropdown:visible .ant-select-item-option')

/** One of a few answers that are all in sight. */
export const choose = (scope: Scope, label: string, option: string): Promise<void> =>
  scope
    .locator('.form-field')
    .filter({ has: pageOf(scope).getByText(labelled(label)) })
    .getByText(option, { exact: true })
    .click()

/** Hands in a file or a photo. */
export const hand = (scope: Scope, label: string, file: { name: string; mimeType: string; buffer: Buffer }) =>
  scope.getByLabel(`${label}：选择文件`).setInputFiles(file)

/** The drawer or question that is open, by a text in it. */
export const dialog = (page: Page, text: string | RegExp): Locator =>
  page.getByRole('dialog').filter({ hasText: text }).last()

/** Answers a question the app asks before it goes on. */
export const answer = (page: Page, question: string | RegExp, button: string): Promise<void> =>
  dialog(page, question).getByRole('button', { name: button, exact: true }).click()

/** Waits for what the app tells after something was done. */
export const told = (page: Page, text: string | RegExp): Promise<void> =>
  page.locator('.ant-message').getByText(text).first().waitFor()
