import { err, ok, type Result } from '../base/result.ts'
import { notAcceptable, type Status } from '../meta/status.ts'

/** How an answer is encoded. */
export interface Format {
  readonly media: 'json' | 'yaml' | 'protobuf'
  /** A meta.k8s.io transformation: rows, or metadata alone. */
  readonly as?: 'Table' | 'PartialObjectMetadata' | 'PartialObjectMetadataList'
  /** The transformation's version; v1 when left out. */
  readonly asVersion?: 'v1' | 'v1beta1'
}

/** Which forms the answer of a request can take. */
export interface AnswerForms {
  /** A watch: YAML has no frames. */
  readonly stream?: boolean
  readonly list?: boolean
  /** A custom resource: only its metadata has a protobuf form. */
  readonly custom?: boolean
  /** What is answered and never stored: no rows, no metadata of it. */
  readonly plainOnly?: boolean
  /** Go's name of the object's type, for messages: `*core.Pod`. */
  readonly type?: string
}

const MEDIA: Readonly<Record<string, Format['media']>> = {
  'application/json': 'json',
  'application/yaml': 'yaml',
  'application/vnd.kubernetes.protobuf': 'protobuf',
  '*/*': 'json',
}

/** Content types that answers are served in, in upstream's order for the message. */
const SERVED = 'application/json, application/yaml, application/vnd.kubernetes.protobuf'
const STREAMED = 'application/json;stream=watch, application/vnd.kubernetes.protobuf;stream=watch'

const TRANSFORMS = ['Table', 'PartialObjectMetadata', 'PartialObjectMetadataList']

/**
 * Picks the first acceptable form. JSON is preferred where a client takes both: its bytes are stored as
 * they are sent, so it is the cheapest for both sides here. Source: apiserver handlers/negotiation.
 */
export function negotiate(accept: string | undefined, forms: AnswerForms = {}): Result<Format, Status> {
  if (accept === undefined || accept === '') return ok({ media: 'json' })
  const clauses = accept.split(',').map(parseClause).filter((clause) => clause !== undefined)
  const usable = clauses.filter(
    ({ media, as }) => !(forms.stream && media === 'yaml') && !(forms.custom && media === 'protobuf' && as === undefined),
  )
  for (const clause of usable) {
    if (forms.plainOnly || !clause.as || !clause.acceptable || (clause.media === 'protobuf' && clause.as === 'Table')) continue
    const same = usable.find((c) => c.as === clause.as && c.media === 'json' && c.acceptable)
    const form = { media: same ? 'json' : clause.media, as: clause.as, asVersion: clause.asVersion } as const
    const misfit = misfitOf(form.as, forms)
    return misfit === undefined ? ok(form) : err(notAcceptable(misfit))
  }
  const plain = usable.filter((clause) => clause.as === undefined)
  if (plain.length === 0)
    return err(usable.length > 0 ? notAcceptable(`only the following media types are accepted: ${SERVED}`) : noneServed(forms))
  const json = plain.find((clause) => clause.media === 'json')
  return ok({ media: json ? 'json' : plain[0]!.media })
}

/** Source: apiserver handlers/response.go asPartialObjectMetadata. */
function misfitOf(as: NonNullable<Format['as']>, { stream, list, type = '' }: AnswerForms): string | undefined {
  if (stream) return undefined
  if (as === 'PartialObjectMetadata' && list)
    return `you requested PartialObjectMetadata, but the requested object is a list (${type}List)`
  if (as === 'PartialObjectMetadataList' && !list)
    return `you requested PartialObjectMetadataList, but the requested object is not a list (${type})`
  return undefined
}

/** Source: apiserver handlers/negotiation/errors.go. */
const noneServed = ({ list, stream }: AnswerForms): Status => ({
  ...notAcceptable(
    `406: Not Acceptable\n\nAvailable representations: ${SERVED}${list || stream ? `, ${STREAMED}` : ''}`,
  ),
  details: {},
})

interface Clause {
  readonly media: Format['media']
  readonly as: NonNullable<Format['as']> | undefined
  readonly asVersion: 'v1' | 'v1beta1'
  readonly acceptable: boolean
}

function parseClause(text: string): Clause | undefined {
  const [type = '', ...parameters] = text.split(';').map((part) => part.trim())
  const media = MEDIA[type.toLowerCase()]
  if (!media) return undefined
  const named = new Map(
    parameters.map((parameter) => parameter.split('=', 2).map((part) => part.trim()) as [string, string]),
  )
  const as = named.get('as')
  const asVersion = named.get('v') === 'v1beta1' ? 'v1beta1' : 'v1'
  if (as === undefined) return { media, as: undefined, asVersion, acceptable: true }
  const known = TRANSFORMS.includes(as) && named.get('g') === 'meta.k8s.io' && named.get('v') === asVersion
  return { media, as: as as NonNullable<Format['as']>, asVersion, acceptable: known }
}
