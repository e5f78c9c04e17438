import { forbidden, invalid, type FieldError } from '../../../meta/field-error.ts'
import { nameIsDnsSubdomain } from '../../../meta/names.ts'
import { addInvalid, checkQualified, checkUnixId } from '../../checks.ts'
import { at, where, type Path } from '../../field-path.ts'
import type { Pod, PodCondition, PodStatus } from '../../generated/core.gen.ts'
import { ipErrors, isIpv6Text } from '../../ip.ts'
import { annotationUpdateErrors, podAnnotationErrors } from './validate-annotations.ts'
import { transitionErrors } from './validate-transitions.ts'

const STATUS = at(undefined, 'status')
const ANNOTATIONS = at(at(undefined, 'metadata'), 'annotations')
const SYSTEM_CONDITIONS = ['PodScheduled', 'Ready', 'Initialized']
const NON_NEGATIVE = 'must be a non-negative integer'

/** Source: core/validation ValidatePodStatusUpdate. */
export function podStatusErrors(pod: Pod, before: Pod): FieldError[] {
  const errors: FieldError[] = []
  const { status = {}, spec = { containers: [] }, metadata } = pod
  const { status: old = {} } = before
  annotationUpdateErrors(
    errors,
    ANNOTATIONS,
    metadata.annotations,
    before.metadata.annotations,
  )
  podAnnotationErrors(errors, ANNOTATIONS, metadata.annotations, spec)
  conditionErrors(errors, at(STATUS, 'conditions'), status.conditions ?? [])
  nominationErrors(errors, status, before)
  const { observedGeneration = 0, qosClass = '' } = status
  if (observedGeneration < 0)
    errors.push(invalid('status.observedGeneration', observedGeneration, NON_NEGATIVE))
  if (qosClass !== (old.qosClass ?? ''))
    errors.push(invalid('status.qosClass', qosClass, 'field is immutable'))
  transitionErrors(errors, STATUS, pod, before)
  addressErrors(errors, 'podIP', status, old)
  addressErrors(errors, 'hostIP', status, old)
  userErrors(errors, status)
  return errors
}

function conditionErrors(
  errors: FieldError[],
  path: Path,
  conditions: readonly PodCondition[],
): void {
  for (const [i, { type = '', observedGeneration = 0 }] of conditions.entries()) {
    if (observedGeneration < 0)
      errors.push(
        invalid(where(path, i, 'observedGeneration'), observedGeneration, NON_NEGATIVE),
      )
    if (!SYSTEM_CONDITIONS.includes(type)) checkQualified(errors, at(path, i), 'Type', type)
  }
}

function nominationErrors(errors: FieldError[], status: PodStatus, before: Pod): void {
  const { nominatedNodeName: name = '' } = status
  if (name === '' || name === before.status?.nominatedNodeName) return
  addInvalid(errors, STATUS, 'nominatedNodeName', name, nameIsDnsSubdomain(name, false))
  if (before.spec?.nodeName)
    errors.push(
      forbidden(
        'status.nominatedNodeName',
        'may not be set on pods that are already bound to a node',
      ),
    )
}

/** The single address and the list agree. Source: core/validation validatePodIPs, validateHostIPs. */
function addressErrors(
  errors: FieldError[],
  one: 'podIP' | 'hostIP',
  status: PodStatus,
  old: PodStatus,
): void {
  const many = `${one}s` as const
  const list: { ip?: string }[] = status[many] ?? []
  const ips = list.map(({ ip = '' }) => ip)
  const known = (old[many] ?? []).map(({ ip = '' }: { ip?: string }) => ip)
  const single = status[one] ?? ''
  const field = where(STATUS, many)
  const mismatch = (): void => {
    if (ips.length > 0 && single !== ips[0])
      errors.push(invalid(`${field}[0].ip`, ips[0], `must be equal to \`${one}\``))
  }
  if (one === 'hostIP') mismatch()
  for (const [i, ip] of ips.entries()) errors.push(...ipErrors(`${field}[${i}]`, ip, known))
  if (ips.length > 2 || (ips.length === 2 && isIpv6Text(ips[0]!) === isIpv6Text(ips[1]!)))
    errors.push(
      invalid(
        field,
        ips.map((ip) => ({ IP: ip })),
        'may specify no more than one IP for each IP family',
      ),
    )
  if (one === 'hostIP') return
  if ((single !== '') !== (ips.length > 0))
    errors.push(
      invalid(
        field,
        status[many] ? ips.map((ip) => ({ IP: ip })) : null,
        'podIP and podIPs must either both be set or both be unset',
      ),
    )
  else mismatch()
}

/** Source: core/validation validateContainerStatusUsers, for Linux. */
function userErrors(errors: FieldError[], status: PodStatus): void {
  for (const list of [
    'containerStatuses',
    'initContainerStatuses',
    'ephemeralContainerStatuses',
  ] as const)
    for (const [i, { user }] of (status[list] ?? []).entries()) {
      if (!user?.linux) continue
      const path = at(at(at(at(STATUS, list), i), 'user'), 'linux')
      checkUnixId(errors, path, 'uid', user.linux.uid)
      checkUnixId(errors, path, 'gid', user.linux.gid)
      for (const [j, group] of (user.linux.supplementalGroups ?? []).entries())
        checkUnixId(errors, at(path, 'supplementalGroups'), j, group)
    }
}
