import type { Result } from '../../base/result.ts'
import type { MutatingWebhook } from '../../resources/generated/admissionregistration.gen.ts'
import type { Authorizer } from '../../rights/attributes.ts'
import type { AdmissionRequest } from '../environment.ts'
import type { Version } from '../matching/subject.ts'
import { versionedView } from '../matching/versions.ts'
import type { Hook } from '../webhooks/hook-book.ts'
import { bindingsOf } from './activation.ts'
import { compileConditions, type CompiledHead } from './compiled.ts'
import { conditionsHold } from './conditions.ts'

/** Evaluates match conditions of webhooks; each is compiled when it is first needed. */
export function webhookConditions(
  authorizer: Authorizer,
): (hook: Hook, request: AdmissionRequest, version: Version) => Result<boolean, string> {
  const compiled = new WeakMap<MutatingWebhook, CompiledHead>()
  return ({ webhook }, request, version) => {
    let head = compiled.get(webhook)
    if (!head)
      compiled.set(webhook, (head = { conditions: compileConditions(webhook.matchConditions ?? []), variables: [] }))
    const view = versionedView(request, version)
    return conditionsHold(head, bindingsOf({
      request, matched: version, view, authorizer,
      object: request.operation === 'DELETE' ? null : view.show(request.object),
      oldObject: request.before ? view.show(request.before) : null,
    }))
  }
}
