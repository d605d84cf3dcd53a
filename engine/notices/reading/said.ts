/** What a reader left out, took otherwise than printed, or could not read. */
export const SAID_KINDS = [
  'struck',
  'hidden',
  'deleted',
  'inserted',
  'comment',
  'picture',
  'object',
  'glyph',
  'part',
  'contents',
  'page',
  'table',
  'merged',
  'encoding',
] as const
export type SaidKind = (typeof SAID_KINDS)[number]

export interface Said {
  kind: SaidKind
  count: number
  /** a Chinese sentence for the officer */
  message: string
  /** the words themselves, the first few */
  texts: string[]
}

const SENTENCES: Record<SaidKind, (count: number) => string> = {
  struck: (n) => `有${n}处文字已被划掉：原文里照样显示，不当作任务。`,
  hidden: (n) => `有${n}处隐藏文字，没有读。`,
  deleted: (n) => `有${n}处是修订中删去的文字，没有读。`,
  inserted: (n) => `有${n}处是修订中插入的文字，已按插入后的读，请核对是否定稿。`,
  comment: (n) => `有${n}条批注，不属于正文，没有读。`,
  picture: (n) => `有${n}幅图片，图里的文字读不出，请对照原件。`,
  object: (n) => `嵌入了${n}个对象（图表、表格等），里面的内容没有读，请对照原件。`,
  glyph: (n) => `有${n}个字认不出，原文里用□表示，请对照原件。`,
  part: (n) => `有${n}个嵌入的部分没有读，请打开原件把其中的文字复制进来。`,
  contents: () => '目录照样显示，不当作任务。',
  page: (n) => `有${n}页没有文字（可能是扫描页），请核对是否缺内容。`,
  table: (n) => `有${n}行像是没有框线的表格，各格可能读混了，请对照原件。`,
  merged: (n) => `有${n}个没有框线的表格里有空格，合并的格可能没认出，请对照原件。`,
  encoding: (n) => `有${n}个字符按原编码无法识别，请核对。`,
}

const MOST_TEXTS = 8
const LONGEST = 80

/** Collects what is to be said, one entry a kind (and a page, for glyphs). */
export class SaidList {
  #entries = new Map<string, Said>()

  add(kind: SaidKind, text = '', count = 1): void {
    const entry = this.#entry(kind, kind, SENTENCES[kind])
    entry.count += count
    entry.message = SENTENCES[kind](entry.count)
    addText(entry, text)
  }

  /** Glyphs and pages are counted where they stand: "第3页有12个字认不出". */
  onPage(kind: 'glyph' | 'table' | 'merged', page: number, count: number): void {
    const entry = this.#entry(kind, `${kind}-${page}`, SENTENCES[kind])
    entry.count += count
    entry.message = `第${page}页${SENTENCES[kind](entry.count)}`
  }

  addAll(said: readonly Said[]): void {
    for (const one of said) {
      const key = /^第\d+页/.exec(one.message)?.[0] ?? one.kind
      const entry = this.#entry(one.kind, key, SENTENCES[one.kind])
      const before = entry.count
      entry.count += one.count
      entry.message = before === 0 ? one.message : SENTENCES[one.kind](entry.count)
      for (const text of one.texts) addText(entry, text)
    }
  }

  list(): Said[] {
    return [...this.#entries.values()].filter((s) => s.count > 0)
  }

  #entry(kind: SaidKind, key: string, sentence: (count: number) => string): Said {
    const found = this.#entries.get(key)
    if (found) return found
    const made: Said = { kind, count: 0, message: sentence(0), texts: [] }
    this.#entries.set(key, made)
    return made
  }
}

function addText(entry: Said, text: string): void {
  const words = text.replace(/\s+/g, ' ').trim()
  if (words === '' || entry.texts.length >= MOST_TEXTS) return
  entry.texts.push(words.length > LONGEST ? `${words.slice(0, LONGEST)}…` : words)
}
