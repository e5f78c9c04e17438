import type { Command } from '../../commands/command.ts'
import { PROTECTION } from '../../commands/admission/storage-protection.ts'
import type { KubeObject } from '../../meta/object.ts'
import type { View, ViewChange } from '../../projections/view.ts'
import type { PersistentVolume, PersistentVolumeClaim, Pod } from '../../resources/generated/core.gen.ts'
import { NOTHING, type Reconciler, type Watch } from '../runtime/reconciler.ts'
import { controllerUser } from './account.ts'

const CLAIMS = 'persistentvolumeclaims'
const VOLUMES = 'persistentvolumes'
const CLASSES = 'volumeattributesclasses.storage.k8s.io'

/**
 * Lets go of claims that no Pod of a node uses any more, and holds on to those that were made before they
 * were protected. Source: pkg/controller/volume/pvcprotection.
 */
export const claimProtection = (): Reconciler =>
  protection('pvc-protection-controller', CLAIMS, isUsedByPod, [{ resource: 'pods', keysOf: claimsOfPod }])

/** The same for volumes that a claim holds. Source: pkg/controller/volume/pvprotection. */
export const volumeProtection = (): Reconciler =>
  protection('pv-protection-controller', VOLUMES, (volume) => (volume as PersistentVolume).status?.phase === 'Bound', [])

/** The same for attribute classes that a volume or a claim names. Source: pkg/controller/volume/vacprotection. */
export const attributesClassProtection = (): Reconciler =>
  protection('volumeattributesclass-protection-controller', CLASSES, isUsedClass, [
    { resource: VOLUMES, keysOf: (change) => classesBefore<PersistentVolume>(change, classesOfVolume) },
    { resource: CLAIMS, keysOf: (change) => classesBefore<PersistentVolumeClaim>(change, classesOfClaim) },
  ])

function protection(
  name: string,
  resource: string,
  isUsed: (object: KubeObject, view: View) => boolean,
  more: readonly Watch[],
): Reconciler {
  const finalizer = PROTECTION[resource]!
  return {
    name,
    user: controllerUser(name),
    watches: [{ resource, keysOf: ({ namespace, name: own }) => [`${namespace}/${own}`] }, ...more],
    reconcile(key, view) {
      const [namespace = '', own = ''] = key.split('/')
      const object = view.get(resource, namespace, own)
      if (!object) return NOTHING
      const { finalizers = [], deletionTimestamp } = object.metadata
      const isHeld = finalizers.includes(finalizer)
      if (deletionTimestamp === undefined)
        return isHeld ? NOTHING : { commands: [withFinalizers(resource, object, [...finalizers, finalizer], 'protected')] }
      if (!isHeld || isUsed(object, view)) return NOTHING
      const left = finalizers.filter((one) => one !== finalizer)
      return { commands: [withFinalizers(resource, object, left, 'nobody uses it')] }
    },
  }
}

function withFinalizers(resource: string, object: KubeObject, finalizers: string[], why: string): Command {
  const { namespace = '', name = '' } = object.metadata
  const changed: KubeObject = { ...object, metadata: { ...object.metadata, finalizers } }
  return { verb: 'update', resource, namespace, name, object: changed, why }
}

/** A Pod that is on no node yet will not start with a claim that is being deleted. */
function isUsedByPod(claim: KubeObject, view: View): boolean {
  const { namespace, name } = claim.metadata
  return view.list<Pod>('pods', namespace).some((pod) => {
    if (!pod.spec?.nodeName) return false
    return (pod.spec.volumes ?? []).some((volume) =>
      volume.persistentVolumeClaim
        ? volume.persistentVolumeClaim.claimName === name
        : volume.ephemeral !== undefined && !isShutDown(pod) &&
          claimName(pod, volume.name) === name && isOwnedBy(claim, pod),
    )
  })
}

const isShutDown = ({ metadata }: Pod): boolean =>
  metadata.deletionTimestamp !== undefined && metadata.deletionGracePeriodSeconds === 0

const claimName = ({ metadata }: Pod, volume: string): string => `${metadata.name}-${volume}`

const isOwnedBy = ({ metadata }: KubeObject, pod: Pod): boolean =>
  (metadata.ownerReferences ?? []).some(({ uid, controller }) => controller && uid === pod.metadata.uid)

/** Claims that a Pod lets go of when it is gone or ends. */
function claimsOfPod({ before, after, namespace }: ViewChange): string[] {
  const pod = (after() ?? before()) as Pod | undefined
  return (pod?.spec?.volumes ?? []).flatMap((volume) => {
    if (volume.persistentVolumeClaim) return [`${namespace}/${volume.persistentVolumeClaim.claimName}`]
    return volume.ephemeral ? [`${namespace}/${claimName(pod!, volume.name)}`] : []
  })
}

function isUsedClass({ metadata }: KubeObject, view: View): boolean {
  const name = metadata.name!
  return (
    view.list<PersistentVolume>(VOLUMES).some((volume) => classesOfVolume(volume).includes(name)) ||
    view.list<PersistentVolumeClaim>(CLAIMS).some((claim) => classesOfClaim(claim).includes(name))
  )
}

const classesOfVolume = ({ spec }: PersistentVolume): string[] =>
  spec?.volumeAttributesClassName ? [spec.volumeAttributesClassName] : []

const classesOfClaim = ({ spec, status }: PersistentVolumeClaim): string[] =>
  [
    spec?.volumeAttributesClassName, status?.currentVolumeAttributesClassName,
    status?.modifyVolumeStatus?.targetVolumeAttributesClassName,
  ].filter((name): name is string => Boolean(name))

/** Classes that an object named and may not name any more. */
const classesBefore = <O extends KubeObject>({ before }: ViewChange, names: (object: O) => string[]): string[] => {
  const object = before() as O | undefined
  return object ? names(object).map((name) => `/${name}`) : []
}
