import { accepted, type Normal, quote, refused } from './result.ts'
import { cleanCode, isBlank, textOf } from './text.ts'

/** GB 32100-2015: 31 characters, no I O S V Z. */
const alphabet = '0123456789ABCDEFGHJKLMNPQRTUWXY'
const weights = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28]
/** 登记管理部门 + 机构类别 in use, with 54/55 (older codes of village and residents' committees). */
const kinds = new Set(
  '11 12 13 19 21 29 31 32 33 34 35 39 41 49 51 52 53 54 55 59 61 62 69 71 72 79 81 89 91 92 93 A1 A9 N1 N2 N3 N9 Y1'.split(
    ' ',
  ),
)
const shape = /^[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10}$/

/** The check character for the first 17. The outer mod matters: a remainder of 0 gives '0'. */
export function creditCodeCheck(first17: string): string {
  let sum = 0
  for (let i = 0; i < 17; i++) sum += alphabet.indexOf(first17[i] ?? '') * (weights[i] ?? 0)
  return alphabet[(31 - (sum % 31)) % 31] ?? ''
}

/**
 * 统一社会信用代码. A wrong shape is refused; a wrong check character or an unknown kind only warns,
 * because codes of real firms fail it.
 */
export function readCreditCode(raw: unknown): Normal<string> {
  const shown = textOf(raw)
  if (isBlank(shown) || /^(?:无|暂无|没有)$/.test(shown.trim())) return accepted<string>(null)
  if (typeof raw === 'number' && Math.abs(raw) > Number.MAX_SAFE_INTEGER)
    return refused('代码被表格当作数字保存，末几位已经丢失；请把该列设为“文本”后重新填写 18 位代码')
  // what stands round the code says what it is: 统一社会信用代码：…, …（三证合一）
  const code = cleanCode(shown)
    .replace(/^(?:统一)?(?:社会)?(?:信用)?代码[:]?/, '')
    .replace(/\((?:三证合一|五证合一|统一社会信用代码|新证|新码)\)$/, '')
    .replace(/[-—–.]/g, '')
  if (/^\d{15}000$/.test(code))
    return refused(
      `${quote(code)}末三位是 000，多半被表格当作数字存过，末几位已经丢失；请对照营业执照重新填写 18 位代码`,
    )
  if (/^\d(?:\.\d+)?E\+?\d+$/.test(cleanCode(shown)))
    return refused('代码被表格写成了科学计数法，末几位已经丢失；请把该列设为“文本”后重新填写 18 位代码')
  if (!shape.test(code)) return refused(whyNot(code, shown))
  const warnings: string[] = []
  const expected = creditCodeCheck(code)
  if (code[17] !== expected)
    warnings.push(`统一社会信用代码末位校验不符（应为 ${expected}），请对照营业执照核对`)
  if (!kinds.has(code.slice(0, 2)))
    warnings.push(`统一社会信用代码前两位 ${code.slice(0, 2)} 不常见，请对照营业执照核对`)
  return accepted(code, ...warnings)
}

function whyNot(code: string, shown: string): string {
  if (/^\d{15}$/.test(code)) return `${quote(code)}是 15 位旧工商注册号，请填写 18 位统一社会信用代码`
  if (/^[0-9A-Z]{9}$/.test(code)) return `${quote(code)}是 9 位组织机构代码，请填写 18 位统一社会信用代码`
  if (code.length !== 18)
    return `统一社会信用代码应为 18 位，${quote(shown.trim())}为 ${code.length} 位，请核对`
  const wrong = [...new Set(code.match(/[IOSVZ]/g) ?? [])]
  if (wrong.length > 0)
    return `统一社会信用代码中没有字母 ${wrong.join('、')}（I、O、S、V、Z 不用），请核对是否应为数字`
  return `${quote(shown.trim())}不符合统一社会信用代码的写法（第 3 至 8 位为数字，其余为数字或大写字母），请核对`
}
