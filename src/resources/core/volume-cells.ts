import type { KubeObject } from '../../meta/object.ts'

const SHORT = [
  ['ReadWriteOnce', 'RWO'],
  ['ReadOnlyMany', 'ROX'],
  ['ReadWriteMany', 'RWX'],
  ['ReadWriteOncePod', 'RWOP'],
] as const

/** The annotation that named a class before there was a field. Source: core/v1 BetaStorageClassAnnotation. */
export const CLASS_ANNOTATION = 'volume.beta.kubernetes.io/storage-class'

/** `RWO,ROX`. Source: core/helper GetAccessModesAsString. */
export const accessModesText = (modes: readonly string[] = []): string =>
  SHORT.filter(([mode]) => modes.includes(mode))
    .map(([, text]) => text)
    .join(',')

/** The class of a volume or claim; the old annotation comes first. */
export const storageClassOf = (
  { metadata }: KubeObject,
  spec: { storageClassName?: string } | undefined,
): string => metadata.annotations?.[CLASS_ANNOTATION] ?? spec?.storageClassName ?? ''
