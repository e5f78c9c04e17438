import { untolerated } from '../../../resources/taint.ts'
import type { Filter, Rejection } from './filter.ts'

const TAINTED: Rejection = { reasons: ['node(s) had untolerated taint(s)'], resolvable: false }

/** Taints that keep pods away must be tolerated. Source: tainttoleration (v1.37 names no taint). */
export const taints: Filter = ({ tolerations }, { facts }) =>
  untolerated(facts.taints, tolerations, ['NoSchedule', 'NoExecute']) ? TAINTED : undefined
