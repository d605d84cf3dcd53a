import { deflateSync } from 'node:zlib'

/**
 * Pictures of the demo: small PNGs drawn here, because photos of real plants would be somebody's. Each kind has
 * its own colours, so that before and after can be told apart in a list.
 */
export const pictureKinds = ['before', 'after', 'site', 'drill', 'check', 'paper'] as const
export type PictureKind = (typeof pictureKinds)[number]

const W = 480
const H = 320
type Colour = [number, number, number]

const looks: Record<PictureKind, { sky: Colour; ground: Colour; thing: Colour; mark: Colour }> = {
  before: { sky: [176, 182, 190], ground: [120, 112, 104], thing: [94, 84, 78], mark: [207, 62, 46] },
  after: { sky: [188, 206, 222], ground: [140, 146, 142], thing: [70, 110, 132], mark: [62, 148, 84] },
  site: { sky: [170, 196, 220], ground: [150, 142, 126], thing: [112, 104, 96], mark: [226, 164, 52] },
  drill: { sky: [190, 208, 226], ground: [132, 150, 120], thing: [200, 88, 60], mark: [240, 200, 80] },
  check: { sky: [186, 190, 200], ground: [126, 130, 136], thing: [86, 96, 110], mark: [52, 104, 180] },
  paper: { sky: [236, 234, 228], ground: [228, 226, 220], thing: [250, 249, 245], mark: [120, 120, 124] },
}

/** One picture as PNG bytes. */
export function picture(kind: PictureKind): Buffer {
  const { sky, ground, thing, mark } = looks[kind]
  const raw = Buffer.alloc((W * 3 + 1) * H)
  for (let y = 0; y < H; y++)
    for (let x = 0; x < W; x++) {
      const colour =
        kind === 'paper' ? paperAt(x, y, thing, sky, mark) : plantAt(x, y, { sky, ground, thing, mark })
      const at = y * (W * 3 + 1) + 1 + x * 3
      const shade = ((x * 7 + y * 13) % 9) - 4
      for (let c = 0; c < 3; c++) raw[at + c] = Math.max(0, Math.min(255, colour[c]! + shade))
    }
  return png(raw)
}

/** A hall with a stack and a vessel; the mark is what the photo is about. */
function plantAt(x: number, y: number, look: (typeof looks)[PictureKind]): Colour {
  if ((x - 350) ** 2 + (y - 214) ** 2 < 26 ** 2) return look.mark
  if (x > 60 && x < 250 && y > 120 && y < 262) return (x + y) % 46 < 3 ? look.ground : look.thing
  if (x > 270 && x < 292 && y > 50 && y < 262) return look.thing
  if (x > 300 && x < 410 && y > 186 && y < 262) return look.thing
  return y > 240 ? look.ground : look.sky
}

/** A sheet with lines of writing and a seal. */
function paperAt(x: number, y: number, sheet: Colour, desk: Colour, ink: Colour): Colour {
  if (x < 110 || x > 370 || y < 16 || y > 304) return desk
  const ring = Math.hypot(x - 316, y - 250)
  if (ring > 24 && ring < 29) return [200, 60, 50]
  const line = (y - 60) % 18 < 3 && y > 60 && y < 280 && x > 134 && x < 346 - ((y * 17) % 90)
  const heading = y > 34 && y < 44 && x > 180 && x < 300
  return line || heading ? ink : sheet
}

const table = Array.from({ length: 256 }, (_, n) => {
  let c = n
  for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1
  return c >>> 0
})

function crc(bytes: Buffer): number {
  let c = 0xffffffff
  for (const b of bytes) c = (table[(c ^ b) & 255]! ^ (c >>> 8)) >>> 0
  return (c ^ 0xffffffff) >>> 0
}

/** The same picture with words in it that no eye sees: another file, as two photos of one thing are. */
export function withNote(plain: Buffer, note: string): Buffer {
  const end = plain.length - 12
  return Buffer.concat([plain.subarray(0, end), chunk('iTXt', noteOf(note)), plain.subarray(end)])
}

const noteOf = (note: string) =>
  Buffer.concat([Buffer.from('Comment\0\0\0\0\0', 'latin1'), Buffer.from(note)])

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const out = Buffer.alloc(body.length + 8)
  out.writeUInt32BE(data.length, 0)
  body.copy(out, 4)
  out.writeUInt32BE(crc(body), body.length + 4)
  return out
}

function png(raw: Buffer): Buffer {
  const head = Buffer.alloc(13)
  head.writeUInt32BE(W, 0)
  head.writeUInt32BE(H, 4)
  head.set([8, 2, 0, 0, 0], 8)
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(raw, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ])
}
