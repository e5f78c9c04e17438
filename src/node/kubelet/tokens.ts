import type { Clock } from '../../base/clock.ts'
import { TOKEN_REFRESH_SHARE } from '../../base/limits.ts'
import { err, ok, type Result } from '../../base/result.ts'
import type { Cause } from '../../events/log-event.ts'
import type { KubeObject } from '../../meta/object.ts'
import { parseTime } from '../../meta/timestamp.ts'
import type { CommandSink } from '../../reconcilers/runtime/ports.ts'
import type { Pod, ServiceAccountTokenProjection } from '../../resources/generated/core.gen.ts'
import { tokenWishes } from './plan-volumes.ts'
import { specOf } from './pod-spec.ts'

/** Source: authentication/v1 TokenRequest. */
interface TokenRequest extends KubeObject {
  spec: {
    audiences?: string[]
    expirationSeconds?: number
    boundObjectRef: { kind: string; apiVersion: string; name: string; uid: string }
  }
  status?: { token: string; expirationTimestamp: string }
}

interface Held {
  readonly token: string
  readonly refreshMs: number
}

/** Tokens of service accounts, bound to their Pods. Source: kubelet/token/token_manager.go. */
export interface Tokens {
  /** A token that is held, even when it is due for renewal. */
  held(pod: Pod, wish: ServiceAccountTokenProjection): string | undefined
  /** Fetches what the Pod's volumes need and is missing or due. */
  ensure(pod: Pod): Promise<Result<void, string>>
  /** When the next token of the Pod is due. */
  dueAt(pod: Pod): number | undefined
  forget(podUid: string): void
}

/** Tokens asked for through the API, as the node. */
export function makeTokens(commands: CommandSink, clock: Clock, cause: (pod: Pod) => Cause): Tokens {
  const held = new Map<string, Map<string, Held>>()
  const find = (pod: Pod, wish: ServiceAccountTokenProjection): Held | undefined =>
    held.get(pod.metadata.uid!)?.get(keyOf(wish))

  const fetch = async (pod: Pod, wish: ServiceAccountTokenProjection): Promise<Result<void, string>> => {
    const { namespace } = pod.metadata
    const name = specOf(pod).serviceAccountName || 'default'
    const answer = await commands.send(
      {
        verb: 'create', resource: 'serviceaccounts', subresource: 'token', namespace: namespace!, name,
        apiVersion: 'authentication.k8s.io/v1', object: tokenRequest(pod, wish),
      },
      cause(pod),
    )
    if (!answer.ok) return err(`failed to fetch token: ${answer.error.message ?? answer.error.reason}`)
    const { status } = answer.value.object as TokenRequest
    if (!status?.token) return err('failed to fetch token: the answer holds none')
    const now = clock.now()
    const endMs = parseTime(status.expirationTimestamp) ?? now + 3_600_000
    const own = held.get(pod.metadata.uid!) ?? new Map<string, Held>()
    held.set(pod.metadata.uid!, own)
    own.set(keyOf(wish), { token: status.token, refreshMs: now + (endMs - now) * TOKEN_REFRESH_SHARE })
    return ok(undefined)
  }

  return {
    held: (pod, wish) => find(pod, wish)?.token,
    async ensure(pod) {
      for (const wish of tokenWishes(pod)) {
        const known = find(pod, wish)
        if (known && clock.now() < known.refreshMs) continue
        const done = await fetch(pod, wish)
        if (!done.ok && !known) return done
      }
      return ok(undefined)
    },
    dueAt(pod) {
      const times = tokenWishes(pod).flatMap((wish) => find(pod, wish)?.refreshMs ?? [])
      return times.length === 0 ? undefined : Math.min(...times)
    },
    forget: (podUid) => void held.delete(podUid),
  }
}

const keyOf = (wish: ServiceAccountTokenProjection): string =>
  `${wish.audience ?? ''}/${wish.expirationSeconds ?? 3600}`

function tokenRequest(pod: Pod, wish: ServiceAccountTokenProjection): TokenRequest {
  const { name, uid } = pod.metadata
  return {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenRequest',
    metadata: {},
    spec: {
      ...(wish.audience && { audiences: [wish.audience] }),
      expirationSeconds: wish.expirationSeconds ?? 3600,
      boundObjectRef: { kind: 'Pod', apiVersion: 'v1', name: name!, uid: uid! },
    },
  }
}
