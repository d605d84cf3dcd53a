import type { Definitions } from '../engine/core/definition.ts'
import { hazard } from './loops/hazard.ts'
import { liaoning } from './policy/liaoning.ts'
import { national } from './policy/national.ts'
import { shanxi } from './policy/shanxi.ts'
import { enterprise } from './registers/enterprise.ts'

/** Everything the county supervises, handed to the engine by main. */
export const definitions: Definitions = {
  records: [enterprise, hazard],
  indicators: [],
  gradings: [],
  policies: [...national, ...shanxi, ...liaoning],
}
