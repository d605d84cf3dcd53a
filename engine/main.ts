import { existsSync } from 'node:fs'
import type { Server as HttpsServer } from 'node:https'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { setFlagsFromString } from 'node:v8'
import { definitions, remarks } from '../county/index.ts'
import { loadDemo } from '../demo/load.ts'
import { fieldTypes } from '../fields/index.ts'
import { createAuth, type DemoSignIn, readSecret, signInRules } from './auth/index.ts'
import type { PasswordCost } from './auth/passwords.ts'
import { expireClaims, tidySignIn } from './auth/tidy.ts'
import { resumeBulk, stopBulk, tidyBulk } from './bulk/index.ts'
import { Catalogue } from './core/catalogue.ts'
import { checkCatalogue } from './core/catalogue-check.ts'
import { type Clock, systemClock } from './core/clock.ts'
import { Problem } from './core/errors.ts'
import { furtherOrigins, isDevelopment, pathPrefix } from './core/settings.ts'
import { sweep } from './deadlines/sweep.ts'
import { resumeImports, stopImports } from './exchange/import/index.ts'
import { noteFilesOnWrite } from './files/refs.ts'
import { createFileStore } from './files/store.ts'
import { proposeOnWrite } from './grading/propose.ts'
import { refreshProposals } from './grading/refresh.ts'
import { createApp } from './http/app.ts'
import type { Services } from './http/services.ts'
import { writeHead } from './journal/heads.ts'
import { sealJournal } from './journal/seal.ts'
import { closeReaders } from './reader/index.ts'
import { foldChanges } from './store/changes.ts'
import { foldCounters } from './store/counters.ts'
import { openDatabase } from './store/db.ts'
import { watchDisks } from './store/disk.ts'
import { migrate } from './store/migrate.ts'
import { openServices } from './store/open.ts'
import { refreshSearch } from './store/search/refresh.ts'
import { setOnWrite } from './store/sets.ts'
import { freezeDue, keepFigures } from './tasks/index.ts'
import { makeCountyCa, type TlsSource } from './tls/index.ts'
import { startWorker } from './worker/index.ts'

let checked = false

/**
 * The county's definitions, checked the first time: a wrong name in one refuses to start with its name in the message.
 * @throws Problem `bad-definition`
 */
export function countyCatalogue(): Catalogue {
  const catalogue = new Catalogue(definitions, fieldTypes, remarks)
  const complaints = checked ? [] : checkCatalogue(catalogue)
  if (complaints.length)
    throw new Problem(
      'bad-definition',
      `定义有误，不能启动：\n${complaints.map((c) => `  ${c.path}：${c.message}`).join('\n')}`,
    )
  checked = true
  return catalogue
}

export interface Engine extends Services {
  close(): Promise<void>
}

/** Everything but the network: what the server, the command line and tests of whole flows work with. */
export async function openEngine(
  databaseUrl: string,
  dataDir: string,
  options: { clock?: Clock; https?: boolean; pool?: number; passwordCost?: PasswordCost } = {},
): Promise<Engine> {
  // What is read at the start stays. V8 takes from that, for good, that rows of a database live long, and puts those of
  // every later answer among what lasts: an eighth of the processor's time went into clearing it away again.
  setFlagsFromString('--no-allocation-site-pretenuring')
  await migrate(databaseUrl)
  const clock = options.clock ?? systemClock
  const database = openDatabase(databaseUrl, { max: options.pool ?? 16 })
  try {
    const catalogue = countyCatalogue()
    const services = await openServices(database.db, catalogue, {
      clock,
      lenient: isDevelopment(),
    })
    await refreshSearch(database.db, catalogue)
    services.onWrite.push(setOnWrite(services), proposeOnWrite(services), noteFilesOnWrite(catalogue))
    const auth = createAuth({
      db: database.db,
      clock,
      secret: readSecret(dataDir),
      secureCookies: options.https ?? false,
      rules: signInRules(services.policies, clock, database.db),
      passwordCost: options.passwordCost,
    })
    const files = createFileStore(database.db, path.join(dataDir, 'files'))
    return { ...services, actorNow: auth.users.today, auth, files, close: () => database.close() }
  } catch (e) {
    await database.close()
    throw e
  }
}

