import type { Clock } from '../../base/clock.ts'
import { PROBE_ANSWER_BYTES_MAX } from '../../base/limits.ts'
import { err, ok, type Result } from '../../base/result.ts'
import type { Engine } from '../../docker/engine.ts'
import type {
  Container, EphemeralContainer, LifecycleHandler, Pod,
} from '../../resources/generated/core.gen.ts'
import { runExec } from './exec-run.ts'
import { actionHeaders, actionUrl, httpGet } from './http-get.ts'
import { podText } from './pod-spec.ts'
import { tcpDial } from './tcp-dial.ts'

/** Where a hook runs. */
export interface HookTarget {
  readonly pod: Pod
  readonly container: Container | EphemeralContainer
  readonly containerId: string
  readonly podIp: string
}

/** How long, and until when. */
export interface HookLimits {
  readonly timeoutMs: number
  readonly signal: AbortSignal
}

/** Runs a postStart or preStop hook; an error is upstream's message. Source: lifecycle/handlers.go. */
export async function runHook(
  engine: Engine,
  clock: Clock,
  handler: LifecycleHandler,
  target: HookTarget,
  limits: HookLimits,
): Promise<Result<void, string>> {
  const where = `for Container "${target.container.name}" in Pod "${podText(target.pod)}" failed`
  if (handler.exec) {
    const command = handler.exec.command ?? []
    const ran = await runExec(engine, target.containerId, command, { ...limits, clock, bytesMax: PROBE_ANSWER_BYTES_MAX })
    if (ran.ok && ran.value.exitCode === 0) return ok(undefined)
    const why = ran.ok ? `command '${command.join(' ')}' exited with ${ran.value.exitCode}` : ran.error.message
    const said = ran.ok ? ran.value.output : ''
    return err(`Exec lifecycle hook ([${command.join(' ')}]) ${where} - error: ${why}, message: ${JSON.stringify(said)}`)
  }
  if (handler.httpGet) {
    const done = await httpHook(handler, target, limits.timeoutMs)
    const path = handler.httpGet.path ?? ''
    return done.ok ? done : err(`HTTP lifecycle hook (${path}) ${where} - error: ${done.error}`)
  }
  if (handler.sleep) {
    await clock.sleep(handler.sleep.seconds * 1000, limits.signal)
    return ok(undefined)
  }
  if (handler.tcpSocket) {
    return tcpDial(handler.tcpSocket.host || target.podIp, Number(handler.tcpSocket.port), limits.timeoutMs)
  }
  return err(`Cannot run handler: invalid handler`)
}

/** What a TLS client says of a server without TLS. */
const SPOKE_PLAIN = /wrong version|WRONG_VERSION|EPROTO|ERR_SSL/i

/** Any answer is a success; a plain server behind HTTPS is asked again in plain. */
async function httpHook(
  handler: LifecycleHandler,
  { container, podIp }: HookTarget,
  timeoutMs: number,
): Promise<Result<void, string>> {
  const url = actionUrl(handler.httpGet!, container, podIp)
  if (!url.ok) return url
  const headers = actionHeaders(handler.httpGet!.httpHeaders, 'kube-lifecycle/1.37')
  const answer = await httpGet(url.value, headers, timeoutMs)
  if (answer.ok) return ok(undefined)
  if (url.value.protocol !== 'https:' || !SPOKE_PLAIN.test(answer.error)) return answer
  const plain = new URL(url.value)
  plain.protocol = 'http:'
  delete headers['authorization']
  const again = await httpGet(plain, headers, timeoutMs)
  return again.ok ? ok(undefined) : again
}
