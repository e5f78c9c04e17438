import { forbidden, invalid, notSupported, required, type FieldError } from '../../../meta/field-error.ts'
import type { IntOrString } from '../../../meta/int-or-string.ts'
import { isHttpHeaderName, isPortName } from '../../../meta/names.ts'
import { addInvalid, checkOneOf, checkPort, checkRequired } from '../../checks.ts'
import { at, where, type Path } from '../../field-path.ts'
import type {
  Container,
  ExecAction,
  GRPCAction,
  HTTPGetAction,
  Lifecycle,
  PodOS,
  Probe,
  SleepAction,
  TCPSocketAction,
} from '../../generated/core.gen.ts'
import { nonNegative } from '../../workload.ts'
import { stopSignalErrors } from './stop-signal.ts'

interface Handler {
  exec?: ExecAction
  httpGet?: HTTPGetAction
  tcpSocket?: TCPSocketAction
  grpc?: GRPCAction
  sleep?: SleepAction
}

/** The three probes of a container, each with its own rule. Source: validateLivenessProbe and others. */
export function probesErrors(errors: FieldError[], path: Path, container: Container): void {
  const { livenessProbe, readinessProbe, startupProbe } = container
  if (livenessProbe) onceErrors(errors, at(path, 'livenessProbe'), livenessProbe)
  if (readinessProbe) {
    const own = at(path, 'readinessProbe')
    probeErrors(errors, own, readinessProbe)
    const { terminationGracePeriodSeconds: seconds } = readinessProbe
    if (seconds !== undefined)
      errors.push(
        invalid(
          where(own, 'terminationGracePeriodSeconds'),
          seconds,
          'must not be set for readinessProbes',
        ),
      )
  }
  if (startupProbe) onceErrors(errors, at(path, 'startupProbe'), startupProbe)
}

function onceErrors(errors: FieldError[], path: Path, probe: Probe): void {
  probeErrors(errors, path, probe)
  if (probe.successThreshold !== 1)
    errors.push(
      invalid(where(path, 'successThreshold'), probe.successThreshold ?? 0, 'must be 1'),
    )
}

/** Source: core/validation validateProbe. */
function probeErrors(errors: FieldError[], path: Path, probe: Probe): void {
  handlerErrors(errors, path, probe, undefined)
  nonNegative(errors, path, 'initialDelaySeconds', probe.initialDelaySeconds)
  nonNegative(errors, path, 'timeoutSeconds', probe.timeoutSeconds)
  nonNegative(errors, path, 'periodSeconds', probe.periodSeconds)
  nonNegative(errors, path, 'successThreshold', probe.successThreshold)
  nonNegative(errors, path, 'failureThreshold', probe.failureThreshold)
  const { terminationGracePeriodSeconds: seconds } = probe
  if (seconds !== undefined && seconds <= 0)
    errors.push(
      invalid(where(path, 'terminationGracePeriodSeconds'), seconds, 'must be greater than 0'),
    )
}

/** Source: core/validation validateLifecycle. `grace` are the Pod's seconds. */
export function lifecycleErrors(
  errors: FieldError[],
  path: Path,
  { postStart, preStop, stopSignal }: Lifecycle,
  { grace, os }: { grace: number | undefined; os: PodOS | undefined },
): void {
  if (postStart) handlerErrors(errors, at(path, 'postStart'), postStart, grace)
  if (preStop) handlerErrors(errors, at(path, 'preStop'), preStop, grace)
  if (stopSignal !== undefined) stopSignalErrors(errors, where(path, 'stopSignal'), stopSignal, os)
}

/** Exactly one way. Source: core/validation validateHandler. */
function handlerErrors(
  errors: FieldError[],
  path: Path,
  { exec, httpGet, tcpSocket, grpc, sleep }: Handler,
  grace: number | undefined,
): void {
  let count = 0
  const first = (step: string): Path | undefined => {
    if (count++ === 0) return at(path, step)
    errors.push(forbidden(where(path, step), 'may not specify more than 1 handler type'))
    return undefined
  }
  const asExec = exec && first('exec')
  if (asExec) checkRequired(errors, asExec, 'command', exec.command?.length ? 'given' : '')
  const asHttp = httpGet && first('httpGet')
  if (asHttp) httpErrors(errors, asHttp, httpGet)
  const asTcp = tcpSocket && first('tcpSocket')
  if (asTcp) checkPortOrName(errors, asTcp, tcpSocket.port)
  const asGrpc = grpc && first('grpc')
  if (asGrpc) grpcErrors(errors, asGrpc, grpc)
  const asSleep = sleep && first('sleep')
  if (asSleep) sleepErrors(errors, asSleep, sleep.seconds ?? 0, grace)
  if (count === 0) errors.push(required(where(path), 'must specify a handler type'))
}

function sleepErrors(
  errors: FieldError[],
  path: Path,
  seconds: number,
  grace: number | undefined,
): void {
  if (grace !== undefined && (seconds < 0 || seconds > grace))
    errors.push(
      invalid(
        where(path),
        seconds,
        `must be non-negative and less than terminationGracePeriodSeconds (${grace})`,
      ),
    )
}

/** Source: core/validation validateHTTPGetAction. */
function httpErrors(errors: FieldError[], path: Path, http: HTTPGetAction): void {
  checkRequired(errors, path, 'path', http.path)
  checkPortOrName(errors, path, http.port)
  checkOneOf(errors, path, 'scheme', http.scheme ?? '', ['HTTP', 'HTTPS'])
  for (const { name } of http.httpHeaders ?? [])
    addInvalid(errors, path, 'httpHeaders', name, isHttpHeaderName(name))
}

function grpcErrors(errors: FieldError[], path: Path, { port, mode }: GRPCAction): void {
  checkPort(errors, path, 'port', port ?? 0)
  if (mode !== undefined && !['Plaintext', 'TLS'].includes(mode))
    errors.push(notSupported(where(path, 'mode'), mode, ['Plaintext', 'TLS']))
}

/** A number or a port's name. Source: core/validation ValidatePortNumOrName. */
export function checkPortOrName(
  errors: FieldError[],
  path: Path,
  port: IntOrString | undefined,
  step = 'port',
): void {
  if (typeof port === 'string') addInvalid(errors, path, step, port, isPortName(port))
  else checkPort(errors, path, step, port ?? 0)
}
