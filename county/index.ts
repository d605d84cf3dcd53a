import type { Definitions, Remark } from '../engine/core/definition.ts'
import { duties } from './duties.ts'
import { nationalMines } from './grading/national-mines.ts'
import { shanxiIndustry } from './grading/shanxi-industry.ts'
import { hazardTemplates } from './hazard-templates.ts'
import { certificateIdentity, personIdentity } from './identity.ts'
import { indicators } from './indicators/index.ts'
import { industryRemark } from './industry/remark.ts'
import { hazard } from './loops/hazard.ts'
import { tipOff } from './loops/tip-off.ts'
import { populations } from './named-populations.ts'
import { accounts } from './policy/accounts.ts'
import { liaoning } from './policy/liaoning.ts'
import { national } from './policy/national.ts'
import { populationPolicies } from './policy/populations.ts'
import { shanxi } from './policy/shanxi.ts'
import { chiefCheck } from './registers/chief-check.ts'
import { confinedSpace } from './registers/confined-space.ts'
import { drill } from './registers/drill.ts'
import { enforcementCertificate } from './registers/enforcement-certificate.ts'
import { enterprise } from './registers/enterprise.ts'
import { entrustment } from './registers/entrustment.ts'
import { equipment } from './registers/equipment.ts'
import { guidance } from './registers/guidance.ts'
import { insurance } from './registers/insurance.ts'
import { measureRecord } from './registers/measure-record.ts'
import { mineGrade } from './registers/mine-grade.ts'
import { monitoringConnection } from './registers/monitoring-connection.ts'
import { person } from './registers/person.ts'
import { postRequirement } from './registers/post-requirement.ts'
import { project } from './registers/project.ts'
import { specialOperationCertificate } from './registers/special-operation-certificate.ts'
import { standardisation } from './registers/standardisation.ts'
import { statusChange } from './registers/status-change.ts'
import { tenancy } from './registers/tenancy.ts'
import { training } from './registers/training.ts'
import { selfCheck } from './self-check.ts'
import { vocabulary } from './vocabulary.ts'

/** Everything the county supervises, handed to the engine by main. Parents stand before their children. */
export const definitions: Definitions = {
  records: [
    enterprise,
    hazard,
    person,
    training,
    specialOperationCertificate,
    postRequirement,
    equipment,
    confinedSpace,
    project,
    drill,
    chiefCheck,
    insurance,
    guidance,
    monitoringConnection,
    measureRecord,
    standardisation,
    tenancy,
    statusChange,
    mineGrade,
    tipOff,
    entrustment,
    enforcementCertificate,
  ],
  indicators,
  gradings: [shanxiIndustry, nationalMines],
  populations,
  policies: [...national, ...accounts, ...populationPolicies, ...shanxi, ...liaoning],
  duties,
  templates: hazardTemplates,
  selfCheck,
  vocabulary,
}

/** What the county remarks on values being written; handed to the engine with the definitions. */
export const remarks: Remark[] = [industryRemark, personIdentity, certificateIdentity]
