import type { ZxcvbnFactory } from '@zxcvbn-ts/core'
import { Problem } from '../core/errors.ts'

/** Length of passwords people choose; one-time passwords are longer. */
export const PASSWORD_LENGTH = { min: 8, max: 128 }

/** Numbers of the policy rows password.*. */
export interface PasswordRules {
  /** characters at least */
  minLength: number
  /** of small letters, capitals, digits and other characters: how many kinds at least */
  kinds: number
}

export const fallbackPasswordRules: PasswordRules = { minLength: PASSWORD_LENGTH.min, kinds: 2 }

/** The rules in words, for whoever is about to choose: one text for every page. */
export const passwordRulesText = ({ minLength, kinds }: PasswordRules): string =>
  `至少 ${minLength} 个字符${kinds > 1 ? `，小写字母、大写字母、数字、符号至少占 ${kinds} 种` : ''}，不含用户名、姓名和电话，也不是常见的密码`

/** Whose password it is: what a guesser tries first. */
export interface PasswordOwner {
  username: string
  name?: string | undefined
  phone?: string | undefined
}

/** Estimating longer ones takes seconds; a password that begins weakly within these is not worth it. */
const LOOKED_AT = 32
/** Guesses, in powers of ten, that a common or nearly common password stays under. */
const COMMON_BELOW = 6

/** Common in Chinese, and the words of this trade; the library's list is of leaked passwords from everywhere. */
const chinese = `woaini woaini1314 woaini520 5201314 1314520 520520 1314521 aini1314 wodemima mima mima123
  zhongguo qwe123456 qq123456 a5201314 iloveyou1314 anquan anquan123 shengchan yingji yingjiju zhiben guanli
  guanliyuan xiangzhen qiye zezhou jincheng shanxi admin admin888 administrator 000000 888888 666666 abc12300
  caonima nihao nihao123 beijing shanghai xiaoming tianxia laopo laogong baobao`
  .split(/\s+/)
  .filter(Boolean)

let estimator: Promise<ZxcvbnFactory> | undefined

/** The dictionaries take 25 MB: they come with the first password that is chosen. */
const estimate = () =>
  (estimator ??= Promise.all([import('@zxcvbn-ts/core'), import('@zxcvbn-ts/language-common')]).then(
    ([core, common]) =>
      new core.ZxcvbnFactory({
        dictionary: { ...common.dictionary, chinese },
        graphs: common.adjacencyGraphs,
      }),
  ))

const kindsOf = (password: string): number =>
  [/[a-z]/, /[A-Z]/, /\d/, /[^a-zA-Z\d]/].filter((kind) => kind.test(password)).length

/**
 * What GB/T 22239 asks of a chosen password: length, mixture, not the user name, not a common one.
 * @throws Problem `bad-input` that says what to choose instead
 */
export async function requireStrong(
  password: string,
  owner: PasswordOwner,
  rules: PasswordRules,
  path = 'newPassword',
): Promise<void> {
  const refuse = (message: string, short: string): never => {
    throw new Problem('bad-input', message, { complaints: [{ path, message: short }] })
  }
  if ([...password].length < rules.minLength)
    refuse(`密码至少 ${rules.minLength} 个字符，请重新设置。`, `至少 ${rules.minLength} 个字符`)
  if (password.length > PASSWORD_LENGTH.max)
    refuse(`密码最多 ${PASSWORD_LENGTH.max} 个字符，请重新设置。`, `最多 ${PASSWORD_LENGTH.max} 个字符`)
  if (kindsOf(password) < rules.kinds)
    refuse(
      `密码要含小写字母、大写字母、数字、符号中的至少 ${rules.kinds} 种，请重新设置。`,
      `至少 ${rules.kinds} 种字符`,
    )
  const small = password.toLowerCase()
  const own = [owner.username, owner.name, owner.phone].flatMap((t) => (t ? [t.trim().toLowerCase()] : []))
  if (own.some((t) => t.length >= 2 && (small.includes(t) || small.includes([...t].reverse().join('')))))
    refuse('密码不能含用户名、姓名或电话，请重新设置。', '不能含用户名、姓名或电话')
  const { guessesLog10 } = (await estimate()).check(password.slice(0, LOOKED_AT), own)
  if (guessesLog10 < COMMON_BELOW)
    refuse(
      '这个密码太常见，容易被猜中，请换一个：例如三个不相关的词加数字，不用常见单词、键盘顺序、生日和重复字符。',
      '太常见，请换一个',
    )
}
