import { describe, expect, it } from 'vitest'
import { Turns } from './turns.ts'

const soon = () => new Promise((r) => setImmediate(r))

describe('turns at the door', () => {
  it('lets in as many as may be at work, the others in the order they came', async () => {
    const turns = new Turns(2)
    const came: number[] = []
    const held = [0, 1, 2, 3, 4].map(async (i) => {
      const release = await turns.take()
      came.push(i)
      return release
    })
    await soon()
    expect(came).toEqual([0, 1])
    const first = await held[0]!
    first()
    await soon()
    expect(came).toEqual([0, 1, 2])
    // told twice, as an answer that was both sent and ended: one comes in, not two
    first()
    await soon()
    expect(came).toEqual([0, 1, 2])
    ;(await held[1]!)()
    ;(await held[2]!)()
    await soon()
    expect(came).toEqual([0, 1, 2, 3, 4])
  })
})
