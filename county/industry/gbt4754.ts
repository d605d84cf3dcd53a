import type { industryNames } from '../options.ts'

export type Industry = (typeof industryNames)[number]

/** certain: read in the standard · likely: remembered · doubtful: a person must decide and say why */
export type Confidence = 'certain' | 'likely' | 'doubtful'

export interface Rule {
  /** prefix of a GB/T 4754-2017 code (大类 2, 中类 3, 小类 4 digits) */
  prefix: string
  /** null: outside the standard, to be removed from the ledger with this reason */
  industry: Industry | null
  confidence: Confidence
  note?: string
}

const standard = '应急厅〔2019〕17号 冶金有色建材机械轻工纺织烟草商贸行业安全监管分类标准（试行）'

const into = (industry: Industry | null, confidence: Confidence, prefixes: string, note?: string): Rule[] =>
  prefixes.split(' ').map((prefix) => ({ prefix, industry, confidence, ...(note && { note }) }))

/**
 * 工贸行业安全监管分类 by code of GB/T 4754-2017 with amendment 1; the longest prefix wins. The list of what the
 * machinery part excludes could not be read in an official copy, so those rows are doubtful on purpose.
 */
export const rules: Rule[] = [
  ...into('冶金', 'certain', '31'),
  ...into('有色', 'certain', '32'),
  ...into('建材', 'certain', '30'),
  ...into('轻工', 'certain', '305 3073 3074 3075 3076 3079', '建材分类排除的玻璃、陶瓷制品'),
  ...into('机械', 'certain', '33 34 35 36 37 38 39 40 43'),
  ...into('轻工', 'doubtful', '338 3324 3587 376 377 384 385 386 387 403 405', '机械分类排除项未见正式文本'),
  ...into('轻工', 'likely', '13 14 15 19 20 21 22 23 24 41'),
  ...into('轻工', 'likely', '292', '塑料制品'),
  ...into('轻工', 'doubtful', '268', '日用化学产品'),
  ...into(null, 'doubtful', '135', '屠宰及肉类加工：屠宰是否纳入须核定'),
  ...into('纺织', 'likely', '17 18'),
  ...into('纺织', 'doubtful', '28', '化学纤维'),
  ...into('烟草', 'likely', '16'),
  ...into('商贸', 'likely', '51 52 59 61 62'),
  ...into(null, 'likely', '5162 5166 5265 5266 5267 594', '石油、化工、危化品经营和仓储不属商贸'),
  ...into('非煤矿山', 'likely', '08 09 10 12'),
  ...into('非煤矿山', 'doubtful', '11', '开采专业及辅助性活动，服务煤炭、油气的除外'),
  ...into(null, 'likely', '06', '煤炭开采由煤矿监管部门负责'),
  ...into(null, 'likely', '07', '石油天然气开采不属工贸'),
  ...into(null, 'likely', '25 26', '石油加工、化工由危化监管负责'),
  ...into(null, 'likely', '27', '医药制造'),
]

export interface Classified {
  industry: Industry | null
  confidence: Confidence
  /** prefix of the rule that decided; '' when none fits */
  prefix: string
  /** a person has to choose and give a reason (行业认定说明) */
  needsReason: boolean
  /** Chinese sentence: what it is, or why it is to be removed */
  because: string
  source: string
}

/** The code as digits: `C3130` → `3130`; undefined when it is none. */
export function industryCode(text: string): string | undefined {
  return /^[A-T]?(\d{2,4})$/.exec(text.trim().toUpperCase())?.[1]
}

/**
 * The supervised industry of a GB/T 4754 code (A05). `industry: null` with `needsReason: false` means that the
 * enterprise does not belong to the standard and is to be removed.
 */
export function classify(text: string): Classified {
  const code = industryCode(text)
  if (code === undefined)
    return {
      industry: null,
      confidence: 'doubtful',
      prefix: '',
      needsReason: true,
      because: '不是国民经济行业代码，请填写 2 至 4 位数字，如 3130',
      source: standard,
    }
  const rule = rules
    .filter((r) => code.startsWith(r.prefix))
    .reduce<Rule | undefined>(
      (best, r) => (best && best.prefix.length >= r.prefix.length ? best : r),
      undefined,
    )
  if (!rule)
    return {
      industry: null,
      confidence: 'likely',
      prefix: '',
      needsReason: false,
      because: `代码 ${code} 不在分类标准中，应从工贸台账剔除并写明理由`,
      source: standard,
    }
  const note = rule.note ? `（${rule.note}）` : ''
  return {
    industry: rule.industry,
    confidence: rule.confidence,
    prefix: rule.prefix,
    needsReason: rule.confidence === 'doubtful',
    because: rule.industry
      ? `代码 ${code} 属${rule.industry}${note}${rule.confidence === 'doubtful' ? '，依据不明确，须人工核定并写明理由' : ''}`
      : `代码 ${code} 不属工贸${note}`,
    source: standard,
  }
}

/** What the officer is told when the ledger's industry and the code disagree; undefined when they agree. */
export function disagreement(industry: string, code: string): string | undefined {
  const found = classify(code)
  if (found.industry === industry && !found.needsReason) return undefined
  return `登记行业为“${industry}”；${found.because}`
}
