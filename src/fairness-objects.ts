import { readFileSync } from 'node:fs'
import type { FairnessObject } from './reconcilers/controllers/fairness-config.ts'
import type { JsonObject } from './meta/object.ts'
import path from './resources/generated/bootstrap-fairness.txt' with { type: 'file' }

/** Written by tools/kind-golden out of apiserver apis/flowcontrol/bootstrap. */
type ObjectLine = readonly [boolean, FairnessObject['kind'], string, Record<string, string>, JsonObject]

/** Upstream's FlowSchemas and PriorityLevelConfigurations, mandatory and suggested. */
export function fairnessObjects(): FairnessObject[] {
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n')
  return lines.map((line) => {
    const [mandatory, kind, name, annotations, spec] = JSON.parse(line) as ObjectLine
    return { mandatory, kind, name, annotations, spec }
  })
}
