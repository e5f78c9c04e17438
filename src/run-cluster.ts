import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { lateConnection } from './api-routes.ts'
import { recordRequests } from './api/record-requests.ts'
import type { NodeConnection } from './api/streams/node-connection.ts'
import { systemClock } from './base/clock.ts'
import { Closers } from './base/closers.ts'
import type { Log as Logger } from './base/log.ts'
import { err, ok, type Result } from './base/result.ts'
import { bootstrapObjects, ensureRights } from './bootstrap-rights.ts'
import { mergeContext } from './cli/kubeconfig.ts'
import type { Config } from './config.ts'
import { micros, openCore, type Core } from './control-plane.ts'
import { claimDataDir } from './data-dir.ts'
import { writeEndpoint } from './endpoint-file.ts'
import { noteSink, RequestNotes } from './events/request-notes.ts'
import { klioRoutes } from './klio-routes.ts'
import { settleIdentity, type Identity } from './identity.ts'
import { openPki, servingNames, type Pki } from './pki.ts'
import { shareBudget } from './reconcilers/runtime/budget.ts'
import { scheduler } from './reconcilers/scheduler/reconcile.ts'
import { SchedulerIndex } from './reconcilers/scheduler/scheduler-index.ts'
import { apiControllers, controllersOf, runLocally } from './run-controllers.ts'
import { noteRun } from './run-journal.ts'
import { runNetwork } from './run-network.ts'
import { prepareNode, runNode, type NodeGround } from './run-node.ts'
import { check, serveApi, type ServedApi } from './serve-api.ts'
import { openStore, type Store } from './store.ts'
import { VERSION } from './version.ts'

/** A cluster that runs in this process. */
export interface RunningCluster {
  readonly identity: Identity
  readonly url: string
  /** Ends within five seconds: no new requests, watches ended, the last batch committed. */
  stop(): Promise<void>
}

/** Says what is being done while a cluster starts. */
export type Progress = (step: string) => void

/** What all steps of a start share. */
interface Start {
  readonly config: Config
  readonly logger: Logger
  readonly progress: Progress
  readonly identity: Identity
  readonly url: string
  readonly signal: AbortSignal
  readonly closers: Closers
  /** Why the cluster is not ready, for /readyz; undefined when it is. */
  problem: string | undefined
  connection: NodeConnection | undefined
}

/** Starts every role of a cluster in this process and waits until it is ready. */
export async function runCluster(
  config: Config,
  logger: Logger,
  progress: Progress,
): Promise<Result<RunningCluster, string>> {
  const closers = new Closers()
  const begun = begin(config, logger, progress, closers)
  const running = begun.ok ? await startAll(begun.value) : begun
  if (!running.ok) await closers.close()
  return running
}

function begin(config: Config, logger: Logger, progress: Progress, closers: Closers): Result<Start, string> {
  const claim = claimDataDir(config.dataDir)
  if (!claim.ok) return claim
  closers.add(() => claim.value.release())
  const identity = settleIdentity(config, routes())
  if (!identity.ok) return identity
  const stopping = new AbortController()
  closers.add(() => stopping.abort())
  const host = config.listen === '0.0.0.0' ? '127.0.0.1' : config.listen
  return ok({
    config, logger, progress, closers,
    identity: identity.value,
    url: `https://${host}:${identity.value.port}`,
    signal: stopping.signal,
    problem: 'starting',
    connection: undefined,
  })
}

async function startAll(start: Start): Promise<Result<RunningCluster, string>> {
  const { config, identity, progress, closers } = start
  // The daemon and PostgreSQL know nothing of each other: they are asked at the same time.
  const preparing = config.roles.includes('node') ? prepareNode(identity, config.dataDir) : undefined
  progress('PostgreSQL')
  const store = await startStore(start)
  if (!store.ok) return store
  const pki = await openPki(
    store.value.keys, identity.name, servingNames([config.listen, ...config.tlsSan]), systemClock.now(),
  )
  progress('log and view')
  const core = await startCore(start, store.value, pki)
  const ground = await preparing
  if (ground && !ground.ok) return ground
  const api = await startApi(start, { core, pki, store: store.value, ground: ground?.value })
  if (!api.ok) return api
  progress('controllers and node')
  const [, node] = await Promise.all([
    startControllers(start, { core, pki, api: api.value, ground: ground?.value }),
    ground ? startNode(start, core, pki, ground.value) : ok(undefined),
  ])
  if (!node.ok) return node
  mergeContext(config.kubeconfig, {
    name: identity.name, user: identity.name, server: start.url,
    authority: pki.authority.certificate, token: identity.adminToken,
  })
  writeEndpoint(config.dataDir, {
    url: start.url, authority: pki.authority.certificate, kubeconfig: resolve(config.kubeconfig),
    startedAt: new Date(systemClock.now()).toISOString(), version: VERSION,
  })
  start.problem = undefined
  closers.add(() => {
    start.problem = 'shutting down'
  })
  return ok({ identity, url: start.url, stop: async () => void (await closers.close()) })
}

async function startStore({ config, logger, identity, closers }: Start): Promise<Result<Store, string>> {
  const store = await openStore({
    name: identity.name, dataDir: config.dataDir, environment: process.env, clock: systemClock, logger,
  })
  if (store.ok) closers.add(() => store.value.close())
  return store
}

