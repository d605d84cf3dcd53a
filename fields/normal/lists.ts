import { cleanText, visible } from './text.ts'

/**
 * Several values typed into one cell: 粉尘涉爆、有限空间，煤气 / 1.粉尘 2.煤气. Blanks, repetitions and the
 * signs for “nothing” (/, 无, —) are left out; brackets are not torn apart: 煤气（发生炉、转炉）.
 */
export function splitList(text: string): string[] {
  const out: string[] = []
  let item = ''
  let depth = 0
  const take = () => {
    const value = cleanText(item).replace(/^(?:\d{1,2}[.、)）]|[①-⑳]|[-·•●])\s*/, '')
    if (value !== '' && !/^(?:无|暂无|[-—–/\\]+)$/.test(value) && !out.includes(value)) out.push(value)
    item = ''
  }
  for (const c of visible(text).replace(/(?<=\S)\s+(?=\d{1,2}[.、)）])/g, '\n')) {
    if ('(（[【'.includes(c)) depth++
    else if (')）]】'.includes(c)) depth = Math.max(0, depth - 1)
    // 1、粉尘: the sign behind a number is its numbering, not a separator.
    const numbering = c === '、' && /^\s*\d{1,2}$/.test(item)
    if (c === '\n' || (depth === 0 && !numbering && '、，,；;/／|｜'.includes(c))) take()
    else item += c
  }
  take()
  return out
}
