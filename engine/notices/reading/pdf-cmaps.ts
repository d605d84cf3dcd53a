import iconv from 'iconv-lite'

/*
 * The predefined CMaps of Chinese PDF fonts without ToUnicode (ISO 32000-1, 9.7.5.2). The program ships no tables of
 * Adobe's character collection: it needs only the way from codes to Unicode. So each map leads to numbers of our own,
 * beyond the last one of Adobe-GB1, and the map "Adobe-GB1-UCS2" leads from these to Unicode. Codes that are real numbers
 * of the collection (Identity-H) stay without Unicode and are counted as unreadable, which they are to us.
 */

/** Adobe-GB1-6 ends at 30571. */
const FIRST = 30_600
/** Characters that get a number, in blocks; all together they end below 65,536. */
const BLOCKS: [number, number][] = [
  [0x0020, 0x06ff],
  [0x2000, 0x33ff],
  [0x3400, 0x4dbf],
  [0x4e00, 0x9fff],
  [0xff00, 0xffef],
]

const hex = (n: number, digits = 4): string => n.toString(16).padStart(digits, '0')

interface Range {
  from: number
  to: number
  number: number
}

const numbered: Range[] = []
{
  let next = FIRST
  for (const [from, to] of BLOCKS) {
    numbered.push({ from, to, number: next })
    next += to - from + 1
  }
}

const numberOf = (code: number): number | undefined => {
  const block = numbered.find((b) => code >= b.from && code <= b.to)
  return block && block.number + code - block.from
}

const file = (
  name: string,
  spaces: string[],
  ranges: string[],
  kind: 'cid' | 'bf',
  vertical: boolean,
): string => {
  const groups: string[] = []
  for (let i = 0; i < ranges.length; i += 100) {
    const part = ranges.slice(i, i + 100)
    groups.push(`${part.length} begin${kind}range\n${part.join('\n')}\nend${kind}range`)
  }
  return `/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /${name} def /WMode ${vertical ? 1 : 0} def
${spaces.length} begincodespacerange ${spaces.join(' ')} endcodespacerange
${groups.join('\n')}
endcmap end end`
}

/** Ranges of codes whose numbers follow each other. */
function gbkRanges(): string[] {
  const out: string[] = []
  let open: (Range & { digits: number }) | undefined
  const close = () => {
    if (open) out.push(`<${hex(open.from, open.digits)}> <${hex(open.to, open.digits)}> ${open.number}`)
    open = undefined
  }
  const add = (code: number, digits: number, char: string) => {
    const number = char.length === 1 ? numberOf(char.charCodeAt(0)) : undefined
    if (number === undefined) return close()
    if (open && code === open.to + 1 && number === open.number + code - open.from) open.to = code
    else {
      close()
      open = { from: code, to: code, number, digits }
    }
  }
  for (let code = 0x20; code < 0x7f; code++) add(code, 2, String.fromCharCode(code))
  close()
  for (let lead = 0x81; lead <= 0xfe; lead++) {
    const trails: number[] = []
    for (let trail = 0x40; trail <= 0xfe; trail++) if (trail !== 0x7f) trails.push(trail)
    const row = iconv.decode(Buffer.from(trails.flatMap((trail) => [lead, trail])), 'gbk')
    for (const [n, trail] of trails.entries()) add(lead * 256 + trail, 4, row[n] ?? '')
    close()
  }
  return out
}

const unicodeRanges = (): string[] => numbered.map((b) => `<${hex(b.from)}> <${hex(b.to)}> ${b.number}`)

/** @returns the map as a PostScript text; undefined for maps of other scripts */
export function predefinedCMap(name: string): string | undefined {
  const vertical = name.endsWith('-V')
  if (name === 'Adobe-GB1-UCS2')
    return file(
      name,
      ['<0000> <ffff>'],
      // a range must not run over 256 targets: its last byte is what is counted on
      numbered.flatMap(({ from, to, number }) => {
        const rows: string[] = []
        for (let code = from; code <= to; ) {
          const end = Math.min(to, (code | 0xff) >>> 0)
          const first = number + code - from
          rows.push(`<${hex(first)}> <${hex(first + end - code)}> <${hex(code)}>`)
          code = end + 1
        }
        return rows
      }),
      'bf',
      false,
    )
  if (/^(?:GBK|GBKp|GB|GBpc)-EUC-[HV]$|^GBK2K-[HV]$/.test(name))
    return file(name, ['<00> <80>', '<8140> <fefe>'], gbkRanges(), 'cid', vertical)
  if (/^UniGB-(?:UCS2|UTF16)-[HV]$/.test(name))
    return file(name, ['<0000> <ffff>'], unicodeRanges(), 'cid', vertical)
  return undefined
}
