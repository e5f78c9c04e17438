import { INGRESS_CONTROLLER_BYTES_MAX } from '../../base/limits.ts'
import {
  forbidden,
  invalid,
  notSupported,
  required,
  tooLong,
  type FieldError,
} from '../../meta/field-error.ts'
import { exceedsBytes, nameIsDnsLabel, nameIsDnsSubdomain } from '../../meta/names.ts'
import { ageText } from '../../meta/timestamp.ts'
import { define } from '../define.ts'
import { domainPathErrors } from '../domain-path.ts'
import { COLUMNS } from '../generated/columns.gen.ts'
import type { IngressClass, IngressClassParametersReference } from '../generated/networking.gen.ts'
import { referenceErrors } from './references.ts'

const CONTROLLER = 'spec.controller'
const PARAMETERS = 'spec.parameters'
const SCOPES = ['Cluster', 'Namespace']
const DEFAULT_ANNOTATION = 'ingressclass.kubernetes.io/is-default-class'

/** Source: pkg/registry/networking/ingressclass/strategy.go. */
export const ingressClass = define<IngressClass>({
  resource: 'ingressclasses.networking.k8s.io',
  kind: 'IngressClass',
  plural: 'ingressclasses',
  singular: 'ingressclass',
  namespaced: false,
  served: [
    { group: 'networking.k8s.io', version: 'v1', schema: 'io.k8s.api.networking.v1.IngressClass' },
  ],
  validateName: nameIsDnsSubdomain,
  defaults({ spec }) {
    if (spec?.parameters) spec.parameters.scope ??= 'Cluster'
  },
  validate,
  validateUpdate: (object, before) => [
    ...(object.spec?.controller === before.spec?.controller
      ? []
      : [invalid(CONTROLLER, object.spec?.controller ?? '', 'field is immutable')]),
    ...validate(object),
  ],
  generationOf: ['spec'],
  columns: COLUMNS.IngressClass,
  cells: ({ metadata, spec }, now) => [
    (metadata.name ?? '') +
      (metadata.annotations?.[DEFAULT_ANNOTATION] === 'true' ? ' (default)' : ''),
    spec?.controller ?? '',
    parametersText(spec?.parameters),
    ageText(metadata.creationTimestamp, now),
  ],
})

function parametersText(parameters: IngressClassParametersReference | undefined): string {
  if (!parameters) return '<none>'
  const { apiGroup, kind = '', name = '' } = parameters
  return `${kind}${apiGroup === undefined ? '' : `.${apiGroup}`}/${name}`
}

function validate({ spec }: IngressClass): FieldError[] {
  const errors: FieldError[] = []
  if (exceedsBytes(spec?.controller ?? '', INGRESS_CONTROLLER_BYTES_MAX))
    errors.push(tooLong(CONTROLLER, INGRESS_CONTROLLER_BYTES_MAX))
  errors.push(...domainPathErrors(CONTROLLER, spec?.controller))
  if (spec?.parameters) errors.push(...parameterErrors(spec.parameters))
  return errors
}

function parameterErrors(parameters: IngressClassParametersReference): FieldError[] {
  const { scope, namespace } = parameters
  const errors = referenceErrors(PARAMETERS, parameters)
  if (scope === undefined) errors.push(required(`${PARAMETERS}.scope`, ''))
  else if (!SCOPES.includes(scope))
    errors.push(notSupported(`${PARAMETERS}.scope`, scope, SCOPES))
  const field = `${PARAMETERS}.namespace`
  if (scope === 'Cluster' && namespace !== undefined)
    errors.push(forbidden(field, "`parameters.scope` is set to 'Cluster'"))
  if (scope !== 'Namespace') return errors
  if (namespace === undefined)
    errors.push(required(field, "`parameters.scope` is set to 'Namespace'"))
  else
    for (const reason of nameIsDnsLabel(namespace, false))
      errors.push(invalid(field, namespace, reason))
  return errors
}
