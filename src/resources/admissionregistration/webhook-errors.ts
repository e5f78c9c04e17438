import { duplicate, invalid, notSupported, required, type FieldError } from '../../meta/field-error.ts'
import { isDns1035Label, isDns1123Subdomain } from '../../meta/names.ts'
import { hasInvalidLabelValue, validateLabelSelector } from '../../meta/validate-label-selector.ts'
import { equal } from '../equal.ts'
import type { MatchCondition, MutatingWebhook, ValidatingWebhook } from '../generated/admissionregistration.gen.ts'
import { clientConfigErrors } from './client-config-errors.ts'
import { MATCH_POLICIES, matchConditionErrors } from './match-errors.ts'
import { ruleErrors } from './rule-errors.ts'

/** A webhook of either kind; the one that mutates may be called again. */
export type Webhook = ValidatingWebhook & Pick<MutatingWebhook, 'reinvocationPolicy'>

/** Source: validation.go supportedFailurePolicies. */
export const FAILURE_POLICIES = ['Fail', 'Ignore']
/** Source: validation.go supportedReinvocationPolicies. */
export const REINVOCATION_POLICIES = ['IfNeeded', 'Never']
const SIDE_EFFECTS = ['None', 'NoneOnDryRun', 'Some', 'Unknown']
const NO_SIDE_EFFECTS = ['None', 'NoneOnDryRun']
const REVIEW_VERSIONS = ['v1', 'v1beta1']
const TIMEOUT_SECONDS_MAX = 30
const SEGMENTS_MIN = 3

/** What an update need not hold to, because what was stored did not. */
interface Leniency {
  readonly sideEffects: boolean
  readonly reviewVersions: boolean
  readonly names: boolean
  readonly labelValues: boolean
  readonly conditions: { readonly kept: boolean; readonly before?: readonly MatchCondition[] }
}

const STRICT: Leniency = {
  sideEffects: false, reviewVersions: false, names: false, labelValues: false, conditions: { kept: false },
}

/** Source: pkg/apis/admissionregistration/validation ValidateMutatingWebhookConfiguration and its twin. */
export function webhooksErrors(hooks: readonly Webhook[] = [], before?: readonly Webhook[]): FieldError[] {
  const rules = before ? leniencyOf(hooks, before) : STRICT
  const seen = new Set<string>()
  return hooks.flatMap((hook, i) => {
    const isDouble = !rules.names && Boolean(hook.name) && seen.has(hook.name)
    seen.add(hook.name)
    return [
      ...webhookErrors(`webhooks[${i}]`, hook, rules),
      ...reviewVersionErrors(`webhooks[${i}].admissionReviewVersions`, hook.admissionReviewVersions, rules),
      ...(isDouble ? [duplicate(`webhooks[${i}].name`, hook.name)] : []),
    ]
  })
}

function leniencyOf(hooks: readonly Webhook[], before: readonly Webhook[]): Leniency {
  const names = before.map(({ name }) => name)
  return {
    sideEffects: !before.every(({ sideEffects }) => NO_SIDE_EFFECTS.includes(sideEffects)),
    reviewVersions: !before.every(
      ({ admissionReviewVersions: versions = [] }) =>
        versions.length === 0 || versions.some((version) => REVIEW_VERSIONS.includes(version))),
    names: new Set(names).size < names.length,
    labelValues: before.some(
      ({ namespaceSelector, objectSelector }) =>
        hasInvalidLabelValue(namespaceSelector) || hasInvalidLabelValue(objectSelector)),
    conditions: {
      kept: hooks.length === before.length &&
        hooks.every(({ matchConditions }, i) => equal(matchConditions, before[i]!.matchConditions)),
      before: before.flatMap(({ matchConditions = [] }) => matchConditions),
    },
  }
}

function webhookErrors(field: string, hook: Webhook, rules: Leniency): FieldError[] {
  const allowed = rules.sideEffects ? SIDE_EFFECTS : NO_SIDE_EFFECTS
  const { sideEffects, timeoutSeconds = 1 } = hook
  const selectors = { allowInvalidValues: rules.labelValues }
  const oneOf = (name: 'failurePolicy' | 'matchPolicy' | 'reinvocationPolicy', values: string[]): FieldError[] => {
    const value = hook[name]
    return value === undefined || values.includes(value) ? [] : [notSupported(`${field}.${name}`, value, values)]
  }
  return [
    ...nameErrors(`${field}.name`, hook.name ?? ''),
    ...(hook.rules ?? []).flatMap((rule, i) => ruleErrors(`${field}.rules[${i}]`, rule)),
    ...oneOf('failurePolicy', FAILURE_POLICIES),
    ...oneOf('matchPolicy', MATCH_POLICIES),
    ...(sideEffects === undefined
      ? [required(`${field}.sideEffects`, `must specify one of ${allowed.join(', ')}`)]
      : allowed.includes(sideEffects) ? [] : [notSupported(`${field}.sideEffects`, sideEffects, allowed)]),
    ...(timeoutSeconds > TIMEOUT_SECONDS_MAX || timeoutSeconds < 1
      ? [invalid(`${field}.timeoutSeconds`, timeoutSeconds, 'the timeout value must be between 1 and 30 seconds')]
      : []),
    ...validateLabelSelector(`${field}.namespaceSelector`, hook.namespaceSelector, selectors),
    ...validateLabelSelector(`${field}.objectSelector`, hook.objectSelector, selectors),
    ...oneOf('reinvocationPolicy', REINVOCATION_POLICIES),
    ...clientConfigErrors(`${field}.clientConfig`, hook.clientConfig ?? {}),
    ...(rules.conditions.kept
      ? []
      : matchConditionErrors(`${field}.matchConditions`, hook.matchConditions, { params: false, before: rules.conditions.before })),
  ]
}

/** Source: apimachinery util/validation IsFullyQualifiedName. */
function nameErrors(field: string, name: string): FieldError[] {
  if (name === '') return [required(field, '')]
  const wrong = isDns1123Subdomain(name)
  if (wrong.length > 0) return [invalid(field, name, wrong.join(','))]
  if (name.split('.').length >= SEGMENTS_MIN) return []
  return [invalid(field, name, 'should be a domain with at least three segments separated by dots')]
}

function reviewVersionErrors(field: string, versions: readonly string[] = [], rules: Leniency): FieldError[] {
  if (versions.length === 0) return [required(field, `must specify one of ${REVIEW_VERSIONS.join(', ')}`)]
  const errors = versions.flatMap((version, i) =>
    versions.indexOf(version) < i
      ? [invalid(`${field}[${i}]`, version, 'duplicate version')]
      : isDns1035Label(version).map((why) => invalid(`${field}[${i}]`, version, why)))
  const isKnown = rules.reviewVersions || versions.some((version) => REVIEW_VERSIONS.includes(version))
  return isKnown ? errors : [...errors, invalid(field, versions, `must include at least one of ${REVIEW_VERSIONS.join(', ')}`)]
}

/** What decoding fills in. Source: v1/defaults.go SetDefaults_ValidatingWebhook and its twin. */
export function setWebhookDefaults(hooks: readonly Webhook[] = [], mutating = false): void {
  for (const hook of hooks) {
    hook.failurePolicy ??= 'Fail'
    hook.matchPolicy ??= 'Equivalent'
    hook.namespaceSelector ??= {}
    hook.objectSelector ??= {}
    hook.timeoutSeconds ??= 10
    if (mutating) hook.reinvocationPolicy ??= 'Never'
    for (const rule of hook.rules ?? []) rule.scope ??= '*'
    const { service } = hook.clientConfig ?? {}
    if (service) service.port ??= 443
  }
}
