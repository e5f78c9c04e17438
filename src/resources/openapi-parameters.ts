/** A path or query parameter, in both dialects. */
export interface Parameter {
  readonly name: string
  readonly in: 'path' | 'query'
  readonly type: 'string' | 'integer' | 'boolean'
  readonly description: string
}

const query = (name: string, type: Parameter['type'], description: string): Parameter => ({
  name,
  in: 'query',
  type,
  description,
})
const path = (name: string, description: string): Parameter => ({
  name,
  in: 'path',
  type: 'string',
  description,
})

/** Parameters of every operation. */
export const PRETTY = query('pretty', 'string', "If 'true', then the output is pretty printed.")
/** The object's name in an item's path. */
export const nameOf = (kind: string): Parameter => path('name', `name of the ${kind}`)
/** The namespace in a path. */
export const NAMESPACE = path(
  'namespace',
  'object name and auth scope, such as for teams and projects',
)
/** The rest of a proxied path. */
export const REST_OF_PATH = path('path', 'path to the resource')

/** Source: meta/v1 ListOptions. */
export const LIST: readonly Parameter[] = [
  query('allowWatchBookmarks', 'boolean', 'Asks for BOOKMARK events in a watch.'),
  query('continue', 'string', 'Where to go on, as the answer before said in metadata.continue.'),
  query('fieldSelector', 'string', 'Restricts the list by fields.'),
  query('labelSelector', 'string', 'Restricts the list by labels.'),
  query('limit', 'integer', 'The most items of one answer.'),
  query('resourceVersion', 'string', 'How fresh the answer must be.'),
  query('resourceVersionMatch', 'string', 'How resourceVersion is meant: Exact or NotOlderThan.'),
  query('sendInitialEvents', 'boolean', 'A watch begins with the present state.'),
  query('timeoutSeconds', 'integer', 'How long the call may take.'),
  query('watch', 'boolean', 'Answers with a stream of changes.'),
]

const DRY_RUN = query('dryRun', 'string', "With 'All' nothing is stored.")
const FIELD_MANAGER = query('fieldManager', 'string', 'Who owns the fields that this call sets.')
const FIELD_VALIDATION = query(
  'fieldValidation',
  'string',
  'What happens with unknown and duplicate fields: Ignore, Warn or Strict.',
)

/** Source: meta/v1 CreateOptions and UpdateOptions. */
export const WRITE: readonly Parameter[] = [DRY_RUN, FIELD_MANAGER, FIELD_VALIDATION]

/** Source: meta/v1 PatchOptions. */
export const PATCH: readonly Parameter[] = [
  ...WRITE,
  query('force', 'boolean', 'Server-side apply takes fields from other managers.'),
]

/** Source: meta/v1 DeleteOptions. */
export const DELETE: readonly Parameter[] = [
  DRY_RUN,
  query('gracePeriodSeconds', 'integer', 'Seconds until the object is gone; 0 means at once.'),
  query('orphanDependents', 'boolean', 'Deprecated: use propagationPolicy.'),
  query(
    'propagationPolicy',
    'string',
    'What happens to dependents: Orphan, Background or Foreground.',
  ),
]
