import { notSupported, required, invalid, type FieldError } from '../../../meta/field-error.ts'
import { nameIsDnsSubdomain } from '../../../meta/names.ts'
import type { KubeObject } from '../../../meta/object.ts'
import { badRequest, conflict, plainError, type Status } from '../../../meta/status.ts'
import { timeText } from '../../../meta/timestamp.ts'
import type { Facts } from '../../define.ts'
import type { Binding, Pod, PodStatus } from '../../generated/core.gen.ts'

const BINDING = { group: '', resource: 'pods/binding' }

/**
 * Gives a Pod its node, once; labels and annotations of the Binding go over to the Pod.
 * Source: pkg/registry/core/pod/storage BindingREST.
 */
export function bindPod(pod: Pod, body: KubeObject, { now }: Facts): Status | undefined {
  const binding = body as Binding
  const { name = '', labels, annotations } = pod.metadata
  const given = binding.metadata ?? {}
  if (given.name !== name)
    return badRequest('name in URL does not match name in Binding object')
  const errors = bindingErrors(binding)
  // Upstream forgets to make a Status of these.
  if (errors.length > 0) return plainError(aggregate(errors))
  const why = refusal(pod, binding)
  if (why !== undefined) return conflict(BINDING, name, why)
  const spec = (pod.spec ??= { containers: [] })
  spec.nodeName = binding.target.name!
  const status = (pod.status ??= {})
  delete status.nominatedNodeName
  if (given.annotations) pod.metadata.annotations = { ...annotations, ...given.annotations }
  if (given.labels) pod.metadata.labels = { ...labels, ...given.labels }
  setScheduled(status, timeText(now))
  return undefined
}

function refusal({ metadata, spec }: Pod, binding: Binding): string | undefined {
  const { name } = metadata
  const { uid, resourceVersion } = binding.metadata ?? {}
  if (uid && uid !== metadata.uid)
    return `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${metadata.uid}`
  if (resourceVersion && resourceVersion !== metadata.resourceVersion)
    return `Precondition failed: ResourceVersion in precondition: ${resourceVersion}, ResourceVersion in object meta: ${metadata.resourceVersion}`
  if (metadata.deletionTimestamp)
    return `pod ${name} is being deleted, cannot be assigned to a host`
  if (spec?.nodeName)
    return `pod ${name} is already assigned to node ${JSON.stringify(spec.nodeName)}`
  if (spec?.schedulingGates?.length) return `pod ${name} has non-empty .spec.schedulingGates`
  return undefined
}

/** Source: apimachinery util/errors Aggregate. */
const aggregate = (errors: readonly FieldError[]): string => {
  const texts = errors.map(({ field, message }) => `${field}: ${message}`)
  return texts.length === 1 ? texts[0]! : `[${texts.join(', ')}]`
}

/** Source: core/validation ValidatePodBinding. */
function bindingErrors({ target }: Binding): FieldError[] {
  const errors: FieldError[] = []
  const kind = target?.kind ?? ''
  const name = target?.name ?? ''
  if (kind !== '' && kind !== 'Node')
    errors.push(notSupported('target.kind', kind, ['Node', '<empty>']))
  if (name === '') errors.push(required('target.name', ''))
  else if (kind === '' || kind === 'Node')
    for (const reason of nameIsDnsSubdomain(name, false))
      errors.push(invalid('target.name', name, reason))
  return errors
}

function setScheduled(status: PodStatus, now: string): void {
  const conditions = (status.conditions ?? []).map((condition) => ({ ...condition }))
  const old = conditions.find(({ type }) => type === 'PodScheduled')
  if (!old)
    conditions.push({
      type: 'PodScheduled',
      status: 'True',
      lastTransitionTime: now,
    })
  else if (old.status !== 'True') {
    old.status = 'True'
    old.lastTransitionTime = now
    delete old.reason
    delete old.message
  }
  status.conditions = conditions
}
