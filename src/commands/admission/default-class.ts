import type { KubeObject } from '../../meta/object.ts'
import type { PersistentVolumeClaim } from '../../resources/generated/core.gen.ts'
import type { Ingress } from '../../resources/generated/networking.gen.ts'
import type { AdmissionRule } from '../environment.ts'

const STORAGE_CLASSES = 'storageclasses.storage.k8s.io'
const INGRESS_CLASSES = 'ingressclasses.networking.k8s.io'
const STORAGE_DEFAULT = [
  'storageclass.kubernetes.io/is-default-class', 'storageclass.beta.kubernetes.io/is-default-class',
]
const INGRESS_DEFAULT = ['ingressclass.kubernetes.io/is-default-class']
const OLD_STORAGE_CLASS = 'volume.beta.kubernetes.io/storage-class'
const OLD_INGRESS_CLASS = 'kubernetes.io/ingress.class'

/** Gives claims that name no class the default one. Source: plugin/pkg/admission/storage/storageclass/setdefault. */
export const defaultStorageClass: AdmissionRule = {
  name: 'DefaultStorageClass',
  resources: ['persistentvolumeclaims'],
  operations: ['CREATE'],
  admit({ object, state }) {
    const { spec, metadata } = object as PersistentVolumeClaim
    if (!spec || spec.storageClassName !== undefined || metadata.annotations?.[OLD_STORAGE_CLASS] !== undefined)
      return undefined
    const found = defaultOf(state.view.list(STORAGE_CLASSES), STORAGE_DEFAULT)
    if (found !== undefined) spec.storageClassName = found
    return undefined
  },
}

/** The same for Ingresses. Source: plugin/pkg/admission/network/defaultingressclass. */
export const defaultIngressClass: AdmissionRule = {
  name: 'DefaultIngressClass',
  resources: ['ingresses.networking.k8s.io'],
  operations: ['CREATE'],
  admit({ object, state }) {
    const ingress = object as Ingress
    if (ingress.spec?.ingressClassName !== undefined || ingress.metadata.annotations?.[OLD_INGRESS_CLASS] !== undefined)
      return undefined
    const found = defaultOf(state.view.list(INGRESS_CLASSES), INGRESS_DEFAULT)
    if (found !== undefined) ingress.spec = { ...ingress.spec, ingressClassName: found }
    return undefined
  },
}

/** Of several defaults the newest, then the first by name. */
function defaultOf(classes: readonly KubeObject[], annotations: readonly string[]): string | undefined {
  const marked = classes.filter(({ metadata }) => annotations.some((name) => metadata.annotations?.[name] === 'true'))
  if (marked.length === 0) return undefined
  const made = ({ metadata }: KubeObject): number => Date.parse(metadata.creationTimestamp ?? '')
  return marked.toSorted((a, b) => made(b) - made(a) || (a.metadata.name! < b.metadata.name! ? -1 : 1))[0]!.metadata.name
}
