import type { RuleWithOperations } from '../generated/admissionregistration.gen.ts'

/** Never seen by webhooks and policies. Source: pkg/kubeapiserver/admission/exclusion/resources.go. */
export const EXCLUDED: readonly string[] = [
  'selfsubjectreviews.authentication.k8s.io', 'tokenreviews.authentication.k8s.io',
  'localsubjectaccessreviews.authorization.k8s.io', 'selfsubjectaccessreviews.authorization.k8s.io',
  'selfsubjectrulesreviews.authorization.k8s.io', 'subjectaccessreviews.authorization.k8s.io',
]

/** Rules that name what is never seen. Source: validation/warnings.go. */
export const excludedWarnings = (hooks: readonly { readonly rules?: readonly RuleWithOperations[] }[] = []): string[] =>
  hooks.flatMap(({ rules = [] }, i) =>
    rules.flatMap(({ apiGroups = [], resources = [] }, j) => {
      if (apiGroups.includes('*') || resources.includes('*')) return []
      const named = apiGroups.flatMap((group) =>
        resources.map((resource) => (group === '' ? resource : `${resource}.${group}`)))
      return [...new Set(named)]
        .filter((name) => EXCLUDED.includes(name))
        .map((name) => `webhooks[${i}].rules[${j}]: ${name} is excluded from admission webhooks; this rule will have no effect`)
    }))
