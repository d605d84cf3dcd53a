import { subjectOf } from './units.ts'

const LONGEST = 32
const TIME =
  /(?:20\d{2}年|今年|本年)?(?:\d{1,2}月(?:\d{1,2}[日号]|[底末])?|年[底末]|上半年|下半年|年内)(?:之前|以前|前)?/g
const LEAD = /^(?:要|应当?|须|必须|需要?|将|并于?|于|在|同时|其中|进一步|认真|切实|力争|争取|确保|，|、)+/
const PURPOSE =
  /^(?:按照?|根据|依据|依托|结合|围绕|聚焦|为|针对|通过|以|坚持|在.*基础上|对.*的$|深入分析|紧紧)/

/** A short name for a duty: its first clause that says what to do, without date, subject and modal verb. */
export function titleOf(text: string): string {
  const clauses = text
    .replace(/[。；]$/, '')
    .split(/[，。；：]/)
    .map(bare)
    .filter((c) => c.length >= 4)
  const main = clauses.find((c) => !PURPOSE.test(c)) ?? clauses[0] ?? text.slice(0, LONGEST)
  return main.length > LONGEST ? `${main.slice(0, LONGEST - 1)}…` : main
}

function bare(clause: string): string {
  let words = clause.replace(TIME, '').replace(LEAD, '')
  const subject = subjectOf(words)
  if (subject && words.startsWith(subject)) words = words.slice(subject.length).replace(LEAD, '')
  return words.trim()
}
