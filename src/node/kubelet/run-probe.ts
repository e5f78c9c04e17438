import type { Clock } from '../../base/clock.ts'
import { PROBE_ANSWER_BYTES_MAX } from '../../base/limits.ts'
import type { Engine } from '../../docker/engine.ts'
import type { Container, Pod, Probe } from '../../resources/generated/core.gen.ts'
import { runExec } from './exec-run.ts'
import { expand } from './expansion.ts'
import { grpcHealth } from './grpc-health.ts'
import { actionHeaders, actionUrl, httpGet, resolvePort } from './http-get.ts'
import { tcpDial } from './tcp-dial.ts'

/** One run of a probe. `error`: the prober itself failed, the result does not count. */
export interface ProbeAnswer {
  readonly outcome: 'success' | 'warning' | 'failure' | 'error'
  readonly output: string
}

/** Whom to probe. */
export interface ProbeTarget {
  readonly pod: Pod
  readonly container: Container
  readonly containerId: string
  readonly podIp: string
  readonly clock?: Clock
}

/** Runs a probe once. Source: kubelet/prober/prober.go runProbe. */
export async function runProbe(
  engine: Engine,
  probe: Probe,
  target: ProbeTarget,
  signal: AbortSignal,
): Promise<ProbeAnswer> {
  const timeoutMs = (probe.timeoutSeconds ?? 1) * 1000
  const { container, podIp } = target
  if (probe.exec) return execProbe(engine, probe.exec.command ?? [], target, timeoutMs, signal)
  if (probe.httpGet) return httpProbe(probe, target, timeoutMs)
  if (probe.tcpSocket) {
    const port = resolvePort(probe.tcpSocket.port, container)
    if (!port.ok) return { outcome: 'error', output: port.error }
    const dialled = await tcpDial(probe.tcpSocket.host || podIp, port.value, timeoutMs)
    return dialled.ok ? SUCCESS : failure(dialled.error)
  }
  if (probe.grpc) {
    const health = await grpcHealth(podIp, probe.grpc.port, probe.grpc.service ?? '', timeoutMs)
    return health.ok ? SUCCESS : failure(health.error)
  }
  return { outcome: 'error', output: `missing probe handler for ${container.name}` }
}

const SUCCESS: ProbeAnswer = { outcome: 'success', output: '' }
const failure = (output: string): ProbeAnswer => ({ outcome: 'failure', output })

async function execProbe(
  engine: Engine,
  command: readonly string[],
  { container, containerId, clock }: ProbeTarget,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<ProbeAnswer> {
  const known = new Map((container.env ?? []).map((e) => [e.name, e.value]))
  const words = command.map((word) => expand(word, (name) => known.get(name)))
  const limits = { timeoutMs, bytesMax: PROBE_ANSWER_BYTES_MAX, signal, clock }
  const ran = await runExec(engine, containerId, words, limits)
  if (ran.ok) return ran.value.exitCode === 0 ? SUCCESS : failure(ran.value.output)
  return { outcome: ran.error.kind === 'timeout' ? 'failure' : 'error', output: ran.error.message }
}

async function httpProbe(probe: Probe, target: ProbeTarget, timeoutMs: number): Promise<ProbeAnswer> {
  const url = actionUrl(probe.httpGet!, target.container, target.podIp)
  if (!url.ok) return { outcome: 'error', output: url.error }
  const headers = actionHeaders(probe.httpGet!.httpHeaders, 'kube-probe/1.37')
  const answer = await httpGet(url.value, headers, timeoutMs)
  if (!answer.ok) return failure(answer.error)
  const { status, body, redirectedAway } = answer.value
  if (redirectedAway) {
    return { outcome: 'warning', output: `Probe terminated redirects, Response body: ${body}` }
  }
  if (status >= 200 && status < 400) return SUCCESS
  return failure(`HTTP probe failed with statuscode: ${status}`)
}
