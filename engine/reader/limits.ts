import { readerSettings } from '../core/settings.ts'

/** What one reading may cost. A file that wants more is refused; the program that read it is ended. */
export interface ReaderLimits {
  /** processes at most; begun when needed */
  processes: number
  /** resident memory of a process, bytes, measured from outside: buffers lie outside the heap */
  memory: number
  /** milliseconds for one answer */
  time: number
  /** characters of an answer as JSON */
  answer: number
  /** readings waiting, of one person and of all */
  waitingOfOne: number
  waiting: number
}

const MB = 1024 * 1024

/** Limits of this installation (environment: ZHIBEN_READER_MB, ZHIBEN_READER_SECONDS). */
export function readerLimits(): ReaderLimits {
  const { megabytes, seconds } = readerSettings()
  return {
    processes: 2,
    memory: megabytes * MB,
    time: seconds * 1000,
    answer: 24_000_000,
    waitingOfOne: 20,
    waiting: 200,
  }
}
