import { useEffect, useMemo, useRef } from 'react'
import type { NoticeItem } from '../../api/work-types.ts'

interface Piece {
  from: number
  text: string
  item?: string
  state?: NoticeItem['state']
}

/** The text cut where items begin and end; where two overlap the shorter one wins. */
function cut(text: string, items: NoticeItem[]): Piece[] {
  const spans = items
    .map((i) => ({ ...i.offset, id: i.id, state: i.state }))
    .filter((s) => s.start >= 0 && s.end > s.start && s.end <= text.length)
  const edges = [...new Set([0, text.length, ...spans.flatMap((s) => [s.start, s.end])])].sort(
    (a, b) => a - b,
  )
  const pieces: Piece[] = []
  for (let k = 0; k + 1 < edges.length; k++) {
    const [from = 0, to = 0] = [edges[k], edges[k + 1]]
    const over = spans.filter((s) => s.start <= from && s.end >= to)
    const best = over.sort((a, b) => a.end - a.start - (b.end - b.start))[0]
    pieces.push({ from, text: text.slice(from, to), ...(best && { item: best.id, state: best.state }) })
  }
  return pieces
}

/** Marks of the text's format are not shown; the positions stay those of the text as it came. */
const shown = (text: string): string => text.replace(/\*\*/g, '').replace(/^#{1,6} +/gm, '')

/** The printed text with every item marked; a click on either side finds the other. */
export function Source({
  text,
  items,
  chosen,
  onChoose,
}: {
  text: string
  items: NoticeItem[]
  chosen: string | undefined
  onChoose: (id: string) => void
}) {
  const pieces = useMemo(() => cut(text, items), [text, items])
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const el = chosen ? box.current?.querySelector(`[data-item="${chosen}"]`) : null
    const around = box.current
    if (!el || !around) return
    const [a, b] = [el.getBoundingClientRect(), around.getBoundingClientRect()]
    if (a.top < b.top + 20 || a.bottom > b.bottom - 20)
      around.scrollTo({ top: around.scrollTop + a.top - b.top - around.clientHeight / 3, behavior: 'auto' })
  }, [chosen])
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keyboard
    <section className="source" ref={box} tabIndex={0} aria-label="通知原文">
      {pieces.map((p) =>
        p.item ? (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the list beside it does the same by keyboard
          <mark
            key={p.from}
            data-item={p.item}
            className={`${p.item === chosen ? 'chosen' : ''} ${p.state}`}
            onClick={() => onChoose(p.item!)}
          >
            {shown(p.text)}
          </mark>
        ) : (
          <span key={p.from}>{shown(p.text)}</span>
        ),
      )}
    </section>
  )
}
