import { forbidden, invalid, notSupported, required, type FieldError } from '../../meta/field-error.ts'
import { parseApiVersion } from '../../meta/kind.ts'
import { isPathSegmentName } from '../../meta/names.ts'
import { parseQuantity, quantitySign } from '../../meta/quantity.ts'
import { addInvalid, checkLabel } from '../checks.ts'
import { at, where, type Path } from '../field-path.ts'
import type {
  CrossVersionObjectReference, MetricIdentifier, MetricSpec, MetricTarget,
} from '../generated/autoscaling.gen.ts'
import { containerResourceNameErrors } from '../resource-name.ts'

/** What of a reference is let pass. */
export interface ReferenceRules {
  readonly emptyGroup?: boolean
  /** An update does not judge again what it does not change. */
  readonly anyVersion?: boolean
}

type Source = 'object' | 'external' | 'pods' | 'resource' | 'containerResource'

const FIELD_OF_TYPE: Readonly<Record<string, Source>> = {
  ContainerResource: 'containerResource',
  External: 'external',
  Object: 'object',
  Pods: 'pods',
  Resource: 'resource',
}
const TYPES = Object.keys(FIELD_OF_TYPE)
/** The first that is present is looked at. */
const SOURCES: readonly Source[] = ['object', 'external', 'pods', 'resource', 'containerResource']
const TARGETS = ['Utilization', 'Value', 'AverageValue']

/** Source: autoscaling/validation ValidateCrossVersionObjectReference. */
export function referenceErrors(
  errors: FieldError[],
  path: Path,
  ref: Partial<CrossVersionObjectReference>,
  rules: ReferenceRules,
): void {
  for (const name of ['kind', 'name'] as const) {
    const text = ref[name] ?? ''
    if (text === '') errors.push(required(where(path, name), ''))
    else addInvalid(errors, path, name, text, isPathSegmentName(text))
  }
  const problem = rules.anyVersion ? undefined : versionProblem(ref.apiVersion ?? '', rules)
  if (problem !== undefined) errors.push(invalid(where(path, 'apiVersion'), ref.apiVersion ?? '', problem))
}

/** Why the version of a scale target is no use. Source: ValidateAPIVersion. */
export function versionProblem(apiVersion: string, { emptyGroup }: ReferenceRules): string | undefined {
  const parsed = apiVersion === '' ? { group: '' } : parseApiVersion(apiVersion)
  if (!parsed) return `unexpected GroupVersion string: ${apiVersion}`
  return parsed.group === '' && !emptyGroup ? 'apiVersion must specify API group' : undefined
}

/** Source: autoscaling/validation validateMetricSpec. */
export function metricErrors(
  errors: FieldError[],
  path: Path,
  spec: MetricSpec,
  rules: ReferenceRules,
): void {
  const type = spec.type ?? ''
  const expected = Object.hasOwn(FIELD_OF_TYPE, type) ? FIELD_OF_TYPE[type] : undefined
  if (type === '') errors.push(required(where(path, 'type'), 'must specify a metric source type'))
  if (!expected) errors.push(notSupported(where(path, 'type'), type, TYPES))
  const present = SOURCES.filter((source) => spec[source] !== undefined)
  if (present[0]) sourceErrors(errors, at(path, present[0]), { spec, source: present[0], rules })
  if (expected && spec[expected] === undefined)
    errors.push(required(where(path, expected), 'must populate information for the given metric source'))
  if (present.length !== 1)
    for (const source of present)
      if (source !== expected)
        errors.push(forbidden(where(path, source), 'must populate the given metric source only'))
}

interface SourceCase {
  readonly spec: MetricSpec
  readonly source: Source
  readonly rules: ReferenceRules
}

function sourceErrors(errors: FieldError[], path: Path, { spec, source, rules }: SourceCase): void {
  const { target = { type: '' } } = spec[source]!
  if (source === 'object')
    referenceErrors(errors, at(path, 'describedObject'), spec.object!.describedObject ?? {}, rules)
  if (source === 'resource' || source === 'containerResource') nameErrors(errors, path, spec, source)
  else identifierErrors(errors, at(path, 'metric'), spec[source]!.metric)
  targetErrors(errors, at(path, 'target'), target)
  amountErrors(errors, at(path, 'target'), source, target)
}

function nameErrors(
  errors: FieldError[],
  path: Path,
  spec: MetricSpec,
  source: 'resource' | 'containerResource',
): void {
  const name = spec[source]!.name ?? ''
  if (name === '') errors.push(required(where(path, 'name'), 'must specify a resource name'))
  if (source === 'resource') return
  if (name !== '') errors.push(...containerResourceNameErrors(where(path, 'name'), name))
  const container = spec.containerResource!.container ?? ''
  if (container === '') errors.push(required(where(path, 'container'), 'must specify a container'))
  else checkLabel(errors, path, 'container', container)
}

function identifierErrors(errors: FieldError[], path: Path, metric: MetricIdentifier | undefined): void {
  const name = metric?.name ?? ''
  if (name === '') errors.push(required(where(path, 'name'), 'must specify a metric name'))
  else addInvalid(errors, path, 'name', name, isPathSegmentName(name))
}

function targetErrors(errors: FieldError[], path: Path, target: MetricTarget): void {
  const { type = '', averageUtilization } = target
  if (type === '') errors.push(required(where(path, 'type'), 'must specify a metric target type'))
  if (!TARGETS.includes(type))
    errors.push(invalid(where(path, 'type'), type, 'must be either Utilization, Value, or AverageValue'))
  for (const name of ['value', 'averageValue'] as const) {
    const amount = target[name] === undefined ? undefined : parseQuantity(target[name])
    if (amount?.ok && quantitySign(amount.value) !== 1)
      errors.push(invalid(where(path, name), target[name], 'must be positive'))
  }
  if (averageUtilization !== undefined && averageUtilization < 1)
    errors.push(invalid(where(path, 'averageUtilization'), averageUtilization, 'must be greater than 0'))
}

/** Which amounts each source must and may not have. */
function amountErrors(errors: FieldError[], path: Path, source: Source, target: MetricTarget): void {
  const { value, averageValue, averageUtilization } = target
  const need = (name: string, detail: string): void => void errors.push(required(where(path, name), detail))
  const none = value === undefined && averageValue === undefined
  if (source === 'object' && none) need('averageValue', 'must set either a target value or averageValue')
  if (source === 'external') {
    if (none) need('averageValue', 'must set either a target value for metric or a per-pod target')
    if (value !== undefined && averageValue !== undefined)
      errors.push(
        forbidden(where(path, 'value'), 'may not set both a target value for metric and a per-pod target'),
      )
  }
  if (source === 'pods' && averageValue === undefined)
    need('averageValue', 'must specify a positive target averageValue')
  if (source !== 'resource' && source !== 'containerResource') return
  if (averageUtilization === undefined && averageValue === undefined)
    need('averageUtilization', 'must set either a target raw value or a target utilization')
  if (averageUtilization !== undefined && averageValue !== undefined)
    errors.push(
      forbidden(where(path, 'averageValue'), 'may not set both a target raw value and a target utilization'),
    )
}
