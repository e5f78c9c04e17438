import { get, type Case } from '../case.ts'

/** Documents that differ as a whole, because kube-apiserver serves more kinds, are compared by discovery-kinds. */
const AGGREGATED = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList'

export const discovery: readonly Case[] = [
  { name: 'discovery: groups', steps: [get('/apis/coordination.k8s.io'), get('/apis/discovery.k8s.io'), get('/apis/events.k8s.io'), get('/apis/apps')] },
  { name: 'discovery: versions', steps: [get('/apis/events.k8s.io/v1'), get('/apis/discovery.k8s.io/v1'), get('/apis/coordination.k8s.io/v1'), get('/api/v1'), get('/apis/apps/v1')] },
  { name: 'discovery: forms', steps: [get('/api'), get('/api', { accept: AGGREGATED }), get('/apis', { accept: AGGREGATED }), get('/api/v1', { accept: 'application/yaml' }), get('/api', { accept: 'text/html' }), get('/api', { accept: 'application/vnd.kubernetes.protobuf' }), get('/api/v1', { method: 'POST' })] },
  { name: 'discovery: OpenAPI', steps: [get('/openapi/v3/api/v9'), get('/openapi/v4'), get('/openapi/v2', { accept: 'text/html' })] },
]
