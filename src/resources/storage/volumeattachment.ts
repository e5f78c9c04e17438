import { ATTACHMENT_ERROR_BYTES_MAX, ATTACHMENT_METADATA_BYTES_MAX } from '../../base/limits.ts'
import { forbidden, invalid, required, tooLong, type FieldError } from '../../meta/field-error.ts'
import { exceedsBytes, nameIsDnsSubdomain } from '../../meta/names.ts'
import { ageText } from '../../meta/timestamp.ts'
import { pvSpecErrors } from '../core/pv-spec.ts'
import { csiDriverNameErrors } from '../csi-driver-name.ts'
import { define } from '../define.ts'
import { equal } from '../equal.ts'
import { at } from '../field-path.ts'
import { COLUMNS } from '../generated/columns.gen.ts'
import type {
  VolumeAttachment,
  VolumeAttachmentSource,
  VolumeAttachmentSpec,
  VolumeAttachmentStatus,
} from '../generated/storage.gen.ts'

const SPEC = at(undefined, 'spec')
const SOURCE = at(SPEC, 'source')
const ONE_SOURCE = 'must specify exactly one of inlineVolumeSpec and persistentVolumeName'

/** Source: pkg/registry/storage/volumeattachment/strategy.go. */
export const volumeAttachment = define<VolumeAttachment>({
  resource: 'volumeattachments.storage.k8s.io',
  kind: 'VolumeAttachment',
  plural: 'volumeattachments',
  singular: 'volumeattachment',
  namespaced: false,
  served: [
    { group: 'storage.k8s.io', version: 'v1', schema: 'io.k8s.api.storage.v1.VolumeAttachment' },
  ],
  returnsDeleted: true,
  validateName: nameIsDnsSubdomain,
  prepareCreate(object) {
    object.status = { attached: false }
  },
  prepareUpdate(object, before) {
    object.status = before.status
  },
  validate,
  validateUpdate,
  unconditionalUpdate: false,
  status: {
    prepare(object, before) {
      object.spec = before.spec
    },
    validate: validateUpdate,
  },
  columns: COLUMNS.VolumeAttachment,
  cells: ({ metadata, spec, status }, now) => [
    metadata.name ?? '',
    spec?.attacher ?? '',
    spec?.source?.persistentVolumeName ?? '',
    spec?.nodeName ?? '',
    status?.attached ?? false,
    ageText(metadata.creationTimestamp, now),
  ],
})

function validateUpdate(object: VolumeAttachment, before: VolumeAttachment): FieldError[] {
  const errors = validate(object)
  if (!equal(object.spec, before.spec))
    errors.push(invalid('spec', shownSpec(object.spec), 'field is immutable'))
  return errors
}

/** Upstream shows its internal type, which has Go's field names. */
const shownSpec = ({ attacher, source, nodeName }: Partial<VolumeAttachmentSpec> = {}): object => ({
  Attacher: attacher ?? '',
  Source: {
    PersistentVolumeName: source?.persistentVolumeName ?? null,
    InlineVolumeSpec: source?.inlineVolumeSpec ?? null,
  },
  NodeName: nodeName ?? '',
})

function validate({ spec, status }: VolumeAttachment): FieldError[] {
  const { attacher, source = {}, nodeName = '' } = spec ?? {}
  const errors: FieldError[] = []
  csiDriverNameErrors(errors, SPEC, 'attacher', attacher)
  sourceErrors(errors, source)
  for (const reason of nameIsDnsSubdomain(nodeName, false))
    errors.push(invalid('spec.nodeName', nodeName, reason))
  if (status) statusErrors(errors, status)
  const { persistentVolumeName: name } = source
  if (name !== undefined)
    for (const reason of nameIsDnsSubdomain(name, false))
      errors.push(invalid('spec.source.persistentVolumeName', name, reason))
  return errors
}

function sourceErrors(
  errors: FieldError[],
  { inlineVolumeSpec: inline, persistentVolumeName: name }: VolumeAttachmentSource,
): void {
  if (!inline && name === undefined) errors.push(required('spec.source', ONE_SOURCE))
  else if (inline && name !== undefined) errors.push(forbidden('spec.source', ONE_SOURCE))
  else if (inline) pvSpecErrors(errors, at(SOURCE, 'inlineVolumeSpec'), inline, true)
  else if (name === '')
    errors.push(
      required('spec.source.persistentVolumeName', 'must specify non empty persistentVolumeName'),
    )
}

function statusErrors(errors: FieldError[], status: VolumeAttachmentStatus): void {
  const metadata = Object.entries(status.attachmentMetadata ?? {})
  if (exceedsBytes(metadata.flat().join(''), ATTACHMENT_METADATA_BYTES_MAX))
    errors.push(tooLong('status.attachmentMetadata', ATTACHMENT_METADATA_BYTES_MAX))
  for (const name of ['attachError', 'detachError'] as const) {
    const { message = '', errorCode = 0 } = status[name] ?? {}
    if (exceedsBytes(message, ATTACHMENT_ERROR_BYTES_MAX))
      errors.push(tooLong(`status.${name}.message`, ATTACHMENT_ERROR_BYTES_MAX))
    if (errorCode < 0)
      errors.push(
        invalid(
          `status.${name}.errorCode`,
          errorCode,
          'must be between 0 and 2147483647, inclusive',
        ),
      )
  }
}
