import type { KubeObject } from '../meta/object.ts'
import type { Status } from '../meta/status.ts'
import type { ResourceDefinition, ServedVersion } from '../resources/define.ts'
import type { AdmissionRequest } from './environment.ts'

/** What a decision needs to hear from somebody outside the process before it can be made: webhooks. */
export interface Question {
  /** Which of the questions of one decision: `mutate 0`, `mutate 1` (the chain runs again), `validate`. */
  readonly key: string
  /** All that the answer depends on, as text: an answer to another input is none. */
  readonly input: string
  /** As it is at this point; its objects are copies. */
  readonly request: AdmissionRequest
}

/** What was heard. */
export interface OutsideAnswer {
  readonly refusal?: Status
  /** The object as it was changed, in the storage version. */
  readonly object?: KubeObject
  /** Something changed: those who mutate are asked again. */
  readonly changed: boolean
  readonly warnings: readonly string[]
  /** What a second round must know of the first. */
  readonly memory?: unknown
}

/** Asks the world outside. Never called while the sequencer waits. */
export interface Consultant {
  /** Whether anybody may have something to say about such writes; the quick look before all else. */
  concerns(definition: ResourceDefinition, served: ServedVersion, subresource: string): boolean
  ask(question: Question, earlier: (key: string) => OutsideAnswer | undefined): Promise<OutsideAnswer>
}

/**
 * The questions of one request with their answers. A decision is made as if all were answered; when one was not,
 * it is thrown away, the question asked, and the decision made again. So decisions stay pure, and nobody waits for
 * a webhook inside the sequencer.
 */
export class Outside {
  readonly #answers = new Map<string, { readonly input: string; readonly answer: OutsideAnswer }>()
  #wanted: Question | undefined

  /** The first question of the last decision that had no answer. */
  get wanted(): Question | undefined {
    return this.#wanted
  }

  /** Begins another decision. */
  begin(): void {
    this.#wanted = undefined
  }

  /** The answer, or undefined when it has to be asked for first. */
  answerTo(question: Question): OutsideAnswer | undefined {
    const known = this.#answers.get(question.key)
    if (known?.input === question.input) return known.answer
    this.#wanted ??= question
    return undefined
  }

  keep({ key, input }: Question, answer: OutsideAnswer): void {
    this.#answers.set(key, { input, answer })
  }

  readonly earlier = (key: string): OutsideAnswer | undefined => this.#answers.get(key)?.answer
}
