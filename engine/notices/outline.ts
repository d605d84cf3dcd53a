import { emptyRun, type Run, sliceRun } from './clean.ts'
import type { Line } from './lines.ts'
import { inlineMarkers, type Marker, type MarkerStyle, readMarker } from './markers.ts'
import type { TableRow } from './tables.ts'

/** A part of the body under one heading. */
export interface Section {
  /** numbering as printed; empty for the root and for titles of attached plans */
  label: string
  style: MarkerStyle | 'title' | 'root'
  /** heading text without the numbering; empty when the number stands before plain prose */
  heading: Run
  body: Run[]
  rows: TableRow[]
  children: Section[]
  parent: Section | null
}

const newSection = (
  style: Section['style'],
  label: string,
  heading: Run,
  parent: Section | null,
): Section => ({
  label,
  style,
  heading,
  body: [],
  rows: [],
  children: [],
  parent,
})

const EMPTY = emptyRun()

/** A heading says what is meant, a duty says who must do what until when. */
const DUTY =
  /(?<![主重必需摘纪概])要(?!求|素|点|害)|(?<![供反响适相对])应(?!急|用|对|知|变|接)|必须|须|不得|\d{1,2}月|年底|每[年月季半]|至少|不少于|[\d]%|负责(?!人)|一律/
const HEADING_LIMIT = 42

/** Builds the heading tree. A style met before closes every deeper one; a new style opens one level deeper. */
export function readOutline(paragraphs: readonly (Line | TableRow)[]): Section {
  const root = newSection('root', '', EMPTY, null)
  let current = root
  for (const paragraph of paragraphs) {
    if ('columns' in paragraph) {
      current.rows.push(paragraph)
      continue
    }
    const { run } = paragraph
    const marker = plausible(readMarker(run.text), current, run.text)
    if (!marker) {
      if (paragraph.markdown > 0 && run.text.length <= 60 && !/[。；]$/.test(run.text)) {
        current = newSection('title', '', run, root)
        root.children.push(current)
      } else {
        current = addProse(current, run)
      }
      continue
    }
    const series = inlineMarkers(run.text)
    if (series[0]?.start === 0) {
      const parent = parentFor(current, marker, root)
      addProse(parent, run)
      current = parent.children[parent.children.length - 1] ?? parent
      continue
    }
    const parent = parentFor(current, marker, root)
    current = newSection(marker.style, marker.label, EMPTY, parent)
    parent.children.push(current)
    addMarked(current, sliceRun(run, marker.length))
  }
  return root
}

/** A number out of every series ("二、三级企业…" at the start of a wrapped line) is text. */
function plausible(marker: Marker | null, current: Section, text: string): Marker | null {
  if (!marker) return null
  if (marker.ordinal <= 1) return marker
  if (text.length - marker.length < 2) return null
  for (let s: Section | null = current; s; s = s.parent) {
    if (s.style === marker.style) return marker
    if (s.children[s.children.length - 1]?.style === marker.style) return marker
  }
  // a text may be handed in from the middle: then the first number met is taken as it is
  return marker.ordinal <= 40 && marker.style !== 'letter' ? marker : null
}

function parentFor(current: Section, marker: Marker, root: Section): Section {
  for (let s: Section | null = current; s && s !== root; s = s.parent) {
    if (s.style === marker.style) return s.parent ?? root
  }
  return current
}

function addMarked(section: Section, run: Run): void {
  const stop = /[。：；]/.exec(run.text.slice(0, HEADING_LIMIT + 24))
  const first = stop ? run.text.slice(0, stop.index) : run.text
  const rest = stop ? sliceRun(run, stop.index + 1) : EMPTY
  const short = first.length <= (stop?.[0] === '：' ? 24 : HEADING_LIMIT)
  const words = first.replace(/（[^）]*）/g, '')
  // "每月带队检查。" in front of prose is a topic, however often it says
  const topic = rest.text !== '' && words.length <= 16 ? words.replace(/每[年月季半]/g, '') : words
  const says = DUTY.test(topic)
  const inlineStyle =
    section.style === 'shi' ||
    section.style === 'ordinal' ||
    section.style === 'sequence' ||
    section.style === 'circle'
  if (stop?.[0] === '。' && rest.text !== '' && short && !says && !inlineStyle) {
    section.heading = sliceRun(run, 0, stop.index)
    addProse(section, rest)
  } else if (stop?.[0] === '：' && rest.text !== '' && short && !/[，]/.test(first) && !inlineStyle) {
    section.heading = sliceRun(run, 0, stop.index)
    addProse(section, rest)
  } else if (short && rest.text === '' && !says && (!stop || (stop[0] === '。' && !/[，；]/.test(first)))) {
    section.heading = stop ? sliceRun(run, 0, stop.index) : run
  } else {
    addProse(section, run)
  }
}

/** Adds prose; series inside it (一是…二是…) become sections of their own. Returns the section that is open after it. */
function addProse(section: Section, run: Run): Section {
  const marks = inlineMarkers(run.text)
  const outer = marks[0]?.style
  const series = marks.filter((m) => m.style === outer)
  if (series.length === 0) {
    section.body.push(run)
    return section
  }
  const lead = sliceRun(run, 0, series[0]!.start)
  if (lead.text !== '') section.body.push(lead)
  for (const [n, mark] of series.entries()) {
    const child = newSection(mark.style, mark.label, EMPTY, section)
    section.children.push(child)
    const part = sliceRun(run, mark.start + mark.length, series[n + 1]?.start)
    addProse(child, part)
  }
  return section
}

/** "（一）全面排查摸底", the way a heading is shown and cited. */
export const headingName = (section: Section): string =>
  section.label +
  (section.label.startsWith('第') && section.heading.text !== '' ? ' ' : '') +
  section.heading.text

export function pathOf(section: Section): string[] {
  const out: string[] = []
  for (let s: Section | null = section; s && s.style !== 'root'; s = s.parent) out.unshift(headingName(s))
  return out.filter((name) => name !== '')
}
