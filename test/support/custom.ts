import { lineLog } from '../../src/base/log.ts'
import { systemClock } from '../../src/base/clock.ts'
import { shareBudget } from '../../src/reconcilers/runtime/budget.ts'
import { apiControllers, runLocally } from '../../src/run-controllers.ts'
import type { JSONSchemaProps, CustomResourceDefinition } from '../../src/resources/generated/apiextensions.gen.ts'
import type { JsonObject } from '../../src/meta/object.ts'
import { testApi, type TestApi, type TestApiOptions } from './api.ts'
import { until } from './until.ts'

/** An API with the controllers that kube-apiserver has in itself. */
export async function apiWithControllers(options: TestApiOptions = {}): Promise<TestApi> {
  const api = await testApi(options)
  const stop = new AbortController()
  const runner = runLocally(
    {
      core: api.core, identity: api.identity, clock: systemClock, logger: lineLog(() => {}, 'error'),
      budget: shareBudget(systemClock, () => false),
    },
    apiControllers(),
  )
  await runner.start(stop.signal)
  return {
    ...api,
    close: async () => {
      stop.abort()
      await runner.close()
      await api.close()
    },
  }
}

/** What a definition of a test says beyond its names. */
export interface CrdWish extends Partial<CustomResourceDefinition['spec']> {
  readonly schema?: JSONSchemaProps
  readonly version?: Partial<CustomResourceDefinition['spec']['versions'][number]>
}

/** `shirts.GROUP` in version v1, namespaced. */
export function crd(group: string, { schema, version, ...spec }: CrdWish = {}): JsonObject {
  return {
    apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition',
    metadata: { name: `shirts.${group}` },
    spec: {
      group, scope: 'Namespaced',
      names: { plural: 'shirts', kind: 'Shirt' },
      versions: [
        {
          name: 'v1', served: true, storage: true,
          schema: { openAPIV3Schema: schema ?? { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
          ...version,
        },
      ],
      ...spec,
    },
  } as unknown as JsonObject
}

export const CRDS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions'

/** Creates a definition and waits until it is established. */
export async function established(api: TestApi, body: JsonObject): Promise<JsonObject> {
  const made = await api.call('POST', CRDS, body)
  if (made.code !== 201) throw new Error(JSON.stringify(made.json))
  const name = (body['metadata'] as JsonObject)['name'] as string
  let now = made.json
  await until(`${name} is established`, async () => {
    now = (await api.call('GET', `${CRDS}/${name}`)).json
    const { conditions = [] } = now['status'] as { conditions?: { type: string; status: string }[] }
    return conditions.some(({ type, status }) => type === 'Established' && status === 'True')
  })
  return now
}
