import { systemClock } from '../../engine/core/clock.ts'

/**
 * Whether somebody is there. Requests that a page makes by itself say so (`x-unattended`), so that a screen left alone
 * is signed out although it goes on asking; all windows of the browser count together.
 */
const KEY = 'zhiben-last-input'
const QUIET_MS = 60_000
const EVENTS = ['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchstart'] as const

const now = (): number => systemClock.now().getTime()
let own = now()
let told = 0

/** When somebody last did something, in any window; ms. */
export function lastInput(): number {
  let other = 0
  try {
    other = Number(localStorage.getItem(KEY) ?? 0)
  } catch {
    // a browser that keeps nothing: this window alone counts
  }
  return Math.max(own, other)
}

export function noteInput(): void {
  own = now()
  if (own - told < 1000) return
  told = own
  try {
    localStorage.setItem(KEY, String(own))
  } catch {
    // see above
  }
}

/** Begins to listen. @returns how to stop */
export function watchInput(): () => void {
  for (const e of EVENTS) addEventListener(e, noteInput, { passive: true, capture: true })
  return () => {
    for (const e of EVENTS) removeEventListener(e, noteInput, { capture: true })
  }
}

export const isUnattended = (): boolean => now() - lastInput() > QUIET_MS
export const quietFor = (): number => now() - lastInput()
