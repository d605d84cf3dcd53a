/**
 * Where this installation keeps its things and how it is reached, from the environment: the one reader of these
 * variables, as core/clock is the one reader of the clock. Read anew at each call, so that tests may set them.
 */
import path from 'node:path'
import { Problem } from './errors.ts'

const given = (name: string): string | undefined => process.env[name] || undefined

/** Port of the pages when none is named and it is free. */
export const DEFAULT_PORT = 8420

/** The data folder: database, files, certificates. */
export const dataDir = () => path.resolve(given('ZHIBEN_DATA') ?? 'data')

/** Connection string of an external PostgreSQL, or undefined for the embedded one. */
export const externalDatabase = () => given('DATABASE_URL')

/** Address to listen on, and the port as text: both may be named on the command line instead. */
export const listenOn = () => ({ host: given('ZHIBEN_HOST'), port: given('ZHIBEN_PORT') })

/** Paths of the server's own certificate: PEM pair, or PKCS #12. */
export const certificateFiles = () => ({
  cert: given('ZHIBEN_TLS_CERT'),
  key: given('ZHIBEN_TLS_KEY'),
  pfx: given('ZHIBEN_TLS_PFX'),
  passphrase: given('ZHIBEN_TLS_PASSPHRASE'),
})

/** Proxies in front whose `X-Forwarded-*` is believed, as given: addresses and networks, with commas. */
export const proxies = () => given('ZHIBEN_PROXIES')

/** The setting of the first release that believed everybody's `X-Forwarded-*`. */
export const trustsEverybody = () => given('ZHIBEN_TRUST_PROXY') !== undefined

/** Further origins people use, behind a proxy that changes the host name. */
export const furtherOrigins = () => (given('ZHIBEN_ORIGINS') ?? '').split(',').filter(Boolean)

/**
 * Path of a gateway's host below which people find the product, e.g. `/zhiben`; empty at the root. With or without a
 * slash at the ends.
 */
export const pathPrefix = () => {
  const path = (given('ZHIBEN_PREFIX') ?? '').replace(/^\/*/, '/').replace(/\/+$/, '')
  if (path && !/^(\/[\w.~-]+)+$/.test(path))
    throw new Problem('bad-input', `路径前缀“${path}”不对，应像 /zhiben，只用字母、数字和 . _ ~ -。`)
  return path
}

/** Signs cookies; needed when several servers share a database. */
export const cookieSecret = () => given('ZHIBEN_SECRET')

/** The system user who runs the embedded database when the program runs as root. */
export const databaseUser = () => given('ZHIBEN_PG_USER')

/** While definitions are being written: a version not released yet may change. */
export const isDevelopment = () => given('ZHIBEN_DEV') === '1'

/**
 * What reading one uploaded file may cost: memory of the reading process in MB, seconds until it answers. `program`
 * is the bundled program of the reading process where this one runs from its sources (tests).
 */
export const readerSettings = () => ({
  program: given('ZHIBEN_READER_PROGRAM'),
  megabytes: positive(given('ZHIBEN_READER_MB'), 640),
  seconds: positive(given('ZHIBEN_READER_SECONDS'), 45),
})

const positive = (text: string | undefined, usual: number): number => {
  const n = Number(text)
  return n > 0 ? n : usual
}
