/** Text by its own mark, as UTF-8 where it is valid, else as GB18030. */
export function webText(all: Buffer): string {
  if (all[0] === 0xff && all[1] === 0xfe) return new TextDecoder('utf-16le').decode(all)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(all)
  } catch {
    return new TextDecoder('gb18030').decode(all)
  }
}

/** The web page inside an .mht: its first part of text/html, decoded; '' when there is none. */
export function webPart(all: Buffer): string {
  const text = all.toString('latin1')
  const boundaries = [...text.matchAll(/boundary="?([^";\r\n]+)"?/gi)].slice(0, 10).map((m) => m[1] ?? '')
  let parts = [text]
  for (const boundary of boundaries) parts = parts.flatMap((p) => p.split(`--${boundary}`))
  const page = parts.find(
    (p) =>
      /content-type:\s*text\/html/i.test(p) &&
      /<table|<html|<body|<p[\s>]/i.test(decoded(p).toString('latin1')),
  )
  return webText(decoded(page ?? ''))
}

function decoded(part: string): Buffer {
  const gap = /\r?\n\r?\n/.exec(part)
  const head = gap ? part.slice(0, gap.index) : ''
  const body = gap ? part.slice(gap.index + gap[0].length) : part
  const how = /content-transfer-encoding:\s*([\w-]+)/i.exec(head)?.[1]?.toLowerCase()
  if (how === 'base64') return Buffer.from(body, 'base64')
  if (how === 'quoted-printable')
    return Buffer.from(
      body
        .replace(/=\r?\n/g, '')
        .replace(/=([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
      'latin1',
    )
  return Buffer.from(body, 'latin1')
}
