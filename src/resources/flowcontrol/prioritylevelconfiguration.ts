import { nameIsDnsSubdomain } from '../../meta/names.ts'
import { ageText } from '../../meta/timestamp.ts'
import { define } from '../define.ts'
import { COLUMNS } from '../generated/columns.gen.ts'
import type { PriorityLevelConfiguration } from '../generated/flowcontrol.gen.ts'
import { conditionTypeErrors } from './condition-types.ts'
import { priorityLevelErrors } from './prioritylevel-validate.ts'

const SHARES_DEFAULT = 30
const QUEUES_DEFAULT = 64
const HAND_DEFAULT = 8
const QUEUE_LENGTH_DEFAULT = 50

/** Source: pkg/registry/flowcontrol/prioritylevelconfiguration/strategy.go. */
export const priorityLevelConfiguration = define<PriorityLevelConfiguration>({
  resource: 'prioritylevelconfigurations.flowcontrol.apiserver.k8s.io',
  kind: 'PriorityLevelConfiguration',
  plural: 'prioritylevelconfigurations',
  singular: 'prioritylevelconfiguration',
  namespaced: false,
  served: [
    {
      group: 'flowcontrol.apiserver.k8s.io',
      version: 'v1',
      schema: 'io.k8s.api.flowcontrol.v1.PriorityLevelConfiguration',
    },
  ],
  validateName: nameIsDnsSubdomain,
  defaults({ spec }) {
    for (const [block, shares] of [
      [spec?.exempt, 0],
      [spec?.limited, SHARES_DEFAULT],
    ] as const) {
      if (!block) continue
      block.nominalConcurrencyShares ??= shares
      block.lendablePercent ??= 0
    }
    const queuing = spec?.limited?.limitResponse?.queuing
    if (!queuing) return
    queuing.handSize ||= HAND_DEFAULT
    queuing.queues ||= QUEUES_DEFAULT
    queuing.queueLengthLimit ||= QUEUE_LENGTH_DEFAULT
  },
  prepareCreate(object) {
    object.status = {}
  },
  prepareUpdate(object, before) {
    object.status = before.status
  },
  validate: priorityLevelErrors,
  validateUpdate: priorityLevelErrors,
  generationOf: ['spec'],
  status: {
    prepare(object, before) {
      object.spec = before.spec
    },
    validate: ({ status }) => conditionTypeErrors(status?.conditions),
  },
  columns: COLUMNS.PriorityLevelConfiguration,
  cells: ({ metadata, spec }, now) => {
    const queuing = spec?.limited?.limitResponse?.queuing
    return [
      metadata.name ?? '',
      spec?.type ?? '',
      spec?.limited?.nominalConcurrencyShares ?? '<none>',
      queuing?.queues ?? '<none>',
      queuing?.handSize ?? '<none>',
      queuing?.queueLengthLimit ?? '<none>',
      ageText(metadata.creationTimestamp, now),
    ]
  },
})
