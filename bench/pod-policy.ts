import type { KubeObject } from '../src/meta/object.ts'
import { pod } from '../src/resources/core/pod/pod.ts'

/** What defaults and validation of one Pod cost. Goal: 10 us together for a typical Pod. */
const typical = JSON.stringify({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web-7d4b9c-x2x5k', namespace: 'default', labels: { app: 'web' } },
  spec: {
    containers: [
      {
        name: 'web',
        image: 'registry.example.com/team/web:1.2.3',
        ports: [{ name: 'http', containerPort: 8080 }],
        env: [
          { name: 'MODE', value: 'production' },
          { name: 'POD_IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
        ],
        resources: {
          limits: { cpu: '500m', memory: '256Mi' },
          requests: { cpu: '250m', memory: '128Mi' },
        },
        livenessProbe: { httpGet: { path: '/healthz', port: 'http' } },
        readinessProbe: { httpGet: { path: '/ready', port: 'http' } },
        volumeMounts: [
          { name: 'config', mountPath: '/etc/web' },
          { name: 'token', mountPath: '/var/run/secrets/kubernetes.io/serviceaccount' },
        ],
      },
    ],
    volumes: [
      { name: 'config', configMap: { name: 'web' } },
      {
        name: 'token',
        projected: {
          sources: [
            { serviceAccountToken: { path: 'token', expirationSeconds: 3607 } },
            { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
          ],
        },
      },
    ],
    serviceAccountName: 'web',
    tolerations: [
      { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute' },
      { key: 'node.kubernetes.io/unreachable', operator: 'Exists', effect: 'NoExecute' },
    ],
  },
})
const ROUNDS = 5_000

function microseconds(work: (object: KubeObject) => unknown): number {
  let best = Infinity
  for (let run = 0; run < 30; run++) {
    const objects = Array.from({ length: ROUNDS }, (): KubeObject => JSON.parse(typical))
    const start = performance.now()
    for (const object of objects) work(object)
    best = Math.min(best, performance.now() - start)
  }
  return (best * 1000) / ROUNDS
}

const defaults = microseconds((object) => pod.defaults!(object))
const both = microseconds((object) => {
  pod.defaults!(object)
  if (pod.validate(object).length > 0) throw new Error('the typical Pod must be valid')
})
console.log(
  `defaults ${defaults.toFixed(2)} us, defaults and validation ${both.toFixed(2)} us (goal 10)`,
)
