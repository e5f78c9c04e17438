import { forbidden, notSupported, type FieldError } from '../../../meta/field-error.ts'
import type { PodOS } from '../../generated/core.gen.ts'

const PLAIN =
  'ABRT ALRM BUS CHLD CLD CONT FPE HUP ILL INT IO IOT KILL PIPE POLL PROF PWR QUIT SEGV STKFLT STOP SYS TERM TRAP TSTP TTIN TTOU URG USR1 USR2 VTALRM WINCH XCPU XFSZ'
const numbers = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, i) => from + i)
const LINUX: readonly string[] = [
  ...PLAIN.split(' '),
  'RTMIN',
  ...numbers(1, 15).map((n) => `RTMIN+${n}`),
  ...numbers(1, 14).map((n) => `RTMAX-${n}`),
  'RTMAX',
]
  .map((name) => `SIG${name}`)
  .sort()
const WINDOWS = ['SIGKILL', 'SIGTERM']

/** Source: core/validation validateStopSignal. */
export function stopSignalErrors(
  errors: FieldError[],
  field: string,
  signal: string,
  os: PodOS | undefined,
): void {
  if (!os)
    return void errors.push(
      forbidden(field, 'may not be set for containers with empty `spec.os.name`'),
    )
  const known = os.name === 'windows' ? WINDOWS : LINUX
  if ((os.name === 'windows' || os.name === 'linux') && !known.includes(signal))
    errors.push(notSupported(field, signal, known))
}
