import type { Catalogue, LocalDefinition } from '../core/catalogue.ts'
import { type Db, sql } from './db.ts'

/** The number that rises with every change of a county's own definitions. */
export async function localGeneration(db: Db): Promise<number> {
  const { rows } = await sql<{ n: number }>`select n from local_generation`.execute(db)
  return Number(rows[0]?.n ?? 0)
}

/** Raises it; the change is seen by every program with its next question, once it is committed. */
export async function raiseGeneration(tx: Db): Promise<void> {
  await sql`update local_generation set n = n + 1`.execute(tx)
}

/** The newest version of each of a county's own definitions, with the generation they are of; one statement. */
export async function readLocalDefinitions(db: Db): Promise<{ generation: number; list: LocalDefinition[] }> {
  const { rows } = await sql<{ n: number; list: LocalDefinition[] | null }>`select g.n,
      (select jsonb_agg(jsonb_build_object('body', d.body, 'area', d.area, 'retired', d.retired_at is not null)
        order by d.created_at, d.name)
      from (select distinct on (name) * from local_definition order by name, version desc) d) as list
    from local_generation g`.execute(db)
  return { generation: Number(rows[0]?.n ?? 0), list: rows[0]?.list ?? [] }
}

/**
 * Keeps a catalogue at the generation of the database: asked before every request, it costs one row, and the
 * definitions are read only when another program or an officer has changed them.
 */
export function followLocal(db: Db, catalogue: Catalogue): () => Promise<void> {
  const read = async () => {
    const { generation, list } = await readLocalDefinitions(db)
    // a slow answer does not put back what a later one has brought
    if (generation > catalogue.generation) catalogue.takeLocal(generation, list)
  }
  const look = async () => {
    if ((await localGeneration(db)) !== catalogue.generation) await read()
  }
  // one look runs and one waits: who comes while one runs joins the next, which begins after he came
  let running: Promise<void> | undefined
  let next: Promise<void> | undefined
  const begin = (): Promise<void> => {
    next = undefined
    const mine = look()
    running = mine
    const done = () => {
      if (running === mine) running = undefined
    }
    mine.then(done, done)
    return mine
  }
  return () => {
    if (!running) return begin()
    next ??= running.then(begin, begin)
    return next
  }
}
