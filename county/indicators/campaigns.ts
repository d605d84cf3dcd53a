import type { Condition } from '../../engine/core/condition/ast.ts'
import { field } from '../../engine/core/condition/build.ts'
import { defineIndicator } from '../../engine/core/define.ts'
import { ancillaryChemical, dangerousWork, plantInPlant } from '../populations.ts'
import { measureDone, measureProof } from './done.ts'

type Kind = '厂中厂集中整治' | '危险作业集中整治' | '配套危化装置整治'

const campaign = (
  name: string,
  kind: Kind,
  label: string,
  item: string,
  where: Condition,
  kinds: string[],
  hints: string[],
) =>
  defineIndicator(name, {
    label,
    basis: [`泽应急发〔2026〕56号 一、${item}`],
    of: { register: 'enterprise', where },
    measure: 'share',
    met: measureDone(kind, field('doneOn').within('year')),
    proof: measureProof(kind),
    unit: '%',
    hints,
    about: { kinds: ['trade', ...kinds], needs: ['整治'] },
  })

/** 专项整治 (M02, M05, M06). */
export const campaigns = [
  campaign(
    'plant-in-plant-campaign',
    '厂中厂集中整治',
    '厂中厂安全管理集中整治完成率',
    '10',
    plantInPlant,
    ['tenants'],
    ['厂中厂', '一厂多租', '业态混杂', '外包单位'],
  ),
  campaign(
    'dangerous-work-campaign',
    '危险作业集中整治',
    '危险作业集中整治完成率',
    '11',
    dangerousWork,
    [],
    ['危险作业专项集中整治', '危险作业整治', '有限空间专项整治', '煤气专项整治'],
  ),
  campaign(
    'ancillary-chemical-campaign',
    '配套危化装置整治',
    '配套危化装置专项整治完成率',
    '12',
    ancillaryChemical,
    ['ancillary'],
    ['配套危化装置', '配套的危化装置'],
  ),
]
