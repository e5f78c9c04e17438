import { invalid } from '../../meta/field-error.ts'
import { nameIsDnsSubdomain } from '../../meta/names.ts'
import { ageText } from '../../meta/timestamp.ts'
import { define } from '../define.ts'
import { COLUMNS } from '../generated/columns.gen.ts'
import type { Ingress, IngressRule } from '../generated/networking.gen.ts'
import { ingressErrors, ingressStatusErrors } from './ingress-validate.ts'

const CLASS_ANNOTATION = 'kubernetes.io/ingress.class'
const HOSTS_SHOWN = 3

/** Source: pkg/registry/networking/ingress/strategy.go. */
export const ingress = define<Ingress>({
  resource: 'ingresses.networking.k8s.io',
  kind: 'Ingress',
  plural: 'ingresses',
  singular: 'ingress',
  shortNames: ['ing'],
  namespaced: true,
  served: [
    { group: 'networking.k8s.io', version: 'v1', schema: 'io.k8s.api.networking.v1.Ingress' },
  ],
  validateName: nameIsDnsSubdomain,
  prepareCreate(object) {
    object.status = { loadBalancer: {} }
  },
  prepareUpdate(object, before) {
    object.status = before.status
  },
  validate(object) {
    const errors = ingressErrors(object)
    const old = object.metadata.annotations?.[CLASS_ANNOTATION]
    const name = object.spec?.ingressClassName
    if (old !== undefined && name !== undefined && old !== name)
      errors.push(
        invalid(
          `annotations.${CLASS_ANNOTATION}`,
          old,
          'must match `ingressClassName` when both are specified',
        ),
      )
    return errors
  },
  validateUpdate: ingressErrors,
  warnings: ({ metadata, spec }, before) =>
    !before && metadata.annotations?.[CLASS_ANNOTATION] !== undefined && !spec?.ingressClassName
      ? [
          `annotation "${CLASS_ANNOTATION}" is deprecated, please use 'spec.ingressClassName' instead`,
        ]
      : [],
  generationOf: ['spec'],
  status: {
    prepare(object, before) {
      object.spec = before.spec
    },
    validate: ingressStatusErrors,
  },
  columns: COLUMNS.Ingress,
  cells: ({ metadata, spec, status }, now) => [
    metadata.name ?? '',
    spec?.ingressClassName ?? '<none>',
    hostsText(spec?.rules ?? []),
    addressesText(status?.loadBalancer?.ingress ?? []),
    spec?.tls?.length ? '80, 443' : '80',
    ageText(metadata.creationTimestamp, now),
  ],
})

function hostsText(rules: readonly IngressRule[]): string {
  const hosts: string[] = []
  for (const { host } of rules) {
    if (hosts.length === HOSTS_SHOWN)
      return `${hosts.join(',')} + ${rules.length - HOSTS_SHOWN} more...`
    if (host) hosts.push(host)
  }
  return hosts.join(',') || '*'
}

const addressesText = (list: readonly { ip?: string; hostname?: string }[]): string =>
  [...new Set(list.map(({ ip, hostname }) => ip || hostname || '').filter((text) => text !== ''))]
    .sort()
    .join(',')
