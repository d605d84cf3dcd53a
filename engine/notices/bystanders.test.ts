import { describe, expect, it } from 'vitest'
import { readFacts } from './facts.ts'

/** Terms, rhythms and targets that are read out of a sentence of a notice of 2026. */
function facts(text: string): string[] {
  const { times, recurrences, amounts } = readFacts(text, {
    year: 2026,
    yearFrom: 'title',
    signed: '2026-04-22',
    paper: 'notice',
    demanding: false,
  })
  return [
    ...times.map((t) => t.date),
    ...recurrences.map((r) => `${r.period} ${r.comparator} ${r.times}`),
    ...amounts.filter((a) => a.role === 'target').map((a) => `${a.comparator} ${a.value} ${a.unit}`),
  ]
}

describe('figures that are nobody’s target, beside their twins that are', () => {
  it.each([
    ['速冻间内作业人员数量不得超过9人。', []],
    ['带煤气作业监护人员不得少于2人。', []],
    ['评估人员不少于3人、其中外部专家不少于1人。', []],
    ['浇铸期间平台附近不得超过3人。', []],
    ['受限空间作业现场至少安排1名监护人员，罐内作业人员不得多于2人。', []],
    ['每家企业至少配备2名专职安全员、不少于4套空气呼吸器。', ['>= 2 名', '>= 4 套']],
    ['每个乡镇专职检查人员不少于3人。', ['>= 3 人']],
    ['每支救援队执法人员不少于5人。', ['>= 5 人']],
    ['县级专家库专家不少于20人。', ['>= 20 人']],
    ['各镇要培训网格员不少于120人。', ['>= 120 人']],
  ])('persons at a piece of work: %s', (sentence, expected) => {
    expect(facts(sentence)).toEqual(expected)
  })

  it.each([
    ['按照省局明确的31项检查要点开展检查。', []],
    ['对照规定的10项情形自查，完成31项整改任务。', ['= 31 项']],
    ['依据省局明确的18个检查项，逐条对照整改。', ['= 18 个']],
    ['坝高60米以上的尾矿库和3座“头顶库”由县级领导包保。', []],
    ['创建3座“绿色矿山”。', ['= 3 座']],
    ['新建3处避难场所，由镇政府管护。', ['= 3 处']],
  ])('which ones, or how many: %s', (sentence, expected) => {
    expect(facts(sentence)).toEqual(expected)
  })

  it.each([
    ['每月1日至15日为“企业安静期”，一般不开展检查。', []],
    ['每月25日至28日报送进展。', ['P1M = 1']],
    ['每月10日为安全警示日。', ['P1M = 1']],
    ['半年内被查处两次的企业，从重处理。', []],
    ['一年内发生两次以上险情的企业，重新评级。', []],
    ['半年内检查两次。', ['P6M = 2']],
    ['年内至少开展4次演练。', ['P1Y >= 4']],
  ])('a window or what befell somebody, or a rhythm: %s', (sentence, expected) => {
    expect(facts(sentence)).toEqual(expected)
  })

  it.each([
    ['对成效明显的单位予以加分，最高不超过3分。', []],
    ['单项加分最多不超过2分。', []],
    ['考试成绩不低于80分。', ['>= 80 分']],
    ['新上岗人员岗前培训不得少于24学时的规定不得打折扣。', []],
    ['新上岗人员岗前培训不得少于24学时。', ['>= 24 学时']],
    ['按不少于24学时的要求组织岗前培训。', ['>= 24 学时']],
    ['一氧化碳浓度超过200ppm的严禁进入。', []],
    ['风速大于10米的停止吊装。', []],
  ])('points, quoted rules, thresholds: %s', (sentence, expected) => {
    expect(facts(sentence)).toEqual(expected)
  })

  it.each([
    ['首次报送不迟于5月28日。', ['2026-05-28']],
    ['总结报送时间不得迟于12月5日。', ['2026-12-05']],
    ['露天矿山总数由现有的17座压减到14座以内。', ['<= 14 座']],
    ['仓库由9座整合为不超过5座。', ['<= 5 座']],
    ['全县现有矿山17座，其中停产4座。', []],
    ['2家以上企业完成替代改造。', ['>= 2 家']],
    ['300人以上企业完成标准化创建。', []],
    ['有5家以上企业的园区要建立救援队。', []],
    ['案卷优良率达到100%，执法信息公示全覆盖。', ['>= 100 %', '= 100 %']],
    ['应急演练全覆盖，参演率达到100%。', ['>= 100 %']],
    ['年末监测系统累计接入不少于18家。', ['2026-12-31', '>= 18 家']],
    ['年底录入率由97%提高到99%以上。', ['2026-12-31', '>= 99 %']],
    ['年底企业赶工，风险增加。', []],
    ['辖区企业的年度演练计划自印发之日起30日内报送县安委办。', ['2026-05-22', 'P1Y = 1']],
    ['年度检查计划执行情况12月20日前报送县局。', ['2026-12-20']],
    ['规模以上铸造企业要达到三级标准。', ['at-least-grade 3 级']],
    ['全部达到一级或二级养老机构标准。', ['= 100 %']],
  ])('what is owed, and what only looks like it: %s', (sentence, expected) => {
    expect(facts(sentence)).toEqual(expected)
  })
})
