/** The Pod that creates are measured with: 600 bytes as a client sends it, 2.4 kB as it is stored. */
export const POD = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    generateName: 'web-',
    labels: { app: 'web', tier: 'frontend', 'pod-template-hash': '6b7f6db6f4' },
    annotations: { 'klio.test/purpose': 'benchmark of creates' },
  },
  spec: {
    nodeSelector: { never: 'here' },
    containers: [
      {
        name: 'nginx',
        image: 'nginx:1.27',
        ports: [{ containerPort: 80, protocol: 'TCP' }],
        env: [{ name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }],
        resources: { requests: { cpu: '100m', memory: '64Mi' }, limits: { cpu: '200m', memory: '128Mi' } },
      },
    ],
    terminationGracePeriodSeconds: 30,
  },
}
