import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import type { JsonObject, KubeObject } from '../../src/meta/object.ts'
import { getObject, listObjects, type ClusterProcess } from '../support/cluster-process.ts'

/** Where objects of the kinds of examples/ live. */
const PLURALS: Readonly<Record<string, string>> = {
  Pod: '/api/v1/namespaces/default/pods',
  Service: '/api/v1/namespaces/default/services',
  ReplicationController: '/api/v1/namespaces/default/replicationcontrollers',
  Deployment: '/apis/apps/v1/namespaces/default/deployments',
  ReplicaSet: '/apis/apps/v1/namespaces/default/replicasets',
  ConfigMap: '/api/v1/namespaces/default/configmaps',
}

/** Path of a kind in namespace default. */
export function pathOf(kind: string, name?: string): string {
  const plural = PLURALS[kind]
  if (!plural) throw new Error(`the client of the tests knows no ${kind}`)
  return name === undefined ? plural : `${plural}/${name}`
}

/** What a person does to a cluster, over plain HTTP: these tests run where there is no kubectl. */
export class HttpClient {
  readonly #cluster: ClusterProcess

  constructor(cluster: ClusterProcess) {
    this.#cluster = cluster
  }

  /** Server-side apply of a manifest file. */
  async apply(file: string): Promise<KubeObject> {
    const text = readFileSync(file, 'utf8')
    const { kind, metadata } = parse(text) as KubeObject
    return this.#send(`${pathOf(kind, metadata.name!)}?fieldManager=e2e&force=true`, 'PATCH', 'application/apply-patch+yaml', text)
  }

  create(object: KubeObject): Promise<KubeObject> {
    return this.#send(pathOf(object.kind), 'POST', 'application/json', JSON.stringify(object))
  }

  patch(kind: string, name: string, patch: JsonObject): Promise<KubeObject> {
    return this.#send(pathOf(kind, name), 'PATCH', 'application/merge-patch+json', JSON.stringify(patch))
  }

  scale(kind: string, name: string, replicas: number): Promise<KubeObject> {
    return this.#send(`${pathOf(kind, name)}/scale`, 'PATCH', 'application/merge-patch+json', JSON.stringify({ spec: { replicas } }))
  }

  async delete(kind: string, name: string): Promise<void> {
    const answer = await this.#cluster.fetch(`${pathOf(kind, name)}?propagationPolicy=Background`, { method: 'DELETE' })
    if (!answer.ok && answer.status !== 404) throw new Error(`DELETE ${kind} ${name}: ${answer.status} ${await answer.text()}`)
  }

  get<O extends KubeObject>(kind: string, name: string): Promise<O | undefined> {
    return getObject<O>(this.#cluster, pathOf(kind, name))
  }

  list<O extends KubeObject>(kind: string, labels = ''): Promise<O[]> {
    return listObjects<O>(this.#cluster, `${pathOf(kind)}?labelSelector=${encodeURIComponent(labels)}`)
  }

  /** An object as it was at a revision; undefined when it was not there then. */
  then<O extends KubeObject>(revision: string, kind: string, name: string): Promise<O | undefined> {
    return getObject<O>(this.#cluster, `/asof/${revision}${pathOf(kind, name)}`)
  }

  async logs(pod: string): Promise<string> {
    const answer = await this.#cluster.fetch(`${pathOf('Pod', pod)}/log`)
    if (!answer.ok) throw new Error(`logs of ${pod}: ${answer.status} ${await answer.text()}`)
    return answer.text()
  }

  /** Standard output of a command in a Pod. Source: remotecommand v5.channel.k8s.io: channel byte, then data. */
  exec(pod: string, ...command: string[]): Promise<string> {
    const { server, authority, token } = this.#cluster.access()
    const query = new URLSearchParams([['stdout', 'true'], ['stderr', 'true'], ...command.map((word) => ['command', word])] as [string, string][])
    const socket = new WebSocket(`${server.replace('https', 'wss')}${pathOf('Pod', pod)}/exec?${query}`, {
      protocols: ['v5.channel.k8s.io'],
      headers: { authorization: `Bearer ${token}` },
      tls: { ca: authority },
    })
    socket.binaryType = 'arraybuffer'
    const decoder = new TextDecoder()
    let out = ''
    return new Promise((resolve, reject) => {
      socket.onmessage = ({ data }) => {
        const bytes = new Uint8Array(data as ArrayBuffer)
        const text = decoder.decode(bytes.subarray(1))
        if (bytes[0] === 1) out += text
        if (bytes[0] === 3 && !text.includes('"Success"')) reject(new Error(text))
      }
      socket.onclose = () => resolve(out)
      socket.onerror = () => reject(new Error(`exec in ${pod} fails`))
    })
  }

  async #send(path: string, method: string, type: string, body: string): Promise<KubeObject> {
    const answer = await this.#cluster.fetch(path, { method, body, headers: { 'content-type': type } })
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
    return (await answer.json()) as KubeObject
  }
}
