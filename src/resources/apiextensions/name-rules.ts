import { invalid, type FieldError } from '../../meta/field-error.ts'
import { isDns1035Label } from '../../meta/names.ts'
import type { CustomResourceDefinitionNames } from '../generated/apiextensions.gen.ts'

/** Source: ValidateCustomResourceDefinitionNames. */
export function nameErrors(names: CustomResourceDefinitionNames | undefined, path: string): FieldError[] {
  const errors: FieldError[] = []
  const { kind = '', listKind = '', shortNames = [], categories = [] } = names ?? {}
  for (const field of ['plural', 'singular'] as const) {
    const text = names?.[field] ?? ''
    const reasons = text === '' ? [] : isDns1035Label(text)
    if (reasons.length > 0) errors.push(invalid(`${path}.${field}`, text, reasons.join(',')))
  }
  for (const [field, text] of [['kind', kind], ['listKind', listKind]] as const) {
    const reasons = text === '' ? [] : isDns1035Label(text.toLowerCase())
    const detail = `may have mixed case, but should otherwise match: ${reasons.join(',')}`
    if (reasons.length > 0) errors.push(invalid(`${path}.${field}`, text, detail))
  }
  const each = (field: string, texts: readonly string[]): void =>
    texts.forEach((text, i) => {
      const reasons = isDns1035Label(text)
      if (reasons.length > 0) errors.push(invalid(`${path}.${field}[${i}]`, text, reasons.join(',')))
    })
  each('shortNames', shortNames)
  if (kind !== '' && kind === listKind)
    errors.push(invalid(`${path}.listKind`, listKind, 'kind and listKind may not be the same'))
  each('categories', categories)
  return errors
}
