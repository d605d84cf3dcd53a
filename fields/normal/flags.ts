import { accepted, type Normal, quote, refused } from './result.ts'
import { halfWidth, isBlank, textOf, visible } from './text.ts'
import { turns } from './words.ts'

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
 */
export function readFlag(raw: unknown): Normal<boolean> {
  if (typeof raw === 'boolean') return accepted(raw)
  const shown = textOf(raw)
  if (isBlank(shown)) return accepted<boolean>(null)
  const text = halfWidth(visible(shown)).replace(/\s/g, '').toLowerCase()
  const boxed = tickBoxes(text)
  if (boxed !== undefined) return accepted(boxed)
  const [answer = '', remark] = splitRemark(text.replace(/^[√✓✔☑](?=是|有)/, ''))
  // 有，已拆除 and 是（原） may mean the opposite
  if (remark !== undefined && turns(remark))
    return refused(`${quote(shown.trim())}看不出现在是或否，请填“是”或“否”`)
  const value = yes.has(answer) ? true : no.has(answer) ? false : undefined
  if (value === undefined) return refused(`${quote(shown.trim())}看不出是或否，请填“是”或“否”`)
  return accepted(
    value,
    ...(remark ? [`只取“${value ? '是' : '否'}”，后面的说明未导入：${quote(remark)}`] : []),
  )
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
