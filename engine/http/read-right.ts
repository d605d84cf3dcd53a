import type { Actor } from '../access/actor.ts'
import type { RecordDef } from '../core/definition.ts'
import { Problem } from '../core/errors.ts'
import { roleLabel, separateAdmins } from '../core/roles.ts'
import { scopeOf } from '../store/rows.ts'
import type { Services } from './services.ts'

/**
 * That the actor reads a register at all. An empty list would tell him that there is nothing.
 * @throws Problem `forbidden`, which says why and whom to ask
 */
export function requireRead(s: Services, actor: Actor, def: RecordDef): void {
  if (scopeOf(s, actor, def, 'read').terms.length) return
  const roles = [...new Set(actor.assignments.map((a) => a.role))]
  const administers = roles.length > 0 && roles.every((r) => separateAdmins.includes(r))
  throw new Problem(
    'forbidden',
    administers
      ? `${roles.map(roleLabel).join('、')}的账号不查看${def.label}等业务数据。请用监管人员的账号查看，或请管账号的人另给职责。`
      : `您不能查看${def.label}。工作需要的，请联系县级管理员。`,
    { register: def.name },
  )
}
