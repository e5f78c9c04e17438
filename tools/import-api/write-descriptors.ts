import type { GoPackage } from './go-source.ts'
import type { ModelField, ModelType } from './model.ts'

/** The two descriptor files: most starts read only the first. */
export interface DescriptorFiles {
  readonly stable: string
  readonly preview: string
}

/**
 * Descriptors as text: the first line is a JSON object of packages to `[group, version]`, then one
 * JSON array a type: `[name, flags, description, fields]`. The reader is
 * src/resources/descriptors.ts.
 */
export function descriptorFiles(
  packages: ReadonlyMap<string, GoPackage>,
  model: readonly ModelType[],
): DescriptorFiles {
  const preview = (name: string): boolean => /\.v\d+(alpha|beta)\d+\./.test(`${name}.`)
  const text = (wanted: boolean): string => {
    const header = [...packages.values()]
      .map((p) => ({ name: p.path.replace('k8s.io/', '').replaceAll('/', '.'), group: p.group }))
      .filter(({ name }) => preview(name) === wanted)
      .map(({ name, group }) => [name, [group, name.slice(name.lastIndexOf('.') + 1)]])
    const types = model.filter((t) => preview(t.name) === wanted).map(typeLine)
    return `${[JSON.stringify(Object.fromEntries(header)), ...types].join('\n')}\n`
  }
  return { stable: text(false), preview: text(true) }
}

function typeLine(type: ModelType): string {
  const flags = `${type.kind ? 'k' : ''}${type.atomic ? 'a' : ''}`
  return JSON.stringify([type.name, flags, type.doc.sentence, type.fields.map(fieldEntry)])
}

/** `[name, type code, number, flags, description, extras?]`. */
function fieldEntry(field: ModelField): unknown[] {
  const byValue = field.emitsZero && /^[@qxtudj]/.test(field.code)
  const flags = [
    field.required && 'r',
    field.pointer && 'p',
    field.emitsZero && 'z',
    byValue && 'v',
    field.doc.deprecated && 'd',
  ]
  const extras = {
    ...field.extras,
    ...(field.embeddedIn.length > 0 && { in: field.embeddedIn, en: field.embeddedNames }),
  }
  return [
    field.name,
    field.code,
    field.number,
    flags.filter((f) => f).join(''),
    field.doc.sentence,
    ...(Object.keys(extras).length > 0 ? [extras] : []),
  ]
}
