import type { Status } from '../../meta/status.ts'
import { cloneObject } from '../clone-object.ts'
import type { AdmissionRequest, AdmissionRule } from '../environment.ts'
import { subjectOf } from '../matching/subject.ts'
import { takeOver, unstamped } from '../matching/unstamped.ts'
import type { Question } from '../outside.ts'
import type { HookBook, HookKind } from './hook-book.ts'

const OPERATIONS = ['CREATE', 'UPDATE', 'DELETE'] as const

/** Mutating webhooks run after all plugins that mutate, validating ones after all but quota. */
export const webhookRules = (book: HookBook): { readonly mutating: AdmissionRule; readonly validating: AdmissionRule } => ({
  mutating: {
    name: 'MutatingAdmissionWebhook', operations: OPERATIONS, subresources: 'all',
    admit: (request) => consult(request, 'mutate', book),
  },
  validating: {
    name: 'ValidatingAdmissionWebhook', operations: OPERATIONS, subresources: 'all', phase: 'validate',
    admit: (request) => consult(request, 'validate', book),
  },
})

/** Takes in what webhooks said; when they were not asked yet, the decision is made again after they were. */
function consult(request: AdmissionRequest, kind: HookKind, book: HookBook): Status | undefined {
  const { outside, reinvocation } = request
  // What follows an unanswered question is not looked at: its object may still change.
  if (!outside || outside.wanted || book.hooks(kind).length === 0) return undefined
  const subject = subjectOf(request)
  if (!subject || !book.matches(kind, subject)) return undefined
  const answer = outside.answerTo(questionOf(request, kind))
  if (!answer) return undefined
  request.warnings.push(...answer.warnings)
  if (answer.refusal) return answer.refusal
  if (answer.object) takeOver(request, answer.object)
  if (kind === 'mutate' && answer.changed) reinvocation.wanted = true
  return undefined
}

function questionOf(request: AdmissionRequest, kind: HookKind): Question {
  const object = kind === 'mutate' ? unstamped(request) : cloneObject(request.object)
  const { operation, subresource, namespace, name, before, dryRun } = request
  const { resourceVersion, uid } = before?.metadata ?? {}
  const input = JSON.stringify([operation, subresource, namespace, name, dryRun, object, resourceVersion, uid])
  return { key: kind === 'mutate' ? `mutate ${request.reinvocation.round}` : kind, input, request: { ...request, object } }
}
