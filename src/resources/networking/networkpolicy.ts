import { labelSelectorCell } from '../../meta/label-selector.ts'
import { nameIsDnsSubdomain } from '../../meta/names.ts'
import { ageText } from '../../meta/timestamp.ts'
import { cidrWarnings } from '../cidr.ts'
import { define } from '../define.ts'
import { COLUMNS } from '../generated/columns.gen.ts'
import type { NetworkPolicy } from '../generated/networking.gen.ts'
import { networkPolicyErrors, peersOf } from './networkpolicy-validate.ts'

/** Source: pkg/registry/networking/networkpolicy/strategy.go. */
export const networkPolicy = define<NetworkPolicy>({
  resource: 'networkpolicies.networking.k8s.io',
  kind: 'NetworkPolicy',
  plural: 'networkpolicies',
  singular: 'networkpolicy',
  shortNames: ['netpol'],
  namespaced: true,
  served: [
    { group: 'networking.k8s.io', version: 'v1', schema: 'io.k8s.api.networking.v1.NetworkPolicy' },
  ],
  validateName: nameIsDnsSubdomain,
  defaults(object) {
    const spec = (object.spec ??= {})
    for (const rule of [...(spec.ingress ?? []), ...(spec.egress ?? [])])
      for (const port of rule.ports ?? []) port.protocol ??= 'TCP'
    if (!spec.policyTypes?.length)
      spec.policyTypes = spec.egress?.length ? ['Ingress', 'Egress'] : ['Ingress']
  },
  validate: (object) => networkPolicyErrors(object, []),
  validateUpdate: (object, before) =>
    networkPolicyErrors(
      object,
      peersOf(before).flatMap(({ peer: { ipBlock } }) =>
        ipBlock ? [ipBlock.cidr, ...(ipBlock.except ?? [])] : [],
      ),
    ),
  warnings: (object) =>
    peersOf(object).flatMap(({ field, peer: { ipBlock } }) =>
      ipBlock
        ? [
            ...cidrWarnings(`${field}.ipBlock.cidr`, ipBlock.cidr ?? ''),
            ...(ipBlock.except ?? []).flatMap((except, i) =>
              cidrWarnings(`${field}.ipBlock.except[${i}]`, except),
            ),
          ]
        : [],
    ),
  generationOf: ['spec'],
  columns: COLUMNS.NetworkPolicy,
  cells: ({ metadata, spec }, now) => [
    metadata.name ?? '',
    labelSelectorCell(spec?.podSelector ?? {}),
    ageText(metadata.creationTimestamp, now),
  ],
})
