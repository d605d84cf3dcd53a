import type { Item } from './rows.ts'

/** What is made and then stands: 建立……制度, 编制……方案. */
const MADE =
  /(?:建立|建成|编制|制定|健全)[^，,；;。]*?(?:制度|台账|机制|方案|档案|“一企一档”|数据库|预案|清单|手册)/

/**
 * What an item asks for, as printed, where it asks for more than one thing: a task answers one of them, so none is
 * chosen unasked. Two numbers to be reached, two rhythms, or two things to be made.
 * @returns the printed words, at least two; none where the item asks for one thing
 */
export function severalDemands(item: Pick<Item, 'text' | 'targets' | 'frequencies'>): string[] {
  if (item.targets.length > 1) return numbersIn(item)
  const rhythms = new Map(item.frequencies.flatMap((f) => (f.period ? [[f.period, f.text] as const] : [])))
  if (rhythms.size > 1) return [...rhythms.values()]
  const made = clausesOf(item.text).flatMap((c) => MADE.exec(c)?.[0] ?? [])
  return made.length > 1 ? made : []
}

/** Each number with the clause it stands in; two of one clause stand for themselves. */
function numbersIn({ text, targets }: Pick<Item, 'text' | 'targets'>): string[] {
  const clauses = clausesOf(text)
  const around = targets.map((t) => clauses.find((c) => c.includes(t.text))?.trim() ?? t.text)
  return around.map((c, i) => (around.indexOf(c) === around.lastIndexOf(c) ? c : (targets[i]?.text ?? c)))
}

const clausesOf = (text: string): string[] => text.split(/[，,；;。]/)
