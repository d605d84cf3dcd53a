/**
 * What every normaliser answers. `value: null` means the cell was blank (nothing to store, nothing wrong).
 * `warnings` are Chinese sentences that never block; `message` is the Chinese reason why a value was
 * refused and what to type instead.
 */
export interface Accepted<T> {
  ok: true
  value: T | null
  warnings: string[]
}

export interface Refused {
  ok: false
  message: string
}

export type Normal<T> = Accepted<T> | Refused

export const accepted = <T>(value: T | null, ...warnings: string[]): Accepted<T> => ({
  ok: true,
  value,
  warnings,
})

export const refused = (message: string): Refused => ({ ok: false, message })

/** Quote what the user typed inside a message, cut so that a pasted page does not flood the screen. */
export const quote = (text: string): string => `“${text.length > 40 ? `${text.slice(0, 40)}…` : text}”`
