import { forbiddenTo, type Status } from '../../meta/status.ts'
import type { AdmissionRequest } from '../environment.ts'

/** 403 of a plugin for the request's object. Source: apiserver admission/errors.go NewForbidden. */
export const forbidden = ({ definition, name }: AdmissionRequest, why: string): Status =>
  forbiddenTo({ group: definition.served[0]!.group, resource: definition.plural }, name || 'Unknown', why)

/** Several reasons in one message, none twice. Source: apimachinery util/errors Aggregate. */
export function aggregate(reasons: readonly string[]): string {
  const unique = [...new Set(reasons)]
  return unique.length === 1 ? unique[0]! : `[${unique.join(', ')}]`
}