async function startCore(start: Start, store: Store, pki: Pki): Promise<Core> {
  const { log, lock } = store
  const { identity, logger, signal } = start
  const core = await openCore({ log, lock, clock: systemClock, logger, identity, idKey: pki.idKey, signal })
  core.view.onRevision((revision) => store.reached(revision))
  start.closers.add(() => core.sequencer.close())
  await ensureRights(core, logger, bootstrapObjects())
  return core
}

interface ApiStart {
  readonly core: Core
  readonly pki: Pki
  readonly store: Store
  readonly ground: NodeGround | undefined
}

async function startApi(start: Start, { core, pki, store, ground }: ApiStart): Promise<Result<ServedApi, string>> {
  const { identity, logger, config } = start
  const { log } = store
  const notes = new RequestNotes(noteSink(log.db, log.id, log.actors), systemClock)
  notes.start()
  start.closers.add(() => notes.close())
  const api = serveApi({
    core, identity, pki, logger,
    clock: systemClock,
    observer: recordRequests({ registry: core.registry, sequencer: core.sequencer, notes, logger, now: micros }),
    startedMs: systemClock.now(),
    live: [check('ping', () => undefined)],
    ready: [check('ping', () => undefined), check('start', () => start.problem)],
    nodes: lateConnection(() => start.connection),
    more: klioRoutes({ core, config, identity, pki, store, startedMs: systemClock.now() }),
  })
  start.closers.add(() => api.close())
  // Pods reach the API by the node's address in their network; people by --listen.
  const hosts = ground ? [config.listen, ground.network.gateway] : [config.listen]
  const ports = (config.listen === '0.0.0.0' ? ['0.0.0.0'] : hosts).map((host) => ({ host, port: identity.port, certificates: false }))
  if (config.clientCertPort !== undefined)
    ports.push({ host: config.listen, port: config.clientCertPort, certificates: true })
  for (const { host, port, certificates } of ports) {
    const bound = await api.listen(port, host, certificates).then(
      () => undefined,
      (error: NodeJS.ErrnoException) => portProblem(error, port, host),
    )
    if (bound !== undefined) return err(bound)
  }
  return ok(api)
}

interface ControllerStart {
  readonly core: Core
  readonly pki: Pki
  readonly api: ServedApi
  readonly ground: NodeGround | undefined
}

/** Runs the reconcilers and waits for what every Pod needs: namespace default and its account. */
async function startControllers(start: Start, { core, pki, api, ground }: ControllerStart): Promise<void> {
  const { identity, logger, config, signal } = start
  const parts = {
    core, identity, logger,
    authorizer: core.authorizer,
    clock: systemClock,
    budget: shareBudget(systemClock, () => api.gate.clientsWait()),
    authority: pki.authority.certificate,
    apiAddress: ground?.network.gateway ?? config.listen,
    apiPort: identity.port,
  }
  // Noted with the log's end, so that a replay makes the same controllers again.
  const sinceMs = systemClock.now()
  const controllers = config.roles.includes('controllers') ? controllersOf({ ...parts, clock: { now: () => sinceMs } }) : []
  const schedulers = config.roles.includes('scheduler') ? [scheduler(new SchedulerIndex())] : []
  noteRun(config.dataDir, { sinceMs, apiAddress: parts.apiAddress, revision: core.view.revision, version: VERSION })
  const runner = runLocally(parts, [...apiControllers(), ...controllers, ...schedulers])
  start.closers.add(() => runner.close())
  await runner.start(signal)
  if (controllers.length === 0) return
  await until(
    (listener) => core.view.onRevision(listener),
    () => core.view.entry('serviceaccounts', 'default', 'default') !== undefined,
  )
}

/** Kubelet, proxy and DNS; resolves when all of them answer. */
async function startNode(start: Start, core: Core, pki: Pki, ground: NodeGround): Promise<Result<undefined, string>> {
  const { identity, logger, url } = start
  const node = await runNode({
    ground, identity, logger, url,
    clock: systemClock,
    registry: core.registry,
    authority: pki.authority.certificate,
    notReady: () => '',
  })
  if (!node.ok) return node
  start.closers.add(() => node.value.close())
  start.connection = node.value.connection
  const network = await runNetwork({ ground, identity, source: node.value.source, clock: systemClock, logger })
  if (!network.ok) return network
  start.closers.add(() => network.value.close())
  await Promise.all([network.value.proxy.settled(), network.value.dns.started()])
  return ok(undefined)
}

const routes = (): string => {
  try {
    return readFileSync('/proc/net/route', 'utf8')
  } catch {
    // Not Linux: no routes to avoid are known.
    return ''
  }
}

function portProblem(error: NodeJS.ErrnoException, port: number, host: string): string {
  if (error.code === 'EADDRINUSE') return `port ${port} of ${host} is in use: choose another with --port`
  if (error.code === 'EADDRNOTAVAIL') return `this machine does not have the address ${host} of --listen`
  return `the API cannot listen on ${host}:${port}: ${error.message}`
}

/** Resolves when the condition holds; asked again at each new revision. */
function until(onRevision: (listener: () => void) => () => void, holds: () => boolean): Promise<void> {
  if (holds()) return Promise.resolve()
  return new Promise((resolve) => {
    const stop = onRevision(() => {
      if (!holds()) return
      stop()
      resolve()
    })
  })
}
