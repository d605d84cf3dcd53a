/** What a paper is for decides what its sentences mean: a bulletin tells what was, rules say what follows when. */
export type PaperKind = 'notice' | 'bulletin' | 'rules'

/** What an officer knows better than the reader guessed. */
export interface Told {
  /** the year the paper plans for */
  year?: number | undefined
  paper?: PaperKind | undefined
}

export const paperLabel: Record<PaperKind, string> = {
  notice: '工作部署',
  bulletin: '通报或情况',
  rules: '办法、规定、细则',
}

const BULLETIN =
  /(?:情况|形势|结果|事故|案例|问题|考核)(?:的)?通报|通报$|(?:统计|执法|监管|工作)?(?:公报|年报|月报|季报|快报)|(?:情况|事故|形势)(?:的)?(?:统计|分析|报告|公告|公示|总结)|统计(?:数据|分析|表)|工作(?:总结|情况)$|(?:情况|答复|建议|提案)[^，]{0,12}(?:的)?(?:复?函|答复|报告)$/
const TELLS = /现将[^。；]{0,40}(?:情况|结果|形势|数据)[^。；]{0,16}(?:通报|函复|报告|公布|答复)如下/
const RULES =
  /(?:办法|规定|条例|规则|细则|规范|准则|导则|标准|制度|规程|章程)(?:（[^）]{1,12}）)?(?:的通知)?$|(?:印发|公布|发布)《?[^》]{2,40}(?:办法|规定|条例|规则|细则)(?:（[^）]{1,12}）)?》/
const CHAPTERS = /(?:^|\n)\s*第[一二三四五六七八九十]+条/

/** The kind of a paper by its title, and by its articles where the title leaves it open. */
export function paperOf(title: string | null, text: string): PaperKind {
  const plain = (title ?? '').replace(/[\s“”"]/g, '')
  if (/方案|要点|计划|行动|清单|分工/.test(plain) && !/情况的?通报|通报$/.test(plain)) return 'notice'
  if (BULLETIN.test(plain)) return 'bulletin'
  if (TELLS.test(text.replace(/\s/g, '').slice(0, 3000))) return 'bulletin'
  if (RULES.test(plain)) return 'rules'
  const articles = text.match(new RegExp(CHAPTERS, 'g'))?.length ?? 0
  return articles >= 5 && !/关于(?:做好|开展|加强|进一步|切实)/.test(plain) ? 'rules' : 'notice'
}
