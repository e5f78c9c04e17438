import { CSI_NODE_ID_BYTES_MAX } from '../../base/limits.ts'
import { duplicate, invalid, required, type FieldError } from '../../meta/field-error.ts'
import { exceedsBytes, isQualifiedName, nameIsDnsSubdomain } from '../../meta/names.ts'
import { ageText } from '../../meta/timestamp.ts'
import { csiDriverNameErrors } from '../csi-driver-name.ts'
import { define } from '../define.ts'
import { equal } from '../equal.ts'
import { at, where, type Path } from '../field-path.ts'
import { COLUMNS } from '../generated/columns.gen.ts'
import type { CSINode, CSINodeDriver } from '../generated/storage.gen.ts'
import { nonNegative } from '../workload.ts'

const DRIVERS = at(at(undefined, 'spec'), 'drivers')

/** Source: pkg/registry/storage/csinode/strategy.go, without the alpha status. */
export const csiNode = define<CSINode>({
  resource: 'csinodes.storage.k8s.io',
  kind: 'CSINode',
  plural: 'csinodes',
  singular: 'csinode',
  namespaced: false,
  served: [{ group: 'storage.k8s.io', version: 'v1', schema: 'io.k8s.api.storage.v1.CSINode' }],
  returnsDeleted: true,
  validateName: nameIsDnsSubdomain,
  prepareCreate(object) {
    object.status = {}
  },
  prepareUpdate(object, before) {
    object.status = before.status
  },
  validate,
  validateUpdate: (object, before) => [...validate(object), ...changeErrors(object, before)],
  unconditionalUpdate: false,
  columns: COLUMNS.CSINode,
  cells: ({ metadata, spec }, now) => [
    metadata.name ?? '',
    spec?.drivers?.length ?? 0,
    ageText(metadata.creationTimestamp, now),
  ],
})

function validate({ spec }: CSINode): FieldError[] {
  const errors: FieldError[] = []
  const names = new Set<string>()
  for (const [i, driver] of (spec?.drivers ?? []).entries()) {
    const path = at(DRIVERS, i)
    driverErrors(errors, path, driver)
    if (names.has(driver.name)) errors.push(duplicate(where(path, 'name'), driver.name))
    names.add(driver.name)
    topologyErrors(errors, path, driver.topologyKeys ?? [])
  }
  return errors
}

function driverErrors(
  errors: FieldError[],
  path: Path,
  { name, nodeID = '', allocatable }: CSINodeDriver,
): void {
  csiDriverNameErrors(errors, path, 'name', name)
  if (nodeID === '') errors.push(required(where(path, 'nodeID'), ''))
  if (exceedsBytes(nodeID, CSI_NODE_ID_BYTES_MAX))
    errors.push(
      invalid(
        where(path, 'nodeID'),
        nodeID,
        `must be ${CSI_NODE_ID_BYTES_MAX} characters or less`,
      ),
    )
  nonNegative(errors, at(path, 'allocatable'), 'count', allocatable?.count)
}

function topologyErrors(errors: FieldError[], path: Path, keys: readonly string[]): void {
  for (const [i, key] of keys.entries()) {
    if (key === '') errors.push(required(where(path), ''))
    if (keys.indexOf(key) < i) errors.push(duplicate(where(path), key))
    for (const reason of isQualifiedName(key)) errors.push(invalid(where(path), key, reason))
  }
}

/** Of a driver that stays, only the number of volumes may change. */
function changeErrors(object: CSINode, before: CSINode): FieldError[] {
  return (before.spec?.drivers ?? []).flatMap((old) =>
    (object.spec?.drivers ?? [])
      .filter(({ name }) => name === old.name)
      .map(({ allocatable: _, ...rest }) => rest)
      .filter((rest) => !equal(rest, withoutCount(old)))
      .map((rest) => invalid(where(DRIVERS), shownDriver(rest), 'field is immutable')),
  )
}

const withoutCount = ({ allocatable: _, ...rest }: CSINodeDriver): object => rest

/** Upstream shows its internal type, which names no JSON fields. */
const shownDriver = ({ name, nodeID, topologyKeys }: CSINodeDriver): object => ({
  Name: name,
  NodeID: nodeID,
  TopologyKeys: topologyKeys ?? null,
  Allocatable: null,
})
