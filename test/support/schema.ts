import type { FieldSchema, Scalar, TypeSchema, ValueType } from '../../src/meta/schema.ts'

/** Hand-made schemas for tests that want a type smaller than any real kind. */

/** A scalar type: `of('string')`. */
export const of = (scalar: Scalar): ValueType => ({ of: scalar })
export const list = (items: ValueType): ValueType => ({ of: 'list', items })
export const map = (values: ValueType): ValueType => ({ of: 'map', values })
export const object = (type: TypeSchema): ValueType => ({ of: 'object', type })

/** One field; everything not said is optional and plain. */
export const field = (
  name: string,
  value: ValueType,
  extra: Partial<FieldSchema> = {},
): FieldSchema => ({
  name,
  value,
  number: 0,
  required: false,
  nullable: false,
  description: '',
  ...extra,
})

/** An object type of the given fields. */
export const struct = (
  name: string,
  fields: readonly FieldSchema[],
  extra: Partial<TypeSchema> = {},
): TypeSchema => ({
  name,
  description: '',
  fields,
  byName: new Map(fields.map((each) => [each.name, each])),
  byNumber: new Map(),
  ...extra,
})

const keyed = (...keys: string[]) => ({
  patchStrategy: ['merge'] as const,
  ...(keys[0] !== undefined && { patchMergeKey: keys[0] }),
  listType: 'map' as const,
  listMapKeys: keys,
})

const meta = struct('io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta', [
  field('name', of('string')),
  field('generateName', of('string')),
  field('namespace', of('string')),
  field('uid', of('string')),
  field('resourceVersion', of('string')),
  field('generation', of('int64')),
  field('creationTimestamp', of('time')),
  field('labels', map(of('string'))),
  field('annotations', map(of('string'))),
  field('finalizers', list(of('string')), { patchStrategy: ['merge'], listType: 'set' }),
])

const port = struct('io.k8s.api.core.v1.ContainerPort', [
  field('name', of('string')),
  field('containerPort', of('int32'), { required: true }),
  field('protocol', of('string'), { default: 'TCP' }),
])

const env = struct('io.k8s.api.core.v1.EnvVar', [
  field('name', of('string'), { required: true }),
  field('value', of('string')),
])

const container = struct('io.k8s.api.core.v1.Container', [
  field('name', of('string'), { required: true }),
  field('image', of('string')),
  field('args', list(of('string')), { listType: 'atomic' }),
  field('ports', list(object(port)), {
    ...keyed('containerPort'),
    listMapKeys: ['containerPort', 'protocol'],
  }),
  field('env', list(object(env)), keyed('name')),
  field('stdin', of('bool')),
])

const volume = struct('io.k8s.api.core.v1.Volume', [
  field('name', of('string'), { required: true }),
  field('emptyDir', object(struct('io.k8s.api.core.v1.EmptyDirVolumeSource', [])), {
    nullable: true,
  }),
  field('hostPath', map(of('string'))),
])

const toleration = struct('io.k8s.api.core.v1.Toleration', [field('key', of('string'))])

const spec = struct('io.k8s.api.core.v1.PodSpec', [
  field('containers', list(object(container)), { required: true, ...keyed('name') }),
  field('volumes', list(object(volume)), {
    ...keyed('name'),
    patchStrategy: ['merge', 'retainKeys'],
  }),
  field('tolerations', list(object(toleration)), { listType: 'atomic' }),
  field('nodeSelector', map(of('string')), { mapType: 'atomic' }),
  field('securityContext', object(struct('io.k8s.api.core.v1.PodSecurityContext', [])), {
    nullable: true,
  }),
  field('replicas', of('int32'), { nullable: true }),
  field('odd', list(object(toleration)), { patchStrategy: ['merge'], listType: 'atomic' }),
])

const status = struct('io.k8s.api.core.v1.PodStatus', [field('phase', of('string'))])

/** A small Pod: every kind of list, map and struct that patches and managed fields tell apart. */
export const smallPod: TypeSchema = struct('io.k8s.api.core.v1.Pod', [
  field('apiVersion', of('string')),
  field('kind', of('string')),
  field('metadata', object(meta), { byValue: true }),
  field('spec', object(spec), { byValue: true }),
  field('status', object(status), { byValue: true }),
])
