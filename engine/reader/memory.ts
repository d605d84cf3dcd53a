import { readFileSync } from 'node:fs'

/**
 * Resident memory of another process in bytes, as the system counts it (buffers included).
 * @returns undefined where the system does not say (no /proc): there the process's own guard watches
 */
export function memoryOf(pid: number): number | undefined {
  try {
    const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
    return kilobytes === undefined ? undefined : Number(kilobytes) * 1024
  } catch {
    return undefined
  }
}
