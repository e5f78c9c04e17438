import { forbidden, invalid, required, type FieldError } from '../../../meta/field-error.ts'
import { checkRequired, checkUnixId } from '../../checks.ts'
import { at, where, type Path } from '../../field-path.ts'
import type {
  KeyToPath,
  ProjectedVolumeSource,
  ServiceAccountTokenProjection,
  VolumeProjection,
} from '../../generated/core.gen.ts'
import { takePath, type Taken } from './taken-paths.ts'
import { localPathErrors } from './validate-path.ts'
import { podCertificateErrors, trustBundleErrors } from './validate-projected-certs.ts'
import { checkMode, downwardFileErrors, keyToPathErrors } from './validate-volume-files.ts'

const TOKEN_SECONDS_MIN = 600
const TOKEN_SECONDS_MAX = 2 ** 32

/** Source: core/validation validateProjectedVolumeSource. */
export function projectedErrors(
  errors: FieldError[],
  path: Path,
  volume: ProjectedVolumeSource,
): void {
  checkMode(errors, path, 'defaultMode', volume.defaultMode)
  checkUnixId(errors, path, 'defaultUser', volume.defaultUser)
  const taken: Taken = { paths: new Set(), errors, volume: path }
  for (const [i, source] of (volume.sources ?? []).entries())
    sourceErrors(taken, at(at(path, 'sources'), i), source)
}

function sourceErrors(taken: Taken, path: Path, source: VolumeProjection): void {
  const { errors } = taken
  const { secret, configMap, downwardAPI, serviceAccountToken } = source
  if (secret) keyErrors(taken, at(path, 'secret'), secret)
  if (configMap) keyErrors(taken, at(path, 'configMap'), configMap)
  for (const file of downwardAPI?.items ?? []) {
    downwardFileErrors(errors, at(path, 'downwardAPI'), file)
    if (file.path) takePath(taken, file.path, file.path)
  }
  if (serviceAccountToken) tokenErrors(taken, path, serviceAccountToken)
  if (source.clusterTrustBundle)
    trustBundleErrors(taken, at(path, 'clusterTrustBundle'), source.clusterTrustBundle)
  if (source.podCertificate)
    podCertificateErrors(taken, at(path, 'podCertificate'), source.podCertificate)
  if (Object.values(source).filter((one) => one != null).length > 1)
    errors.push(forbidden(where(path), 'may not specify more than 1 volume type per source'))
}

function keyErrors(
  taken: Taken,
  path: Path,
  { name = '', items }: { name?: string; items?: KeyToPath[] },
): void {
  checkRequired(taken.errors, path, 'name', name)
  for (const [i, item] of (items ?? []).entries()) {
    keyToPathErrors(taken.errors, at(at(path, 'items'), i), item)
    if (item.path) takePath(taken, item.path, name)
  }
}

function tokenErrors(
  { errors, volume }: Taken,
  path: Path,
  { expirationSeconds: seconds, path: text, user }: ServiceAccountTokenProjection,
): void {
  const field = (step: string): string => where(path, 'serviceAccountToken', step)
  if (seconds === undefined) errors.push(required(field('expirationSeconds'), ''))
  else if (seconds < TOKEN_SECONDS_MIN)
    errors.push(
      invalid(
        field('expirationSeconds'),
        seconds,
        'may not specify a duration less than 10 minutes',
      ),
    )
  else if (seconds > TOKEN_SECONDS_MAX)
    errors.push(
      invalid(
        field('expirationSeconds'),
        seconds,
        'may not specify a duration larger than 2^32 seconds',
      ),
    )
  if (!text) errors.push(required(where(volume, 'path'), ''))
  else localPathErrors(errors, volume, 'path', text)
  checkUnixId(errors, at(path, 'serviceAccountToken'), 'user', user)
}
