import type { ProblemCode } from '../core/errors.ts'

/** What the two sides say to each other; JSON, one reading at a time. */
export interface Question {
  id: number
  format: string
  input: unknown
  /** characters of the answer's JSON at most */
  most: number
}

export type Reply =
  | { ready: true }
  | { id: number; value: unknown }
  | { id: number; problem: { code: ProblemCode; message: string; details: Record<string, unknown> } }
  | { id: number; fault: { message: string; code?: string } }
