import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { Pod } from '../../../src/resources/generated/core.gen.ts'
import { containersLeft, type DockerNode, shellPod, startDockerNode } from '../support/docker-node.ts'

setDefaultTimeout(60_000)
let node: DockerNode
beforeAll(async () => {
  node = await startDockerNode(true)
})
afterAll(async () => {
  await node.close()
})

const phase = (wanted: string) => (pod: Pod | undefined) => pod?.status?.phase === wanted
const status = (pod: Pod | undefined, name = 'c') => pod?.status?.containerStatuses?.find((s) => s.name === name)
const condition = (pod: Pod | undefined, type: string) => pod?.status?.conditions?.find((c) => c.type === type)
const reasons = (name: string) => node.notes.filter((n) => n.regarding.name === name).map((n) => n.reason)

async function gone(name: string, grace = 1): Promise<void> {
  const before = node.pod(name)!.metadata.uid!
  node.api.deletePod('default', name, grace)
  await node.until(name, 'gone', (p) => p === undefined)
  const left = () => node.kubelet.context.store.of(before)
  while (left().containers.length + left().sandboxes.length > 0) await Bun.sleep(10)
}

describe('one Pod on a real daemon', () => {
  test('runs under its own name with an address, and leaves nothing behind', async () => {
    node.api.put('pods', shellPod('hello', 'echo hi; exec sleep 1000'))
    const pod = await node.until('hello', 'running', phase('Running'))
    expect(pod!.status!.podIP).toMatch(/^10\./)
    expect(await node.exec('hello', 'c', 'hostname')).toBe('hello\n')
    expect(await node.exec('hello', 'c', 'sh', '-c', 'tr "\\0" "\\n" < /proc/1/environ')).toContain('HOSTNAME=hello\n')
    expect(await node.exec('hello', 'c', 'cat', '/etc/hosts')).toContain(`${pod!.status!.podIP}\thello`)
    expect(await node.exec('hello', 'c', 'cat', '/etc/resolv.conf')).toContain('default.svc.cluster.local')
    expect(condition(pod, 'Ready')!.status).toBe('True')
    await gone('hello')
    expect(reasons('hello')).toEqual(['Pulled', 'Created', 'Started', 'Killing'])
  })

  test('a crash is followed by a restart, then by a pause with its reason', async () => {
    node.api.put('pods', shellPod('crash', 'echo last words >/dev/termination-log; exit 3'))
    const pod = await node.until('crash', 'backing off', (p) => status(p)?.state?.waiting?.reason === 'CrashLoopBackOff')
    const uid = pod!.metadata.uid
    expect(status(pod)!.state!.waiting!.message).toBe(`back-off 10s restarting failed container=c pod=crash_default(${uid})`)
    expect(status(pod)!.restartCount).toBe(1)
    expect(status(pod)!.lastState!.terminated).toMatchObject({ exitCode: 3, reason: 'Error', message: 'last words\n' })
    expect(pod!.status!.phase).toBe('Running')
    await gone('crash')
  })

  test('a finished Pod keeps its containers for their logs, not its sandbox', async () => {
    node.api.put('pods', shellPod('once', 'echo done', { restartPolicy: 'Never' }))
    const pod = await node.until('once', 'succeeded', phase('Succeeded'))
    expect(status(pod)!.state!.terminated).toMatchObject({ exitCode: 0, reason: 'Completed' })
    expect(condition(pod, 'Ready')).toMatchObject({ status: 'False', reason: 'PodCompleted' })
    expect(condition(pod, 'Initialized')).toMatchObject({ status: 'True', reason: 'PodCompleted' })
    const of = () => node.kubelet.context.store.of(pod!.metadata.uid!)
    while (of().sandboxes.length > 0) await Bun.sleep(10)
    expect(of().containers.length).toBe(1)
    await gone('once')
  })

  test('init containers run in order, and one that fails for good fails the Pod', async () => {
    const make = (name: string, line: string) => ({ ...shellPod('x', line).spec!.containers[0]!, name })
    node.api.put('pods', shellPod('inits', 'cat /work/log; exec sleep 1000', {
      volumes: [{ name: 'work', emptyDir: {} }],
      initContainers: [
        { ...make('one', 'echo one >> /work/log'), volumeMounts: [{ name: 'work', mountPath: '/work' }] },
        { ...make('two', 'echo two >> /work/log'), volumeMounts: [{ name: 'work', mountPath: '/work' }] },
      ],
      containers: [{ ...make('c', 'cat /work/log; exec sleep 1000'), volumeMounts: [{ name: 'work', mountPath: '/work' }] }],
    }))
    const pod = await node.until('inits', 'running', phase('Running'))
    expect(await node.exec('inits', 'c', 'cat', '/work/log')).toBe('one\ntwo\n')
    expect(pod!.status!.initContainerStatuses!.map((s) => s.state?.terminated?.reason)).toEqual(['Completed', 'Completed'])
    await gone('inits')
    node.api.put('pods', shellPod('badinit', 'true', { restartPolicy: 'Never', initContainers: [make('one', 'exit 1')] }))
    const failed = await node.until('badinit', 'failed', phase('Failed'))
    expect(status(failed)!.state!.waiting!.reason).toBe('PodInitializing')
    expect(condition(failed, 'Initialized')).toMatchObject({
      status: 'False', reason: 'ContainersNotInitialized', message: 'containers with incomplete status: [one]',
    })
    await gone('badinit')
  })

  test('a sidecar starts first, ends last, and does not keep a finished Pod alive', async () => {
    const make = (name: string, line: string) => ({ ...shellPod('x', line).spec!.containers[0]!, name })
    node.api.put('pods', shellPod('sidecar', 'true', {
      restartPolicy: 'Never', terminationGracePeriodSeconds: 5,
      initContainers: [{ ...make('side', 'trap "exit 0" TERM; while :; do sleep 0.1; done'), restartPolicy: 'Always' }],
      containers: [make('c', 'sleep 0.5')],
    }))
    const pod = await node.until('sidecar', 'succeeded', phase('Succeeded'))
    expect(pod!.status!.initContainerStatuses![0]!.state!.terminated!.exitCode).toBe(0)
    await gone('sidecar')
  })

  test('what takes too long is ended with its reason', async () => {
    node.api.put('pods', shellPod('deadline', 'exec sleep 1000', { activeDeadlineSeconds: 1 }))
    const pod = await node.until('deadline', 'failed', phase('Failed'))
    expect(pod!.status).toMatchObject({ reason: 'DeadlineExceeded' })
    await gone('deadline')
  })

  test('preStop runs, and a process that ignores TERM is killed when the grace is over', async () => {
    const pod = shellPod('stubborn', 'trap "" TERM; while :; do sleep 1; done', { terminationGracePeriodSeconds: 2 })
    pod.spec!.containers[0]!.lifecycle = { preStop: { exec: { command: ['sh', '-c', 'echo bye > /proc/1/fd/1'] } } }
    node.api.put('pods', pod)
    await node.until('stubborn', 'running', phase('Running'))
    const started = performance.now()
    await gone('stubborn', 2)
    expect(performance.now() - started).toBeGreaterThan(1_900)
    expect(performance.now() - started).toBeLessThan(6_000)
  })

  test('a missing command, a missing image and a bad name say so', async () => {
    const nope = shellPod('nocmd', '')
    nope.spec!.containers[0]!.command = ['/nope']
    node.api.put('pods', nope)
    await node.until('nocmd', 'refused', (p) => status(p)?.state?.waiting?.reason === 'RunContainerError')
    expect(status(node.pod('nocmd'))!.state!.waiting!.message).toContain('no such file or directory')
    await gone('nocmd')
    const absent = shellPod('noimage', 'true')
    absent.spec!.containers[0]!.image = 'klio-nowhere/absent:1'
    node.api.put('pods', absent)
    await node.until('noimage', 'waiting', (p) => status(p)?.state?.waiting?.reason === 'ErrImageNeverPull')
    expect(reasons('noimage')).toEqual(['ErrImageNeverPull', 'Failed'])
    await gone('noimage')
    const bad = shellPod('badname', 'true')
    bad.spec!.containers[0]!.image = 'UPPER case'
    node.api.put('pods', bad)
    await node.until('badname', 'waiting', (p) => status(p)?.state?.waiting?.reason === 'InvalidImageName')
    await gone('badname')
  })

  test('pull policy Always without a registry uses what is here and says so; what is not here backs off', async () => {
    const always = shellPod('always', 'exec sleep 1000')
    always.spec!.containers[0]!.imagePullPolicy = 'Always'
    node.api.put('pods', always)
    await node.until('always', 'running', phase('Running'))
    expect(reasons('always')).toContain('RegistryUnreachable')
    await gone('always')
    const pull = shellPod('pull', 'true')
    pull.spec!.containers[0]!.image = 'registry.invalid/klio/absent:1'
    pull.spec!.containers[0]!.imagePullPolicy = 'IfNotPresent'
    node.api.put('pods', pull)
    await node.until('pull', 'failing', (p) => status(p)?.state?.waiting?.reason === 'ErrImagePull')
    await node.until('pull', 'backing off', (p) => status(p)?.state?.waiting?.reason === 'ImagePullBackOff')
    expect(status(node.pod('pull'))!.state!.waiting!.message).toStartWith('Back-off pulling image "registry.invalid/klio/absent:1": ErrImagePull: ')
    await gone('pull')
  })

  test('a restart of klio adopts what runs and restarts nothing', async () => {
    const pod = shellPod('adopt', 'exec sleep 1000')
    pod.spec!.containers[0]!.readinessProbe = { exec: { command: ['true'] }, periodSeconds: 1, failureThreshold: 1, successThreshold: 1, timeoutSeconds: 1 }
    node.api.put('pods', pod)
    const before = await node.until('adopt', 'ready', (p) => condition(p, 'Ready')?.status === 'True')
    const writes = node.api.commands.length
    await node.restart()
    await Bun.sleep(500)
    const after = node.pod('adopt')
    expect(status(after)!.containerID).toBe(status(before)!.containerID!)
    expect(status(after)!.restartCount).toBe(0)
    expect(after!.status!.podIP).toBe(before!.status!.podIP!)
    expect(node.api.commands.slice(writes).filter((c) => c.resource === 'pods')).toEqual([])
    expect(await node.exec('adopt', 'c', 'hostname')).toBe('adopt\n')
    await gone('adopt')
  })

  test('containers of a Pod that vanished while klio was away are ended', async () => {
    node.api.put('pods', shellPod('vanish', 'exec sleep 1000'))
    const pod = await node.until('vanish', 'running', phase('Running'))
    await node.kubelet.close()
    node.api.remove('pods', 'default', 'vanish')
    await node.restart()
    const of = () => node.kubelet.context.store.of(pod!.metadata.uid!)
    while (of().containers.length + of().sandboxes.length > 0) await Bun.sleep(20)
  })

  test('a container killed from outside comes back; a sandbox killed from outside takes all along', async () => {
    node.api.put('pods', shellPod('killed', 'exec sleep 1000'))
    const before = await node.until('killed', 'running', phase('Running'))
    const id = status(before)!.containerID!.slice('docker://'.length)
    await node.engine.containers.kill(id, 'SIGKILL')
    const again = await node.until('killed', 'restarted', (p) => status(p)?.restartCount === 1 && status(p)?.state?.running !== undefined)
    expect(status(again)!.lastState!.terminated).toMatchObject({ exitCode: 137, reason: 'Error' })
    const sandbox = node.kubelet.context.store.of(before!.metadata.uid!).sandboxes[0]!
    await node.engine.containers.kill(sandbox.id, 'SIGKILL')
    await node.until('killed', 'restarted', (p) => status(p)?.restartCount === 2 && status(p)?.state?.running !== undefined, 30_000)
    expect(reasons('killed')).toContain('SandboxChanged')
    await gone('killed')
  })

  test('nothing is left at the end but warm sandboxes', async () => {
    expect(await containersLeft(node)).toBeLessThanOrEqual(8)
    expect(node.kubelet.context.store.podUids()).toEqual([])
  })
})
