import type { FieldError } from '../../meta/field-error.ts'
import { setCondition } from '../../meta/conditions.ts'
import { nameIsDnsSubdomain } from '../../meta/names.ts'
import { parseTime } from '../../meta/timestamp.ts'
import { define } from '../define.ts'
import { DEFAULT_COLUMNS, defaultCells } from '../default-table.ts'
import type {
  CustomResourceDefinition,
  CustomResourceDefinitionCondition,
  CustomResourceDefinitionStatus,
} from '../generated/apiextensions.gen.ts'
import { definitionWarnings } from './definition-warnings.ts'
import { validateDefinition, validateDefinitionStatus, validateDefinitionUpdate } from './validate-definition.ts'

/** Holds a definition until its objects are gone. */
export const CLEANUP_FINALIZER = 'customresourcecleanup.apiextensions.k8s.io'
/** Storage resource of definitions. */
export const DEFINITIONS = 'customresourcedefinitions.apiextensions.k8s.io'

/** Source: apiextensions-apiserver registry/customresourcedefinition/strategy.go and etcd.go. */
export const customResourceDefinition = define<CustomResourceDefinition>({
  resource: DEFINITIONS,
  kind: 'CustomResourceDefinition',
  plural: 'customresourcedefinitions',
  singular: 'customresourcedefinition',
  shortNames: ['crd', 'crds'],
  categories: ['api-extensions'],
  namespaced: false,
  anyFinalizers: true,
  served: [
    {
      group: 'apiextensions.k8s.io',
      version: 'v1',
      schema: 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinition',
    },
  ],
  validateName: nameIsDnsSubdomain,
  defaults,
  prepareCreate(object) {
    object.status = { ...NO_STATUS }
    storeVersion(object)
  },
  prepareUpdate(object, before) {
    if (before.status === undefined) delete object.status
    else object.status = { ...before.status }
    storeVersion(object)
  },
  generationOf: ['spec'],
  unconditionalUpdate: false,
  validate: (object): FieldError[] => validateDefinition(object),
  validateUpdate: (object, before): FieldError[] => validateDefinitionUpdate(object, before),
  warnings: definitionWarnings,
  status: {
    prepare(object, before) {
      object.spec = before.spec
    },
    validate: (object): FieldError[] => validateDefinitionStatus(object),
  },
  deletion: { held: ({ metadata }) => metadata.deletionTimestamp === undefined, mark },
  columns: DEFAULT_COLUMNS,
  cells: defaultCells,
})

const NO_STATUS: CustomResourceDefinitionStatus = {
  // As Go writes a list that was never set.
  conditions: null as never,
  acceptedNames: { plural: '', kind: '' },
  storedVersions: [],
}

/** Source: apiextensions/v1/defaults.go. */
function defaults({ spec, ...object }: CustomResourceDefinition): void {
  const { names } = spec ?? {}
  if (!names) return
  if (!names.singular) names.singular = names.kind?.toLowerCase() ?? ''
  if (!names.listKind && names.kind) names.listKind = `${names.kind}List`
  spec.conversion ??= { strategy: 'None' }
  const service = spec.conversion.webhook?.clientConfig?.service
  if (service) service.port ??= 443
  if (object.status && (object.status.storedVersions ?? []).length === 0) {
    const stored = spec.versions?.find(({ storage }) => storage)
    if (stored) object.status.storedVersions = [stored.name]
  }
}

/** The storage version is on the list of those that objects may be stored in. */
function storeVersion(object: CustomResourceDefinition): void {
  const stored = object.spec.versions?.find(({ storage }) => storage)
  const status = (object.status ??= { ...NO_STATUS })
  if (stored && !status.storedVersions?.includes(stored.name))
    status.storedVersions = [...(status.storedVersions ?? []), stored.name]
}

const PENDING: CustomResourceDefinitionCondition = {
  type: 'Terminating',
  status: 'True',
  reason: 'InstanceDeletionPending',
  message: 'CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon',
}

/** The first delete marks; objects go before their definition. */
function mark(object: CustomResourceDefinition): void {
  const { metadata } = object
  delete metadata.deletionGracePeriodSeconds
  const finalizers = metadata.finalizers ?? []
  if (!finalizers.includes(CLEANUP_FINALIZER)) metadata.finalizers = [...finalizers, CLEANUP_FINALIZER]
  const now = parseTime(metadata.deletionTimestamp ?? '') ?? 0
  const status = object.status ?? NO_STATUS
  object.status = { ...status, conditions: [...setCondition(status.conditions, PENDING, now)] }
}
