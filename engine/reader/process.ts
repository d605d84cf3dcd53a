import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { Problem } from '../core/errors.ts'
import { readerSettings } from '../core/settings.ts'
import { GUARD_SAYS } from './guard.ts'
import type { ReaderLimits } from './limits.ts'
import { memoryOf } from './memory.ts'
import type { Question, Reply } from './message.ts'
import { isPlain } from './plain.ts'

/** Why a reading process was ended, or went by itself. */
export type Ending = 'time' | 'memory' | 'closed' | 'crash'

/** A file could not be read because of what it did to its reader; `why` says what. */
export class ReaderEnded extends Error {
  readonly why: Ending
  constructor(why: Ending, said = '') {
    super(`reader ended: ${why}${said && ` (${said})`}`)
    this.why = why
  }
}

const BOOT_MS = 30_000
const LOOK_MS = 50

/** What a reading process gets to see of the environment: no passwords, no addresses. */
const passed = ['PATH', 'TZ', 'LANG', 'LC_ALL', 'TMPDIR', 'TEMP', 'TMP', 'SystemRoot', 'HOME', 'USERPROFILE']
const environment = () =>
  Object.fromEntries(passed.flatMap((n) => (process.env[n] ? [[n, process.env[n]]] : [])))

/** Beside this file where the program is built; a program run from its sources is told where. */
function program(): string {
  if (import.meta.url.endsWith('.js')) return fileURLToPath(new URL('child.js', import.meta.url))
  const { program } = readerSettings()
  if (!program)
    throw new Error('run from the sources, ZHIBEN_READER_PROGRAM must name the bundled reader/child.ts')
  return program
}

interface Asked {
  id: number
  done(value: unknown): void
  failed(e: unknown): void
}

/** One reading process and what it is asked just now. */
export class ReaderProcess {
  readonly #child: ChildProcess
  readonly #limits: ReaderLimits
  readonly #ready: Promise<void>
  #asked: Asked | undefined
  #ending: Ending | undefined
  #stderr = ''
  #count = 0
  gone = false

  constructor(limits: ReaderLimits) {
    this.#limits = limits
    const heap = Math.max(64, Math.round((limits.memory / 1024 / 1024) * 0.75))
    this.#child = fork(program(), [String(limits.memory)], {
      env: environment(),
      execArgv: [`--max-old-space-size=${heap}`, '--max-semi-space-size=16'],
      serialization: 'json',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    })
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-2000)
    })
    this.#ready = this.#begun()
    this.#ready.catch(() => {})
  }

  get pid(): number | undefined {
    return this.#child.pid
  }

  /** Bytes, where the system tells. */
  get memory(): number {
    return (this.#child.pid && memoryOf(this.#child.pid)) || 0
  }

  #begun(): Promise<void> {
    return new Promise((done, failed) => {
      const timer = setTimeout(() => this.end('time'), BOOT_MS)
      this.#child.on('message', (reply: Reply) => {
        if ('ready' in reply) {
          clearTimeout(timer)
          done()
        } else this.#take(reply)
      })
      const over = (said: string) => {
        clearTimeout(timer)
        this.gone = true
        const why =
          this.#ending ?? (this.#stderr.includes(GUARD_SAYS) || outOfHeap(this.#stderr) ? 'memory' : 'crash')
        const error = new ReaderEnded(
          why,
          why === 'crash' ? `${said} ${this.#stderr.slice(-500)}`.trim() : '',
        )
        failed(error)
        this.#asked?.failed(error)
      }
      this.#child.once('error', (e) => {
        this.#child.kill('SIGKILL')
        over(e.message)
      })
      // `close` and not `exit`: what it said on stderr is complete then
      this.#child.once('close', (code, signal) => over(`${code ?? signal}`))
    })
  }

  #take(reply: Exclude<Reply, { ready: true }>): void {
    const asked = this.#asked
    if (!asked || asked.id !== reply.id) return
    if ('problem' in reply) {
      const { code, message, details } = reply.problem
      asked.failed(new Problem(code, message, details))
    } else if ('fault' in reply) {
      asked.failed(
        Object.assign(new Error(reply.fault.message), reply.fault.code && { code: reply.fault.code }),
      )
    } else if (!isPlain(reply.value)) asked.failed(new Error('reader: the answer is no plain data'))
    else asked.done(reply.value)
  }

  /**
   * Asks one question and waits for the answer, which is plain JSON.
   * @throws Problem as the format says; ReaderEnded when the limits or the process ended it
   */
  async read(format: string, input: unknown): Promise<unknown> {
    this.#hold(true)
    const { time, memory, answer } = this.#limits
    let timer: NodeJS.Timeout | undefined
    let looking: NodeJS.Timeout | undefined
    try {
      await this.#ready
      return await new Promise((done, failed) => {
        const question: Question = { id: ++this.#count, format, input, most: answer }
        this.#asked = { id: question.id, done, failed }
        timer = setTimeout(() => this.end('time'), time)
        looking = setInterval(() => this.memory > memory && this.end('memory'), LOOK_MS)
        this.#child.send(question, (e) => e && failed(new ReaderEnded('crash', e.message)))
      })
    } finally {
      clearTimeout(timer)
      clearInterval(looking)
      this.#asked = undefined
      this.#hold(false)
    }
  }

  /** Ends the process at once; a question under way fails with the reason. */
  end(why: Ending): void {
    this.#ending ??= why
    this.gone = true
    this.#child.kill('SIGKILL')
  }

  /** Only a question under way keeps this program from ending. */
  #hold(on: boolean): void {
    const what = on ? 'ref' : 'unref'
    this.#child[what]()
    this.#child.channel?.[what]()
    const pipe = this.#child.stderr as unknown as { ref?(): void; unref?(): void } | null
    pipe?.[what]?.()
  }
}

const outOfHeap = (stderr: string) => /heap out of memory|Array buffer allocation failed/.test(stderr)
