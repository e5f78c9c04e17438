import { err, ok, type Result } from '../base/result.ts'
import { badRequest, type Status } from '../meta/status.ts'
import type { ResourceDefinition } from '../resources/define.ts'
import type { Registry } from '../resources/registry.ts'

/** An object, or all of a kind, as people name them on the command line. */
export interface Subject {
  readonly definition: ResourceDefinition
  /** Undefined: every object of the kind. */
  readonly name: string | undefined
}

/** Reads `cm/a`, `deployment/web`, `pods` or `deployments.apps/web`; unknown kinds are refused with what is near. */
export function parseSubject(registry: Registry, text: string): Result<Subject, Status> {
  const cut = text.indexOf('/')
  const word = cut < 0 ? text : text.slice(0, cut)
  const name = cut < 0 ? undefined : text.slice(cut + 1)
  const definition = findKind(registry, word)
  if (!definition)
    return err(badRequest(`the server doesn't have a resource type ${JSON.stringify(word)}`))
  if (name === '' || name?.includes('/'))
    return err(badRequest(`${JSON.stringify(text)} names no object: write KIND/NAME`))
  return ok({ definition, name })
}

/** By plural, singular, short name or kind, with or without its group, in any case. */
export function findKind(registry: Registry, word: string): ResourceDefinition | undefined {
  const [plain = '', ...rest] = word.toLowerCase().split('.')
  const group = rest.join('.')
  return registry.definitions.find(
    (definition) =>
      namesOf(definition).includes(plain) &&
      (group === '' ||
        definition.served.some(
          (served) => served.group === group || `${served.version}.${served.group}` === group,
        )),
  )
}

const namesOf = ({ plural, singular, shortNames, kind }: ResourceDefinition): string[] => [
  plural,
  singular,
  ...(shortNames ?? []),
  kind.toLowerCase(),
]
