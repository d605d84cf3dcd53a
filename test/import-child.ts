/** For the test that kills it: `import-child.ts URL DIR start FILE` or `… run SESSION`, in a process of its own. */

import { runImport, settled, startImport } from '../engine/exchange/import/index.ts'
import { openEngine } from '../engine/main.ts'
import { inArea, person_ } from './model-county.ts'

const [url = '', dir = '', what = '', which = ''] = process.argv.slice(2)
const engine = await openEngine(url, dir)
// the same person as in the test: nobody else sees the import
const actor = {
  ...person_('李县', [inArea('county-officer', '140525')]),
  id: '00000000-0000-7000-9000-0000000000aa',
}
const { id } =
  what === 'start'
    ? await startImport(engine, actor, 'enterprise', { path: which })
    : await runImport(engine, actor, which)
await settled(id)
await engine.close()
