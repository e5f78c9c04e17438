import { ok, type Result } from '../../base/result.ts'
import { parseJson } from '../../meta/json-text.ts'
import { applyJsonPatch, patchReason } from '../../meta/json-patch.ts'
import type { Json, KubeObject } from '../../meta/object.ts'
import { isJsonObject } from '../../meta/own-property.ts'
import { goQuote } from '../../meta/go-quote.ts'
import { semanticallyEqual } from '../../meta/equality.ts'
import { badRequest, forbiddenTo, internalError, type Status } from '../../meta/status.ts'
import type { ResourceDefinition, ServedVersion } from '../../resources/define.ts'
import { cloneObject } from '../../commands/clone-object.ts'
import type { AdmissionRequest } from '../../commands/environment.ts'
import { matchedVersion } from '../../commands/matching/rules.ts'
import { namespaceSelected, objectSelected } from '../../commands/matching/selectors.ts'
import { subjectOf, type Version } from '../../commands/matching/subject.ts'
import { versionedView } from '../../commands/matching/versions.ts'
import type { Consultant, OutsideAnswer, Question } from '../../commands/outside.ts'
import type { Hook, HookBook } from '../../commands/webhooks/hook-book.ts'
import { admissionReview, readReview, rejection, reviewVersion, type ReviewAnswer } from './admission-review.ts'
import type { WebhookCaller } from './call-webhook.ts'

/** How one webhook took the request. */
type Outcome =
  | { readonly kind: 'allowed'; readonly object?: KubeObject; readonly warnings: readonly string[] }
  | { readonly kind: 'refused'; readonly status: Status; readonly warnings: readonly string[] }
  /** No answer that counts: the failure policy decides. */
  | { readonly kind: 'failed'; readonly why: string }

/** Whether a webhook's match conditions hold; an error is told by its failure policy. */
export type Conditions = (hook: Hook, request: AdmissionRequest, version: Version) => Result<boolean, string>

/** What the second round of mutating webhooks knows of the first. Source: mutating/reinvocationcontext.go. */
interface Memory {
  /** Webhooks that were called and want to hear of later changes. */
  readonly called: Set<string>
  /** Webhooks that have to be called again. */
  readonly again: Set<string>
  last: KubeObject | undefined
}

/**
 * Asks admission webhooks: those that mutate one after another, each about what the one before left; those that
 * validate all at once. Source: apiserver admission/plugin/webhook/{mutating,validating}/dispatcher.go.
 */
export class AdmissionWebhooks implements Consultant {
  readonly #caller: WebhookCaller
  readonly #book: HookBook
  readonly #conditions: Conditions

  constructor(caller: WebhookCaller, book: HookBook, conditions: Conditions) {
    this.#caller = caller
    this.#book = book
    this.#conditions = conditions
  }

  concerns(definition: ResourceDefinition, served: ServedVersion, subresource: string): boolean {
    return this.#book.concerns(definition, served, subresource)
  }

  ask({ key, request }: Question, earlier: (key: string) => OutsideAnswer | undefined): Promise<OutsideAnswer> {
    if (key === 'validate') return this.#validate(request)
    const round = key === 'mutate 1' ? 1 : 0
    const known = round === 1 ? (earlier('mutate 0')?.memory as Memory | undefined) : undefined
    const memory = { called: new Set(known?.called), again: new Set(known?.again), last: known?.last }
    return this.#mutate(request, round, memory)
  }

