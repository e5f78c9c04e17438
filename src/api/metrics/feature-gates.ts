import { readFileSync } from 'node:fs'
import path from '../../resources/generated/feature-gates.txt' with { type: 'file' }
import type { Family } from './exposition.ts'

/** Name, stage as metrics show it, and whether it is on by default. Written by tools/kind-golden. */
type GateLine = readonly [name: string, stage: string, enabled: boolean]

/** The feature gates of v1.37 with their defaults; read when someone asks. Source: component-base featuregate. */
export function featureFamily(): Family {
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n')
  return {
    name: 'kubernetes_feature_enabled',
    type: 'gauge',
    help: 'This metric records the data about the stage and enablement of a k8s feature.',
    samples: lines.map((line) => {
      const [name, stage, enabled] = JSON.parse(line) as GateLine
      return { labels: [['name', name], ['stage', stage]], value: enabled ? 1 : 0 }
    }),
  }
}
