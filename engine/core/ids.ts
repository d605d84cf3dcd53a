import { randomFillSync } from 'node:crypto'
import { V7Generator } from 'uuidv7'

/** Random numbers are drawn by the thousand: asking the system for each costs more than making the id. */
const pool = new Uint32Array(1024)
let next = pool.length

const generator = new V7Generator({
  nextUint32() {
    if (next >= pool.length) {
      randomFillSync(pool)
      next = 0
    }
    return pool[next++]!
  },
})

/** A new id: UUID version 7 (RFC 9562), so that ids made later sort later and indexes stay dense. */
export const newId = (): string => generator.generate().toString()
