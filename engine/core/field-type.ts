import type { ZodType } from 'zod'
import type { Op } from './condition/ast.ts'
import type { FieldDef } from './definition.ts'

/** How conditions, sorting and indexes treat a field's stored value. */
export type Shape = 'text' | 'number' | 'date' | 'time' | 'boolean' | 'set' | 'id' | 'json'

/** One cell as the sheet reader gives it (engine/exchange/sheet). */
export interface CellInput {
  text: string
  number?: number
  /** YYYY-MM-DD when the cell is a date cell */
  date?: string
  /** what the column is called: 是 under 是否规上 says 规上 */
  heading?: string
}

/** Look-ups an import may need; prepared before the rows are read. */
export interface CellContext {
  /** area code of a name such as 巴公镇, within the area of the import */
  areaByName(name: string): string | undefined
  /** id of a record of a register by its title or natural key */
  refByTitle(register: string, title: string): string | undefined
}

export interface TextContext {
  areaName(code: string): string
  refTitle(register: string, id: string): string
}

export type CellResult<V> =
  | {
      value: V | null
      warning?: string
      /** why another writing was taken for this value: 常用写法 */
      why?: string
      /** what stood behind the value and is none of it: 停产（2023年） */
      remark?: string
    }
  | { error: string }

/**
 * One field type, whole (design §5 fields/<type>/): column, schema, operators, import, export.
 * `ui.tsx` beside the model draws it; nothing but the web imports that.
 */
export interface FieldType<V = unknown> {
  name: string
  shape: Shape
  /** PostgreSQL type of the column */
  sqlType(def: FieldDef): string
  /** accepts the JSON form of a value; messages in Chinese. Null and absent are handled by the caller. */
  schema(def: FieldDef): ZodType<V>
  /** what is wrong with a value that has the right form, seen from a day (YYYY-MM-DD); blocks */
  misfit?(value: V, def: FieldDef, today: string): string | undefined
  /** a remark that does not block, e.g. a failed check digit */
  warn?(value: V, def: FieldDef): string | undefined
  /** its remarks are asked about when a person saves, instead of being said afterwards */
  asks?: true
  /** JSON Schema of the value for OpenAPI */
  jsonSchema(def: FieldDef): Record<string, unknown>
  /** reads a spreadsheet cell; an empty cell is `{value: null}` */
  fromCell(cell: CellInput, def: FieldDef, context: CellContext): CellResult<V>
  /** the value as a reader sees it, in lists, sheets and explanations */
  toText(value: V, def: FieldDef, context: TextContext): string
  /** operators conditions may use on it, in the order a person is offered them */
  ops: Op[]
}

export type FieldTypes = Record<string, FieldType>
