import { statfs } from 'node:fs/promises'

const MB = 2 ** 20
/** Under this much free space the administrator and `doctor` are told. */
export const LOW_BYTES = 5 * 1024 * MB
/**
 * Under this much nothing is written any more: PostgreSQL stops altogether when it cannot write its log, and then
 * nobody could read either.
 */
export const STOP_BYTES = 256 * MB

export interface DiskState {
  level: 'ok' | 'low' | 'full'
  /** bytes free where there is least */
  free: number
  /** bytes that may still be written before writing stops */
  room: number
}

export type DiskWatch = () => Promise<DiskState>

/**
 * How full the disks are that hold the data; looked at every two seconds at most.
 * @param folders those that exist are asked; none at all counts as room enough
 */
export function watchDisks(
  folders: readonly string[],
  limits: { low: number; stop: number } = { low: LOW_BYTES, stop: STOP_BYTES },
): DiskWatch {
  let known: Promise<DiskState> | undefined
  let at = 0
  const look = async (): Promise<DiskState> => {
    const free = await Promise.all(
      folders.map((f) =>
        statfs(f).then(
          (s) => s.bavail * s.bsize,
          () => Number.POSITIVE_INFINITY,
        ),
      ),
    )
    const least = Math.min(...free)
    return {
      level: least < limits.stop ? 'full' : least < limits.low ? 'low' : 'ok',
      free: least,
      room: least - limits.stop,
    }
  }
  return () => {
    if (!known || performance.now() - at > 2000) {
      at = performance.now()
      known = look()
    }
    return known
  }
}
