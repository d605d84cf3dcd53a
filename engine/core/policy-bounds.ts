import type { Json } from './condition/ast.ts'
import type { PolicyDef } from './definition.ts'

interface Bounds {
  min: number
  max: number
  whole: boolean
}

/** What a number of a unit can sensibly be: a slip of the hand must not lock a county out or end its deadlines. */
const byUnit: Record<string, Bounds> = {
  天: { min: 0, max: 3660, whole: true },
  小时: { min: 0, max: 720, whole: true },
  分钟: { min: 0, max: 1440, whole: true },
  秒: { min: 0, max: 3600, whole: true },
  次: { min: 0, max: 1000, whole: true },
  个字符: { min: 8, max: 64, whole: true },
  种: { min: 1, max: 4, whole: true },
  MB: { min: 1, max: 500, whole: true },
}
const other: Bounds = { min: 0, max: 1_000_000_000, whole: false }

/** Bounds of a parameter: its own where its row says so, else those of its unit; of a period its days. */
export function policyBounds(def: PolicyDef): Bounds {
  const isPeriod = typeof def.value === 'object' && def.value !== null && 'days' in def.value
  const unit = (isPeriod ? byUnit.天 : byUnit[def.unit ?? '']) ?? other
  return { ...unit, ...def.bounds }
}

/** The nearest number that a parameter may be: what was stored before there were bounds must not lock anybody out. */
export function withinBounds(def: PolicyDef, number: number): number {
  if (number === 0 && def.bounds?.orZero) return 0
  const { min, max, whole } = policyBounds(def)
  const near = Math.min(max, Math.max(min, number))
  return whole ? Math.round(near) : near
}

/** Why a value is out of bounds, as the end of a sentence; undefined when it is within. */
export function outOfBounds(def: PolicyDef, value: Json): string | undefined {
  const { min, max, whole } = policyBounds(def)
  const numbers = (Array.isArray(value) ? value : [value]).map((v) =>
    typeof v === 'object' && v !== null && 'days' in v ? v.days : v,
  )
  for (const n of numbers) {
    if (typeof n !== 'number') continue
    const zero = n === 0 && def.bounds?.orZero
    if (!Number.isFinite(n) || (!zero && (n < min || n > max)) || (whole && !Number.isInteger(n)))
      return `应为 ${min} 到 ${max} 的${whole ? '整数' : '数'}${def.bounds?.orZero ? '，或 0' : ''}`
  }
  return undefined
}
