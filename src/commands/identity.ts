import type { ObjectMeta } from '../meta/object.ts'
import { badRequest, type Status } from '../meta/status.ts'
import type { Frame } from './environment.ts'

/**
 * What is wrong with the name and namespace of an object beside those of its URL; `namespace` is
 * undefined for kinds without one. Source: apiserver handlers/rest.go checkName,
 * EnsureObjectNamespaceMatchesRequestNamespace.
 */
export function placeProblem(
  metadata: Pick<ObjectMeta, 'name' | 'namespace'>,
  name: string,
  namespace: string | undefined,
): Status | undefined {
  const own = metadata.name ?? ''
  if (own === '')
    return badRequest(`the name of the object (${name} based on URL) was undeterminable: name must be provided`)
  if (own !== name)
    return badRequest(`the name of the object (${own}) does not match the name on the URL (${name})`)
  return namespaceProblem(metadata, namespace)
}

/** The namespace alone. */
export function namespaceProblem(
  { namespace: inside }: Pick<ObjectMeta, 'namespace'>,
  namespace: string | undefined,
): Status | undefined {
  if (!inside || namespace === undefined || inside === namespace) return undefined
  return badRequest('the namespace of the provided object does not match the namespace sent on the request')
}

/** An update that means another object of the name. Source: storage errors.go NewInvalidObjError. */
export function uidProblem(
  { definition }: Pick<Frame, 'definition'>,
  asked: string,
  { namespace, name, uid }: { readonly namespace: string; readonly name: string; readonly uid: string },
): string {
  const key = ['/registry', definition.plural, ...(namespace === '' ? [] : [namespace]), name].join('/')
  return (
    `StorageError: invalid object, Code: 4, Key: ${key}, ResourceVersion: 0, AdditionalErrorMsg: ` +
    `Precondition failed: UID in precondition: ${asked}, UID in object meta: ${uid}`
  )
}
