export interface Finding {
  /** stable name for machines */
  id: string
  /** what was looked at, Chinese */
  title: string
  /** `warn` works but should be mended; `bad` does not work */
  state: 'ok' | 'warn' | 'bad'
  /** what was found */
  detail: string
  /** what to do; always there unless `ok` */
  mend?: string
}
