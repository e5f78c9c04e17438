const NAMES: Readonly<Record<string, 'ipc' | 'uts'>> = {
  'kernel.domainname': 'uts',
  'kernel.sem': 'ipc',
  'kernel.shm': 'ipc',
  'kernel.shmall': 'ipc',
  'kernel.shmmax': 'ipc',
  'kernel.shmmni': 'ipc',
  'kernel.shm_rmid_forced': 'ipc',
  'kernel.msg': 'ipc',
  'kernel.msgmax': 'ipc',
  'kernel.msgmnb': 'ipc',
  'kernel.msgmni': 'ipc',
}

/** Which of a Pod's namespaces a kernel setting lives in. Source: component-helpers node/util/sysctl. */
export function sysctlNamespace(name: string): 'ipc' | 'net' | 'uts' | undefined {
  const dotted = withDots(name).split('*', 1)[0]!
  if (dotted.startsWith('net.')) return 'net'
  return dotted.startsWith('fs.mqueue.') ? 'ipc' : NAMES[dotted]
}

/** Slashes and dots trade places where the name is written with slashes. Source: NormalizeName. */
export function withDots(name: string): string {
  const first = name.search(/[./]/)
  if (first < 0 || name[first] === '.') return name
  return name.replace(/[./]/g, (separator) => (separator === '/' ? '.' : '/'))
}
