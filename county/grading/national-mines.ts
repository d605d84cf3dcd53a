import { defineGrading } from '../../engine/core/define.ts'
import { mine } from '../populations.ts'

/**
 * Non-coal mines (B04): the province decides; its newest decision in `mine-grade` is the level. A mine without a
 * decision is taken as 较大 until there is one, so that it is not overlooked. A is the best level here.
 */
export const nationalMines = defineGrading('national-mines', {
  label: '非煤矿山分级（A 低 · B 一般 · C 较大 · D 重大）',
  basis: ['矿安〔2023〕1号 非煤矿山安全风险分级监管办法'],
  applies: mine,
  base: [],
  otherwise: {
    level: '较大',
    label: '尚无省级定级决定',
    basis: '产品默认：定级前按较大风险对待，请登记省级定级文件',
  },
  shifts: [],
  sets: [],
  labels: {
    重大: { letter: 'D', colour: '红' },
    较大: { letter: 'C', colour: '橙' },
    一般: { letter: 'B', colour: '黄' },
    低: { letter: 'A', colour: '蓝' },
  },
  recorded: { register: 'mine-grade', level: 'level', by: 'decidedOn' },
})
