/** What axe (WCAG 2 A and AA: contrast, names of controls, structure) finds on a page, in a line each. */
import axe from 'axe-core'
import type { Page } from 'playwright-core'

interface Found {
  violations: { id: string; help: string; nodes: { target: unknown[]; failureSummary?: string }[] }[]
}

/** Complaints as `rule: selector (what is wrong)`; at most three places a rule. Empty: the page passes. */
export async function axeComplaints(page: Page): Promise<string[]> {
  // by the debugger's door, since the page's content policy lets no foreign script in
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axe.source)
  const found = await page.evaluate(
    () =>
      (globalThis as unknown as { axe: { run(root: Document, o: object): Promise<unknown> } }).axe.run(
        document,
        {
          runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'],
          resultTypes: ['violations'],
        },
      ) as Promise<Found>,
  )
  return found.violations.flatMap((v) =>
    v.nodes.slice(0, 3).map((n) => {
      const why = n.failureSummary?.split('\n')[1]?.trim() ?? v.help
      return `${v.id}: ${n.target.join(' ')} (${why.slice(0, 160)})`
    }),
  )
}
