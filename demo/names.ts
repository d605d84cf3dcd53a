import type { Random } from './random.ts'

const surnames = '王李张刘陈杨赵黄周吴徐孙马朱胡郭何高林郑韩崔焦原田牛段侯毋晋司成范秦'
const given =
  '建国 志强 海军 卫东 晓东 文军 永红 国庆 建军 小红 丽娟 秀英 艳红 俊杰 志刚 鹏飞 晋生 泽民 玉龙 振华 立新 宏伟 爱民 保国 海燕 雪梅 晓峰 文斌 学军 瑞霞 天明 向阳 书林 晋芳 卫星 丙辰 长青 树林 红兵 素芳'.split(
    ' ',
  )

/** A person's name; common enough to belong to nobody in particular. */
export const personName = (r: Random): string => r.pick([...surnames]) + r.pick(given)

const first = '恒鑫宏泰瑞盛金华兴永长福德晟汇锦远同利安'
const second = '盛源达泰昌丰顺诚隆通宇益茂晖发和鼎康'

/** Brand names without repetition: 恒盛, 鑫源 … */
export function* brands(r: Random): Generator<string, never> {
  const all = r.shuffle([...first].flatMap((a) => [...second].filter((b) => b !== a).map((b) => a + b)))
  for (;;) for (const b of all) yield b
}

/** A number that looks like a mobile one; the first seven digits are the same for the whole demo. */
export const mobile = (r: Random): string => `1380000${String(r.int(0, 9999)).padStart(4, '0')}`
