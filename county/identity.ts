import type { Remark } from '../engine/core/definition.ts'

/**
 * What an 18-digit 公民身份号码 says of its holder (GB 11643): the day of birth in digits 7–14, the sex in digit 17, odd
 * for men. What is typed beside it is compared with that. Messages repeat nothing of the number: it is personal.
 */

const numberOf = (v: unknown): string | undefined =>
  typeof v === 'string' && /^\d{17}[\dX]$/.test(v) ? v : undefined

/** A ledger often knows the month only: the first of it agrees with every day of it. */
const agrees = (typed: string, born: string): boolean =>
  typed === born || (typed.endsWith('-01') && typed.slice(0, 7) === born.slice(0, 7))

export const personIdentity: Remark = {
  register: 'person',
  fields: ['idNumber', 'gender', 'bornOn'],
  asks: true,
  says({ idNumber, gender, bornOn }) {
    const id = numberOf(idNumber)
    if (!id) return []
    const out: { path: string; message: string }[] = []
    const sex = Number(id[16]) % 2 ? '男' : '女'
    if (gender && gender !== sex)
      out.push({ path: 'gender', message: `性别与身份证号不符：身份证号上是“${sex}”。请对照证件核对` })
    const born = `${id.slice(6, 10)}-${id.slice(10, 12)}-${id.slice(12, 14)}`
    if (typeof bornOn === 'string' && !agrees(bornOn, born))
      out.push({ path: 'bornOn', message: '出生日期与身份证号不符，请对照证件核对' })
    return out
  },
}

/** 特种作业操作证 are numbered T and the holder's identity number. */
export const certificateIdentity: Remark = {
  register: 'special-operation-certificate',
  fields: ['number', 'idNumber'],
  asks: true,
  says({ number, idNumber }) {
    const id = numberOf(idNumber)
    const own = typeof number === 'string' ? /^T(\d{17}[\dX])$/.exec(number.toUpperCase())?.[1] : undefined
    if (!id || !own || own === id) return []
    return [
      { path: 'number', message: '证书编号与持证人身份证号不符（编号为 T 加身份证号），请对照证件核对' },
    ]
  },
}
