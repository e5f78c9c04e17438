/**
 * The endings of upstream's patch errors, which say what kind of error it is. Source: evanphx
 * json-patch v4.
 */
export const MISSING = 'missing value'
/** An index outside a list. */
export const MISSING_INDEX = 'invalid index referenced'
/** A `test` operation that did not hold. */
export const TEST_FAILED = 'test failed'
