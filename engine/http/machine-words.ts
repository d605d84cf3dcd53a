import type { FastifyRequest } from 'fastify'
import type { ProblemCode } from '../core/errors.ts'
import { keyOf } from './identify.ts'
import type { ProblemBody } from './problems.ts'

/**
 * Problems as another system reads them: what is wrong and what to send instead, in words that name headers and
 * members and no page or button. `code`, `status`, `complaints` are the same for everybody; the sentence that a
 * person would be told stands in `message`, for a program that shows it to one.
 */
const words: Record<ProblemCode | 'internal', [title: string, detail: string]> = {
  'bad-input': [
    'Bad input',
    'The request is not valid: `complaints` names each member and what is wrong with it.',
  ],
  unauthenticated: ['Unauthenticated', 'The key is missing, unknown, revoked or expired.'],
  forbidden: ['Forbidden', 'The role or the area of the key does not allow this.'],
  'not-found': ['Not found', 'There is no such resource, or it lies outside the area of the key.'],
  conflict: [
    'Conflict',
    'The request conflicts with what is stored: see `complaints`. Sending it again will not help.',
  ],
  'action-not-possible': [
    'Action not possible',
    'The case is in another state, or the action asks for another role: GET …/actions says what is possible and why not.',
  ],
  'version-lost': [
    'Version lost',
    'The record has changed since it was read: read it again, then send its version in If-Match.',
  ],
  'version-required': ['Version required', 'Send the version of the record in If-Match, for example "3".'],
  'too-large': ['Too large', 'The content is larger than allowed: send less at a time.'],
  'idempotency-reused': [
    'Idempotency key reused',
    'This Idempotency-Key was used for another request: send a new one with a new request.',
  ],
  'too-many': ['Too many requests', 'Wait for the seconds in `retryAfter`, then send the request again.'],
  unavailable: [
    'Unavailable',
    'Temporarily unavailable, nothing was written: send the same request with the same Idempotency-Key again later.',
  ],
  'disk-full': ['Disk full', 'The disk of the server is full: nothing was written, reading goes on.'],
  'policy-missing': [
    'Parameter missing',
    'The county has not set a parameter that this needs: see `message`.',
  ],
  'bad-definition': ['Bad definition', 'The server is configured wrongly.'],
  internal: [
    'Internal error',
    'The operation was not carried out; `logId` finds the cause in the log of the server.',
  ],
}

/** A machine asks: it comes with a key, and does not ask for Chinese. */
export const isMachine = (request: FastifyRequest): boolean =>
  keyOf(request) !== undefined && !/^zh\b/i.test(request.headers['accept-language'] ?? '')

export function forMachine(body: ProblemBody): ProblemBody {
  const [title, detail] = words[body.code]
  return { ...body, title, detail, message: body.detail }
}
