import { err, ok, type Result } from '../../base/result.ts'
import type { Status } from '../../meta/status.ts'
import type { MatchResources } from '../../resources/generated/admissionregistration.gen.ts'
import type { AdmissionRequest } from '../environment.ts'
import { matchedVersion } from './rules.ts'
import { namespaceSelected, objectSelected } from './selectors.ts'
import type { Subject, Version } from './subject.ts'

/**
 * The version in which a policy or binding means the request; undefined when it does not. Without rules it means
 * all. An error is why selectors cannot tell. Source: policy/matching/matching.go Matches.
 */
export function matchedBy(
  match: MatchResources, subject: Subject, request: AdmissionRequest,
): Result<Version | undefined, Status> {
  const { matchPolicy, namespaceSelector, objectSelector, resourceRules = [], excludeResourceRules = [] } = match
  const selected = {
    state: request.state, before: request.before, object: request.operation === 'DELETE' ? undefined : request.object,
  }
  const inNamespace = namespaceSelected(namespaceSelector, subject, selected)
  if (inNamespace.ok && !inNamespace.value) return ok(undefined)
  const isSelected = objectSelected(objectSelector, selected)
  if (isSelected.ok && !isSelected.value) return ok(undefined)
  if (matchedVersion(excludeResourceRules, subject, matchPolicy)) return ok(undefined)
  const version = resourceRules.length === 0
    ? { group: subject.group, version: subject.version }
    : matchedVersion(resourceRules, subject, matchPolicy)
  if (!version) return ok(undefined)
  if (!inNamespace.ok) return err(inNamespace.error)
  return isSelected.ok ? ok(version) : err(isSelected.error)
}
