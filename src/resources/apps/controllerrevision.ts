import { invalid, required, type FieldError } from '../../meta/field-error.ts'
import { parseApiVersion } from '../../meta/kind.ts'
import { nameIsDnsSubdomain } from '../../meta/names.ts'
import { isJsonObject } from '../../meta/own-property.ts'
import { ageText } from '../../meta/timestamp.ts'
import { define } from '../define.ts'
import { equal } from '../equal.ts'
import type { ControllerRevision } from '../generated/apps.gen.ts'
import { COLUMNS } from '../generated/columns.gen.ts'

/** Source: pkg/registry/apps/controllerrevision/strategy.go. */
export const controllerRevision = define<ControllerRevision>({
  resource: 'controllerrevisions.apps',
  kind: 'ControllerRevision',
  plural: 'controllerrevisions',
  singular: 'controllerrevision',
  namespaced: true,
  served: [{ group: 'apps', version: 'v1', schema: 'io.k8s.api.apps.v1.ControllerRevision' }],
  validateName: nameIsDnsSubdomain,
  validate: (object) => [...revisionErrors(object), ...dataErrors(object)],
  validateUpdate: (object, before) => [
    ...revisionErrors(object),
    ...(equal(object.data, before.data)
      ? []
      : [invalid('data', object.data ?? null, 'field is immutable')]),
  ],
  columns: COLUMNS.ControllerRevision,
  cells: ({ metadata, revision }, now) => [
    metadata.name ?? '',
    ownerText(metadata.ownerReferences?.find(({ controller }) => controller)),
    revision ?? 0,
    ageText(metadata.creationTimestamp, now),
  ],
})

function ownerText(owner: { apiVersion: string; kind: string; name: string } | undefined): string {
  if (!owner) return '<none>'
  const group = parseApiVersion(owner.apiVersion)?.group
  return `${owner.kind}${group ? `.${group}` : ''}`.toLowerCase() + `/${owner.name}`
}

const revisionErrors = ({ revision = 0 }: ControllerRevision): FieldError[] =>
  revision < 0 ? [invalid('revision', revision, 'must be greater than or equal to 0')] : []

function dataErrors({ data }: ControllerRevision): FieldError[] {
  if (data === undefined || data === null) return [required('data', 'data is mandatory')]
  return isJsonObject(data) ? [] : [required('data', 'data must be a valid JSON object')]
}
