import type { Filter, Rejection } from './filter.ts'

const NOT_THIS_NODE: Rejection = {
  reasons: ["node(s) didn't satisfy plugin(s) [NodeAffinity]"],
  resolvable: false,
}

/**
 * A pod that names its node by `matchFields: metadata.name`, as DaemonSets do, asks for that node
 * alone: all others are out before anything else is asked. Source: nodename, and nodeaffinity's
 * PreFilter.
 */
export const nodeName: Filter = ({ nodeAffinity }, { facts }) => {
  const terms = nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms
  if (!terms || terms.length === 0) return undefined
  const named = terms.every((term) =>
    term.matchFields?.some((field) => field.key === 'metadata.name' && field.operator === 'In'),
  )
  if (!named) return undefined
  const wanted = terms.some((term) =>
    term.matchFields!.every(
      (field) => field.operator !== 'In' || field.values?.includes(facts.name),
    ),
  )
  return wanted ? undefined : NOT_THIS_NODE
}
