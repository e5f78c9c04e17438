import { invalid, notSupported, required, type FieldError } from '../../meta/field-error.ts'
import { goQuote } from '../../meta/go-quote.ts'
import { isDns1035Label, isDns1123Subdomain, isPathSegmentName, isValidPortNum } from '../../meta/names.ts'
import type { TableColumnDefinition } from '../../meta/table.ts'
import { ageText, timeText } from '../../meta/timestamp.ts'
import { define } from '../define.ts'
import type { APIService, APIServiceSpec } from '../generated/apiregistration.gen.ts'
import { COLUMNS } from '../generated/columns.gen.ts'

/** Storage resource of APIServices. */
export const API_SERVICES = 'apiservices.apiregistration.k8s.io'

const GROUP_PRIORITY_MAX = 20_000
const VERSION_PRIORITY_MAX = 1_000
const PORT_DEFAULT = 443
const STATUSES = ['True', 'False', 'Unknown']

const column = (name: string, description: string): TableColumnDefinition => ({
  name, type: 'string', format: '', description, priority: 0,
})

/** Source: kube-aggregator pkg/registry/apiservice/strategy.go, etcd.go ConvertToTable. */
export const apiService = define<APIService>({
  resource: API_SERVICES,
  kind: 'APIService',
  plural: 'apiservices',
  singular: 'apiservice',
  categories: ['api-extensions'],
  namespaced: false,
  served: [
    {
      group: 'apiregistration.k8s.io',
      version: 'v1',
      schema: 'io.k8s.kube-aggregator.pkg.apis.apiregistration.v1.APIService',
    },
  ],
  validateName: (name) => isPathSegmentName(name),
  defaults({ spec }) {
    if (spec?.service) spec.service.port ??= PORT_DEFAULT
  },
  prepareCreate(object, { now }) {
    object.status = {}
    if (object.spec?.service) return
    const lastTransitionTime = timeText(now)
    const message = 'Local APIServices are always available'
    object.status.conditions = [{ type: 'Available', status: 'True', lastTransitionTime, reason: 'Local', message }]
  },
  prepareUpdate(object, before) {
    object.status = before.status
  },
  validate,
  validateUpdate: validate,
  unconditionalUpdate: false,
  status: {
    prepare(object, before) {
      object.spec = before.spec
      for (const field of ['labels', 'annotations', 'finalizers', 'ownerReferences'] as const)
        keep(object.metadata, before.metadata, field)
    },
    validate: ({ status }) =>
      (status?.conditions ?? []).flatMap((condition, i) =>
        STATUSES.includes(condition.status)
          ? []
          : [notSupported(`status.conditions[${i}].status`, condition.status ?? '', STATUSES)],
      ),
  },
  columns: [
    COLUMNS.ConfigMap[0]!,
    column('Service', 'The reference to the service that hosts this API endpoint.'),
    column('Available', 'Whether this service is available.'),
    { ...COLUMNS.ConfigMap.at(-1)! },
  ],
  cells: ({ metadata, spec, status }, now) => [
    metadata.name ?? '',
    spec?.service ? `${spec.service.namespace ?? ''}/${spec.service.name ?? ''}` : 'Local',
    availableCell(status),
    ageText(metadata.creationTimestamp, now),
  ],
})

type Metadata = APIService['metadata']

function keep<K extends keyof Metadata>(into: Metadata, from: Metadata, field: K): void {
  if (from[field] === undefined) delete into[field]
  else into[field] = from[field]
}

function availableCell(status: APIService['status']): string {
  const condition = status?.conditions?.find(({ type }) => type === 'Available')
  if (!condition) return 'Unknown'
  return condition.status === 'True' || !condition.reason
    ? condition.status
    : `${condition.status} (${condition.reason})`
}

/** Source: kube-aggregator apiregistration/validation ValidateAPIService. */
function validate({ metadata, spec = {} as APIServiceSpec }: APIService): FieldError[] {
  const { group = '', version = '', groupPriorityMinimum: least = 0, versionPriority = 0 } = spec
  const errors: FieldError[] = []
  const refuse = (field: string, value: unknown, details: readonly string[]): void => {
    for (const detail of details) errors.push(invalid(field, value, detail))
  }
  const wanted = `${version}.${group}`
  const { name = '' } = metadata
  if (isPathSegmentName(name).length === 0 && name !== wanted)
    refuse('metadata.name', name, [`must be \`spec.version+"."+spec.group\`: ${goQuote(wanted)}`])
  if (group === '' && version !== 'v1')
    errors.push(required('spec.group', 'only v1 may have an empty group and it better be legacy kube'))
  if (group !== '') refuse('spec.group', group, isDns1123Subdomain(group))
  refuse('spec.version', version, isDns1035Label(version))
  if (least <= 0 || least > GROUP_PRIORITY_MAX)
    refuse('spec.groupPriorityMinimum', least, ['must be positive and less than 20000'])
  if (versionPriority <= 0 || versionPriority > VERSION_PRIORITY_MAX)
    refuse('spec.versionPriority', versionPriority, ['must be positive and less than 1000'])
  placeErrors(errors, spec)
  return errors
}

function placeErrors(errors: FieldError[], { service, caBundle, insecureSkipTLSVerify }: APIServiceSpec): void {
  const bytes = Buffer.from(caBundle ?? '', 'base64').length
  if (!service) {
    if (bytes > 0)
      errors.push(invalid('spec.caBundle', `${bytes} bytes`, 'local APIServices may not have a caBundle'))
    if (insecureSkipTLSVerify)
      errors.push(
        invalid('spec.insecureSkipTLSVerify', true, 'local APIServices may not have insecureSkipTLSVerify'),
      )
    return
  }
  for (const name of ['namespace', 'name'] as const)
    if (!service[name]) errors.push(required(`spec.service.${name}`, ''))
  const wrong = isValidPortNum(service.port ?? 0)
  if (wrong.length > 0)
    errors.push(invalid('spec.service.port', service.port ?? 0, `port is not valid: ${wrong.join(', ')}`))
  if (insecureSkipTLSVerify && bytes > 0)
    errors.push(invalid('spec.insecureSkipTLSVerify', true, 'may not be true if caBundle is present'))
}
