import type { GroupVersionKind } from '../meta/kind.ts'
import type { TypeSchema } from '../meta/schema.ts'
import type { ServedVersion } from './define.ts'
import { type DescriptorTable, readDescriptors } from './descriptors.ts'
import previewPath from './generated/descriptors-preview.txt' with { type: 'file' }
import stablePath from './generated/descriptors-stable.txt' with { type: 'file' }
import { typeFromLine } from './type-from-line.ts'

const META = 'apimachinery.pkg.apis.meta.v1'

/** Kinds of meta/v1 that upstream registers in every group and version. */
const EVERYWHERE = new Set([
  'WatchEvent',
  'ListOptions',
  'GetOptions',
  'DeleteOptions',
  'CreateOptions',
  'UpdateOptions',
  'PatchOptions',
])
/** Kinds of meta/v1 that upstream registers without a group. Source: meta/v1 register.go. */
const UNVERSIONED = new Set([
  'Status',
  'APIVersions',
  'APIGroup',
  'APIGroupList',
  'APIResourceList',
])
/** Kinds of group meta.k8s.io. */
const META_GROUP = new Set([
  'Table',
  'TableOptions',
  'PartialObjectMetadata',
  'PartialObjectMetadataList',
])

/** Looks up type schemas; builds each when it is first asked for and keeps it. */
export interface Schemas {
  /** By OpenAPI name, `io.k8s.api.core.v1.Pod`. Throws for a name that upstream does not have. */
  schemaOf(name: string): TypeSchema
  /** By kind; undefined when no built-in type has it. */
  schemaFor(gvk: GroupVersionKind): TypeSchema | undefined
}

/** A table of its own; most callers use `schemaOf` and `schemaFor`. */
export function createSchemas(): Schemas {
  const built = new Map<string, TypeSchema>()
  let stable: DescriptorTable | undefined
  let preview: DescriptorTable | undefined
  const tables = [
    (): DescriptorTable => (stable ??= readDescriptors(stablePath)),
    (): DescriptorTable => (preview ??= readDescriptors(previewPath)),
  ]

  const byShortName = (short: string): TypeSchema | undefined => {
    const known = built.get(short)
    if (known) return known
    for (const table of tables) {
      const line = table().lines.get(short)
      if (line === undefined) continue
      const type = typeFromLine(line, resolve)
      built.set(short, type)
      return type
    }
    return undefined
  }
  const resolve = (short: string): TypeSchema => {
    const type = byShortName(short)
    if (!type) throw new Error(`there is no type io.k8s.${short}`)
    return type
  }
  return {
    schemaOf: (name) => resolve(name.replace(/^io\.k8s\./, '')),
    schemaFor: ({ group, version, kind }) => {
      for (const table of tables) {
        const short = kindName(table(), `${group}/${version}`, kind)
        if (short !== undefined) return resolve(short)
      }
      return EVERYWHERE.has(kind) ? resolve(`${META}.${kind}`) : undefined
    },
  }
}

/** The type's short name when this table's group and version has it as a kind. */
function kindName(table: DescriptorTable, groupVersion: string, kind: string): string | undefined {
  if (groupVersion === '/v1' && UNVERSIONED.has(kind)) return `${META}.${kind}`
  const pkg = table.packages.get(groupVersion)
  if (pkg === undefined) return undefined
  const short = `${pkg}.${kind}`
  if (groupVersion.startsWith('meta.k8s.io/'))
    return META_GROUP.has(kind) ? `${META}.${kind}` : undefined
  const flags = table.lines.get(short)?.slice(short.length + 5, short.length + 6)
  return flags === 'k' ? short : undefined
}

const SCHEMAS = createSchemas()

/** The schema of a built-in type by OpenAPI name. Throws for a name that upstream does not have. */
export const schemaOf = SCHEMAS.schemaOf

/** The schema of a built-in kind; undefined when there is none. */
export const schemaFor = SCHEMAS.schemaFor

/** The type of a kind in one of its versions. */
export const typeOfVersion = ({ type, schema }: ServedVersion): TypeSchema => type ?? schemaOf(schema)
