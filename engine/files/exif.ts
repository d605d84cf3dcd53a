/** When and where a picture was taken, as its camera wrote it. */
export interface Taken {
  /** ISO time; a camera without time zone is taken to be on China's time */
  at?: string
  /** WGS-84 */
  place?: { lon: number; lat: number }
}

const TAG = { exif: 0x8769, gps: 0x8825, original: 0x9003, digitised: 0x9004, offset: 0x9011 }
const SIZES: Record<number, number> = { 1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 7: 1, 9: 4, 10: 8 }

/** Bounded reader of the TIFF block that EXIF is; anything out of bounds ends the reading, never the program. */
class Tiff {
  readonly #bytes: Buffer
  readonly #little: boolean
  constructor(bytes: Buffer) {
    this.#bytes = bytes
    this.#little = bytes.toString('latin1', 0, 2) === 'II'
  }

  u16(at: number): number {
    return this.#little ? this.#bytes.readUInt16LE(at) : this.#bytes.readUInt16BE(at)
  }

  u32(at: number): number {
    return this.#little ? this.#bytes.readUInt32LE(at) : this.#bytes.readUInt32BE(at)
  }

  /** Tags of a directory: where each value stands and how many there are. */
  directory(at: number): Map<number, { type: number; count: number; at: number }> {
    const out = new Map<number, { type: number; count: number; at: number }>()
    const entries = Math.min(this.u16(at), 200)
    for (let i = 0; i < entries; i++) {
      const entry = at + 2 + i * 12
      const type = this.u16(entry + 2)
      const count = this.u32(entry + 4)
      const long = (SIZES[type] ?? 1) * count > 4
      out.set(this.u16(entry), { type, count, at: long ? this.u32(entry + 8) : entry + 8 })
    }
    return out
  }

  text(value: { count: number; at: number } | undefined): string | undefined {
    if (!value || value.count > 64) return undefined
    return this.#bytes
      .toString('latin1', value.at, value.at + value.count)
      .replace(/\0.*$/s, '')
      .trim()
  }

  rationals(value: { count: number; at: number } | undefined): number[] {
    if (!value || value.count > 8) return []
    return Array.from({ length: value.count }, (_, i) => {
      const below = this.u32(value.at + i * 8 + 4)
      return below === 0 ? Number.NaN : this.u32(value.at + i * 8) / below
    })
  }
}

/** The EXIF block of a JPEG, when its first bytes hold one. */
function exifBlock(jpeg: Buffer): Buffer | undefined {
  let at = 2
  while (at + 4 <= jpeg.length && jpeg[at] === 0xff) {
    const marker = jpeg[at + 1]!
    if (marker === 0xda || marker === 0xd9) return undefined
    const length = jpeg.readUInt16BE(at + 2)
    if (marker === 0xe1 && jpeg.toString('latin1', at + 4, at + 10) === 'Exif\0\0')
      return jpeg.subarray(at + 10, at + 2 + length)
    at += 2 + length
  }
  return undefined
}

function degrees(parts: number[], reference: string | undefined, negative: string, most: number) {
  const [d = Number.NaN, m = 0, s = 0] = parts
  const value = (d + m / 60 + s / 3600) * (reference?.toUpperCase() === negative ? -1 : 1)
  return Number.isFinite(value) && Math.abs(value) <= most ? Math.round(value * 1e7) / 1e7 : undefined
}

function timeOf(text: string | undefined, offset: string | undefined): string | undefined {
  const m = /^(\d{4}):(\d\d):(\d\d) (\d\d):(\d\d):(\d\d)/.exec(text ?? '')
  if (!m || m[1] === '0000') return undefined
  const zone = /^[+-]\d\d:\d\d$/.test(offset ?? '') ? offset : '+08:00'
  const at = new Date(`${m[1]}-${m[2]}-${m[3]}T${m[4]}:${m[5]}:${m[6]}${zone}`)
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString()
}

/**
 * @param head first bytes of a JPEG (128 kB are enough: EXIF stands in front)
 * @returns what could be read; damaged or absent EXIF gives an empty object
 */
export function readExif(head: Buffer): Taken {
  try {
    const block = exifBlock(head)
    if (!block) return {}
    const tiff = new Tiff(block)
    const root = tiff.directory(tiff.u32(4))
    const out: Taken = {}
    const exifAt = root.get(TAG.exif)
    if (exifAt) {
      const exif = tiff.directory(tiff.u32(exifAt.at))
      const at = timeOf(
        tiff.text(exif.get(TAG.original) ?? exif.get(TAG.digitised)),
        tiff.text(exif.get(TAG.offset)),
      )
      if (at) out.at = at
    }
    const gpsAt = root.get(TAG.gps)
    if (gpsAt) {
      const gps = tiff.directory(tiff.u32(gpsAt.at))
      const lat = degrees(tiff.rationals(gps.get(2)), tiff.text(gps.get(1)), 'S', 90)
      const lon = degrees(tiff.rationals(gps.get(4)), tiff.text(gps.get(3)), 'W', 180)
      if (lat !== undefined && lon !== undefined) out.place = { lon, lat }
    }
    return out
  } catch {
    return {}
  }
}
