import { compareQuantity, parseQuantity, ZERO_QUANTITY, type Quantity } from '../../meta/quantity.ts'
import type { PersistentVolumeClaim } from '../../resources/generated/core.gen.ts'
import type { StorageClass } from '../../resources/generated/storage.gen.ts'
import type { AdmissionRule } from '../environment.ts'
import { forbidden } from './forbidden.ts'

/** A claim grows only where its class can grow. Source: plugin/pkg/admission/storage/persistentvolume/resize. */
export const claimResize: AdmissionRule = {
  name: 'PersistentVolumeClaimResize',
  resources: ['persistentvolumeclaims'],
  operations: ['UPDATE'],
  phase: 'validate',
  admit(request) {
    const [claim, before] = [request.object, request.before] as PersistentVolumeClaim[]
    if (compareQuantity(sizeOf(claim!), sizeOf(before!)) <= 0) return undefined
    if (before!.status?.phase !== 'Bound')
      return forbidden(request, 'Only bound persistent volume claims can be expanded')
    const [name, oldName] = [classOf(claim!), classOf(before!)]
    const found = name !== '' && name === oldName
      ? request.state.get('storageclasses.storage.k8s.io', '', name)?.object as StorageClass | undefined
      : undefined
    if (found?.allowVolumeExpansion) return undefined
    return forbidden(
      request,
      'only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize',
    )
  },
}

function sizeOf({ spec }: PersistentVolumeClaim): Quantity {
  const parsed = parseQuantity(String(spec?.resources?.requests?.['storage'] ?? '0'))
  return parsed.ok ? parsed.value : ZERO_QUANTITY
}

const classOf = ({ metadata, spec }: PersistentVolumeClaim): string =>
  metadata.annotations?.['volume.beta.kubernetes.io/storage-class'] ?? spec?.storageClassName ?? ''
