import { nameIsDnsSubdomain } from '../../meta/names.ts'
import { ageText } from '../../meta/timestamp.ts'
import { define, type ResourceDefinition } from '../define.ts'
import type { ValidatingAdmissionPolicyBinding } from '../generated/admissionregistration.gen.ts'
import { COLUMNS } from '../generated/columns.gen.ts'
import { setMatchDefaults } from './match-errors.ts'
import { paramRefText } from './policy-cells.ts'
import { actionErrors, bindingErrors } from './policy-errors.ts'
import { staticNameErrors, staticNameWarnings } from './static-name.ts'

/** Source: pkg/registry/admissionregistration/{validating,mutating}admissionpolicybinding/strategy.go. */
function policyBinding(kind: 'Mutating' | 'Validating'): ResourceDefinition {
  const plural = `${kind.toLowerCase()}admissionpolicybindings`
  const errors = ({ spec }: ValidatingAdmissionPolicyBinding) => [
    ...bindingErrors(spec ?? {}), ...(kind === 'Validating' ? actionErrors(spec?.validationActions) : []),
  ]
  return define<ValidatingAdmissionPolicyBinding>({
    resource: `${plural}.admissionregistration.k8s.io`,
    kind: `${kind}AdmissionPolicyBinding`,
    plural,
    singular: plural.slice(0, -1),
    categories: ['api-extensions'],
    namespaced: false,
    served: [{
      group: 'admissionregistration.k8s.io', version: 'v1',
      schema: `io.k8s.api.admissionregistration.v1.${kind}AdmissionPolicyBinding`,
    }],
    validateName: nameIsDnsSubdomain,
    defaults: ({ spec }) => setMatchDefaults(spec?.matchResources),
    validate: (object) => [...errors(object), ...staticNameErrors(object)],
    validateUpdate: errors,
    warnings: staticNameWarnings,
    generationOf: ['spec'],
    unconditionalUpdate: false,
    columns: COLUMNS[`${kind}AdmissionPolicyBinding`],
    cells: ({ metadata, spec }, now) => [
      metadata.name ?? '', spec?.policyName ?? '', paramRefText(spec?.paramRef), ageText(metadata.creationTimestamp, now),
    ],
  })
}

/** Binds what validates to what it looks at. */
export const validatingAdmissionPolicyBinding = policyBinding('Validating')

/** Binds what mutates. */
export const mutatingAdmissionPolicyBinding = policyBinding('Mutating')
