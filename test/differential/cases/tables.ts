import { get, patch, post, type Case } from '../case.ts'
import { configMap, deployment, everyKind, pod } from './objects.ts'

const TABLE = 'application/json;as=Table;g=meta.k8s.io;v=v1'
const METADATA = 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1'
const METADATA_LIST = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1'
const CM = '/api/v1/namespaces/NS/configmaps'

export const tables: readonly Case[] = [
  ...everyKind.map(([path, object]): Case => ({
    name: `table: ${object.kind} ${path.split('/')[2]}`,
    steps: [
      get(path, { accept: TABLE }), post(path, object), get(path, { accept: `${TABLE},application/json` }), get(`${path}/${object.metadata.name}`, { accept: TABLE }), get(`${path}?includeObject=None`, { accept: TABLE }), get(`${path}?includeObject=Object`, { accept: TABLE }), get(`${path}?includeObject=Foo`, { accept: TABLE }),
      get(path, { accept: METADATA_LIST }), get(`${path}/${object.metadata.name}`, { accept: METADATA }), get(path, { accept: METADATA }), get(`${path}/${object.metadata.name}`, { accept: METADATA_LIST }),
      patch('merge', `${path}/${object.metadata.name}`, { metadata: { labels: { t: 'u' } } }, { accept: METADATA }), patch('merge', `${path}/${object.metadata.name}`, { metadata: { labels: { t: 'v' } } }, { accept: TABLE }),
      get(`${path}/absent`, { accept: TABLE }), { method: 'DELETE', path: `${path}/${object.metadata.name}?dryRun=All`, accept: TABLE }, { method: 'DELETE', path: `${path}/${object.metadata.name}?dryRun=All`, accept: METADATA },
    ],
  })),
  { name: 'table: cluster kinds', steps: [get('/api/v1/namespaces/NS', { accept: TABLE }), get('/api/v1/nodes?fieldSelector=metadata.name%3Dabsent', { accept: TABLE }), post(CM, configMap('x'), { accept: TABLE }), get(`${CM}?limit=1`, { accept: TABLE })] },
  { name: 'table: pods in many states', steps: [
    ...([
      ['run', { phase: 'Running', podIP: '10.0.0.1', podIPs: [{ ip: '10.0.0.1' }], startTime: '2026-01-01T00:00:00Z', conditions: [{ type: 'Ready', status: 'True' }], containerStatuses: [{ name: 'web', ready: true, restartCount: 3, image: 'a', imageID: 'b', state: { running: { startedAt: '2026-01-01T00:00:00Z' } }, lastState: { terminated: { exitCode: 1, finishedAt: '2020-01-01T00:00:00Z' } } }] }],
      ['crash', { phase: 'Running', containerStatuses: [{ name: 'web', ready: false, restartCount: 5, image: 'a', imageID: 'b', state: { waiting: { reason: 'CrashLoopBackOff' } } }] }],
      ['done', { phase: 'Succeeded', containerStatuses: [{ name: 'web', ready: false, restartCount: 0, image: 'a', imageID: 'b', state: { terminated: { exitCode: 0, reason: 'Completed' } } }] }],
      ['err', { phase: 'Failed', containerStatuses: [{ name: 'web', ready: false, restartCount: 0, image: 'a', imageID: 'b', state: { terminated: { exitCode: 3 } } }] }],
      ['sig', { phase: 'Failed', containerStatuses: [{ name: 'web', ready: false, restartCount: 0, image: 'a', imageID: 'b', state: { terminated: { exitCode: 137, signal: 9 } } }] }],
      ['evicted', { phase: 'Failed', reason: 'Evicted', message: 'x' }], ['nominated', { nominatedNodeName: 'node-7' }],
    ] as const).flatMap(([name, status]) => [post('/api/v1/namespaces/NS/pods', pod(name)), patch('merge', `/api/v1/namespaces/NS/pods/${name}/status`, { status })]),
    get('/api/v1/namespaces/NS/pods?includeObject=None', { accept: TABLE }), post('/apis/apps/v1/namespaces/NS/deployments', deployment('d', { replicas: 4 })), patch('merge', '/apis/apps/v1/namespaces/NS/deployments/d/status', { status: { replicas: 3, updatedReplicas: 2, readyReplicas: 1, availableReplicas: 1 } }), get('/apis/apps/v1/namespaces/NS/deployments?includeObject=None', { accept: TABLE }),
  ] },
]
