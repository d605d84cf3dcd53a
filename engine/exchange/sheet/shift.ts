/* References to rows of a sheet, moved when rows come in between. */

/** Rows that come in behind a line. */
export interface Inserted {
  after: number
  count: number
}

/** Sheet name before a reference, its two cells or rows; a name, a function or a number is none. */
const reference =
  /(?:((?:'(?:[^']|'')+'|[\p{L}\p{N}_.]+)!)|(?<![\p{L}\p{N}_.$!]))(\$?[A-Z]{1,3}\$?)(\d{1,7})(?::(\$?[A-Z]{1,3}\$?)(\d{1,7}))?(?![\p{L}\p{N}_(!.])/gu

/**
 * A formula, or any list of references, as it reads once the rows are in. A range that ends with the line grows by
 * them, as it does in a spreadsheet program when rows are put into its middle.
 * @param sheet whose rows they are; references to other sheets stay
 * @param own the formula stands in that sheet, so that a reference without a name is one to it
 */
export function shiftFormula(formula: string, rows: Inserted, sheet: string, own = true): string {
  // text in quotes holds no references
  return formula
    .split(/("(?:[^"]|"")*")/)
    .map((piece, i) => (i % 2 ? piece : shiftPiece(piece, rows, sheet, own)))
    .join('')
}

const shiftPiece = (piece: string, rows: Inserted, sheet: string, own: boolean): string =>
  piece.replace(
    reference,
    (all, of: string | undefined, a: string, from: string, b?: string, to?: string) => {
      const name = of?.slice(0, -1).replace(/^'|'$/g, '').replaceAll("''", "'")
      if (name === undefined ? !own : name !== sheet) return all
      const [first, last] = shiftRange(Number(from), to === undefined ? undefined : Number(to), rows)
      return `${of ?? ''}${a}${first}${b === undefined ? '' : `:${b}${last}`}`
    },
  )

function shiftRange(from: number, to: number | undefined, { after, count }: Inserted): [number, number] {
  const moved = (row: number) => (row > after ? row + count : row)
  if (to === undefined) return [moved(from), 0]
  return [moved(from), to >= after ? to + count : to]
}

/** Areas of merged cells, rules and lists: `A5:C5 E1`. One that ends with the line grows only if it began above it. */
export function shiftAreas(areas: string, { after, count }: Inserted): string {
  return areas.replace(/([A-Z]{1,3})(\d+)(?::([A-Z]{1,3})(\d+))?/g, (_, a, from, b?: string, to?: string) => {
    const [f, t] = [Number(from), Number(to ?? from)]
    const first = f > after ? f + count : f
    const last = t > after || (t === after && f < after) ? t + count : t
    return b === undefined ? `${a}${first}` : `${a}${first}:${b}${last}`
  })
}
