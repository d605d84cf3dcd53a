import { Problem } from '../core/errors.ts'
import type { ReaderLimits } from './limits.ts'
import { type Ending, ReaderEnded, ReaderProcess } from './process.ts'

interface Job {
  format: string
  input: unknown
  /** shown in messages */
  name: string
  done(value: unknown): void
  failed(e: unknown): void
}

/** Above this part of its limit a process that is done makes room for a fresh one. */
const TIRED = 0.5

/**
 * Files are read by a few processes that live on from file to file. Each person has a queue; the queues take turns,
 * and one person's files are read one after the other: whoever uploads a bad file keeps one process busy at most,
 * and the other reads for everybody else.
 */
export class ReaderPool {
  readonly #limits: ReaderLimits
  readonly #queues = new Map<string, Job[]>()
  /** whose file each process reads */
  readonly #busy = new Map<ReaderProcess, string>()
  readonly #idle: ReaderProcess[] = []

  constructor(limits: ReaderLimits) {
    this.#limits = limits
  }

  /** Process numbers, busy ones first; for tests and for looking. */
  get pids(): number[] {
    return [...this.#busy.keys(), ...this.#idle].flatMap((r) => r.pid ?? [])
  }

  /**
   * @param user whose turn it is: an account's id, or a name of its own for what no account asks
   * @param name of the file, as the person knows it
   * @throws Problem with what to do next; `unavailable` when the fault is not the file's
   */
  read(format: string, input: unknown, user: string, name: string): Promise<unknown> {
    const queue = this.#queues.get(user) ?? []
    const waiting = [...this.#queues.values()].reduce((n, q) => n + q.length, 0)
    if (queue.length >= this.#limits.waitingOfOne || waiting >= this.#limits.waiting)
      return Promise.reject(
        new Problem('too-many', '正在读取的文件太多，请等前面的文件读完后再上传。', { retryAfter: 30 }),
      )
    return new Promise((done, failed) => {
      queue.push({ format, input, name, done, failed })
      this.#queues.set(user, queue)
      this.#next()
    })
  }

  /** Ends all processes; what was being read or waited for fails. The next question begins a new one. */
  close(): void {
    const waiting = [...this.#queues.values()].flat()
    this.#queues.clear()
    for (const job of waiting) job.failed(explained(new ReaderEnded('closed'), job.name, this.#limits))
    for (const reader of [...this.#busy.keys(), ...this.#idle.splice(0)]) reader.end('closed')
  }

  #next(): void {
    while (this.#busy.size < this.#limits.processes) {
      const reading = new Set(this.#busy.values())
      const turn = [...this.#queues].find(([user]) => !reading.has(user))
      if (!turn) return
      const [user, queue] = turn
      const job = queue.shift()!
      // to the end of the line, if there is more
      this.#queues.delete(user)
      if (queue.length) this.#queues.set(user, queue)
      void this.#work(user, job)
    }
  }

  async #work(user: string, job: Job): Promise<void> {
    let reader = this.#idle.pop()
    while (reader?.gone) reader = this.#idle.pop()
    reader ??= new ReaderProcess(this.#limits)
    this.#busy.set(reader, user)
    try {
      job.done(await reader.read(job.format, job.input))
    } catch (e) {
      job.failed(explained(e, job.name, this.#limits))
    } finally {
      this.#busy.delete(reader)
      if (!reader.gone && reader.memory > this.#limits.memory * TIRED) reader.end('closed')
      if (!reader.gone) this.#idle.push(reader)
      this.#next()
    }
  }
}

const MB = 1024 * 1024

/** What the person is told of a reader's end, and what to do next. */
function explained(e: unknown, name: string, limits: ReaderLimits): unknown {
  if (!(e instanceof ReaderEnded)) return e
  const file = name ? `“${name}”` : '这份内容'
  const next = '请删除无关内容或拆成几份，用 WPS 或 Office 另存为 .xlsx、.docx 后再上传'
  const told: Record<Ending, () => Problem> = {
    time: () =>
      new Problem(
        'bad-input',
        `${file}读了 ${Math.round(limits.time / 1000)} 秒仍没有读完，已停止。${next}。`,
        {
          why: 'time',
        },
      ),
    memory: () =>
      new Problem(
        'bad-input',
        `${file}展开后占用内存超过 ${Math.round(limits.memory / MB)} MB，已停止读取。${next}。`,
        { why: 'memory' },
      ),
    crash: () =>
      new Problem('unavailable', `读取${file}时程序意外中断，没有读完。请重试；仍不行时，${next}。`, {
        why: 'crash',
      }),
    closed: () =>
      new Problem('unavailable', `服务正在停止，${file}没有读完，请稍后重试。`, { why: 'closed' }),
  }
  return Object.assign(told[e.why](), { cause: e })
}