  async #mutate(request: AdmissionRequest, round: 0 | 1, memory: Memory): Promise<OutsideAnswer> {
    const warnings: string[] = []
    let { object } = request
    let changed = false
    const end = (refusal?: Status): OutsideAnswer => {
      memory.last = object
      return { refusal, warnings, changed, memory, ...(object !== request.object && { object }) }
    }
    // What the plugins did since the first round concerns those who were called before.
    if (round === 1 && !semanticallyEqual(memory.last, object)) callAgain(memory)
    for (const hook of this.#book.hooks('mutate')) {
      const now = { ...request, object }
      const version = this.#invocation(hook, now)
      if (!version.ok) return end(version.error)
      if (!version.value || (round === 1 && !memory.again.has(hook.uid))) continue
      const outcome = await this.#call(hook, now, version.value, true)
      if (outcome.kind !== 'failed') warnings.push(...outcome.warnings)
      if (outcome.kind === 'allowed' && outcome.object && !semanticallyEqual(object, outcome.object)) {
        object = outcome.object
        changed = true
        callAgain(memory)
      }
      if (hook.webhook.reinvocationPolicy === 'IfNeeded') memory.called.add(hook.uid)
      const refusal = refusalOf(hook, outcome)
      if (refusal) return end(refusal)
    }
    return end()
  }

  async #validate(request: AdmissionRequest): Promise<OutsideAnswer> {
    const calls: { readonly hook: Hook; readonly version: Version }[] = []
    for (const hook of this.#book.hooks('validate')) {
      const version = this.#invocation(hook, request)
      if (!version.ok) return { refusal: version.error, warnings: [], changed: false }
      if (version.value) calls.push({ hook, version: version.value })
    }
    const outcomes = await Promise.all(calls.map(({ hook, version }) => this.#call(hook, request, version, false)))
    const refusals = outcomes.flatMap((outcome, i) => refusalOf(calls[i]!.hook, outcome) ?? [])
    const warnings = outcomes.flatMap((outcome) => (outcome.kind === 'failed' ? [] : outcome.warnings))
    return { refusal: refusals[0], warnings, changed: false }
  }

  /** The version to call the webhook in; undefined when it is not meant. Source: generic/webhook.go ShouldCallHook. */
  #invocation(hook: Hook, request: AdmissionRequest): Result<Version | undefined, Status> {
    const { webhook } = hook
    const subject = subjectOf(request)
    if (!subject) return ok(undefined)
    const selected = {
      state: request.state, before: request.before, object: request.operation === 'DELETE' ? undefined : request.object,
    }
    const inNamespace = namespaceSelected(webhook.namespaceSelector, subject, selected)
    if (inNamespace.ok && !inNamespace.value) return ok(undefined)
    const isSelected = objectSelected(webhook.objectSelector, selected)
    if (isSelected.ok && !isSelected.value) return ok(undefined)
    const version = matchedVersion(webhook.rules ?? [], subject, webhook.matchPolicy)
    if (!version) return ok(undefined)
    if (!inNamespace.ok) return inNamespace
    if (!isSelected.ok) return isSelected
    if (!webhook.matchConditions?.length) return ok(version)
    const met = this.#conditions(hook, request, version)
    if (met.ok) return ok(met.value ? version : undefined)
    if (webhook.failurePolicy === 'Ignore') return ok(undefined)
    const gr = { group: request.served.group, resource: request.definition.plural }
    return { ok: false, error: forbiddenTo(gr, request.name, met.error) }
  }

  async #call(hook: Hook, request: AdmissionRequest, version: Version, mutating: boolean): Promise<Outcome> {
    const { webhook } = hook
    if (request.dryRun && !['None', 'NoneOnDryRun'].includes(webhook.sideEffects)) return refusedBy(dryRunProblem(webhook.name))
    const spoken = reviewVersion(webhook.admissionReviewVersions)
    if (spoken === undefined)
      return failed('could not create admission objects: webhook does not accept known AdmissionReview versions (v1, v1beta1)')
    const seen = versionedView(request, version)
    const uid = crypto.randomUUID()
    const object = request.operation === 'DELETE' ? null : seen.show(request.object)
    const oldObject = request.before ? seen.show(request.before) : null
    const review = { uid, versions: [], request, resource: version, kind: seen.kind, object, oldObject }
    const timeoutMs = (webhook.timeoutSeconds ?? 10) * 1000
    const answer = await this.#caller.call(webhook.clientConfig, { body: admissionReview(review, spoken), timeoutMs })
    if (!answer.ok) return failed(`failed to call webhook: ${answer.error}`)
    const read = readReview(answer.value, uid, spoken, mutating)
    if (!read.ok) return failed(`received invalid webhook response: ${read.error}`)
    const { allowed, result, warnings } = read.value
    if (!allowed) return { kind: 'refused', status: rejection(webhook.name, result), warnings }
    return patched(hook, request, read.value, { version, object })
  }
}

function callAgain(memory: Memory): void {
  for (const uid of memory.called) memory.again.add(uid)
  memory.called.clear()
}

const failed = (why: string): Outcome => ({ kind: 'failed', why })

const refusedBy = (status: Status): Outcome => ({ kind: 'refused', status, warnings: [] })

const dryRunProblem = (name: string): Status => badRequest(`admission webhook ${goQuote(name)} does not support dry run`)

/** A webhook without an answer refuses, unless its failure policy lets pass. */
function refusalOf({ webhook }: Hook, outcome: Outcome): Status | undefined {
  if (outcome.kind === 'refused') return outcome.status
  if (outcome.kind === 'allowed' || webhook.failurePolicy === 'Ignore') return undefined
  return internalError(`failed calling webhook ${goQuote(webhook.name)}: ${outcome.why}`)
}

interface Shown {
  readonly version: Version
  readonly object: KubeObject | null
}

/** What a webhook's patch makes of the object. */
function patched({ webhook }: Hook, request: AdmissionRequest, answer: ReviewAnswer, shown: Shown): Outcome {
  const { warnings } = answer
  if (answer.patch === undefined) return { kind: 'allowed', warnings }
  const parsed = parseJson(Buffer.from(answer.patch, 'base64').toString())
  const patch = parsed.ok ? parsed.value.value : undefined
  if (!Array.isArray(patch)) {
    const why = parsed.ok
      ? `json: cannot unmarshal ${isJsonObject(patch) ? 'object' : typeof patch} into Go value of type jsonpatch.Patch`
      : parsed.error
    return failed(`received undecodable patch in webhook response: ${why}`)
  }
  if (patch.length === 0) return { kind: 'allowed', warnings }
  if (!shown.object)
    return refusedBy(internalError(
      `admission webhook ${goQuote(webhook.name)} attempted to modify the object, which is not supported for this operation`))
  if (answer.patchType !== 'JSONPatch') return failed(`unsupported patch type ${goQuote(answer.patchType ?? '')}`)
  const document = cloneObject(shown.object) as unknown as Json
  const applied = applyJsonPatch(document, patch)
  if (!applied.ok) return refusedBy(internalError(patchReason(document, patch) ?? applied.error.message ?? ''))
  const object = versionedView(request, shown.version).read(applied.value)
  return object.ok ? { kind: 'allowed', object: object.value, warnings } : refusedBy(internalError(object.error))
}
