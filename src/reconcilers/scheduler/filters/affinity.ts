import type {
  NodeSelectorRequirement,
  NodeSelectorTerm,
} from '../../../resources/generated/core.gen.ts'
import type { NodeFacts } from '../node-usage.ts'
import type { Filter, Rejection } from './filter.ts'

const NO_MATCH: Rejection = {
  reasons: ["node(s) didn't match Pod's node affinity/selector"],
  resolvable: false,
}

/**
 * nodeSelector, and one of the required affinity's terms. Source: nodeaffinity
 * GetRequiredNodeAffinity.
 */
export const affinity: Filter = ({ nodeSelector, nodeAffinity }, { facts }) => {
  for (const key in nodeSelector) if (facts.labels[key] !== nodeSelector[key]) return NO_MATCH
  const terms = nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms
  return !terms || terms.some((term) => matchesTerm(term, facts)) ? undefined : NO_MATCH
}

/**
 * All of a term's requirements; an empty term matches nothing. Source: component-helpers
 * nodeaffinity.
 */
export function matchesTerm(term: NodeSelectorTerm, facts: NodeFacts): boolean {
  const { matchExpressions = [], matchFields = [] } = term
  if (matchExpressions.length === 0 && matchFields.length === 0) return false
  return (
    matchExpressions.every((each) => meets(each, facts.labels[each.key])) &&
    matchFields.every((each) => meets(each, each.key === 'metadata.name' ? facts.name : undefined))
  )
}

function meets(
  { operator, values = [] }: NodeSelectorRequirement,
  value: string | undefined,
): boolean {
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value)
    case 'NotIn':
      return value === undefined || !values.includes(value)
    case 'Exists':
      return value !== undefined
    case 'DoesNotExist':
      return value === undefined
    case 'Gt':
    case 'Lt':
      return compares(operator, value, values[0])
    default:
      return false
  }
}

/** Integers only. Source: labels.Requirement, GreaterThan and LessThan. */
function compares(
  operator: 'Gt' | 'Lt',
  value: string | undefined,
  limit: string | undefined,
): boolean {
  const integer = /^[+-]?[0-9]+$/
  if (value === undefined || limit === undefined || !integer.test(value) || !integer.test(limit))
    return false
  const [a, b] = [BigInt(value), BigInt(limit)]
  return operator === 'Gt' ? a > b : a < b
}
