import { invalid, notSupported, required, type FieldError } from '../../meta/field-error.ts'
import { nameIsDnsSubdomain } from '../../meta/names.ts'
import { ageText } from '../../meta/timestamp.ts'
import { define } from '../define.ts'
import { equal } from '../equal.ts'
import { COLUMNS } from '../generated/columns.gen.ts'
import type { FlowSchema, FlowSchemaSpec } from '../generated/flowcontrol.gen.ts'
import { conditionTypeErrors } from './condition-types.ts'
import { flowRuleErrors } from './flow-rules.ts'
import { MANDATORY_SCHEMAS } from './mandatory.ts'

const PRECEDENCE_DEFAULT = 1_000
const PRECEDENCE_MAX = 10_000
const METHODS = ['ByNamespace', 'ByUser']

/** Source: pkg/registry/flowcontrol/flowschema/strategy.go. */
export const flowSchema = define<FlowSchema>({
  resource: 'flowschemas.flowcontrol.apiserver.k8s.io',
  kind: 'FlowSchema',
  plural: 'flowschemas',
  singular: 'flowschema',
  namespaced: false,
  served: [
    {
      group: 'flowcontrol.apiserver.k8s.io',
      version: 'v1',
      schema: 'io.k8s.api.flowcontrol.v1.FlowSchema',
    },
  ],
  validateName: nameIsDnsSubdomain,
  defaults(object) {
    const spec = (object.spec ??= {} as FlowSchemaSpec)
    spec.matchingPrecedence ||= PRECEDENCE_DEFAULT
  },
  prepareCreate(object) {
    object.status = {}
  },
  prepareUpdate(object, before) {
    object.status = before.status
  },
  validate,
  validateUpdate: validate,
  generationOf: ['spec'],
  status: {
    prepare(object, before) {
      object.spec = before.spec
    },
    validate: ({ status }) => conditionTypeErrors(status?.conditions),
  },
  columns: COLUMNS.FlowSchema,
  cells: ({ metadata, spec, status }, now) => [
    metadata.name ?? '',
    spec?.priorityLevelConfiguration?.name ?? '',
    spec?.matchingPrecedence ?? 0,
    spec?.distinguisherMethod?.type ?? '<none>',
    ageText(metadata.creationTimestamp, now),
    status?.conditions?.find(({ type }) => type === 'Dangling')?.status ?? '?',
  ],
})

/** Source: flowcontrol/validation ValidateFlowSchema. */
function validate({ metadata, spec, status }: FlowSchema): FieldError[] {
  const { matchingPrecedence: place = 0, distinguisherMethod: method } = spec ?? {}
  const level = spec?.priorityLevelConfiguration?.name
  const errors: FieldError[] = []
  const wrong = (why: string): void =>
    void errors.push(invalid('spec.matchingPrecedence', place, why))
  if (place <= 0) wrong('must be a positive value')
  if (place > PRECEDENCE_MAX) wrong(`must not be greater than ${PRECEDENCE_MAX}`)
  if (place === 1 && metadata.name !== 'exempt')
    wrong("only the schema named 'exempt' may have matchingPrecedence 1")
  if (method && !METHODS.includes(method.type))
    errors.push(
      notSupported('spec.distinguisherMethod.type', { Type: method.type ?? '' }, METHODS),
    )
  const field = 'spec.priorityLevelConfiguration.name'
  if (!level) errors.push(required(field, 'must reference a priority level'))
  else
    for (const reason of nameIsDnsSubdomain(level, false))
      errors.push(invalid(field, level, reason))
  for (const [i, rule] of (spec?.rules ?? []).entries())
    flowRuleErrors(errors, `spec.rules[${i}]`, rule)
  const fixed = MANDATORY_SCHEMAS.get(metadata.name ?? '')
  if (fixed && !equal(spec, fixed))
    errors.push(invalid('spec', spec, `spec of '${metadata.name}' must equal the fixed value`))
  return [...errors, ...conditionTypeErrors(status?.conditions)]
}
