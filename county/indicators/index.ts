import type { IndicatorDef } from '../../engine/core/definition.ts'
import { campaigns } from './campaigns.ts'
import { equipment } from './equipment.ts'
import { guidance } from './guidance.ts'
import { hazards } from './hazards.ts'
import { insurance } from './insurance.ts'
import { ledger } from './ledger.ts'
import { monitoring } from './monitoring.ts'
import { people } from './people.ts'
import { periodic } from './periodic.ts'
import { responsibility } from './responsibility.ts'
import { standard } from './standard.ts'
import { threeAtOnce } from './three-at-once.ts'

/** All figures, in the order in which a notice usually asks for them. */
export const indicators: IndicatorDef[] = [
  ...ledger,
  ...responsibility,
  ...threeAtOnce,
  ...standard,
  ...guidance,
  ...campaigns,
  ...equipment,
  ...hazards,
  ...people,
  ...periodic,
  ...insurance,
  ...monitoring,
]
