import { open } from 'node:fs/promises'
import { Problem } from '../core/errors.ts'
import { MAX_NOTICE_BYTES, MAX_NOTICE_CHARACTERS, MAX_NOTICE_ITEMS } from './limits.ts'
import type { Offset, ParsedNotice } from './model.ts'
import type { Told } from './papers.ts'
import { readPassage, unreadable } from './parse.ts'
import { documentOfText, type NoticeDocument, tablesOf, textForParser } from './reading/document.ts'
import { type NoticeFileKind, type ReadDocument, readDocument } from './reading/files.ts'
import { readPlain } from './reading/plain.ts'
import { parseNotices } from './several.ts'

export interface NoticeText {
  kind: NoticeFileKind
  /** its text is empty when there is nothing to read; `warnings` then says why */
  document: NoticeDocument
  warnings: string[]
}

/**
 * Reads the words of an uploaded notice. What the bytes are decides, not the name. A file without words (a
 * picture, a scan) or of another kind comes back with empty text and a Chinese warning that says what to do.
 * @throws Problem bad-input when the file is empty or larger than 20 MB
 */
export async function readNoticeFile(bytes: Uint8Array, filename: string): Promise<NoticeText> {
  refuseSize(bytes.length, filename)
  return noticeText(await readDocument(bytes, filename))
}

const noticeText = ({ kind, document, problem }: ReadDocument): NoticeText => ({
  kind,
  warnings: problem ? [problem] : document.said.filter((s) => s.kind !== 'contents').map((s) => s.message),
  document,
})

/**
 * What a reading process is asked: a file by its path and shown name, a pasted text, or a document that is kept, once
 * more with what an officer told of it, the whole or a passage of it.
 */
export type NoticeQuestion = { path: string; name: string } | { text: string } | NoticeAgain

export interface NoticeAgain {
  document: NoticeDocument
  told: Told
  passage?: Offset
}

/** The words of a notice and what they say, in one go. */
export interface ReadNotice extends NoticeText {
  notice: ParsedNotice
}

/** Reads and parses: what runs in a reading process (`reader/formats.ts`). */
export async function readNotice(question: NoticeQuestion): Promise<ReadNotice> {
  if ('document' in question) return readAgain(question)
  const read: NoticeText =
    'text' in question
      ? { kind: 'text', warnings: [], document: readPlain(question.text) }
      : await readNoticeFile(await bytesOf(question.path, question.name), question.name)
  const what = 'name' in question ? `“${question.name}”` : '这段文字'
  const { length } = read.document.text
  if (length > MAX_NOTICE_CHARACTERS)
    throw new Problem(
      'bad-input',
      `${what}有 ${length} 个字符，超过 ${MAX_NOTICE_CHARACTERS / 10_000} 万，不像一份通知。请只录入通知正文，附件和汇编请拆开分别录入。`,
      { characters: length },
    )
  const parsed = parsedOf(read)
  if (parsed.items.length > MAX_NOTICE_ITEMS)
    throw new Problem(
      'bad-input',
      `${what}读出 ${parsed.items.length} 条，超过 ${MAX_NOTICE_ITEMS} 条，不像一份通知。请拆开分别录入。`,
    )
  return { ...read, notice: parsed }
}

/** The document is not handed back: it is kept already. */
function readAgain({ document, told, passage }: NoticeAgain): ReadNotice {
  const text = textForParser(document)
  const notice: ParsedNotice = passage
    ? { ...unreadable(''), items: readPassage(document.text, passage, told) }
    : parseNotices(text, tablesOf(document), told)
  return { kind: 'text', warnings: [], document: documentOfText(''), notice }
}

/** The notice in a text that was read; what was left out is said before what the parser has to say. */
function parsedOf({ warnings, document }: NoticeText): ParsedNotice {
  if (document.text === '') return unreadable(warnings[0] ?? '文件里没有文字。')
  const notice = parseNotices(textForParser(document), tablesOf(document))
  return { ...notice, warnings: [...warnings, ...notice.warnings] }
}

async function bytesOf(path: string, name: string): Promise<Buffer> {
  const file = await open(path, 'r')
  try {
    refuseSize((await file.stat()).size, name)
    return await file.readFile()
  } finally {
    await file.close()
  }
}

function refuseSize(bytes: number, filename: string): void {
  if (bytes === 0)
    throw new Problem('bad-input', `“${filename}”是空文件（0 字节），没有保存完整或已损坏，请重新选择。`)
  if (bytes > MAX_NOTICE_BYTES)
    throw new Problem('bad-input', `“${filename}”超过 20 MB，请只上传通知正文。`, { bytes })
}

/** Reads and parses one file. What holds no words gives `readable: false` with the reader's reason. */
export const parseNoticeFile = async (bytes: Uint8Array, filename: string): Promise<ParsedNotice> =>
  parsedOf(await readNoticeFile(bytes, filename))
