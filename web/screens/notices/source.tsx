import { type ReactNode, useEffect, useMemo, useRef } from 'react'
import type { DocumentParagraph, DocumentTable, NoticeDocument, NoticeItem } from '../../api/work-types.ts'

interface Piece {
  from: number
  to: number
  item?: string
  state?: NoticeItem['state']
  struck?: boolean
}

/** The text cut where items and struck-out words begin and end; where two items overlap the shorter one wins. */
function cut(text: string, items: NoticeItem[], struck: NoticeDocument['struck']): Piece[] {
  const spans = items
    .map((i) => ({ ...i.offset, id: i.id, state: i.state }))
    .filter((s) => s.start >= 0 && s.end > s.start && s.end <= text.length)
  const edges = [
    ...new Set([0, text.length, ...[...spans, ...struck].flatMap((s) => [s.start, s.end])]),
  ].sort((a, b) => a - b)
  const pieces: Piece[] = []
  for (let k = 0; k + 1 < edges.length; k++) {
    const [from = 0, to = 0] = [edges[k], edges[k + 1]]
    const best = spans
      .filter((s) => s.start <= from && s.end >= to)
      .sort((a, b) => a.end - a.start - (b.end - b.start))[0]
    const out = struck.some((s) => s.start <= from && s.end >= to)
    pieces.push({
      from,
      to,
      ...(best && { item: best.id, state: best.state }),
      ...(out && { struck: true }),
    })
  }
  return pieces
}

/** The pieces that reach into [from, to); pieces are in order. */
function within(pieces: Piece[], from: number, to: number): Piece[] {
  let low = 0
  let high = pieces.length
  while (low < high) {
    const mid = (low + high) >> 1
    if ((pieces[mid]?.to ?? 0) <= from) low = mid + 1
    else high = mid
  }
  const out: Piece[] = []
  for (let k = low; k < pieces.length && (pieces[k]?.from ?? to) < to; k++) {
    const piece = pieces[k]
    if (piece) out.push({ ...piece, from: Math.max(piece.from, from), to: Math.min(piece.to, to) })
  }
  return out
}

/** Marks of a pasted text's format are not shown; the positions stay those of the text as it came. */
const unmarked = (text: string): string => text.replace(/\*\*/g, '').replace(/^#{1,6} +/gm, '')

/** The printed text with every item marked; a click on either side finds the other. */
export function Source({
  text,
  document: original,
  items,
  chosen,
  onChoose,
}: {
  text: string
  document: NoticeDocument
  items: NoticeItem[]
  chosen: string | undefined
  onChoose: (id: string) => void
}) {
  const { blocks, struck } = original
  const pieces = useMemo(() => cut(text, items, struck), [text, items, struck])
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const el = chosen ? box.current?.querySelector(`[data-item="${chosen}"]`) : null
    const around = box.current
    if (!el || !around) return
    const [a, b] = [el.getBoundingClientRect(), around.getBoundingClientRect()]
    if (a.top < b.top + 20 || a.bottom > b.bottom - 20)
      around.scrollTo({ top: around.scrollTop + a.top - b.top - around.clientHeight / 3, behavior: 'auto' })
  }, [chosen])
  const words = (from: number, to: number): ReactNode =>
    within(pieces, from, to).map((piece) => {
      const part = text.slice(piece.from, piece.to)
      const shown = blocks.length > 0 ? part : unmarked(part)
      return <Words key={piece.from} piece={piece} shown={shown} chosen={chosen} onChoose={onChoose} />
    })
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keyboard
    <section className="source" ref={box} tabIndex={0} aria-label="通知原文">
      {blocks.length === 0
        ? words(0, text.length)
        : blocks.map((block) =>
            block.kind === 'table' ? (
              <Table key={block.start} table={block} words={words} />
            ) : (
              <Paragraph key={block.start} paragraph={block} blocks={blocks} words={words} />
            ),
          )}
    </section>
  )
}

function Words({
  piece,
  shown,
  chosen,
  onChoose,
}: {
  piece: Piece
  shown: string
  chosen: string | undefined
  onChoose: (id: string) => void
}) {
  const { item, state, struck } = piece
  const inside = struck ? <s title="已划掉，不当作任务">{shown}</s> : shown
  if (!item) return <span>{inside}</span>
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the list beside it does the same by keyboard
    <mark
      data-item={item}
      className={`${item === chosen ? 'chosen' : ''} ${state}`}
      onClick={() => onChoose(item)}
    >
      {inside}
    </mark>
  )
}

const places: Record<string, string> = { box: '文本框', part: '嵌入部分', contents: '目录' }

function Paragraph({
  paragraph: p,
  blocks,
  words,
}: {
  paragraph: DocumentParagraph
  blocks: NoticeDocument['blocks']
  words: (from: number, to: number) => ReactNode
}) {
  if (p.place === 'note')
    return (
      <p className="from-note">
        <small>注{p.note?.label}</small> {words(p.start, p.end)}
      </p>
    )
  // references to notes stand where the original has them
  const marks = blocks.flatMap((b) =>
    b.kind === 'paragraph' && b.note && b.note.at > p.start && b.note.at <= p.end ? [b.note] : [],
  )
  const parts: ReactNode[] = []
  let from = p.start
  for (const mark of marks) {
    parts.push(
      <span key={mark.label}>
        {words(from, mark.at)}
        <sup title="见文末的注">{mark.label}</sup>
      </span>,
    )
    from = mark.at
  }
  return (
    <p
      className={`${p.heading ? 'heading' : ''} ${p.place ? `from-${p.place}` : ''}`}
      title={p.place && places[p.place]}
    >
      {parts}
      {words(from, p.end)}
    </p>
  )
}

function Table({ table, words }: { table: DocumentTable; words: (from: number, to: number) => ReactNode }) {
  return (
    <div className="source-table">
      <table>
        <tbody>
          {table.rows.map((row, r) => (
            // rows never change their places
            // biome-ignore lint/suspicious/noArrayIndexKey: a row may have no cell of its own
            <tr key={r}>
              {row.map((cell) => (
                <td key={`${cell.start} ${cell.end}`} colSpan={cell.columns} rowSpan={cell.rows}>
                  {cell.inner ? (
                    <Nested cell={cell} inner={cell.inner} words={words} />
                  ) : (
                    words(cell.start, cell.end)
                  )}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** A cell with tables in it: its words and they, in order. */
function Nested({
  cell,
  inner,
  words,
}: {
  cell: { start: number; end: number }
  inner: DocumentTable[]
  words: (from: number, to: number) => ReactNode
}) {
  const parts: ReactNode[] = []
  let from = cell.start
  for (const table of inner) {
    parts.push(<span key={`before ${table.start}`}>{words(from, table.start)}</span>)
    parts.push(<Table key={table.start} table={table} words={words} />)
    from = table.end
  }
  return (
    <>
      {parts}
      {words(from, cell.end)}
    </>
  )
}

/** What the reader left out or could not read, with the words themselves. */
export function LeftOut({ said }: { said: NoticeDocument['said'] }) {
  if (said.length === 0) return null
  return (
    <details className="left-out">
      <summary>
        没有读或另作处理的内容 <span className="count">{said.length}</span>
      </summary>
      <ul>
        {said.map((s) => (
          <li key={s.message}>
            {s.message}
            {s.texts.length > 0 ? <small>{s.texts.map((t) => `“${t}”`).join('　')}</small> : null}
          </li>
        ))}
      </ul>
    </details>
  )
}
