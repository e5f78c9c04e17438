import { nameIsDnsSubdomain } from '../../meta/names.ts'
import { ageText } from '../../meta/timestamp.ts'
import { define, type ResourceDefinition } from '../define.ts'
import type { MutatingWebhookConfiguration } from '../generated/admissionregistration.gen.ts'
import { COLUMNS } from '../generated/columns.gen.ts'
import { excludedWarnings } from './excluded.ts'
import { staticNameErrors, staticNameWarnings } from './static-name.ts'
import { setWebhookDefaults, webhooksErrors } from './webhook-errors.ts'

/** Source: pkg/registry/admissionregistration/{mutating,validating}webhookconfiguration/strategy.go. */
function webhookConfiguration(kind: 'Mutating' | 'Validating'): ResourceDefinition {
  const mutating = kind === 'Mutating'
  const plural = `${kind.toLowerCase()}webhookconfigurations`
  return define<MutatingWebhookConfiguration>({
    resource: `${plural}.admissionregistration.k8s.io`,
    kind: `${kind}WebhookConfiguration`,
    plural,
    singular: plural.slice(0, -1),
    categories: ['api-extensions'],
    namespaced: false,
    served: [{
      group: 'admissionregistration.k8s.io', version: 'v1',
      schema: `io.k8s.api.admissionregistration.v1.${kind}WebhookConfiguration`,
    }],
    validateName: nameIsDnsSubdomain,
    defaults: ({ webhooks }) => setWebhookDefaults(webhooks, mutating),
    validate: (object) => [...webhooksErrors(object.webhooks), ...staticNameErrors(object)],
    validateUpdate: ({ webhooks }, before) => webhooksErrors(webhooks, before.webhooks ?? []),
    warnings: (object, before) => [...staticNameWarnings(object, before), ...excludedWarnings(object.webhooks)],
    generationOf: ['webhooks'],
    unconditionalUpdate: false,
    columns: COLUMNS[`${kind}Webhook`],
    cells: ({ metadata, webhooks }, now) => [
      metadata.name ?? '', webhooks?.length ?? 0, ageText(metadata.creationTimestamp, now),
    ],
  })
}

/** Webhooks that may change what is written. */
export const mutatingWebhookConfiguration = webhookConfiguration('Mutating')

/** Webhooks that may refuse it. */
export const validatingWebhookConfiguration = webhookConfiguration('Validating')
