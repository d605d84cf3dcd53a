/** What can be told about other processes without a dependency, and lock files built on it. */
import { readFileSync, writeFileSync } from 'node:fs'
import { readFile, rename, rm } from 'node:fs/promises'
import path from 'node:path'

/** Sleeps `ms` milliseconds. */
export const pause = (ms: number) => new Promise<void>((done) => setTimeout(done, ms))

/** True while the process exists and is not a zombie (a container's first process may never reap one). */
export function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false
  try {
    process.kill(pid, 0)
  } catch (e) {
    if ((e as NodeJS.ErrnoException).code !== 'EPERM') return false
  }
  return statOf(pid)?.state !== 'Z'
}

/** State letter and start tick from /proc; undefined on systems without it. */
function statOf(pid: number): { state: string; started: string } | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const rest = text.slice(text.lastIndexOf(')') + 2).split(' ')
    return { state: rest[0] ?? '', started: rest[19] ?? '' }
  } catch {
    return undefined
  }
}

/**
 * A mark that tells this process from a later one with the same number: after a reboot, or in a container
 * where Node always gets the same number, a stale lock file would otherwise look held. Empty where the
 * system does not tell.
 */
export function markOf(pid: number): string {
  const started = statOf(pid)?.started
  if (!started) return ''
  try {
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}/${started}`
  } catch {
    return started
  }
}

/** False only when the system can tell and the process is certainly another program. */
export function mayBeProgram(pid: number, name: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(name)
  } catch {
    return true
  }
}

export interface Holder {
  pid: number
  mark: string
  /** what the holder says of itself, e.g. the address it serves */
  note?: string
}

const self = (note?: string): Holder => ({
  pid: process.pid,
  mark: markOf(process.pid),
  ...(note ? { note } : {}),
})

/** The live process named in a lock file, or undefined when there is none or it is gone. */
export function holderOf(file: string): Holder | undefined {
  try {
    const holder = JSON.parse(readFileSync(file, 'utf8')) as Holder
    if (!isAlive(holder.pid)) return undefined
    const mark = markOf(holder.pid)
    return mark && holder.mark && mark !== holder.mark ? undefined : holder
  } catch {
    return undefined
  }
}

export interface Lock {
  /** writes what this holder says of itself for those who find the lock taken */
  note(text: string): void
  release(): Promise<void>
}

/**
 * Takes a lock file; a file whose process is gone is taken over.
 * @returns the lock, or the process that holds it
 */
export async function takeLock(file: string): Promise<Lock | Holder> {
  for (let attempt = 0; ; attempt++) {
    try {
      writeFileSync(file, JSON.stringify(self()), { flag: 'wx', mode: 0o600 })
      return {
        note: (text) => writeFileSync(file, JSON.stringify(self(text))),
        release: () => rm(file, { force: true }),
      }
    } catch (e) {
      if ((e as NodeJS.ErrnoException).code !== 'EEXIST' || attempt > 20) throw e
    }
    const holder = holderOf(file)
    if (holder) return holder
    const seen = await readFile(file, 'utf8').catch(() => undefined)
    if (seen === '') {
      // just created and not yet written: give its maker a moment before calling it stale
      await pause(50)
      if (holderOf(file)) continue
    }
    // move it aside before removing it, so that two who find it stale cannot both take it
    const aside = path.join(path.dirname(file), `.${path.basename(file)}.${process.pid}`)
    await rename(file, aside).catch(() => undefined)
    const moved = await readFile(aside, 'utf8').catch(() => undefined)
    if (moved !== undefined && moved !== seen) await rename(aside, file).catch(() => undefined)
    else await rm(aside, { force: true })
  }
}

export const isLock = (x: Lock | Holder): x is Lock => 'release' in x

/** Waits up to `ms` milliseconds for a lock file; undefined when it stays taken. */
export async function waitForLock(file: string, ms: number): Promise<Lock | undefined> {
  const until = performance.now() + ms
  for (;;) {
    const got = await takeLock(file)
    if (isLock(got)) return got
    if (performance.now() > until) return undefined
    await pause(100)
  }
}

/** Says that this process uses `folder`'s resource; see `otherUsers`. */
export function signIn(file: string): void {
  writeFileSync(file, JSON.stringify(self()), { mode: 0o600 })
}
