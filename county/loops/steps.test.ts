import { describe, expect, it } from 'vitest'
import type { LoopDef } from '../../engine/core/definition.ts'
import { stepsOn } from '../../engine/core/loop.ts'
import { hazard } from './hazard.ts'
import { tipOff } from './tip-off.ts'

const ids = (def: LoopDef, state: string, track: string | null) =>
  stepsOn(def, state, track).map(([id]) => id)

describe('what takes a case on', () => {
  it('names the next step of a hazard on each track, not the ways out', () => {
    expect(ids(hazard, 'found', 'self')).toEqual(['assessInside', 'assess'])
    expect(ids(hazard, 'assessed', 'self')).toEqual(['arrange'])
    expect(ids(hazard, 'assessed', 'town')).toEqual(['notify'])
    expect(ids(hazard, 'assessed', 'order')).toEqual(['order', 'notify'])
    expect(ids(hazard, 'assessed', 'major')).toEqual(['report', 'registerMajor'])
    expect(ids(hazard, 'reported', 'major')).toEqual(['list'])
    expect(ids(hazard, 'listed', 'major')).toEqual(['plan'])
    expect(ids(hazard, 'checking', 'major')).toEqual(['verify'])
    expect(ids(hazard, 'checking', 'self')).toEqual(['acceptInside'])
    expect(ids(hazard, 'checking', 'town')).toEqual(['confirmMended'])
    expect(ids(hazard, 'looking', 'order')).toEqual(['answerLook', 'accept'])
    expect(ids(hazard, 'verified', 'major')).toEqual(['close'])
  })
  it('asking for more time is a detour: rectifying comes first, and from the detour the way leads back', () => {
    expect(ids(hazard, 'rectifying', 'order')).toEqual(['rectify'])
    expect(ids(hazard, 'rectifying', 'major')).toEqual(['rectify'])
    expect(ids(hazard, 'extending', 'order')).toEqual(['grantExtension', 'denyExtension'])
  })
  it('works for a loop without tracks, and an ended case has no step', () => {
    expect(ids(tipOff, 'received', null)[0]).toBe('accept')
    expect(ids(tipOff, 'verifying', null)).not.toContain('refuse')
    expect(ids(hazard, 'closed', 'order')).toEqual([])
  })
})
