import { Logger, parseCronItems, type Runner, run, type Task } from 'graphile-worker'
import pg from 'pg'

/** What wakes when: `minute` and `hour` wake-ups run every task of theirs. No business logic here. */
export interface Wakes {
  minute: Record<string, () => Promise<unknown>>
  hour: Record<string, () => Promise<unknown>>
}

export interface Worker {
  stop(): Promise<void>
}

/** What is cut off at the stop is begun again at the next start: every wake is one or more whole transactions. */
const PATIENCE_MS = 3_000
const AGAIN_MS = 2_000

/**
 * The alarm clock (design §7 "jobs"): wakes sweeps by cron through the database, so that of many programs one
 * runs each. Due work is found in rows; losing the queue loses nothing. Everything also runs once at the start,
 * for what fell due while the program was down.
 */
export async function startWorker(
  databaseUrl: string,
  wakes: Wakes,
  log: (line: string) => void,
): Promise<Worker> {
  const tasks: Record<string, Task> = {}
  const cron: {
    task: string
    match: string
    identifier: string
    options: { backfillPeriod: number; maxAttempts: number; jobKey: string }
  }[] = []
  const add = (period: string, match: string, work: Wakes['minute']) => {
    for (const [name, wake] of Object.entries(work)) {
      const task = `${period}:${name}`
      tasks[task] = async () => {
        await wake()
      }
      // a missed wake-up is made good by the next one: nothing to back-fill, and never two of the same waiting
      cron.push({
        task,
        match,
        identifier: task,
        options: { backfillPeriod: 0, maxAttempts: 1, jobKey: task },
      })
    }
  }
  add('minute', '* * * * *', wakes.minute)
  add('hour', '7 * * * *', wakes.hour)
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 3, application_name: 'zhiben-worker' })
  // a connection that the database ends must not end the program, also while it stops: the library looks away then
  pool.on('error', () => undefined)
  pool.on('connect', (client) => client.on('error', () => undefined))
  const begin = () =>
    run({
      pgPool: pool,
      taskList: tasks,
      parsedCronItems: parseCronItems(cron),
      concurrency: 1,
      noHandleSignals: true,
      pollInterval: 5_000,
      logger: new Logger(() => (level, message) => {
        if (level === 'error') log(`后台任务出错：${message}`)
      }),
    })
  let stopping = false
  let runner: Runner | undefined = await begin()
  const running = keepRunning()
  /** The clock ends when its database does; it is wound up again until the program stops. */
  async function keepRunning(): Promise<void> {
    while (!stopping) {
      await runner?.promise.catch(() => undefined)
      runner = undefined
      if (stopping) return
      await new Promise((r) => setTimeout(r, AGAIN_MS).unref())
      if (!stopping) runner = await begin().catch(() => undefined)
    }
    // stopped while it was being wound up
    await runner?.stop().catch(() => undefined)
  }
  const wakeAll = async (work: Wakes['minute']) => {
    for (const [name, wake] of Object.entries(work)) {
      if (stopping) return
      await wake().catch((e: Error) => stopping || log(`启动时执行“${name}”出错：${e.message}`))
    }
  }
  await wakeAll(wakes.minute)
  // the hour's work can take minutes after a change of the schemes; nobody should wait at the door for it
  const late = wakeAll(wakes.hour)
  return {
    async stop() {
      stopping = true
      const patient = <T>(work: Promise<T>) =>
        Promise.race([work, new Promise((r) => setTimeout(r, PATIENCE_MS).unref())])
      // one that has ended by itself has nothing to stop
      await runner?.stop().catch(() => undefined)
      await patient(running)
      await patient(pool.end())
      await patient(late)
    },
  }
}
