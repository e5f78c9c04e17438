import type { KubeObject } from '../meta/object.ts'

const encoder = new TextEncoder()

/**
 * Encodes an object as klio stores and serves it: metadata third, managedFields last in it, spliced in
 * as the text they are kept as. The object's resourceVersion is set to the revision.
 */
export function encodeBody(object: KubeObject, managed: string, revision: number): Uint8Array {
  object.metadata.resourceVersion = String(revision)
  return encoder.encode(bodyText(object, managed))
}

/** A dry run stores nothing, so its answer keeps the revision the object had, or has none. */
export const encodeDry = (object: KubeObject, managed: string): Uint8Array =>
  encoder.encode(bodyText(object, managed))

/** The JSON text of an object with its managedFields text. */
export function bodyText(object: KubeObject, managed: string): string {
  const metadata = JSON.stringify(object.metadata)
  let text = `{"apiVersion":${JSON.stringify(object.apiVersion)},"kind":${JSON.stringify(object.kind)},"metadata":`
  text += managed === '' || managed === '[]' ? metadata : withManaged(metadata, managed)
  for (const key in object) {
    if (key === 'apiVersion' || key === 'kind' || key === 'metadata') continue
    const value = JSON.stringify(object[key as keyof KubeObject])
    if (value !== undefined) text += `,${JSON.stringify(key)}:${value}`
  }
  return `${text}}`
}

const withManaged = (metadata: string, managed: string): string =>
  `${metadata.slice(0, -1)}${metadata.length > 2 ? ',' : ''}"managedFields":${managed}}`
