import { f1, measure, pooled } from './measure.ts'

/** `npm run notices-truth`: how well sentences and whole papers are read, and the worst failures. */
const { sentences, papers, failures } = measure()
process.stdout.write(
  `${[
    `sentences F1 ${f1(sentences).toFixed(3)}, moods right ${sentences.mood} of ${sentences.of}`,
    ...Object.entries(papers).flatMap(([set, of]) => [
      `${set}  pooled F1 ${f1(pooled(of)).toFixed(3)}  trapped ${pooled(of).trapped}`,
      ...Object.entries(of).map(
        ([name, c]) =>
          `${name}  F1 ${f1(c).toFixed(3)}  missed ${c.missed} extra ${c.extra} trapped ${c.trapped}`,
      ),
    ]),
    ...failures.slice(0, 60),
  ].join('\n')}\n`,
)
