import { forbidden, invalid, required, type FieldError } from './field-error.ts'
import type { LabelSelectorSpec, LabelSelectorRequirement } from './label-selector.ts'
import type { Labels } from './label-requirement.ts'
import { isLabelValue, isQualifiedName } from './names.ts'

/** What an update may keep although it is wrong, because it was stored so. */
export interface LabelSelectorRules {
  readonly allowInvalidValues?: boolean
  /** Access reviews accept operators that they cannot interpret. */
  readonly allowUnknownOperator?: boolean
}

/** Source: apimachinery meta/v1/validation ValidateLabelSelector. */
export function validateLabelSelector(
  field: string,
  selector: LabelSelectorSpec | undefined,
  rules: LabelSelectorRules = {},
): FieldError[] {
  if (!selector) return []
  return [
    ...validateLabels(`${field}.matchLabels`, selector.matchLabels),
    ...(selector.matchExpressions ?? []).flatMap((expression, i) =>
      validateExpression(`${field}.matchExpressions[${i}]`, expression, rules),
    ),
  ]
}

/** Keys and values of a map of labels. Source: ValidateLabels. */
export function validateLabels(field: string, labels: Labels | undefined): FieldError[] {
  const errors: FieldError[] = []
  for (const key in labels) {
    for (const reason of isQualifiedName(key)) errors.push(invalid(field, key, reason))
    const value = labels[key]!
    for (const reason of isLabelValue(value)) errors.push(invalid(field, value, reason))
  }
  return errors
}

/** One label's key. Source: ValidateLabelName. */
export const validateLabelName = (field: string, key: string): FieldError[] =>
  isQualifiedName(key).map((reason) => invalid(field, key, reason))

/** Whether an expression holds an invalid value, so that an update may keep it. */
export const hasInvalidLabelValue = (selector: LabelSelectorSpec | undefined): boolean =>
  (selector?.matchExpressions ?? []).some((e) =>
    (e.values ?? []).some((value) => isLabelValue(value).length > 0),
  )

function validateExpression(
  field: string,
  { key, operator, values = [] }: LabelSelectorRequirement,
  rules: LabelSelectorRules,
): FieldError[] {
  const errors = operatorErrors(field, operator, values, rules)
  errors.push(...validateLabelName(`${field}.key`, key))
  if (rules.allowInvalidValues) return errors
  values.forEach((value, i) => {
    for (const reason of isLabelValue(value))
      errors.push(invalid(`${field}.values[${i}]`, value, reason))
  })
  return errors
}

function operatorErrors(
  field: string,
  operator: string,
  values: readonly string[],
  rules: LabelSelectorRules,
): FieldError[] {
  switch (operator) {
    case 'In':
    case 'NotIn':
      return values.length > 0
        ? []
        : [
            required(
              `${field}.values`,
              "must be specified when `operator` is 'In' or 'NotIn'",
            ),
          ]
    case 'Exists':
    case 'DoesNotExist':
      return values.length === 0
        ? []
        : [
            forbidden(
              `${field}.values`,
              "may not be specified when `operator` is 'Exists' or 'DoesNotExist'",
            ),
          ]
    default:
      return rules.allowUnknownOperator
        ? []
        : [invalid(`${field}.operator`, operator, 'not a valid selector operator')]
  }
}
