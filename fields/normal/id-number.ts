import { isRealDate } from './dates.ts'
import { accepted, type Normal, refused } from './result.ts'
import { cleanCode, isBlank, textOf } from './text.ts'

const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
const check = '10X98765432'

/** GB 11643-1999: the check character for the first 17 digits. */
export function idNumberCheck(first17: string): string {
  let sum = 0
  for (let i = 0; i < 17; i++) sum += Number(first17[i]) * (weights[i] ?? 0)
  return check[sum % 11] ?? ''
}

/**
 * 公民身份号码. Wrong shape or an impossible birth date is refused, a wrong check character warns.
 * Messages never repeat the number: it is personal information.
 */
export function readIdNumber(raw: unknown): Normal<string> {
  const shown = textOf(raw)
  if (isBlank(shown) || /^(?:无|暂无)$/.test(shown.trim())) return accepted<string>(null)
  if (typeof raw === 'number' && Math.abs(raw) > Number.MAX_SAFE_INTEGER)
    return refused('身份证号被表格当作数字保存，末几位已经丢失；请把该列设为“文本”后重新填写')
  const id = cleanCode(shown).replace(/[×✕╳Ⅹ]/g, 'X')
  if (/^\d(?:\.\d+)?E\+?\d+$/.test(id))
    return refused('身份证号被表格写成了科学计数法，末几位已经丢失；请把该列设为“文本”后重新填写')
  if (/^\d{15}$/.test(id)) return refused('15 位身份证号已停用，请填写 18 位身份证号')
  if (id.length !== 18) return refused(`身份证号应为 18 位，现为 ${id.length} 位，请核对`)
  if (!/^[1-9]\d{16}[\dX]$/.test(id)) return refused('身份证号前 17 位应为数字，末位为数字或 X，请核对')
  const birth = `${id.slice(6, 10)}-${id.slice(10, 12)}-${id.slice(12, 14)}`
  if (!isRealDate(birth) || birth < '1850') return refused('身份证号中的出生日期不存在，请核对')
  // 18 digits as a number keep 15; a number that really ends so has the check character that fits
  if (id.endsWith('000') && id[17] !== idNumberCheck(id))
    return refused('身份证号末三位是 000，多半被表格当作数字存过，末几位已经丢失；请对照证件重新填写')
  const warnings = id[17] === idNumberCheck(id) ? [] : ['身份证号末位校验不符，请对照证件核对']
  return accepted(id, ...warnings)
}

/** First six and last four stay: 110105********002X. Short texts are hidden whole. */
export const maskIdNumber = (id: string): string =>
  id.length >= 15 ? `${id.slice(0, 6)}${'*'.repeat(id.length - 10)}${id.slice(-4)}` : '*'.repeat(id.length)
