import type { AdmissionRule } from '../environment.ts'

/**
 * Finalizers of storage that may be in use, by resource; controllers take them away.
 * Source: plugin/pkg/admission/storage/storageobjectinuseprotection.
 */
export const PROTECTION: Readonly<Record<string, string>> = {
  'persistentvolumeclaims': 'kubernetes.io/pvc-protection',
  'persistentvolumes': 'kubernetes.io/pv-protection',
  'volumeattributesclasses.storage.k8s.io': 'kubernetes.io/vac-protection',
}

/** Nobody deletes a claim under a Pod, a volume under a claim, a class under either. */
export const storageProtection: AdmissionRule = {
  name: 'StorageObjectInUseProtection',
  resources: Object.keys(PROTECTION),
  operations: ['CREATE'],
  admit({ definition, object }) {
    const finalizer = PROTECTION[definition.resource]!
    const { finalizers = [] } = object.metadata
    if (!finalizers.includes(finalizer)) object.metadata.finalizers = [...finalizers, finalizer]
    return undefined
  },
}
