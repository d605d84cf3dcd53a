import { Worker } from 'node:worker_threads'

/** Said on stderr by the guard before it ends its process. */
export const GUARD_SAYS = 'zhiben-reader: memory'

/**
 * A thread inside the reading process. It runs on when the main thread is caught in a loop, and ends the process
 * when the program that began it is gone (no orphan), or when memory is over the limit (where the parent cannot
 * measure). JavaScript as text: a thread needs no file of its own then, in whatever form the program is run.
 */
const watch = `
const { workerData: { parent, memory, says } } = require('node:worker_threads')
const gone = () => {
  if (process.ppid !== parent) return true
  try { process.kill(parent, 0); return false } catch (e) { return e.code === 'ESRCH' }
}
setInterval(() => {
  const full = process.memoryUsage.rss() > memory
  if (full) require('node:fs').writeSync(2, says)
  if (full || gone()) process.kill(process.pid, 'SIGKILL')
}, 100)
`

/** @param memory bytes of resident memory */
export function startGuard(memory: number): Promise<void> {
  const worker = new Worker(watch, {
    eval: true,
    workerData: { parent: process.ppid, memory, says: GUARD_SAYS },
  })
  worker.unref()
  return new Promise((done, failed) => {
    worker.once('online', done)
    worker.once('error', failed)
  })
}
