import { forbidden, notSupportedAsListed, type FieldError } from './field-error.ts'

/** What a list or watch asked for, as far as its parts exclude each other. */
export interface ListWish {
  readonly watch: boolean
  readonly resourceVersion: string
  readonly resourceVersionMatch: string
  readonly continueToken: string
  readonly sendInitialEvents?: boolean
}

const MATCH = 'resourceVersionMatch'
const LEGACY_STARTS = ['', '0']
const WITH_CONTINUE = 'resourceVersionMatch is forbidden when continue is provided'

/**
 * Source: apimachinery meta/internalversion/validation ValidateListOptions, with WatchList enabled.
 */
export const validateListOptions = (wish: ListWish): FieldError[] =>
  wish.watch ? watchErrors(wish) : listErrors(wish)

function listErrors(wish: ListWish): FieldError[] {
  const errors: FieldError[] = []
  const match = wish.resourceVersionMatch
  if (match !== '') {
    if (wish.resourceVersion === '')
      errors.push(
        forbidden(MATCH, 'resourceVersionMatch is forbidden unless resourceVersion is provided'),
      )
    if (wish.continueToken !== '') errors.push(forbidden(MATCH, WITH_CONTINUE))
    if (match !== 'Exact' && match !== 'NotOlderThan')
      errors.push(notSupportedAsListed(MATCH, match, ['Exact', 'NotOlderThan', '']))
    if (match === 'Exact' && wish.resourceVersion === '0')
      errors.push(
        forbidden(
          MATCH,
          'resourceVersionMatch "exact" is forbidden for resourceVersion "0"',
        ),
      )
  }
  if (wish.sendInitialEvents !== undefined)
    errors.push(forbidden('sendInitialEvents', 'sendInitialEvents is forbidden for list'))
  return errors
}

function watchErrors(wish: ListWish): FieldError[] {
  const errors: FieldError[] = []
  const match = wish.resourceVersionMatch
  const initial = wish.sendInitialEvents !== undefined
  if (initial && match !== 'NotOlderThan')
    errors.push(
      forbidden(MATCH, 'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan'),
    )
  // A watch without a start is given sendInitialEvents and NotOlderThan before it is looked at.
  if (match === '' && !initial && LEGACY_STARTS.includes(wish.resourceVersion) && wish.continueToken !== '')
    errors.push(forbidden(MATCH, WITH_CONTINUE))
  if (match === '') return errors
  if (!initial)
    errors.push(
      forbidden(
        MATCH,
        'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided',
      ),
    )
  if (match !== 'NotOlderThan') errors.push(notSupportedAsListed(MATCH, match, ['NotOlderThan']))
  if (wish.continueToken !== '') errors.push(forbidden(MATCH, WITH_CONTINUE))
  return errors
}
