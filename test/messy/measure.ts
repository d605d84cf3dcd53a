import { measure } from './planted.ts'

/** `npm run planted`: how sure repairs are, how many planted faults are found, and the twenty worst failures. */
const m = measure()
const share = (n: number) => n.toFixed(3)
const words = { wrong: '读错', unnoticed: '没有发现', asked: '本可读出，却要人答' }
process.stdout.write(
  `${[
    `planted ${m.planted}, hard ${m.hard}`,
    `precision ${share(m.precision)}  recall ${share(m.recall)}  repaired ${share(m.repaired)}`,
    ...m.failures
      .slice(0, 20)
      .map(
        ({ what, cell: c }) =>
          `${words[what]}  ${c.field}  ${JSON.stringify(c.written)} → ${JSON.stringify(c.read)}, 应为 ${JSON.stringify(c.means)}`,
      ),
  ].join('\n')}\n`,
)
