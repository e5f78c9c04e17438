import { err, ok, type Result } from '../base/result.ts'
import { notAcceptable, type Status } from '../meta/status.ts'

/** How an answer is encoded. */
export interface Format {
  readonly media: 'json' | 'yaml' | 'protobuf'
  /** A meta.k8s.io/v1 transformation: rows, or metadata alone. */
  readonly as?: 'Table' | 'PartialObjectMetadata' | 'PartialObjectMetadataList'
  readonly stream?: boolean
}

const MEDIA: Readonly<Record<string, Format['media']>> = {
  'application/json': 'json',
  'application/yaml': 'yaml',
  'application/vnd.kubernetes.protobuf': 'protobuf',
  'application/*': 'json',
  '*/*': 'json',
}

/** Content types that answers are served in, in upstream's order for the message. */
const SERVED =
  'application/json, application/yaml, application/vnd.kubernetes.protobuf'

const TRANSFORMS = ['Table', 'PartialObjectMetadata', 'PartialObjectMetadataList']

/**
 * Picks the first acceptable form. JSON is preferred where a client takes both: its bytes are stored as
 * they are sent, so it is the cheapest for both sides here. Source: apiserver handlers/negotiation.
 */
export function negotiate(accept: string | undefined, isObjectAnswer = true): Result<Format, Status> {
  if (accept === undefined || accept === '') return ok({ media: 'json' })
  const clauses = accept.split(',').map(parseClause).filter((c) => c !== undefined)
  if (clauses.length === 0) return err(notAcceptable(`only the following media types are accepted: ${SERVED}`))
  for (const clause of clauses) {
    if (clause.as === undefined) continue
    if (isObjectAnswer && clause.acceptable) {
      if (clause.media === 'protobuf' && clause.as === 'Table') continue
      const same = clauses.find((c) => c.as === clause.as && c.media === 'json' && c.acceptable)
      return ok({ media: same ? 'json' : clause.media, as: clause.as })
    }
  }
  const plain = clauses.filter((clause) => clause.as === undefined && clause.acceptable)
  if (plain.length === 0)
    return err(notAcceptable(`only the following media types are accepted: ${SERVED}`))
  const json = plain.find((clause) => clause.media === 'json')
  return ok({ media: json ? 'json' : plain[0]!.media })
}

interface Clause {
  media: Format['media']
  as: NonNullable<Format['as']> | undefined
  acceptable: boolean
}

function parseClause(text: string): Clause | undefined {
  const [type = '', ...parameters] = text.split(';').map((part) => part.trim())
  const media = MEDIA[type.toLowerCase()]
  if (!media) return undefined
  let as: string | undefined
  let group: string | undefined
  let version: string | undefined
  for (const parameter of parameters) {
    const [key, value] = parameter.split('=').map((part) => part.trim())
    if (key === 'as') as = value
    if (key === 'g') group = value
    if (key === 'v') version = value
  }
  if (as === undefined) return { media, as: undefined, acceptable: true }
  const known = TRANSFORMS.includes(as) && group === 'meta.k8s.io' && (version === 'v1' || version === 'v1beta1')
  return { media, as: as as NonNullable<Format['as']>, acceptable: known && version === 'v1' }
}
