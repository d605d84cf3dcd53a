import type { LoopDef, PowersDef } from './definition.ts'

/**
 * Powers (职权), pure: whether an action is one of authority, and what somebody lacks for it. Who may is always read
 * from the newest definition of the loop, also for cases that run by an older version: a power is no step of a case.
 */

/** A span of dates with what it is for; open ends are unbounded. */
export interface Span {
  from: string | null
  to: string | null
}

/** What the registers say of an entrusted body and of one officer of it. */
export interface Mandate {
  entrustments: (Span & { items: readonly string[] })[]
  certificates: Span[]
}

/** How the case stands to the entrusted body. */
export interface Claim {
  /** the body found it itself, and it is still its own */
  own: boolean
  /** the body that has the powers by law gave the order */
  orderedAbove: boolean
}

/** The item of an entrustment that an action needs on a track; undefined when it is no act of authority there. */
export function powerOf(def: LoopDef, action: string, track: string | null): string | undefined {
  const power = def.actions[action]?.power
  if (!power || !def.powers) return undefined
  return !power.tracks || (track !== null && power.tracks.includes(track)) ? power.item : undefined
}

const holdsOn = (s: Span, day: string): boolean => (!s.from || s.from <= day) && (!s.to || day <= s.to)

/** Of spans that do not hold on a day, what to say of the nearest: 2025-12-31 已到期. */
function whyNot(spans: readonly Span[], day: string): string {
  const ended = spans.flatMap((s) => (s.to && s.to < day ? [s.to] : [])).sort()
  const coming = spans.flatMap((s) => (s.from && s.from > day ? [s.from] : [])).sort()
  if (coming[0]) return `${coming[0]} 起才生效`
  const last = ended.at(-1)
  return last ? `${last} 已到期` : '没有登记'
}

/** Whether body and officer hold an item on a day, whatever the case. */
export const holdsItem = (mandate: Mandate, item: string, day: string): boolean =>
  mandate.entrustments.some((e) => e.items.includes(item) && holdsOn(e, day)) &&
  mandate.certificates.some((c) => holdsOn(c, day))

/** Whether the powers' entrusted role is all somebody comes with: who has them by law needs nobody's entrustment. */
export const isEntrusted = (powers: PowersDef, roles: readonly string[]): boolean =>
  roles.includes(powers.entrusted.role) && !powers.by.some((r) => roles.includes(r))

/** The roles in which the order was given, one list for each action that gives it. */
export const orderedIn = (
  powers: PowersDef,
  last: Readonly<Record<string, { roles?: readonly string[] }>>,
): (readonly string[])[] => powers.orders.flatMap((o) => (last[o] ? [last[o].roles ?? []] : []))

/**
 * What an officer of the entrusted body lacks for an act of authority on a day, as a sentence that says what to do
 * instead; undefined when nothing.
 * @param label of the action
 * @param instead labels of what he may do as the case stands
 */
export function lackOfPower(
  def: LoopDef,
  label: string,
  item: string,
  claim: Claim,
  mandate: Mandate,
  day: string,
  instead: readonly string[] = [],
): string | undefined {
  const powers = def.powers!
  const { entrusted } = powers
  const may = instead.map((l) => `“${l}”`).join('或')
  if (claim.orderedAbove) return `这条${def.label}由${powers.body}责令整改，“${label}”由${powers.body}办理。`
  if (!claim.own)
    return `“${label}”由${powers.body}办理：这条${def.label}不是${entrusted.body}发现的，或已移交${powers.body}。`
  const way = may ? `请改用${may}。` : `请联系${powers.body}办理。`
  const valid = mandate.entrustments.filter((e) => holdsOn(e, day))
  if (!valid.length)
    return `${entrusted.body}没有有效的执法委托书（${whyNot(mandate.entrustments, day)}），${way}`
  if (!valid.some((e) => e.items.includes(item)))
    return `${entrusted.body}的执法委托书不含“${item}”，不能办理“${label}”，${way}`
  if (!mandate.certificates.some((c) => holdsOn(c, day)))
    return `您没有有效的执法证（${whyNot(mandate.certificates, day)}），“${label}”须由持证人员办理。请由持证的同事办理，或者${way}`
  return undefined
}
