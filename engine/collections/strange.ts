import { cleanText } from '../../fields/normal/text.ts'
import type { Cell } from '../exchange/sheet/index.ts'

/** Of columns that nobody asked for, as many are kept as a person looks through; the file itself stays whole. */
const MOST_COLUMNS = 30
const MOST_CELLS = 5000
const LONGEST = 500

export interface StrangeColumn {
  line: number
  /** row → what it says there; '' → the heading */
  texts: Record<string, string>
  why: string
}

/** Columns of a returned sheet that the form does not have, with what stands in them. */
export class StrangeColumns {
  private readonly columns = new Map<number, { line: number; texts: Map<string, string>; more: number }>()
  private readonly more = new Set<number>()

  add(at: number, row: string, line: number, cell: Cell): void {
    let column = this.columns.get(at)
    if (!column) {
      if (this.columns.size >= MOST_COLUMNS) {
        this.more.add(at)
        return
      }
      column = { line, texts: new Map(), more: 0 }
      this.columns.set(at, column)
    }
    if (column.texts.size < MOST_CELLS || column.texts.has(row))
      column.texts.set(row, cleanText(cell.text.slice(0, LONGEST)))
    else column.more++
  }

  left(titleOf: (at: number) => string): StrangeColumn[] {
    const out = [...this.columns].map(([at, { line, texts, more }]) => {
      const title = titleOf(at)
      const cut = more ? `；还有 ${more} 格没有列出，请看原文件` : ''
      return {
        line,
        texts: { ...Object.fromEntries(texts), '': title },
        why: `表里没有要“${title}”这一列${cut}`,
      }
    })
    if (this.more.size)
      out.push({
        line: 0,
        texts: { '': '' },
        why: `表里没有要的列太多，还有 ${this.more.size} 列没有列出，请看原文件`,
      })
    return out
  }
}
