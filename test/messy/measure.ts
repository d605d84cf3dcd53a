import { type Measured, measure, type Which } from './planted.ts'

/** `npm run planted`: how sure repairs are, how many planted faults are found, and the twenty worst failures. */
const share = (n: number) => n.toFixed(3)
const words = { wrong: '读错', unnoticed: '没有发现', asked: '本可读出，却要人答' }
const report = (which: Which, m: Measured) =>
  [
    `${which}: planted ${m.planted}, hard ${m.hard}`,
    `precision ${share(m.precision)}  recall ${share(m.recall)}  repaired ${share(m.repaired)}`,
    ...m.failures
      .slice(0, 20)
      .map(
        ({ what, cell: c }) =>
          `${words[what]}  ${c.field}  ${JSON.stringify(c.written)} → ${JSON.stringify(c.read)}, 应为 ${JSON.stringify(c.means)}`,
      ),
  ].join('\n')

for (const which of ['planted-truth', 'planted-clerk'] as const)
  process.stdout.write(`${report(which, measure(which))}\n`)
