import type { Vocabulary } from '../engine/core/about.ts'

/** How notices name kinds of enterprises; `elsewhere` is supervised by other bodies than the one for industry, trade and mines. */
export const vocabulary: Vocabulary = {
  trade: {
    of: 'industry',
    words: ['工贸', '冶金', '有色', '建材', '机械', '轻工', '纺织', '烟草', '商贸', '铸造'],
  },
  mine: {
    of: 'industry',
    words: [
      '非煤矿山',
      '地下矿山',
      '露天矿山',
      '露天采石',
      '采石场',
      '尾矿库',
      '矿山',
      '矿长',
      '采空区',
      '头顶库',
    ],
  },
  large: { of: 'scale', words: ['规模以上', '规上', '限额以上', '规模（限额）以上'] },
  small: { of: 'scale', words: ['规模以下', '规下', '限额以下', '小微'] },
  smelter: { of: 'risk', words: ['金属冶炼', '冶炼企业', '熔炼'] },
  furnace: { of: 'risk', words: ['高炉'] },
  dust: { of: 'risk', words: ['粉尘涉爆', '涉粉', '涉爆粉尘', '粉尘企业', '粉尘爆炸'] },
  confined: { of: 'risk', words: ['有限空间'] },
  gas: { of: 'risk', words: ['煤气使用', '涉煤气', '煤气企业'] },
  ammonia: { of: 'risk', words: ['涉氨', '液氨', '氨制冷'] },
  tenants: { of: 'risk', words: ['厂中厂', '一厂多租', '业态混杂'] },
  labour: { of: 'risk', words: ['劳动密集'] },
  ancillary: { of: 'risk', words: ['配套危化', '配套的危化', '危化装置'] },
  key: { of: 'risk', words: ['重点企业', '重点工贸企业', '重点监管企业'] },
  coal: { of: 'elsewhere', words: ['煤矿', '煤炭'] },
  chemical: {
    of: 'elsewhere',
    words: ['化工企业', '危险化学品', '危化品', '危化领域', '烟花爆竹', '油气', '加油站'],
  },
  fire: { of: 'elsewhere', words: ['消防', '燃气', '人员密集场所', '自建房', '森林'] },
  traffic: { of: 'elsewhere', words: ['道路交通', '道路运输', '货车', '客运', '农机'] },
  building: { of: 'elsewhere', words: ['建筑业', '建筑施工', '建筑工地', '房屋建筑'] },
  disaster: {
    of: 'elsewhere',
    words: ['防汛', '抗旱', '地震', '地质灾害', '避难场所', '救援队伍', '应急物资'],
  },
  offices: {
    of: 'elsewhere',
    words: ['领导干部', '党委', '党组', '监管干部', '监管人员', '包保领导', '执法人员'],
  },
}
