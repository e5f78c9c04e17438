import type { ApiParts, SubresourceHandler } from './api/dispatch.ts'
import type { Exchange } from './api/exchange.ts'
import { objectProxy } from './api/proxy.ts'
import { reviews } from './api/reviews.ts'
import type { NodeConnection } from './api/streams/node-connection.ts'
import { needsUpgrade, podLog } from './api/streams/pod-streams.ts'
import { tokenRequest } from './api/token-request.ts'
import { err } from './base/result.ts'
import { serviceUnavailable } from './meta/status.ts'
import type { Authenticator } from './api/authenticate.ts'
import type { ServiceAccountTokens } from './api/service-account-tokens.ts'
import type { Authorizer } from './rights/attributes.ts'
import type { LiveView } from './projections/live-view.ts'

/** What handlers of subresources and reviews stand on. */
export interface RouteParts {
  readonly view: LiveView
  readonly nodes: NodeConnection
  readonly accounts: ServiceAccountTokens
  readonly authenticator: Authenticator
  readonly authorizer: Authorizer
}

/** Subresources that are no part of the stored object, by `resource/subresource`. */
export const subresourceHandlers = ({ view, nodes, accounts }: RouteParts): ReadonlyMap<string, SubresourceHandler> =>
  new Map([
    ['pods/log', podLog(nodes)],
    ['pods/exec', needsUpgrade],
    ['pods/attach', needsUpgrade],
    ['pods/portforward', needsUpgrade],
    ['pods/proxy', objectProxy(view)],
    ['services/proxy', objectProxy(view)],
    ['serviceaccounts/token', tokenRequest(accounts, view)],
  ])

/** Kinds that are asked and answered, never stored. */
export const virtualHandlers = ({ accounts, authenticator, authorizer }: RouteParts): ApiParts['virtual'] =>
  reviews({
    authorizer,
    accounts,
    authenticate: (header) => authenticator.authenticate(header),
  }) satisfies ReadonlyMap<string, (exchange: Exchange) => Promise<void>>

/** A node that may not be up yet: until then streams are refused in plain words. */
export function lateConnection(find: () => NodeConnection | undefined): NodeConnection {
  const away = async () => err(serviceUnavailable('the node is not ready yet'))
  return {
    logs: (ref, options, signal) => find()?.logs(ref, options, signal) ?? away(),
    exec: (ref, options) => find()?.exec(ref, options) ?? away(),
    attach: (ref, options) => find()?.attach(ref, options) ?? away(),
    dial: (namespace, pod, port) => find()?.dial(namespace, pod, port) ?? away(),
  }
}
