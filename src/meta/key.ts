/** Which object: namespace (empty for cluster-scoped kinds) and name. */
export interface ObjectKey {
  readonly namespace: string
  readonly name: string
}

/**
 * `namespace/name`, or `name` without a namespace. Source: client-go cache MetaNamespaceKeyFunc.
 */
export const objectKey = (namespace: string | undefined, name: string): string =>
  namespace ? `${namespace}/${name}` : name

/** The key of an object by its metadata. */
export const keyOf = (object: { metadata: { namespace?: string; name?: string } }): string =>
  objectKey(object.metadata.namespace, object.metadata.name ?? '')

/** Takes a key apart; a name holds no slash, so the first one divides. */
export function splitKey(key: string): ObjectKey {
  const slash = key.indexOf('/')
  return slash < 0
    ? { namespace: '', name: key }
    : { namespace: key.slice(0, slash), name: key.slice(slash + 1) }
}
