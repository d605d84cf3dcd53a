import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { newId } from '../core/ids.ts'

/**
 * A device on which a person has signed in before. It carries a cookie for that account, signed over the password
 * kept at the time, so that a reset or a change ends it everywhere. It opens nothing: it only gives tries on that
 * account a counter of their own, which a stranger cannot use up.
 */
export interface DeviceOwner {
  id: string
  /** the kept password hash */
  stamp: string
}

const PREFIX = 'zhiben.device_'
/** Accounts one shared computer is known for; the oldest gives way. */
const MOST = 20

const cookiesOf = (header: string): Map<string, string> => {
  const out = new Map<string, string>()
  for (const part of header.split(';')) {
    const at = part.indexOf('=')
    if (at > 0) out.set(part.slice(0, at).trim(), part.slice(at + 1).trim())
  }
  return out
}

export function createDevices(secret: string) {
  const key = createHmac('sha256', secret).update('zhiben device').digest()
  const nameOf = (user: string) =>
    PREFIX + createHash('sha256').update(`device ${user}`).digest('base64url').slice(0, 12)
  const sign = (owner: DeviceOwner, device: string, until: number) =>
    createHmac('sha256', key)
      .update(JSON.stringify([owner.id, owner.stamp, device, until]))
      .digest('base64url')

  /** @returns the device's id when its cookie holds for this account now */
  function known(header: string, owner: DeviceOwner, now: Date): string | undefined {
    const [device = '', until = '', mac = ''] = (cookiesOf(header).get(nameOf(owner.id)) ?? '').split('.')
    const right = Buffer.from(sign(owner, device, Number(until)))
    const given = Buffer.from(mac)
    if (given.length !== right.length || !timingSafeEqual(given, right)) return undefined
    return Number(until) * 1000 > now.getTime() ? device : undefined
  }

  return {
    known,

    /** `Set-Cookie` values that make the device of this request known for an account from now on. */
    issue(header: string, owner: DeviceOwner, now: Date, days: number): string[] {
      const device = known(header, owner, now) ?? newId()
      const seconds = days * 86_400
      const until = Math.floor(now.getTime() / 1000) + seconds
      const name = nameOf(owner.id)
      const others = [...cookiesOf(header)]
        .filter(([other]) => other.startsWith(PREFIX) && other !== name)
        .sort(([, a], [, b]) => Number(b.split('.')[1] ?? 0) - Number(a.split('.')[1] ?? 0))
      const value = `${device}.${until}.${sign(owner, device, until)}`
      const common = 'Path=/; HttpOnly; SameSite=Lax'
      return [
        `${name}=${value}; Max-Age=${seconds}; ${common}`,
        ...others.slice(MOST - 1).map(([other]) => `${other}=; Max-Age=0; ${common}`),
      ]
    },
  }
}

export type Devices = ReturnType<typeof createDevices>
