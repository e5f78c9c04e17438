import { timeText } from '../meta/timestamp.ts'
import { required } from '../meta/field-error.ts'
import type { KubeObject } from '../meta/object.ts'
import {
  alreadyExists, badRequest, generateNameConflict, invalidObject, plainError, type Status,
} from '../meta/status.ts'
import { validateKubeFinalizers, validateObjectMeta } from '../meta/validate-metadata.ts'
import type { Entry } from '../projections/entry.ts'
import { encodeDry } from './body.ts'
import { refused, type Decided } from './decided.ts'
import { admit, type AdmissionWish, type Frame } from './environment.ts'
import { withLongNumbers } from './long-numbers.ts'
import { managedByCreate } from './ownership.ts'

/** Longest name minus the suffix. Source: apiserver storage/names/generate.go. */
const GENERATED_PREFIX_MAX = 58
const GENERATED_NAME_TRIES = 8

/** What a create needs besides the frame. The object is fresh, decoded and in the storage version. */
export interface CreateWish {
  readonly object: KubeObject
  readonly namespace: string
  readonly name: string
  readonly dryRun: boolean
  /** managedFields text after an apply; undefined for an ordinary create. */
  readonly managed?: string
}

/** Decides a create. Order of checks: apiserver registry/rest/create.go BeforeCreate. */
export function decideCreate(frame: Frame, wish: CreateWish): Decided {
  const { definition, environment } = frame
  const { object } = wish
  const sentName = object.metadata.name
  const wrong = placeProblem(frame, wish) ?? nameIt(frame, wish)
  if (wrong) return refused(wrong)
  stampNew(frame, object)
  // A client owns what it sent and what was defaulted, not what admission adds.
  const managed = wish.managed ?? managedByCreate(frame, object)
  const name = object.metadata.name ?? ''
  const namespace = definition.namespaced ? wish.namespace : ''
  const asked: AdmissionWish = {
    operation: 'CREATE', subresource: '', namespace, name, object, before: undefined, dryRun: wish.dryRun,
  }
  // Upstream generates names in the storage: what mutates knows the prefix alone.
  const prefix = wish.name === '' && !sentName ? object.metadata.generateName : undefined
  const refusal =
    admit(frame, prefix === undefined ? asked : { ...asked, name: prefix }) ??
    withLongNumbers(object, () => unfit(frame, asked)) ??
    admit(frame, asked, 'validate')
  if (refusal) return refused(refusal)
  const there = environment.state.get(definition.resource, namespace, name)
  if (there) return refused(taken(frame, wish, there))
  return {
    ok: true,
    object,
    managed,
    bytes: wish.dryRun ? encodeDry(object, managed) : undefined,
    revision: frame.revision,
    effect: 'created',
    warnings: frame.warnings,
  }
}

/** The kind's own rules, then what it is given from pools. */
function unfit(frame: Frame, asked: AdmissionWish): Status | undefined {
  const { definition, facts } = frame
  const { object } = asked
  definition.prepareCreate?.(object, facts)
  if (definition.generationOf) object.metadata.generation = 1
  const refusal = invalidity(frame, object) ?? admit(frame, asked, 'allocate')
  if (refusal) return refusal
  frame.warnings.push(...(definition.warnings?.(object, undefined) ?? []))
  return undefined
}

function placeProblem({ definition }: Frame, { object, namespace, name }: CreateWish) {
  if (definition.namespaced) {
    const inside = object.metadata.namespace
    if (inside !== undefined && inside !== '' && inside !== namespace)
      return badRequest(
        `the namespace of the provided object does not match the namespace sent on the request`,
      )
    object.metadata.namespace = namespace
  } else delete object.metadata.namespace
  const own = object.metadata.name
  if (name !== '' && own !== undefined && own !== '' && own !== name)
    return badRequest(
      `the name of the object (${own}) does not match the name on the URL (${name})`,
    )
  if (object.metadata.resourceVersion !== undefined && object.metadata.resourceVersion !== '')
    return plainError('resourceVersion should not be set on objects to be created')
  return undefined
}

function nameIt(frame: Frame, { object, name }: CreateWish): Status | undefined {
  const { metadata } = object
  if (name !== '') metadata.name = name
  if (metadata.name) return undefined
  if (metadata.generateName) {
    metadata.name = freeName(frame, metadata)
    return undefined
  }
  const { definition, served } = frame
  return invalidObject(served.group, definition.kind, '', [
    required('metadata.name', 'name or generateName is required'),
  ])
}

/** Another suffix for a taken name, a few times. Source: rest/create.go RetryGenerateName, 8 tries. */
function freeName({ definition, environment, facts }: Frame, metadata: KubeObject['metadata']): string {
  const prefix = metadata.generateName!.slice(0, GENERATED_PREFIX_MAX)
  const namespace = definition.namespaced ? (metadata.namespace ?? '') : ''
  let name = prefix + facts.suffix()
  for (let tries = 1; tries < GENERATED_NAME_TRIES; tries++) {
    if (!environment.state.get(definition.resource, namespace, name)) break
    name = prefix + facts.suffix()
  }
  return name
}

function stampNew(frame: Frame, { metadata }: KubeObject): void {
  delete metadata.selfLink
  delete metadata.deletionTimestamp
  delete metadata.deletionGracePeriodSeconds
  delete metadata.resourceVersion
  metadata.uid = frame.facts.uid()
  metadata.creationTimestamp = timeText(frame.facts.now)
}

function invalidity(frame: Frame, object: KubeObject): Status | undefined {
  const { definition, served } = frame
  const errors = [
    ...validateObjectMeta(object.metadata, definition.namespaced, definition.validateName),
    ...(definition.anyFinalizers ? [] : validateKubeFinalizers(object.metadata)),
    ...definition.validate(object, served),
  ]
  if (errors.length === 0) return undefined
  return invalidObject(served.group, definition.kind, object.metadata.name ?? '', errors)
}

function taken({ definition, served }: Frame, wish: CreateWish, there: Entry): Status {
  const gr = { group: served.group, resource: definition.plural }
  const { name } = there
  const generated = wish.name === '' && wish.object.metadata.generateName !== undefined
  return generated && name.startsWith(wish.object.metadata.generateName!.slice(0, GENERATED_PREFIX_MAX))
    ? generateNameConflict(gr, name)
    : alreadyExists(gr, name, there.object.metadata.deletionTimestamp !== undefined)
}
