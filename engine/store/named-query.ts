import pg from 'pg'

/** How the rows of a prepared statement are made; it stays while the statement lives on its connection. */
interface Shape {
  columns: { name: string; parse: (text: string) => unknown }[]
  /** a row without values: its copies all have one form, and need only be filled */
  empty: Record<string, null>
  /** two columns have one name */
  repeats: boolean
}

interface Known {
  shapes: Map<string, Shape>
  /** the connection, except that it does not ask what a statement's rows are like */
  told: pg.Connection
}

const known = new WeakMap<pg.Connection, Known>()

function knownOf(connection: pg.Connection): Known {
  let of = known.get(connection)
  if (!of) {
    const told: pg.Connection = Object.create(connection, { describe: { value: () => undefined } })
    of = { shapes: new Map(), told }
    known.set(connection, of)
  }
  return of
}

export interface Named {
  name: string
  text: string
  values: unknown[]
}

/**
 * A named statement. pg asks with every execution what the rows are like, and makes the way to read them anew: for sixty
 * columns that costs what ten rows do. Asked once a connection instead. All else is pg's own query, by the interface
 * that pg-cursor uses.
 */
class NamedQuery extends pg.Query {
  readonly rowsRead: Record<string, unknown>[] = []
  readonly #name: string
  readonly #types: pg.CustomTypesConfig
  #shapes: Map<string, Shape> | undefined
  #shape: Shape | undefined
  /** a value that could not be read: told when the server has finished */
  failed: unknown

  constructor(query: Named, types: pg.CustomTypesConfig, done: (e: Error | undefined, r: unknown) => void) {
    super(query, done)
    this.#name = query.name
    this.#types = types
  }

  prepare(connection: pg.Connection): void {
    const { shapes, told } = knownOf(connection)
    this.#shapes = shapes
    this.#shape = shapes.get(this.#name)
    Reflect.apply(Reflect.get(pg.Query.prototype, 'prepare'), this, [this.#shape ? told : connection])
  }

  handleRowDescription({ fields }: { fields: pg.FieldDef[] }): void {
    const names = fields.map((f) => f.name)
    this.#shape = {
      columns: fields.map((f) => ({ name: f.name, parse: this.#types.getTypeParser(f.dataTypeID, 'text') })),
      empty: JSON.parse(JSON.stringify(Object.fromEntries(names.map((n) => [n, null])))),
      repeats: new Set(names).size < names.length,
    }
    this.#shapes?.set(this.#name, this.#shape)
  }

  handleDataRow({ fields }: { fields: (string | null)[] }): void {
    if (this.failed || !this.#shape) return
    const { columns, empty, repeats } = this.#shape
    const row: Record<string, unknown> = { ...empty }
    try {
      let i = 0
      for (const { name, parse } of columns) {
        const value = fields[i++]
        if (value !== null && value !== undefined) row[name] = parse(value)
        // of two columns of one name the later one stands
        else if (repeats) row[name] = null
      }
    } catch (e) {
      this.failed = e
    }
    this.rowsRead.push(row)
  }
}

/** Sends a named statement. */
export function sendNamed(client: pg.ClientBase, query: Named, types: pg.CustomTypesConfig) {
  return new Promise<pg.QueryResult>((resolve, reject) => {
    const sent = new NamedQuery(query, types, (error, result) => {
      if (error || sent.failed) return reject(error ?? sent.failed)
      resolve(Object.assign(result as pg.QueryResult, { rows: sent.rowsRead }))
    })
    client.query(sent)
  }).catch((e: unknown) => {
    // where it was asked for says more than where the answer came in
    if (e instanceof Error) Error.captureStackTrace(e)
    throw e
  })
}
