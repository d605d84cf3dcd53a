import { accepted, type Normal, quote, refused } from './result.ts'
import { halfWidth, isBlank, textOf, visible } from './text.ts'
import { tickedWord, turns } from './words.ts'

const yes = new Set(
  '是 有 对 真 已 y yes true 1 √ ✓ ✔ ☑ ■ ● v 涉及 涉 属于 存在 已有 需要 具备 符合 合格'.split(' '),
)
const no = new Set(
  '否 无 没有 错 假 未 不 n no false 0 × ✗ ✘ ✕ ✖ ☒ x 不是 非 不涉及 未涉及 不涉 不属于 不存在 没 不需要 不具备 不符合 不合格 暂无'.split(
    ' ',
  ),
)
const box = '[√✓✔☑■●☒□○☐◻]'
const boxBefore = new RegExp(`^(${box})[是有](${box})[否无]$`)
const boxAfter = new RegExp(`^[是有](${box})[否无](${box})$`)

/**
 * 是/否, 有/无, √/×, Y/N, 1/0, true/false and the printed tick boxes “☑是 □否”; blank, — and / are `null`.
 * A remark in brackets behind the answer is kept out: 是（2处） is yes with a warning.
 * @param label of the field: under 已投保安责险 已投保 is yes and 未投保 no, under 有限空间 无有限空间 is no
 */
export function readFlag(raw: unknown, label = ''): Normal<boolean> {
  if (typeof raw === 'boolean') return accepted(raw)
  const shown = textOf(raw)
  if (isBlank(shown)) return accepted<boolean>(null)
  const text = halfWidth(visible(shown)).replace(/\s/g, '').toLowerCase()
  const boxed = tickBoxes(text)
  if (boxed !== undefined) return accepted(boxed)
  const own = ownWords(text, label) ?? wordValue(tickedWord(shown) ?? '')
  if (own !== undefined) return accepted(own)
  const [answer = '', remark] = splitRemark(text.replace(/^[√✓✔☑](?=是|有)/, ''))
  // 有，已拆除 and 是（原） may mean the opposite
  if (remark !== undefined && turns(remark))
    return refused(`${quote(shown.trim())}看不出现在是或否，请填“是”或“否”`)
  const value = wordValue(answer)
  if (value === undefined) return refused(`${quote(shown.trim())}看不出是或否，请填“是”或“否”`)
  return accepted(
    value,
    ...(remark ? [`只取“${value ? '是' : '否'}”，后面的说明未导入：${quote(remark)}`] : []),
  )
}

const wordValue = (word: string): boolean | undefined =>
  yes.has(word) ? true : no.has(word) ? false : undefined

/** The field's own name as an answer, whole or its beginning (涉氨 of 涉氨制冷), with 有 or 无 before it. */
function ownWords(text: string, label: string): boolean | undefined {
  if (label === '' || text.length < 2) return undefined
  const names = (word: string) =>
    word === label || (/^[已涉]/.test(label) && word.length > 1 && label.startsWith(word))
  if (names(text)) return true
  const [, sign = '', rest = ''] = /^(没有|不涉及|不存在|存在|涉及|[有无非未不])(.+)$/.exec(text) ?? []
  // 未投保 under 已投保…
  const said = names(rest) || (sign === '未' && names(`已${rest}`))
  return said ? /^(?:有|存在|涉及)$/.test(sign) : undefined
}

function splitRemark(text: string): [string, string?] {
  const m = /^(.+?)[([【,;:。](.+?)[)\]】]?$/.exec(text)
  return m ? [m[1] ?? '', m[2]] : [text.replace(/[。.;,]$/, '')]
}

/** ☑是□否 → true, □是√否 → false, both or neither ticked → undefined (a person must look). */
function tickBoxes(text: string): boolean | undefined {
  const t = text.replace(/[/、,]/g, '')
  const m = boxBefore.exec(t) ?? boxAfter.exec(t)
  if (!m) return undefined
  const [first, second] = [m[1], m[2]].map((sign) => !/[□○☐◻]/.test(sign ?? ''))
  return first === second ? undefined : first
}
