import { invalid, type FieldError } from '../../meta/field-error.ts'
import type { KubeObject } from '../../meta/object.ts'

const SUFFIX = '.static.k8s.io'
const WHY = `names ending with "${SUFFIX}" are reserved for static manifest-based configurations and cannot be managed via the API`

const isStatic = ({ metadata }: KubeObject): boolean => metadata.name?.endsWith(SUFFIX) ?? false

/** Names of what comes from files. Source: pkg/apis/admissionregistration/validation static_suffix.go. */
export const staticNameErrors = (object: KubeObject): FieldError[] =>
  isStatic(object) ? [invalid('metadata.name', object.metadata.name, WHY)] : []

/** Updates of such names are warned of. */
export const staticNameWarnings = (object: KubeObject, before: KubeObject | undefined): string[] =>
  before && isStatic(object) ? [`metadata.name: ${WHY}`] : []
