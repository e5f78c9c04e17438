import { milliValueOf } from '../../meta/quantity.ts'
import type { PersistentVolumeClaimSpec } from '../generated/core.gen.ts'

/** Source: pkg/api/persistentvolumeclaim/util.go GetWarningsForPersistentVolumeClaimSpec. */
export function claimSpecWarnings(field: string, { resources }: PersistentVolumeClaimSpec): string[] {
  return (['requests', 'limits'] as const).flatMap((side) => {
    const size = resources?.[side]?.['storage']
    return size !== undefined && milliValueOf(size) % 1000 !== 0
      ? [
          `${field}.resources.${side}[storage]: fractional byte value ${JSON.stringify(size)} is invalid, must be an integer`,
        ]
      : []
  })
}
