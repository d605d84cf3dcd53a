/** Names that would reach into an object's prototype. */
const reaching = new Set(['__proto__', 'constructor', 'prototype'])
const DEEPEST = 40

/**
 * Whether a value is plain data: no member that reaches into prototypes, not deeper than 40. What a reader hands
 * back is checked with it before anybody looks at it.
 */
export function isPlain(value: unknown, depth = 0): boolean {
  if (value === null || typeof value !== 'object') return typeof value !== 'function'
  if (depth > DEEPEST) return false
  if (Array.isArray(value)) return value.every((member) => isPlain(member, depth + 1))
  for (const name of Object.keys(value)) {
    if (reaching.has(name)) return false
    if (!isPlain((value as Record<string, unknown>)[name], depth + 1)) return false
  }
  return true
}
