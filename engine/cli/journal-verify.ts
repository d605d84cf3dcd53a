/** `journal verify [--anchor FILE] [--head FILE]`: recomputes the chain of sealed blocks. */
import { readFile, writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { Problem } from '../core/errors.ts'
import { journalHead, sealJournal, verifyJournal } from '../journal/seal.ts'
import { printJson, withEngine } from './engine.ts'

interface Anchor {
  no: number
  hash: string
}

async function readAnchor(file: string): Promise<Anchor> {
  const anchor = JSON.parse(await readFile(file, 'utf8')) as Partial<Anchor>
  if (typeof anchor.no !== 'number' || typeof anchor.hash !== 'string')
    throw new Problem('bad-input', `${file} 不是留痕摘要文件：应有 no 和 hash。`)
  return { no: anchor.no, hash: anchor.hash }
}

export async function run(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: { anchor: { type: 'string' }, head: { type: 'string' }, json: { type: 'boolean' } },
  })
  const anchor = values.anchor ? await readAnchor(values.anchor) : undefined
  return withEngine(async (engine) => {
    while ((await sealJournal(engine.db, engine.clock.now())) > 0);
    const verdict = await verifyJournal(engine.db, anchor)
    if (values.head && verdict.ok)
      await writeFile(values.head, `${JSON.stringify(await journalHead(engine.db))}\n`)
    if (values.json) printJson(verdict)
    else process.stdout.write(`${verdict.message}\n`)
    return verdict.ok ? 0 : 1
  })
}
