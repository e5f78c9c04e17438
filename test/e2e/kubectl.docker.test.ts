import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { join } from 'node:path'
import { findKubectl, output, startCluster, type ClusterProcess } from '../support/cluster-process.ts'
import { until } from '../support/until.ts'

const EXAMPLES = join(import.meta.dir, '..', '..', 'examples')
const KUBECTL = findKubectl()

/** The founding transcript, word for word; without a kubectl (KLIO_KUBECTL, PATH) it is skipped by name. */
describe.skipIf(!KUBECTL)(`the transcript with ${KUBECTL ?? 'kubectl'}`, () => {
  let cluster: ClusterProcess
  /** resourceVersion of my-deployment before it is deleted. */
  let before = ''

  beforeAll(async () => {
    cluster = await startCluster('e2e-kubectl')
  }, 60_000)
  afterAll(() => cluster?.[Symbol.asyncDispose](), 60_000)

  const run = (...args: string[]) =>
    output([KUBECTL!, ...args], { ...process.env, KUBECONFIG: cluster.kubeconfig, HOME: cluster.dataDir })

  /** Output of a kubectl command; fails with what it says. */
  async function kubectl(line: string): Promise<string> {
    const done = await run(...line.split(' '))
    if (done.code !== 0) throw new Error(`kubectl ${line}: ${done.error || done.out}`)
    return done.out
  }

  /** Standard output of a klio command as JSON; `code` is the exit code it must have. */
  async function klio(line: string, code = 0): Promise<unknown> {
    const done = await cluster.klio(...line.split(' '), '-o', 'json')
    if (done.code !== code) throw new Error(`klio ${line} ends with ${done.code}: ${done.error || done.out}`)
    return JSON.parse(done.out)
  }

  const rolledOut = () => kubectl('rollout status deployment/my-deployment --timeout=90s')

  test('apply -f examples/', async () => {
    const said = await kubectl(`apply -f ${EXAMPLES}`)
    for (const what of ['pod/test-pod', 'pod/my-pod', 'replicationcontroller/nginx', 'deployment.apps/my-deployment', 'service/my-service'])
      expect(said).toContain(`${what} created`)
    await kubectl('wait --for=condition=Ready pod/test-pod pod/my-pod --timeout=60s')
    await kubectl('wait rc/nginx --for=jsonpath={.status.readyReplicas}=3 --timeout=60s')
    await rolledOut()
    expect(await kubectl(`apply -f ${EXAMPLES}`)).toMatch(/^(?:\S+ unchanged\n)+$/)
  }, 120_000)

  test('get, describe, logs, exec', async () => {
    expect(await kubectl('get pods -o wide')).toMatch(/^NAME +READY +STATUS +RESTARTS +AGE +IP +NODE +NOMINATED NODE +READINESS GATES\n/)
    expect(await kubectl('get pod test-pod')).toMatch(/\ntest-pod +1\/1 +Running +0 /)
    const described = await kubectl('describe pod test-pod')
    for (const reason of ['Scheduled', 'Pulled', 'Created', 'Started']) expect(described).toContain(reason)
    await until('nginx has logged its start', async () => (await kubectl('logs test-pod')).includes('nginx'))
    expect(await kubectl('exec test-pod -- hostname')).toBe('test-pod\n')
    expect((await run('exec', 'test-pod', '--', 'sh', '-c', 'exit 7')).code).toBe(7)
  }, 30_000)

  test('port-forward svc/my-service', async () => {
    const child = Bun.spawn([KUBECTL!, 'port-forward', 'svc/my-service', ':80'], {
      env: { ...process.env, KUBECONFIG: cluster.kubeconfig }, stdout: 'pipe', stderr: 'ignore', stdin: 'ignore',
    })
    try {
      const { value } = await child.stdout.getReader().read()
      const port = /127\.0\.0\.1:(\d+)/.exec(new TextDecoder().decode(value))?.[1]
      expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toContain('nginx')
    } finally {
      child.kill()
      await child.exited
    }
  }, 30_000)

  test('scale, update, history, undo', async () => {
    await kubectl('scale deployment my-deployment --replicas=5')
    await rolledOut()
    expect(await kubectl('get deployment my-deployment')).toMatch(/my-deployment +5\/5 +5 +5 /)
    await kubectl(`apply -f ${join(EXAMPLES, 'update')}`)
    await rolledOut()
    expect(await kubectl('rollout history deployment/my-deployment')).toMatch(/\n1 .*\n2 /)
    await kubectl('rollout undo deployment/my-deployment')
    await rolledOut()
    expect(await kubectl('get deployment my-deployment -o jsonpath={.spec.template.spec.containers[0].image}')).toBe('nginx')
  }, 120_000)

  test('a mistake: the Deployment is gone, and klio at shows it again', async () => {
    before = await kubectl('get deployment my-deployment -o jsonpath={.metadata.resourceVersion}')
    await kubectl('delete deployment my-deployment')
    expect((await run('get', 'deployment', 'my-deployment')).error).toContain('not found')
    const at = await cluster.klio('at', before)
    expect(at.code).toBe(0)
    expect(await kubectl('config current-context')).toBe(`${cluster.name}\n`)
    const past = await run('--context', `${cluster.name}@${before}`, 'get', 'deploy,rs,pods', '-o', 'name')
    expect(past.out).toMatch(/deployment\.apps\/my-deployment\n(?:replicaset\.apps\/my-deployment-\S+\n){2}/)
    expect(past.error).toContain('read-only')
    const refused = await run('--context', `${cluster.name}@${before}`, 'delete', 'deployment', 'my-deployment')
    expect(refused.error).toContain('the past')
  }, 60_000)

  test('log, show, diff, verify, replay', async () => {
    const log = (await klio('log deployment/my-deployment')) as { agent: string; changes: { op: string }[] }[]
    expect(log[0]).toMatchObject({ agent: expect.stringMatching(/^kubectl\//), changes: [{ op: 'delete' }] })
    expect(await klio(`show ${before}`)).toMatchObject({ changes: [{ name: 'my-deployment' }] })
    expect(await klio(`diff ${before} now deployment/my-deployment`, 1)).toMatchObject([{ kind: 'Deployment', op: 'removed' }])
    expect(await klio('verify')).toMatchObject({ ok: true })
    expect(await klio(`replay --to ${before}`)).toMatchObject({ equal: true })
  }, 60_000)

  test('down --purge: nothing is left', async () => {
    await cluster.purge()
    expect(cluster.left()).toEqual([])
    expect(await Bun.file(cluster.kubeconfig).text()).not.toContain(cluster.name)
  }, 60_000)
})
