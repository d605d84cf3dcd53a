import path from 'node:path'
import { z } from 'zod'
import { readApart } from '../reader/index.ts'
import type { Heading, ParsedNotice } from './model.ts'
import type { NoticeQuestion, ReadNotice } from './read-file.ts'
import type { Cell, NoticeDocument, Table } from './reading/document.ts'
import { SAID_KINDS } from './reading/said.ts'

const offset = z.object({ start: z.number().int(), end: z.number().int() })
const comparator = z.enum([
  '=',
  '>=',
  '<=',
  '>',
  '<',
  'range',
  'increase',
  'decrease',
  'at-least-grade',
  'unspecified',
])
const day = z.string().max(10)
const anchor = z.enum(['plan-year', 'body-year', 'signature', 'event'])
const mood = z.enum(['was', 'threshold', 'law', 'abolished', 'consequence', 'aim'])
const quantity = z.object({
  text: z.string(),
  value: z.union([z.number(), z.tuple([z.number(), z.number()])]),
  unit: z.string(),
  comparator,
  offset,
})
const item = z.object({
  id: z.string(),
  kind: z.enum(['task', 'rule']),
  title: z.string(),
  path: z.array(z.string()),
  text: z.string(),
  offset,
  deadlines: z.array(
    z.object({
      text: z.string(),
      date: day,
      inferred: z.boolean().optional(),
      anchor: anchor.optional(),
      moved: z.boolean().optional(),
      offset,
    }),
  ),
  frequencies: z.array(
    z.object({
      text: z.string(),
      period: z.string().nullable(),
      times: z.number().nullable(),
      comparator,
      offset,
    }),
  ),
  targets: z.array(quantity),
  conditions: z.array(quantity),
  units: z.array(z.string()),
  enterprises: z.array(z.string()),
  soft: z.boolean(),
})
const heading: z.ZodType<Heading> = z.object({
  label: z.string(),
  title: z.string(),
  offset,
  items: z.array(z.string()),
  get children() {
    return z.array(heading)
  },
})
const notice: z.ZodType<ParsedNotice> = z.object({
  readable: z.boolean(),
  reason: z.string().nullable(),
  title: z.string().nullable(),
  docNo: z.string().nullable(),
  issuer: z.string().nullable(),
  addressees: z.array(z.string()),
  year: z.number().nullable(),
  issued: day.nullable(),
  printed: day.nullable(),
  structure: z.array(heading),
  items: z.array(item),
  paper: z.enum(['notice', 'bulletin', 'rules']),
  left: z.array(item.extend({ mood })),
  warnings: z.array(z.string()),
})
const place = z.enum(['box', 'part', 'note', 'contents']).optional()
const cell: z.ZodType<Cell> = z.object({
  ...offset.shape,
  column: z.number().int(),
  columns: z.number().int(),
  rows: z.number().int(),
  get inner() {
    return z.array(table).optional()
  },
})
const table: z.ZodType<Table> = z.object({
  ...offset.shape,
  kind: z.literal('table'),
  rows: z.array(z.array(cell)),
  place,
})
const paragraph = z.object({
  ...offset.shape,
  kind: z.literal('paragraph'),
  heading: z.number().int().optional(),
  label: z.number().int().optional(),
  place,
  note: z.object({ label: z.string(), at: z.number().int() }).optional(),
})
const document: z.ZodType<NoticeDocument> = z.object({
  text: z.string(),
  blocks: z.array(z.union([paragraph, table])),
  struck: z.array(offset),
  said: z.array(
    z.object({
      kind: z.enum(SAID_KINDS),
      count: z.number().int(),
      message: z.string().max(300),
      texts: z.array(z.string().max(200)).max(20),
    }),
  ),
})
const answer: z.ZodType<ReadNotice> = z.object({
  kind: z.enum(['text', 'docx', 'doc', 'rtf', 'html', 'pdf', 'ofd', 'picture', 'unknown']),
  warnings: z.array(z.string()),
  document,
  notice,
})

/**
 * Reads and parses a notice in a process of its own: a file (.txt, .docx, .pdf with text) or a pasted text.
 * @param user account id: files of one person are read one after the other
 * @throws Problem `bad-input` for an empty or oversized file or one that costs too much; what merely holds no words
 *   comes back with `readable: false` and the reason
 */
export async function readNoticeApart(question: NoticeQuestion, user: string): Promise<ReadNotice> {
  const asked = 'path' in question ? { ...question, path: path.resolve(question.path) } : question
  const name = 'name' in question ? question.name : ''
  return answer.parse(await readApart('notice', asked, { user, name }))
}
