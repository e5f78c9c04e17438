import { err, ok, type Result } from '../../base/result.ts'
import { valueOf } from '../../meta/quantity.ts'
import type {
  DownwardAPIVolumeFile, KeyToPath, Pod, ServiceAccountTokenProjection, Volume, VolumeProjection,
} from '../../resources/generated/core.gen.ts'
import { fieldValue, resourceValue } from './field-value.ts'
import type { Sources } from './plan-env.ts'
import { allContainers, specOf } from './pod-spec.ts'

/** A file that klio writes into a volume. */
export interface PlannedFile {
  /** Relative, without `..`. */
  readonly path: string
  readonly bytes: Uint8Array
  /** Permission bits. */
  readonly mode: number
  /** Owner, when it is not root. */
  readonly uid?: number
}

/** What a volume needs on the host. */
export type VolumePlan =
  | { readonly kind: 'emptyDir'; readonly memory: boolean; readonly sizeBytes: number }
  | { readonly kind: 'hostPath'; readonly path: string; readonly type: string }
  | { readonly kind: 'files'; readonly plugin: string; readonly files: readonly PlannedFile[] }

/** Sources of volumes: those of variables, and tokens already fetched. */
export interface VolumeSources extends Sources {
  token(pod: Pod, wish: ServiceAccountTokenProjection): string | undefined
}

/** The plan of one volume; an error is the message of FailedMount. */
export function planVolume(pod: Pod, volume: Volume, sources: VolumeSources): Result<VolumePlan, string> {
  if (volume.emptyDir) {
    const { medium, sizeLimit } = volume.emptyDir
    return ok({ kind: 'emptyDir', memory: medium === 'Memory', sizeBytes: valueOf(sizeLimit) })
  }
  if (volume.hostPath) {
    return ok({ kind: 'hostPath', path: volume.hostPath.path, type: volume.hostPath.type ?? '' })
  }
  if (volume.configMap) {
    const { name, items, optional, defaultMode = 0o644 } = volume.configMap
    const files = configMapFiles(pod, { name, items, optional }, defaultMode, sources)
    return filesOf('kubernetes.io~configmap', files)
  }
  if (volume.secret) {
    const { secretName: name, items, optional, defaultMode = 0o644 } = volume.secret
    return filesOf('kubernetes.io~secret', secretFiles(pod, { name, items, optional }, defaultMode, sources))
  }
  if (volume.downwardAPI) {
    const { items = [], defaultMode = 0o644 } = volume.downwardAPI
    return filesOf('kubernetes.io~downward-api', downwardFiles(pod, items, defaultMode, sources))
  }
  if (volume.projected) return filesOf('kubernetes.io~projected', projectedFiles(pod, volume, sources))
  return err(`no volume plugin matched name: ${pluginOf(volume)}`)
}

const filesOf = (plugin: string, files: Result<PlannedFile[], string>): Result<VolumePlan, string> =>
  files.ok ? ok({ kind: 'files', plugin, files: files.value }) : files

/** Tokens that the Pod's volumes need before they can be planned. */
export const tokenWishes = (pod: Pod): ServiceAccountTokenProjection[] =>
  (specOf(pod).volumes ?? []).flatMap((volume) =>
    (volume.projected?.sources ?? []).flatMap((s) => (s.serviceAccountToken ? [s.serviceAccountToken] : [])),
  )

/** The one user that all containers run as, if it is one. Source: volume/util FsUserFrom. */
export function fsUser(pod: Pod): number | undefined {
  const users = allContainers(pod).map(
    ({ container }) => container.securityContext?.runAsUser ?? specOf(pod).securityContext?.runAsUser,
  )
  return users.every((user) => user === users[0]) ? users[0] : undefined
}

interface KeyedSource {
  readonly name?: string
  readonly items?: readonly KeyToPath[]
  readonly optional?: boolean
}

function configMapFiles(
  pod: Pod,
  source: KeyedSource,
  mode: number,
  sources: Sources,
): Result<PlannedFile[], string> {
  const found = sources.configMap(pod.metadata.namespace!, source.name ?? '')
  if (!found) return source.optional ? ok([]) : err(`configmap "${source.name}" not found`)
  const data = new Map<string, Uint8Array>()
  for (const [key, text] of Object.entries(found.data ?? {})) data.set(key, Buffer.from(text))
  for (const [key, text] of Object.entries(found.binaryData ?? {})) data.set(key, unbase64(text))
  return pick(data, source, mode, 'config')
}

