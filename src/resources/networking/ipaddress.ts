import { invalid, required, type FieldError } from '../../meta/field-error.ts'
import { isDns1123Subdomain, isPathSegmentName } from '../../meta/names.ts'
import { ageText } from '../../meta/timestamp.ts'
import { define } from '../define.ts'
import { equal } from '../equal.ts'
import { COLUMNS } from '../generated/columns.gen.ts'
import type { IPAddress, ParentReference } from '../generated/networking.gen.ts'
import { strictIpErrors } from '../ip.ts'

const FIELD = 'spec.parentRef'

/** Source: pkg/registry/networking/ipaddress/strategy.go. */
export const ipAddress = define<IPAddress>({
  resource: 'ipaddresses.networking.k8s.io',
  kind: 'IPAddress',
  plural: 'ipaddresses',
  singular: 'ipaddress',
  shortNames: ['ip'],
  namespaced: false,
  served: [
    { group: 'networking.k8s.io', version: 'v1', schema: 'io.k8s.api.networking.v1.IPAddress' },
  ],
  validateName: (name) =>
    strictIpErrors('', name).map(({ message }) => message.replace(/^Invalid value: ".*?": /, '')),
  validate: ({ spec }) => parentErrors(spec?.parentRef),
  validateUpdate: ({ spec }, before) => [
    ...parentErrors(spec?.parentRef),
    ...(equal(spec?.parentRef, before.spec?.parentRef)
      ? []
      : [invalid(FIELD, shownParent(spec?.parentRef), 'field is immutable')]),
  ],
  columns: COLUMNS.IPAddress,
  // The age has no column, as upstream; clients do not show it.
  cells: ({ metadata, spec }, now) => [
    metadata.name ?? '',
    parentText(spec?.parentRef),
    ageText(metadata.creationTimestamp, now),
  ],
})

function parentText(parent: ParentReference | undefined): string {
  if (!parent) return '<none>'
  const { group, resource = '', namespace, name = '' } = parent
  const type = `${resource}${group ? `.${group}` : ''}`.toLowerCase()
  return `${type}${namespace ? `/${namespace}` : ''}/${name}`
}

/** Source: networking/validation validateIPAddressParentReference. */
function parentErrors(parent: ParentReference | undefined): FieldError[] {
  if (!parent) return [required(FIELD, '')]
  const errors: FieldError[] = []
  const check = (name: string, text: string, reasons: readonly string[]): void => {
    for (const reason of reasons) errors.push(invalid(`${FIELD}.${name}`, text, reason))
  }
  if (parent.group) check('group', parent.group, isDns1123Subdomain(parent.group))
  for (const name of ['resource', 'name'] as const) {
    const text = parent[name]
    if (text) check(name, text, isPathSegmentName(text))
    else errors.push(required(`${FIELD}.${name}`, ''))
  }
  if (parent.namespace) check('namespace', parent.namespace, isPathSegmentName(parent.namespace))
  return errors
}

/** Upstream shows its internal type, which has Go's field names. */
const shownParent = (parent: ParentReference | undefined): object | null =>
  parent
    ? {
        Group: parent.group ?? '',
        Resource: parent.resource ?? '',
        Namespace: parent.namespace ?? '',
        Name: parent.name ?? '',
      }
    : null
