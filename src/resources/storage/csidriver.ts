import {
  duplicate,
  invalid,
  notSupported,
  required,
  type FieldError,
} from '../../meta/field-error.ts'
import { nameIsDnsSubdomain } from '../../meta/names.ts'
import { ageText } from '../../meta/timestamp.ts'
import { define } from '../define.ts'
import { equal } from '../equal.ts'
import { where } from '../field-path.ts'
import { COLUMNS } from '../generated/columns.gen.ts'
import type { CSIDriver, CSIDriverSpec } from '../generated/storage.gen.ts'

const GROUP_POLICIES = ['File', 'None', 'ReadWriteOnceWithFSType']
const LIFECYCLE_MODES = ['Persistent', 'Ephemeral']
const ALLOCATABLE_PERIOD_MIN = 10
const TOKEN_SECONDS_MIN = 600
const TOKEN_SECONDS_MAX = 2 ** 32
const TOKENS_IN_SECRETS =
  'spec.serviceAccountTokenInSecrets is unset; if supported by this CSI driver, set to true to prevent possible logging of tokens in volume attributes'

/** Source: pkg/registry/storage/csidriver/strategy.go. */
export const csiDriver = define<CSIDriver>({
  resource: 'csidrivers.storage.k8s.io',
  kind: 'CSIDriver',
  plural: 'csidrivers',
  singular: 'csidriver',
  namespaced: false,
  served: [{ group: 'storage.k8s.io', version: 'v1', schema: 'io.k8s.api.storage.v1.CSIDriver' }],
  returnsDeleted: true,
  validateName: nameIsDnsSubdomain,
  defaults(object) {
    const spec = (object.spec ??= {})
    spec.attachRequired ??= true
    spec.podInfoOnMount ??= false
    spec.storageCapacity ??= false
    spec.fsGroupPolicy ??= 'ReadWriteOnceWithFSType'
    if (!spec.volumeLifecycleModes?.length) spec.volumeLifecycleModes = ['Persistent']
    spec.requiresRepublish ??= false
    spec.seLinuxMount ??= false
    spec.preventPodSchedulingIfMissing ??= false
  },
  validate: ({ spec }) => specErrors(spec),
  validateUpdate({ spec }, before) {
    const errors = specErrors(spec)
    if (spec.attachRequired !== before.spec.attachRequired)
      errors.push(
        invalid('spec.attachedRequired', spec.attachRequired ?? null, 'field is immutable'),
      )
    if (!equal(spec.volumeLifecycleModes, before.spec.volumeLifecycleModes))
      errors.push(
        invalid('spec.volumeLifecycleModes', spec.volumeLifecycleModes, 'field is immutable'),
      )
    return errors
  },
  warnings({ spec }, before) {
    if (!spec.tokenRequests?.length || spec.serviceAccountTokenInSecrets !== undefined) return []
    return equal(spec.tokenRequests, before?.spec.tokenRequests) ? [] : [TOKENS_IN_SECRETS]
  },
  generationOf: ['spec'],
  unconditionalUpdate: false,
  columns: COLUMNS.CSIDriver,
  cells: ({ metadata, spec }, now) => [
    metadata.name ?? '',
    spec.attachRequired ?? true,
    spec.podInfoOnMount ?? false,
    spec.storageCapacity ?? false,
    spec.tokenRequests?.map(({ audience }) => audience).join(',') ?? '<unset>',
    spec.requiresRepublish ?? false,
    spec.volumeLifecycleModes?.join(',') || '<none>',
    ageText(metadata.creationTimestamp, now),
  ],
})

/** Source: storage/validation validateCSIDriverSpec; what defaults always set is not asked for again. */
function specErrors(spec: CSIDriverSpec): FieldError[] {
  const { fsGroupPolicy, volumeLifecycleModes = [] } = spec
  const period = spec.nodeAllocatableUpdatePeriodSeconds
  const errors: FieldError[] = []
  for (const field of ['attachRequired', 'podInfoOnMount', 'storageCapacity'] as const)
    if (spec[field] === undefined) errors.push(required(`spec.${field}`, ''))
  if (fsGroupPolicy !== undefined && !GROUP_POLICIES.includes(fsGroupPolicy))
    errors.push(notSupported('spec.fsGroupPolicy', fsGroupPolicy, GROUP_POLICIES))
  errors.push(...tokenErrors(spec))
  for (const mode of volumeLifecycleModes)
    if (!LIFECYCLE_MODES.includes(mode))
      errors.push(notSupported('spec.volumeLifecycleModes', mode, LIFECYCLE_MODES))
  if (period !== undefined && period < ALLOCATABLE_PERIOD_MIN)
    errors.push(
      invalid(
        'spec.nodeAllocatableUpdatePeriodSeconds',
        period,
        'must be greater than or equal to 10 seconds',
      ),
    )
  if (spec.serviceAccountTokenInSecrets !== undefined && !spec.tokenRequests?.length)
    errors.push(
      invalid(
        'spec.serviceAccountTokenInSecrets',
        spec.serviceAccountTokenInSecrets,
        'serviceAccountTokenInSecrets is set but no tokenRequests are specified',
      ),
    )
  return errors
}

function tokenErrors({ tokenRequests = [] }: CSIDriverSpec): FieldError[] {
  const errors: FieldError[] = []
  const audiences = new Set<string>()
  for (const [i, { audience = '', expirationSeconds: seconds }] of tokenRequests.entries()) {
    const field = where(undefined, 'spec', 'tokenRequests', i)
    if (audiences.has(audience)) {
      errors.push(duplicate(`${field}.audience`, audience))
      continue
    }
    audiences.add(audience)
    const wrong = (why: string): void =>
      void errors.push(invalid(`${field}.expirationSeconds`, seconds, why))
    if (seconds === undefined) continue
    if (seconds < TOKEN_SECONDS_MIN) wrong('may not specify a duration less than 10 minutes')
    if (seconds > TOKEN_SECONDS_MAX) wrong('may not specify a duration larger than 2^32 seconds')
  }
  return errors
}
