/**
 * The one error of the product. The HTTP edge turns it into `application/problem+json`
 * (RFC 9457); the command line prints `message`. `message` is Chinese and says what to do next.
 */
export type ProblemCode =
  | 'bad-input'
  | 'unauthenticated'
  | 'forbidden'
  | 'not-found'
  | 'conflict'
  | 'action-not-possible'
  | 'version-lost'
  | 'version-required'
  | 'too-large'
  | 'idempotency-reused'
  | 'too-many'
  | 'unavailable'
  | 'disk-full'
  | 'policy-missing'
  | 'bad-definition'

const statusOf: Record<ProblemCode, number> = {
  'bad-input': 400,
  unauthenticated: 401,
  forbidden: 403,
  'not-found': 404,
  conflict: 409,
  'action-not-possible': 409,
  'version-lost': 409,
  'version-required': 428,
  'too-large': 413,
  'idempotency-reused': 422,
  'too-many': 429,
  unavailable: 503,
  'disk-full': 507,
  'policy-missing': 409,
  'bad-definition': 500,
}

/** One field-level complaint: `path` as in the input JSON (`fields.creditCode`), message in Chinese. */
export interface Complaint {
  path: string
  message: string
}

export class Problem extends Error {
  readonly code: ProblemCode
  readonly status: number
  readonly details: Record<string, unknown>
  /** refused because of who asks, not of what is asked: such an attempt is journalled */
  attempt: boolean

  /** @param details goes to the client as it is: never put secrets or other people's data there. */
  constructor(code: ProblemCode, message: string, details: Record<string, unknown> = {}) {
    super(message)
    this.name = 'Problem'
    this.code = code
    this.status = statusOf[code]
    this.details = details
    this.attempt = code === 'forbidden'
  }
}

/** Marks a refusal as one that hangs on who asks. */
export function asAttempt(problem: Problem): Problem {
  problem.attempt = true
  return problem
}

export const isProblem = (e: unknown): e is Problem => e instanceof Problem
