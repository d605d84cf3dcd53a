import { findTimes } from './dates.ts'
import { findRecurrences } from './frequencies.ts'
import { readMarker } from './markers.ts'
import { enclosures, readSentences } from './sentences.ts'
import { subjectOf } from './units.ts'

const LONGEST = 24
/** any year: here only the places of the terms matter */
const ANY_YEAR = { year: 1000, yearFrom: 'title', signed: null } as const
const LEAD =
  /^(?:[①-⑳，、；]|请|但(?:是)?|尤其要|要|应(?!急)当?|须|必须|需要?|将(?=[各对在于])|并于?|于|在(?=，|完成|建)|同时|其中|进一步|认真|切实|力争|争取|确保|务必|积极|持续(?=深入|开展|推进|抓好|指导|做好)|深入(?=开展|推进|实施)|全面(?=开展|推进|摸清|落实|排查)|广泛|逐级|统一(?=建设|组织)|基本(?=完成|建成|建立)|重点(?=打造|健全|完善|整治)|依法(?=落实|责令|开展)|严格(?=落实|执行)|组织(?=开展|召开|编制))+/
const PURPOSE =
  /^(?:按照?|根据|依据|依托|结合|围绕|聚焦|为(?!每)|针对|通过|以(?!案)|坚持|在.*基础上|对照|对标|参照|比照|对.*(?:企业|矿山|煤矿|单位|项目|场所|人员|行为|街道|乡镇|问题|隐患)$|深入分析|紧紧|现将|利用|借助|采取.*(?:方式|形式|办法)|会同|充分发挥|[自从].*起$|.*(?:后|次年|时|前（?）?)$)/
/** clauses that only go on with the one before */
const WEAK = /^(?:最[迟晚](?:不得|不)?超过|清单|并|且|使|从而|逐一|形成|其中)/

/**
 * A short name for a duty: the clause that carries its term, else its first clause that says what to do, without
 * date, subject and modal verb.
 * @param terms where its deadlines stand, if known
 */
export function titleOf(text: string, terms?: readonly Stretch[]): string {
  const times = terms ?? findTimes(text, [], ANY_YEAR).filter((t) => t.date !== null)
  // "6月底前，编成台账": the term may be a clause of its own
  const rhythms = findRecurrences(text)
  const dates = (clause: Stretch, before: Stretch | undefined) =>
    rhythms.some((r) => inside(r, clause)) ||
    times.some((t) => inside(t, clause) || (before && inside(t, before) && before.end - t.end <= 1))
  const spans = readSentences(text, enclosures(text)).flatMap((sentence) => sentence.clauses)
  const clauses = spans
    .map((clause, n) => ({ words: bare(text, clause, times), dated: dates(clause, spans[n - 1]) }))
    .filter((c) => c.words.length >= 4 && c.words.length <= 200)
  const says = clauses.filter(
    (c) => !PURPOSE.test(c.words) && !WEAK.test(c.words) && !/(?<!目)的$/.test(c.words),
  )
  const found = says.find((c) => c.dated) ?? says[0] ?? clauses[0]
  // "完成自查" alone says of nothing what: the sentence's first clause does
  const [opening] = says
  const main =
    found && found.words.length < SHORTEST && !HANDS_IN.test(found.words) ? (opening ?? found) : found
  // "新发现的重大事故隐患，9月30日前整改到位": what, and what is done with it
  const nominal = main === opening && found && found !== main && !VERB.test(main?.words ?? '')
  return shortened(
    withObject(
      (nominal ? `${main?.words}${found.words}` : main?.words) ??
        text.slice(0, LONGEST).replace(/[，。；]+$/, ''),
      says.map((c) => c.words),
    ),
  )
}

/** "建立工贸企业台账，并至少每半年更新一次": what is renewed stands in the clause before. */
function withObject(words: string, clauses: readonly string[]): string {
  const hit =
    /^(?:并?至少|不少于)?(每[^，。]{1,4}?)(?:至少)?(更新|修订|调整|核对|完善|通报|公布)(?:一次|1次)?$/.exec(
      words,
    )
  const object = clauses
    .find((c) => c !== words)
    ?.match(/^(?:建立健全|建立|健全|完善|制定|编制|形成)(?:完善)?([^，]{2,18})$/)?.[1]
  return hit && object ? `${hit[1]}${hit[2]}${object}` : words
}

/** 报送总结 is whole, 完成自查 is not */
const HANDS_IN = /^(?:报送|上报|提交|印发|召开|编制|公布).{2,}/
const VERB =
  /完成|建|开展|组织|落实|检查|排查|整治|整改|治理|改造|编|报|制定|推|加强|要|培训|督|实行|达|配|装|设|清|接入|核|评/

/** A clause shorter than this names no object. */
const SHORTEST = 6

/** Brackets, counts and long lists go before words are cut off. */
function shortened(words: string): string {
  let out = words
  const cuts = [
    (t: string) => t.replace(/（[^（）]*）/g, ''),
    (t: string) => t.replace(/(?:《[^》]{12,}》)/g, (book) => `${book.slice(0, 10)}…》`),
    (t: string) => t.replace(/(?:、[^、，]{2,14}){2,}(?:以及|和|及|与)[^、，的]{2,14}(?=等|的|，|$)/, '等'),
    (t: string) => t.replace(/^([^，]{8,24})[，].*$/, '$1'),
  ]
  for (const cut of cuts) if (out.length > LONGEST) out = cut(out)
  return out.length > LONGEST ? `${out.slice(0, LONGEST - 1)}…` : out
}

interface Stretch {
  start: number
  end: number
}

const inside = (t: Stretch, clause: Stretch): boolean => t.start >= clause.start && t.start < clause.end

function bare(text: string, clause: Stretch, times: readonly Stretch[]): string {
  let words = ''
  let from = clause.start
  for (const t of times.filter((t) => inside(t, clause))) {
    words += text.slice(from, t.start).replace(/[在于到至]$/, '')
    from = t.end
  }
  words = (words + text.slice(from, clause.end))
    .replace(/[，。；：！？]+$/, '')
    .replace(/在[^，。；（]{2,14}之前（）/, '')
    .replace(/（）/g, '')
    .replace(LEAD, '')
  const marker = readMarker(words)
  if (marker && marker.style !== 'shi') words = words.slice(marker.length).replace(LEAD, '')
  const subject = subjectOf(words)
  if (!subject || !words.startsWith(subject)) return words
  const rest = words.slice(subject.length)
  // "企业不少于36家次", "地下矿山每半年、露天矿山每年…": without its subject it says nothing
  return /^(?:至少|不少于|不超过|不低于|率|数|全部|均|每[^，、]{1,3}、)/.test(rest)
    ? words
    : rest.replace(LEAD, '')
}
