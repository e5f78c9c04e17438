import { untolerated } from '../../../resources/taint.ts'
import type { Filter, Rejection } from './filter.ts'

const CORDONED: Rejection = { reasons: ['node(s) were unschedulable'], resolvable: false }
const TAINT = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }

/** A cordoned node takes only pods that tolerate it. Source: nodeunschedulable. */
export const unschedulable: Filter = ({ tolerations }, { facts }) =>
  facts.unschedulable && untolerated([TAINT], tolerations, ['NoSchedule']) ? CORDONED : undefined
