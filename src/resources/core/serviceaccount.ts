import { nameIsDnsSubdomain } from '../../meta/names.ts'
import { ageText } from '../../meta/timestamp.ts'
import { define } from '../define.ts'
import { COLUMNS } from '../generated/columns.gen.ts'
import type { ServiceAccount } from '../generated/core.gen.ts'

const MOUNTABLE_SECRETS = 'kubernetes.io/enforce-mountable-secrets'

/** Source: pkg/registry/core/serviceaccount/strategy.go. */
export const serviceAccount = define<ServiceAccount>({
  resource: 'serviceaccounts',
  kind: 'ServiceAccount',
  plural: 'serviceaccounts',
  singular: 'serviceaccount',
  shortNames: ['sa'],
  namespaced: true,
  served: [{ group: '', version: 'v1', schema: 'io.k8s.api.core.v1.ServiceAccount' }],
  returnsDeleted: true,
  validateName: nameIsDnsSubdomain,
  prepareCreate: cleanSecrets,
  prepareUpdate: cleanSecrets,
  validate: () => [],
  validateUpdate: () => [],
  warnings(object, before) {
    if (before?.metadata.annotations?.[MOUNTABLE_SECRETS] !== undefined) return []
    if (object.metadata.annotations?.[MOUNTABLE_SECRETS] === undefined) return []
    return [
      `metadata.annotations[${MOUNTABLE_SECRETS}]: deprecated in v1.32+; prefer separate namespaces to isolate access to mounted secrets`,
    ]
  },
  subresources: {
    token: {
      kind: 'TokenRequest',
      verbs: ['create'],
      group: 'authentication.k8s.io',
      version: 'v1',
    },
  },
  columns: COLUMNS.ServiceAccount,
  cells: (object, now) => [
    object.metadata.name ?? '',
    ageText(object.metadata.creationTimestamp, now),
  ],
})

/** Only the names of secrets mean something. */
function cleanSecrets(object: ServiceAccount): void {
  if (object.secrets)
    object.secrets = object.secrets.map(({ name }) => (name === undefined ? {} : { name }))
}
