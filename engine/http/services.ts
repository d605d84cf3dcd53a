import type { Auth, DemoSignIn } from '../auth/index.ts'
import type { FileStore } from '../files/store.ts'
import type { DiskWatch } from '../store/disk.ts'
import type { OpenServices } from '../store/open.ts'
import type { ConnectionLimits } from './connections.ts'

/** What the HTTP edge needs; made once in engine/main.ts. */
export interface Services extends OpenServices {
  auth: Auth
  files: FileStore
}

export interface HttpOptions {
  /** how long connections may take and how many there may be; the usual ones unless a test wants others */
  limits?: ConnectionLimits | undefined
  /** how full the disks are: writes are refused before PostgreSQL cannot go on */
  disk?: DiskWatch | undefined

  /** what to hand to `https.createServer`; plain http without */
  https?: object | undefined
  /** PEM of the county's own root: phones get it under /install */
  ca?: string | undefined
  /** built web (dist/web); without it only the API is served */
  webDir?: string | undefined
  /** further origins people use, e.g. https://zhiben.example.gov.cn behind a proxy that changes the host name */
  origins?: string[] | undefined
  /** path of the gateway's host below which the pages stand, e.g. /zhiben */
  prefix?: string | undefined
  /** addresses and networks of proxies in front: only theirs X-Forwarded-* is believed */
  proxies?: string[] | undefined
  /** one line per failure of ours, with the id the person was given */
  log?: ((line: string) => void) | undefined
  /** demo sign-ins, only with demo data */
  demo?: DemoSignIn[] | undefined
}