export interface ServerOptions {
  databaseUrl: string
  host: string
  port: number
  dataDir: string
  /** folder of the built-in database, which may lie on another disk */
  databaseDir?: string | undefined
  /** certificate; plain http without */
  tls?: TlsSource | undefined
  /** addresses and networks of proxies in front, whose `X-Forwarded-*` is believed */
  proxies?: string[] | undefined
  log(line: string): void
  /** false: an empty installation stays empty */
  demo?: boolean
}

export interface StartedServer {
  url: string
  /** empty where this is no demo */
  signIns: DemoSignIn[]
  close(): Promise<void>
}

/** Starts the whole product on one port. */
export async function startServer(options: ServerOptions): Promise<StartedServer> {
  const { databaseUrl, log } = options
  const prefix = pathPrefix()
  const engine = await openEngine(databaseUrl, options.dataDir, { https: Boolean(options.tls) })
  const undo: (() => Promise<unknown>)[] = [() => engine.close()]
  const close = async () => {
    for (const step of undo.reverse()) await step()
  }
  try {
    // an installation that `init` has not set up starts with the demo county
    const demo = options.demo === false ? undefined : await loadDemo(engine, log).catch(notLoaded)
    undo.push(
      () => stopImports(engine),
      () => stopBulk(engine),
    )
    await resumeImports(engine)
    await resumeBulk(engine)
    const worker = await startWorker(databaseUrl, wakesOf(engine, options.dataDir), log)
    undo.push(() => worker.stop())
    const web = fileURLToPath(new URL('../web', import.meta.url))
    const app = await createApp(engine, {
      https: options.tls?.options,
      ca:
        options.tls?.kind === 'county'
          ? (await makeCountyCa({ dataDir: options.dataDir, now: engine.clock.now() })).ca
          : undefined,
      webDir: existsSync(path.join(web, 'index.html')) ? web : undefined,
      proxies: options.proxies,
      origins: furtherOrigins(),
      prefix,
      disk: watchDisks([options.dataDir, ...(options.databaseDir ? [options.databaseDir] : [])]),
      log,
      demo: demo?.signIns,
    })
    undo.push(() => app.close())
    const { tls } = options
    if (tls) {
      const unwatch = tls.watch((fresh) => (app.server as HttpsServer).setSecureContext(fresh))
      undo.push(async () => unwatch())
    }
    // first of all: requests and imports under way wait for their files
    undo.push(async () => closeReaders())
    await app.listen({ host: options.host, port: options.port })
    const scheme = options.tls ? 'https' : 'http'
    return {
      url: `${scheme}://${options.host === '0.0.0.0' ? '127.0.0.1' : options.host}:${options.port}${prefix}`,
      signIns: demo?.signIns ?? [],
      close,
    }
  } catch (e) {
    await close()
    throw e
  }
}

/** The load of the demo broke off: said so, with what becomes of it. The error itself stays with the problem. */
function notLoaded(e: unknown): never {
  const problem = new Problem(
    'unavailable',
    '演示县没有载入完。已经载入的部分都保留着，什么也没有丢；排除原因后再运行一次 npm start，会从断开的地方接着载入。',
  )
  problem.cause = e
  throw problem
}

/** What the alarm clock wakes. */
function wakesOf(engine: Engine, dataDir: string) {
  return {
    minute: {
      sweep: () => sweep(engine),
      counters: () => foldCounters(engine.db, engine.catalogue),
      changes: () => foldChanges(engine.db),
      figures: () => engine.freshLocal().then(() => keepFigures(engine)),
      seal: () => sealJournal(engine.db, engine.clock.now()),
      imports: () => resumeImports(engine),
      bulk: () => resumeBulk(engine),
    },
    hour: {
      freeze: () => engine.freshLocal().then(() => freezeDue(engine)),
      grades: () => refreshProposals(engine),
      claims: () => expireClaims(engine, engine.clock.now()),
      signIn: () => tidySignIn(engine.db, engine.clock.now()),
      head: () => writeHead(engine.db, dataDir, engine.clock.now()),
      bulk: () => tidyBulk(engine.db, engine.clock.now()),
      uploads: () => engine.files.tidy(engine.clock.now()),
    },
  }
}
