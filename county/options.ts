import type { Option } from '../engine/core/definition.ts'

/** Closed lists shared by several definitions. Values are the field's own Chinese terms: stored as read. */

/** 工贸八大行业 (应急厅〔2019〕17号) and non-coal mines, which the same bureau supervises. */
export const tradeIndustries = ['冶金', '有色', '建材', '机械', '轻工', '纺织', '烟草', '商贸'] as const
export const industryNames = [...tradeIndustries, '非煤矿山'] as const

/** An option and the words of ledgers that mean it and nothing else. */
const word = (value: string, ...synonyms: string[]): Option => ({ value, label: value, synonyms })
/** 冶金行业, 冶金类, 冶金企业, 冶金工业: said of an industry, they say no more than its name. */
const trade = (name: string, ...more: string[]): Option =>
  word(name, ...['行业', '类', '企业', '工业', '业'].map((end) => name + end), ...more)

export const industries: readonly Option[] = [
  trade('冶金', '黑色金属冶炼', '黑色金属冶炼和压延加工业', '黑色金属冶炼及压延加工业'),
  trade('有色', '有色金属', '有色金属行业'),
  trade('建材', '建筑材料'),
  trade('机械', '机械制造', '机械制造业', '机械加工', '机械制造行业'),
  trade('轻工'),
  trade('纺织'),
  trade('烟草'),
  trade('商贸'),
  word('非煤矿山', '非煤', '非煤矿', '非煤矿山企业', '非煤矿山行业', '金属非金属矿山'),
]

export const scales = [
  {
    value: '规上',
    label: '规上',
    note: '规模以上（商贸为限额以上）',
    synonyms: [
      '规模以上',
      '规上企业',
      '规模以上企业',
      '限上',
      '限额以上',
      '限上企业',
      '限额以上企业',
      '规模上',
    ],
  },
  {
    value: '规下',
    label: '规下',
    note: '规模以下（限额以下）',
    synonyms: [
      '规模以下',
      '规下企业',
      '规模以下企业',
      '限下',
      '限额以下',
      '限下企业',
      '限额以下企业',
      '规模下',
    ],
  },
]

/** Statuses a town has to tag one by one (A04). */
export const statuses: readonly Option[] = [
  word(
    '在产',
    ...['正常', '生产', '正常生产', '正常生产中', '生产中', '在生产', '正常经营', '经营中', '在营', '在业'],
    ...['营业', '正常营业', '营业中', '开业', '开工', '运行', '正常运行', '运行中', '正在生产', '在产企业'],
    ...['正常生产经营', '正常生产经营中', '生产经营中', '生产经营'],
  ),
  word('停产', '已停产', '停产中', '停产状态', '临时停产', '暂停生产', '停业', '停产企业'),
  word('长期停产停工', '长期停产', '长期停工', '长期停产企业', '长期停产停工企业'),
  word('关停', '已关停', '关闭', '已关闭', '注销', '已注销', '关停企业', '关停退出', '倒闭', '已倒闭'),
  word('搬迁', '已搬迁', '搬迁企业', '迁出', '已迁出', '外迁', '已外迁'),
  word('新增', '新增企业'),
  word('变更'),
  word('僵尸', '僵尸企业'),
]

/** 三级 as ledgers write it: 3级, Ⅲ级, III, 叁级, 三级达标, 标准化三级. */
const grade = (value: string, digit: string, formal: string, ...roman: string[]): Option =>
  word(
    value,
    ...[digit, formal, ...roman].flatMap((sign) => [sign, `${sign}级`]),
    ...['达标', '达标企业', '标准化', '标准化企业', '企业', '标准化达标'].map((end) => value + end),
    ...[`标准化${value}`, `安全标准化${value}`, `安全生产标准化${value}`],
  )

export const standardGrades: readonly Option[] = [
  grade('一级', '1', '壹', 'Ⅰ', 'I'),
  grade('二级', '2', '贰', 'Ⅱ', 'II'),
  grade('三级', '3', '叁', 'Ⅲ', 'III'),
]

/** What a firm has: the levels, or none yet. */
export const standardLevels: readonly Option[] = [
  ...standardGrades,
  word('未定级', '未评级', '未评定', '无等级', '无', '没有', '未评定等级', '未创建'),
]

export const dustKinds: readonly Option[] = [
  word('铝镁', '铝镁粉', '铝镁粉尘', '铝镁金属粉尘', '铝粉', '镁粉', '铝粉尘', '镁粉尘'),
  word('其他金属', '其他金属粉尘', '其它金属粉尘', '其他金属粉'),
  word('木', '木粉', '木粉尘', '木质粉尘', '木屑', '木材粉尘'),
  word('粮食', '粮食粉尘', '粮食粉'),
  word('其他', '其它', '其他粉尘', '其它粉尘'),
]

export const ownerships: readonly Option[] = [
  word('国有', '国有企业', '国企', '国有控股', '国有独资'),
  word('集体', '集体企业', '集体所有制', '集体所有制企业'),
  word('民营', '民营企业', '私营', '私营企业', '民企'),
  word('外资', '外资企业', '外商投资', '外商投资企业', '外商独资', '外商独资企业'),
  word('其他', '其它'),
]

export const powerCuts: readonly Option[] = [
  word('未断电', '没有断电', '没断电', '未断'),
  word('限电', '已限电'),
  word('已断电', '断电', '停电', '已停电', '已断'),
]

export const supervisingLevels: readonly Option[] = [
  word('县级重点', '县重点', '县级重点企业', '县级重点监管'),
  word('乡镇级', '乡镇', '乡级', '镇级', '乡镇监管', '乡镇级监管'),
]

export const levels = [
  { value: '重大', label: '重大风险' },
  { value: '较大', label: '较大风险' },
  { value: '一般', label: '一般风险' },
  { value: '低', label: '低风险' },
]

/** 特种作业目录 (国家安全监管总局令第30号附件), the categories that occur in these industries. */
export const specialWork: readonly Option[] = [
  word('电工作业', '电工'),
  word('焊接与热切割作业', '焊接与热切割', '焊工', '焊接', '焊接作业', '电焊', '电焊工'),
  word('高处作业', '高处', '登高作业', '登高架设'),
  word('制冷与空调作业', '制冷与空调', '制冷作业', '制冷'),
  word('煤气作业', '煤气'),
  word('金属非金属矿山安全作业', '金属非金属矿山', '金属非金属矿山作业'),
  word('危险化学品安全作业', '危险化学品作业', '危险化学品'),
]

export const personRoles = [
  '主要负责人',
  '实际控制人',
  '安全负责人',
  '安全管理人员',
  '有限空间监护人',
  '特种作业人员',
  '其他',
] as const
