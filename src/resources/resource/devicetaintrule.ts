import { tooMany, type FieldError } from '../../meta/field-error.ts'
import { nameIsDnsSubdomain } from '../../meta/names.ts'
import { ageText, timeText } from '../../meta/timestamp.ts'
import { checkLabel } from '../checks.ts'
import { conditionErrors } from '../conditions.ts'
import { define } from '../define.ts'
import { at } from '../field-path.ts'
import { COLUMNS } from '../generated/columns.gen.ts'
import type { DeviceTaintRule } from '../generated/resource.gen.ts'
import { checkDriver, checkPool, checkTaint } from './shared.ts'

const SPEC = at(undefined, 'spec')
const SELECTOR = at(SPEC, 'deviceSelector')
const CONDITIONS = at(at(undefined, 'status'), 'conditions')
const CONDITIONS_MAX = 8

/** Source: pkg/registry/resource/devicetaintrule/strategy.go. */
export const deviceTaintRule = define<DeviceTaintRule>({
  resource: 'devicetaintrules.resource.k8s.io',
  kind: 'DeviceTaintRule',
  plural: 'devicetaintrules',
  singular: 'devicetaintrule',
  namespaced: false,
  served: [{ group: 'resource.k8s.io', version: 'v1', schema: 'io.k8s.api.resource.v1.DeviceTaintRule' }],
  validateName: nameIsDnsSubdomain,
  defaults(object) {
    ;(object.spec ??= { taint: { key: '', effect: '' } }).taint ??= { key: '', effect: '' }
  },
  prepareCreate(object, { now }) {
    object.spec.taint.timeAdded ??= timeText(now)
    object.status = {}
  },
  prepareUpdate(object, before, { now }) {
    object.status = before.status
    const { taint } = object.spec
    const old = before.spec.taint
    // The time is that of the effect, unless the client says otherwise.
    if (taint.effect !== old.effect && taint.timeAdded === old.timeAdded) delete taint.timeAdded
    taint.timeAdded ??= timeText(now)
  },
  validate: (object) => ruleErrors(object, undefined),
  validateUpdate: ruleErrors,
  generationOf: ['spec'],
  unconditionalUpdate: false,
  status: {
    prepare(object, before) {
      object.spec = before.spec
    },
    validate({ status }) {
      const errors: FieldError[] = []
      const conditions = status?.conditions ?? []
      conditionErrors(errors, CONDITIONS, conditions)
      if (conditions.length > CONDITIONS_MAX)
        errors.push(tooMany('status.conditions', conditions.length, CONDITIONS_MAX))
      return errors
    },
  },
  columns: COLUMNS.DeviceTaint,
  cells: ({ metadata, spec }, now) => [
    metadata.name ?? '',
    spec?.taint?.key ?? '',
    spec?.taint?.value ?? '',
    spec?.taint?.effect ?? '',
    ageText(spec?.taint?.timeAdded, now),
    ageText(metadata.creationTimestamp, now),
  ],
})

/** Source: resource/validation validateDeviceTaintRuleSpec. */
function ruleErrors({ spec }: DeviceTaintRule, before: DeviceTaintRule | undefined): FieldError[] {
  const errors: FieldError[] = []
  const { driver, pool, device } = spec.deviceSelector ?? {}
  if (driver !== undefined) checkDriver(errors, SELECTOR, driver)
  if (pool !== undefined) checkPool(errors, at(SELECTOR, 'pool'), pool)
  if (device !== undefined) checkLabel(errors, SELECTOR, 'device', device)
  checkTaint(errors, at(SPEC, 'taint'), spec.taint, before?.spec.taint)
  return errors
}
