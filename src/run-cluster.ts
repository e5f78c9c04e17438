import { readFileSync } from 'node:fs'
import { systemClock } from './base/clock.ts'
import type { Log as Logger } from './base/log.ts'
import { err, ok, type Result } from './base/result.ts'
import { mergeContext } from './cli/kubeconfig.ts'
import type { Config } from './config.ts'
import { openCore } from './control-plane.ts'
import { claimDataDir } from './data-dir.ts'
import { settleIdentity, type Identity } from './identity.ts'
import { openPki, servingNames } from './pki.ts'
import { shareBudget } from './reconcilers/runtime/budget.ts'
import { controllersOf, runLocally } from './run-controllers.ts'
import type { SubresourceHandler } from './api/dispatch.ts'
import { takeObservations } from './api/observations.ts'
import type { NodeConnection } from './api/streams/node-connection.ts'
import { needsUpgrade, podLog, podUpgrade } from './api/streams/pod-streams.ts'
import { objectProxy } from './api/proxy.ts'
import { fixedTable } from './api/authorize.ts'
import type { Exchange } from './api/exchange.ts'
import { reviews } from './api/reviews.ts'
import { tokenRequest } from './api/token-request.ts'
import { serviceUnavailable } from './meta/status.ts'
import { scheduler } from './reconcilers/scheduler/reconcile.ts'
import { SchedulerIndex } from './reconcilers/scheduler/scheduler-index.ts'
import { runNetwork } from './run-network.ts'
import { prepareNode, runNode } from './run-node.ts'
import { check, serveApi } from './serve-api.ts'
import { openStore } from './store.ts'
import type { Namespace } from './resources/generated/core.gen.ts'

/** A cluster that runs in this process. */
export interface RunningCluster {
  readonly identity: Identity
  readonly url: string
  /** Ends within five seconds: no new requests, watches ended, the last batch committed. */
  stop(): Promise<void>
}

/** Says what is being done while a cluster starts. */
export type Progress = (step: string) => void

/** Starts every role of a cluster in this process and waits until it is ready. */
export async function runCluster(
  config: Config,
  logger: Logger,
  progress: Progress,
): Promise<Result<RunningCluster, string>> {
  const clock = systemClock
  const claim = claimDataDir(config.dataDir)
  if (!claim.ok) return claim
  const settled = settleIdentity(config, routes())
  if (!settled.ok) return settled
  const identity = settled.value
  const stopping = new AbortController()
  progress('PostgreSQL')
  const store = await openStore({
    name: identity.name, dataDir: config.dataDir, environment: process.env, clock, logger,
  })
  if (!store.ok) return store
  const { log, lock, keys } = store.value
  const pki = await openPki(keys, identity.name, servingNames([config.listen, ...config.tlsSan]), clock.now())
  progress('log and view')
  const core = await openCore({ log, lock, clock, logger, identity, idKey: pki.idKey, signal: stopping.signal })
  core.view.onRevision((revision) => store.value.reached(revision))
  let problem: string | undefined = 'starting'
  let connection: NodeConnection | undefined
  const nodes = nodeConnection(() => connection)
  const subresources = new Map<string, SubresourceHandler>([
    ['pods/log', podLog(nodes)],
    ['pods/exec', needsUpgrade],
    ['pods/attach', needsUpgrade],
    ['pods/portforward', needsUpgrade],
    ['pods/proxy', objectProxy(core.view)],
    ['services/proxy', objectProxy(core.view)],
  ])
  const virtual = new Map<string, (exchange: Exchange) => Promise<void>>()
  const api = serveApi({
    core, identity, pki, clock, logger,
    observer: { ended() {}, refused() {} },
    live: [check('ping', () => undefined)],
    ready: [check('ping', () => undefined), check('start', () => problem)],
    subresources,
    virtual,
    more: [['/klio/v1/observations', takeObservations(log)]],
    upgrade: (exchange, socket, head) => podUpgrade(nodes)(exchange, socket, head),
  })
  const url = `https://${config.listen === '0.0.0.0' ? '127.0.0.1' : config.listen}:${identity.port}`
  const { accounts, authenticator } = api
  for (const [path, handler] of reviews({
    authorize: fixedTable, accounts, authenticate: (header) => authenticator.authenticate(header),
  }))
    virtual.set(path, handler)
  subresources.set('serviceaccounts/token', tokenRequest(api.accounts, core.view))
  const bound = await api.listen(identity.port, config.listen).then(
    () => ok(undefined),
    (error: NodeJS.ErrnoException) => err(portProblem(error, identity.port)),
  )
  if (!bound.ok) return bound
  const ground = config.roles.includes('node') ? await prepareNode(identity, config.dataDir) : undefined
  if (ground && !ground.ok) return ground
  if (ground) await api.listen(identity.port, ground.value.network.gateway)
  progress('controllers')
  const budget = shareBudget(clock, () => api.gate.clientsWait())
  const parts = {
    core, identity, clock, logger, budget, authority: pki.authority.certificate,
    apiAddress: ground?.value.network.gateway ?? config.listen, apiPort: identity.port,
  }
  const runner = runLocally(parts, [...controllersOf(parts), scheduler(new SchedulerIndex())])
  await runner.start(stopping.signal)
  await until(core.view.onRevision.bind(core.view), () => {
    const namespace = core.view.get<Namespace>('namespaces', '', 'default')
    return namespace !== undefined && core.view.entry('serviceaccounts', 'default', 'default') !== undefined
  })
  progress('node')
  const node = ground && (await runNode({
    ground: ground.value, identity, registry: core.registry, clock, logger, url,
    authority: pki.authority.certificate, notReady: () => '',
  }))
  if (node && !node.ok) return node
  connection = node?.value.connection
  const network =
    ground && node && (await runNetwork({ ground: ground.value, identity, source: node.value.source, clock, logger }))
  if (network && !network.ok) return network
  if (network) await Promise.all([network.value.proxy.settled(), network.value.dns.started()])
  mergeContext(config.kubeconfig, {
    name: identity.name, user: identity.name, server: url, authority: pki.authority.certificate, token: identity.adminToken,
  })
  problem = undefined
  return ok({
    identity, url,
    async stop() {
      problem = 'shutting down'
      stopping.abort()
      await network?.value.close()
      await node?.value.close()
      await runner.close()
      await api.close()
      await core.sequencer.close()
      await store.value.close()
      claim.value.release()
    },
  })
}

const routes = (): string => {
  try {
    return readFileSync('/proc/net/route', 'utf8')
  } catch {
    // Not Linux: no routes to avoid are known.
    return ''
  }
}

function portProblem(error: NodeJS.ErrnoException, port: number): string {
  if (error.code === 'EADDRINUSE') return `port ${port} is in use: choose another with --port`
  if (error.code === 'EADDRNOTAVAIL') return `this machine does not have the address of --listen`
  return `the API cannot listen on port ${port}: ${error.message}`
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

/** The node that runs a Pod; until it is up, streams are refused in plain words. */
function nodeConnection(find: () => NodeConnection | undefined): NodeConnection {
  const away = async () => err(serviceUnavailable('the node is not ready yet'))
  return {
    logs: (ref, options, signal) => find()?.logs(ref, options, signal) ?? away(),
    exec: (ref, options) => find()?.exec(ref, options) ?? away(),
    attach: (ref, options) => find()?.attach(ref, options) ?? away(),
    dial: (namespace, pod, port) => find()?.dial(namespace, pod, port) ?? away(),
  }
}
