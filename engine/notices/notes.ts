import { type Run, sliceRun } from './clean.ts'
import { extract } from './extract.ts'
import { type ReadContext, readFacts } from './facts.ts'
import type { Deadline } from './model.ts'
import type { Section } from './outline.ts'
import { enclosures } from './sentences.ts'
import { findNotes, type Note } from './units.ts'

/** A note and the paragraph it is printed in, which need not be the one it speaks of. */
export interface PlacedNote extends Note {
  run: Run
}

export interface NotedParagraph {
  run: Run
  notes: PlacedNote[]
}

const notesOf = (run: Run): PlacedNote[] =>
  findNotes(run.text, enclosures(run.text)).map((note) => ({ ...note, run }))

/** Nothing but notes: "（责任单位：…）" on a line of its own. */
function onlyNotes(run: Run, notes: readonly Note[]): boolean {
  const first = notes[0]
  const last = notes[notes.length - 1]
  if (!first || !last || first.start > 0 || last.end < run.text.length - 1) return false
  return notes.every((n, i) => i === 0 || n.start <= notes[i - 1]!.end + 1)
}

/** The paragraphs of a section; a note on a line of its own goes to those before it. */
export function paragraphsWithNotes(section: Section): NotedParagraph[] {
  const out: NotedParagraph[] = []
  let group: NotedParagraph[] = []
  let closed = false
  for (const run of section.body) {
    const notes = notesOf(run)
    if (group.length > 0 && onlyNotes(run, notes)) {
      for (const paragraph of group) {
        const end = paragraph.run.text.length
        paragraph.notes.push(...notes.map((note) => ({ ...note, start: end, end })))
      }
      closed = true
    } else {
      if (closed) group = []
      closed = false
      const paragraph = { run, notes }
      group.push(paragraph)
      out.push(paragraph)
    }
  }
  return out
}

/** A note on its own line behind the last of several numbered duties speaks of all that have none of their own. */
export function spreadNotes(section: Section): void {
  for (const child of section.children) spreadNotes(child)
  if (section.style === 'root' || section.style === 'title') return
  const { children } = section
  for (let i = children.length - 1; i > 0; i--) {
    const closing = closingNote(children[i]!)
    if (!closing) continue
    for (let k = i - 1; k >= 0; k--) {
      const sibling = children[k]!
      if (sibling.children.length > 0 || sibling.body.some((run) => notesOf(run).length > 0)) break
      sibling.body.push(closing)
    }
  }
}

function closingNote(section: Section): Run | null {
  const last = section.body[section.body.length - 1]
  if (!last || section.body.length < 2 || section.children.length > 0) return null
  return onlyNotes(last, notesOf(last)) ? last : null
}

/** Deadlines that a note states (完成时限：…). */
export function noteDeadlines(
  notes: readonly PlacedNote[],
  context: ReadContext & { source: string },
): Deadline[] {
  return notes.flatMap((note) => {
    const run = sliceRun(note.run, note.textAt, note.textAt + note.text.length)
    return extract(
      run,
      readFacts(run.text, { ...context, isTerm: true }),
      { start: 0, end: run.text.length },
      context.source,
    ).deadlines
  })
}