function secretFiles(
  pod: Pod,
  source: KeyedSource,
  mode: number,
  sources: Sources,
): Result<PlannedFile[], string> {
  const found = sources.secret(pod.metadata.namespace!, source.name ?? '')
  if (!found) return source.optional ? ok([]) : err(`secret "${source.name}" not found`)
  const entries = Object.entries(found.data ?? {})
  return pick(new Map(entries.map(([key, text]) => [key, unbase64(text)])), source, mode, 'secret')
}

/** All keys, or the named ones under their paths. Source: configmap.MakePayload. */
function pick(
  data: ReadonlyMap<string, Uint8Array>,
  source: KeyedSource,
  mode: number,
  what: 'config' | 'secret',
): Result<PlannedFile[], string> {
  if (!source.items?.length) {
    return ok([...data].map(([path, bytes]) => ({ path, bytes, mode })))
  }
  const files: PlannedFile[] = []
  for (const item of source.items) {
    const bytes = data.get(item.key)
    if (bytes) files.push({ path: item.path, bytes, mode: item.mode ?? mode })
    else if (!source.optional) return err(`references non-existent ${what} key: ${item.key}`)
  }
  return ok(files)
}

function downwardFiles(
  pod: Pod,
  items: readonly DownwardAPIVolumeFile[],
  mode: number,
  sources: Sources,
): Result<PlannedFile[], string> {
  const files: PlannedFile[] = []
  for (const item of items) {
    const value = downwardValue(pod, item, sources)
    if (!value.ok) return value
    files.push({ path: item.path, bytes: Buffer.from(value.value), mode: item.mode ?? mode })
  }
  return ok(files)
}

function downwardValue(pod: Pod, item: DownwardAPIVolumeFile, sources: Sources): Result<string, string> {
  if (item.fieldRef) return fieldValue(item.fieldRef, pod, sources)
  const first = specOf(pod).containers[0]
  if (!item.resourceFieldRef || !first) return err(`no source for ${item.path}`)
  return resourceValue(item.resourceFieldRef, pod, first, sources.allocatable)
}

function projectedFiles(pod: Pod, volume: Volume, sources: VolumeSources): Result<PlannedFile[], string> {
  const mode = volume.projected!.defaultMode ?? 0o644
  const files = new Map<string, PlannedFile>()
  for (const source of volume.projected!.sources ?? []) {
    const part = projection(pod, source, mode, sources)
    if (!part.ok) return part
    for (const file of part.value) files.set(file.path, file)
  }
  return ok([...files.values()])
}

function projection(
  pod: Pod,
  source: VolumeProjection,
  mode: number,
  sources: VolumeSources,
): Result<PlannedFile[], string> {
  if (source.configMap) return configMapFiles(pod, source.configMap, mode, sources)
  if (source.secret) return secretFiles(pod, source.secret, mode, sources)
  if (source.downwardAPI) return downwardFiles(pod, source.downwardAPI.items ?? [], mode, sources)
  if (source.serviceAccountToken) {
    const token = sources.token(pod, source.serviceAccountToken)
    if (token === undefined) return err('failed to fetch token: it was not issued yet')
    const uid = fsUser(pod)
    const narrow = uid !== undefined || specOf(pod).securityContext?.fsGroup !== undefined
    const { path } = source.serviceAccountToken
    const owner = uid === undefined ? {} : { uid }
    return ok([{ path, bytes: Buffer.from(token), mode: narrow ? 0o600 : mode, ...owner }])
  }
  return err(`projected source ${Object.keys(source)[0] ?? 'without a kind'} is not supported yet`)
}

/** Name of the kind of a volume that this kubelet does not mount. */
const pluginOf = (volume: Volume): string =>
  Object.keys(volume).find((key) => key !== 'name') ?? 'none'

const unbase64 = (text: string): Uint8Array => Buffer.from(text, 'base64')
