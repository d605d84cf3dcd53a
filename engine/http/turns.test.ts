import { request } from 'node:http'
import type { AddressInfo } from 'node:net'
import fastify from 'fastify'
import { describe, expect, it } from 'vitest'
import { inTurn, Turns } from './turns.ts'

const soon = () => new Promise((r) => setImmediate(r))

describe('turns at the door', () => {
  it('lets in as many as may be at work, the others in the order they came', async () => {
    const turns = new Turns(2)
    const came: number[] = []
    const held = [0, 1, 2, 3, 4].map(async (i) => {
      const release = await new Promise<() => void>((begin) => turns.take(begin))
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

  it('spends none on who has gone while he waited', async () => {
    const app = fastify()
    const began: string[] = []
    let open: () => void = () => undefined
    const door = new Promise<void>((done) => {
      open = done
    })
    inTurn(app, new Turns(1))
    app.get<{ Params: { name: string } }>('/:name', async ({ params }) => {
      began.push(params.name)
      if (params.name === 'first') await door
      return 'ok'
    })
    await app.listen({ port: 0, host: '127.0.0.1' })
    try {
      const { port } = app.server.address() as AddressInfo
      const ask = (name: string) => fetch(`http://127.0.0.1:${port}/${name}`).then((r) => r.status)
      const until = async (test: () => boolean) => {
        while (!test()) await new Promise((r) => setTimeout(r, 5))
      }
      const first = ask('first')
      await until(() => began.length === 1)
      let seen = 0
      app.server.on('request', () => seen++)
      const gone = ['gone', 'gone too'].map((name) => {
        const asked = request({ port, host: '127.0.0.1', path: `/${encodeURIComponent(name)}` })
        asked.on('error', () => undefined)
        asked.end()
        return asked
      })
      await until(() => seen === 2)
      for (const asked of gone) asked.destroy()
      await new Promise((r) => setTimeout(r, 50))
      const last = ask('last')
      await until(() => seen === 3)
      open()
      expect(await Promise.all([first, last])).toEqual([200, 200])
      expect(began).toEqual(['first', 'last'])
    } finally {
      await app.close()
    }
  })
})
