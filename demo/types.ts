import type { Ground } from '../engine/access/actor.ts'
import type { Role } from '../engine/core/definition.ts'

/** Values of a write; `{$ref: key}` stands for the id of a record made before, `{$file: name, …}` for a kept file. */
export type DemoValues = Record<string, unknown>
export interface DemoFileUse {
  $file: string
  name: string
  /** ISO */
  takenAt?: string
  place?: { lon: number; lat: number; accuracy?: number }
}

interface Step {
  /** ISO instant at which it happens */
  at: string
  /** key of the person who does it */
  by: string
  /** key of the record it makes or moves */
  key: string
  /** steps of one subject run in their order; those of others may run beside them */
  subject: string
}

/** One thing that somebody does, in the order of time; the loader replays it through the real door. */
export type DemoWrite =
  | (Step & { kind: 'create'; register: string; parent?: string; values: DemoValues })
  | (Step & { kind: 'update'; register: string; values: DemoValues; reason?: string })
  | (Step & { kind: 'act'; register: string; action: string; form: DemoValues })
  | (Step & { kind: 'assess'; judgements: { enterprise: string; level?: string; reason?: string }[] })
  | (Step & { kind: 'review'; reviews: { enterprise: string; approve: boolean; reason?: string }[] })

export interface DemoPerson {
  key: string
  name: string
  role: Role
  /** what the sign-in page calls the person */
  label: string
  home: string
  unit?: string
  /** ground; for enterprise people the key of their enterprise */
  ground: Ground | { by: 'organisation'; enterprise: string }
  /** has an account to sign in with */
  username?: string
}

export interface DemoUnit {
  path: string
  name: string
  area: string
  kind: string
  parent?: string
}

export interface Demo {
  county: string
  units: DemoUnit[]
  people: DemoPerson[]
  /** sorted by time */
  writes: DemoWrite[]
}

export interface Town {
  code: string
  name: string
  villages: { code: string; name: string }[]
}
