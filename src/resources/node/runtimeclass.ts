import { duplicate, invalid, required, type FieldError } from '../../meta/field-error.ts'
import { nameIsDnsLabel, nameIsDnsSubdomain } from '../../meta/names.ts'
import { ageText } from '../../meta/timestamp.ts'
import { validateLabels } from '../../meta/validate-label-selector.ts'
import { tolerationErrors } from '../core/pod/validate-scheduling.ts'
import { containerResourceErrors } from '../core/pod/validate-resources.ts'
import { define } from '../define.ts'
import { at, where } from '../field-path.ts'
import { COLUMNS } from '../generated/columns.gen.ts'
import type { RuntimeClass } from '../generated/node.gen.ts'
import { shownToleration } from '../go-shown.ts'
import { deprecatedNodeLabel } from '../node-labels.ts'

const OVERHEAD = at(undefined, 'overhead')
const TOLERATIONS = at(at(undefined, 'scheduling'), 'tolerations')
const NO_CLAIMS: ReadonlySet<string> = new Set()

/** Source: pkg/registry/node/runtimeclass/strategy.go. */
export const runtimeClass = define<RuntimeClass>({
  resource: 'runtimeclasses.node.k8s.io',
  kind: 'RuntimeClass',
  plural: 'runtimeclasses',
  singular: 'runtimeclass',
  namespaced: false,
  served: [{ group: 'node.k8s.io', version: 'v1', schema: 'io.k8s.api.node.v1.RuntimeClass' }],
  validateName: nameIsDnsSubdomain,
  validate,
  validateUpdate: (object, before) => [
    ...validate(object),
    ...(object.handler === before.handler
      ? []
      : [invalid('handler', object.handler, 'field is immutable')]),
  ],
  warnings: ({ scheduling }) =>
    Object.keys(scheduling?.nodeSelector ?? {}).flatMap((key) => {
      const instead = deprecatedNodeLabel(key)
      return instead === undefined ? [] : [`scheduling.nodeSelector: ${instead}`]
    }),
  createOnUpdate: true,
  unconditionalUpdate: false,
  columns: COLUMNS.RuntimeClass,
  cells: ({ metadata, handler }, now) => [
    metadata.name ?? '',
    handler ?? '',
    ageText(metadata.creationTimestamp, now),
  ],
})

/** Source: pkg/apis/node/validation ValidateRuntimeClass. */
function validate({ handler, overhead, scheduling }: RuntimeClass): FieldError[] {
  const errors: FieldError[] = handler
    ? nameIsDnsLabel(handler, false).map((reason) => invalid('handler', handler, reason))
    : [required('handler', '')]
  if (overhead?.podFixed)
    containerResourceErrors(errors, OVERHEAD, { limits: overhead.podFixed }, NO_CLAIMS)
  if (!scheduling) return errors
  const { nodeSelector, tolerations = [] } = scheduling
  errors.push(...validateLabels('scheduling.nodeSelector', nodeSelector))
  tolerationErrors(errors, TOLERATIONS, tolerations)
  const seen = new Set<string>()
  for (const [i, toleration] of tolerations.entries()) {
    const { key = '', operator = '', value = '', effect = '' } = toleration
    const id = JSON.stringify([key, operator, value, effect])
    if (seen.has(id)) errors.push(duplicate(where(TOLERATIONS, i), shownToleration(toleration)))
    seen.add(id)
  }
  return errors
}
