import { err, ok, type Result } from '../base/result.ts'
import {
  meets,
  newRequirement,
  requirementText,
  type LabelOperator,
  type LabelRequirement,
  type Labels,
} from './label-requirement.ts'
import { parseRequirements } from './parse-label-selector.ts'
import { goQuote } from './go-quote.ts'

/** One expression of the API's LabelSelector. */
export interface LabelSelectorRequirement {
  key: string
  operator: string
  values?: string[]
}

/** The API's own LabelSelector. Source: apimachinery meta/v1. */
export interface LabelSelectorSpec {
  matchLabels?: Record<string, string>
  matchExpressions?: LabelSelectorRequirement[]
}

/** A selector ready to match: plain data, sorted by key, shared freely. */
export interface LabelSelector {
  readonly requirements: readonly LabelRequirement[]
  /** False for the selector that matches nothing (an absent one in the API). */
  readonly selectable: boolean
}

/** Matches all objects. */
export const EVERYTHING: LabelSelector = { requirements: [], selectable: true }
/** Matches no object. */
export const NOTHING: LabelSelector = { requirements: [], selectable: false }

const API_OPERATORS: ReadonlyMap<string, LabelOperator> = new Map([
  ['In', 'in'],
  ['NotIn', 'notin'],
  ['Exists', 'exists'],
  ['DoesNotExist', '!'],
])

/** Reads `a=b,c!=d,e in (x,y),!f,g,h>1`. Errors are upstream's. Source: labels.Parse. */
export function parseLabelSelector(text: string): Result<LabelSelector, string> {
  if (text === '') return ok(EVERYTHING)
  const parsed = parseRequirements(text)
  return parsed.ok ? ok(selectorOf(parsed.value)) : parsed
}

/** Compiles the API's form; absent selects nothing, empty everything. Source: meta/v1 helpers. */
export function labelSelectorOf(
  source: LabelSelectorSpec | undefined,
): Result<LabelSelector, string> {
  if (!source) return ok(NOTHING)
  const requirements: LabelRequirement[] = []
  for (const [key, value] of Object.entries(source.matchLabels ?? {})) {
    const made = newRequirement(key, '=', [value])
    if (!made.ok) return made
    requirements.push(made.value)
  }
  for (const { key, operator, values } of source.matchExpressions ?? []) {
    const known = API_OPERATORS.get(operator)
    if (!known) return err(`${goQuote(operator)} is not a valid label selector operator`)
    const made = newRequirement(key, known, values ?? [])
    if (!made.ok) return made
    requirements.push(made.value)
  }
  return ok(selectorOf(requirements))
}

/**
 * The selector of a plain map, unchecked; empty selects everything. Source: labels.SelectorFromSet.
 */
export const selectorOfLabels = (labels: Labels | undefined): LabelSelector =>
  selectorOf(
    Object.entries(labels ?? {}).map(([key, value]) => ({ key, operator: '=', values: [value] })),
  )

/** Whether the labels fulfil all requirements. */
export function matches(selector: LabelSelector, labels: Labels | undefined): boolean {
  if (!selector.selectable) return false
  const given = labels ?? {}
  for (const requirement of selector.requirements) if (!meets(requirement, given)) return false
  return true
}

/** Whether it restricts nothing. */
export const isEverything = (selector: LabelSelector): boolean =>
  selector.selectable && selector.requirements.length === 0

/** The one value a label must have, for use of an index. Source: RequiresExactMatch. */
export function requiredLabelValue(selector: LabelSelector, key: string): string | undefined {
  const first = selector.requirements.find((r) => r.key === key)
  const exact = first && ['=', '==', 'in'].includes(first.operator) && first.values.length === 1
  return exact ? first.values[0] : undefined
}

/** `a=b,c in (d,e)`; empty for both everything and nothing. */
export const selectorText = (selector: LabelSelector): string =>
  selector.requirements.map(requirementText).join(',')

/**
 * A selector's table cell: `<none>` when empty, `<error>` when invalid. Source:
 * FormatLabelSelector.
 */
export function labelSelectorCell(source: LabelSelectorSpec | undefined): string {
  const compiled = labelSelectorOf(source)
  return compiled.ok ? selectorText(compiled.value) || '<none>' : '<error>'
}

/** `a=b,c=d`, sorted. Source: labels.Set String. */
export const labelsText = (labels: Labels | undefined): string =>
  Object.entries(labels ?? {})
    .map(([key, value]) => `${key}=${value}`)
    .sort()
    .join(',')

const selectorOf = (requirements: readonly LabelRequirement[]): LabelSelector => ({
  requirements: requirements.toSorted((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)),
  selectable: true,
})
