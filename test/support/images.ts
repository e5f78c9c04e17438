import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { findEngine } from '../../src/docker/endpoint.ts'
import type { Engine } from '../../src/docker/engine.ts'

/** Images that tests and examples name, made of Debian's packages where the daemon has none. */
const IMAGES: Readonly<Record<string, { fill(root: string): void; readonly changes: string[] }>> = {
  'busybox:latest': { fill: addBusybox, changes: ['ENV PATH=/bin', 'CMD ["sh"]'] },
  'nginx:latest': {
    fill: addNginx,
    changes: ['ENV PATH=/bin:/usr/sbin', 'EXPOSE 80', 'CMD ["nginx"]'],
  },
}

/** Packages of nginx that its program needs to run; the rest of the closure configures a machine. */
const NGINX = /^(nginx|nginx-common|libc6|libcrypt1|libpcre2-8-0|libssl3(t64)?|libzstd1|zlib1g)$/

/** Makes what is missing; no registry is asked. */
export async function ensureImages(engine: Engine): Promise<void> {
  for (const [reference, { fill, changes }] of Object.entries(IMAGES)) {
    if ((await engine.images.inspect(reference)).ok) continue
    const root = mkdtempSync(join(tmpdir(), 'klio-image-'))
    try {
      fill(root)
      const tar = run(['tar', '-C', root, '--owner=0', '--group=0', '-c', '.'])
      const made = await engine.images.importTar(tar, { reference, changes })
      if (!made.ok) throw new Error(`${reference}: ${made.error.message}`)
    } finally {
      rmSync(root, { recursive: true, force: true })
    }
  }
}

function addBusybox(root: string): void {
  const source = ['/bin/busybox', '/usr/bin/busybox'].find((path) => existsSync(path))
  if (!source) throw new Error("the images of the tests need Debian's busybox-static")
  for (const dir of ['bin', 'etc', 'root', 'tmp', 'var']) mkdirSync(join(root, dir), { recursive: true })
  copyFileSync(source, join(root, 'bin/busybox'))
  for (const name of run([source, '--list']).toString().trim().split('\n'))
    if (!existsSync(join(root, 'bin', name))) symlinkSync('busybox', join(root, 'bin', name))
  writeFileSync(join(root, 'etc/passwd'), 'root:x:0:0:root:/root:/bin/sh\nwww-data:x:33:33::/var/www:/bin/false\n')
  writeFileSync(join(root, 'etc/group'), 'root:x:0:\nwww-data:x:33:\n')
}

function addNginx(root: string): void {
  const packages = mkdtempSync(join(tmpdir(), 'klio-packages-'))
  try {
    const closure = run(['apt-cache', 'depends', '--recurse', '--no-recommends', '--no-suggests', '--no-enhances',
      '--no-conflicts', '--no-breaks', '--no-replaces', 'nginx']).toString().split('\n')
    run(['apt-get', 'download', ...closure.filter((name) => NGINX.test(name))], packages)
    // Debian's /lib is a link to usr/lib; the loader's path must exist before a package writes through it.
    for (const dir of ['usr/lib', 'usr/lib64']) mkdirSync(join(root, dir), { recursive: true })
    for (const dir of ['lib', 'lib64']) symlinkSync(`usr/${dir}`, join(root, dir))
    run(['sh', '-c', `for file in *.deb; do dpkg-deb --fsys-tarfile "$file" | tar --keep-directory-symlink -C ${root} -x; done`], packages)
  } finally {
    rmSync(packages, { recursive: true, force: true })
  }
  addBusybox(root)
  rmSync(join(root, 'usr/share/doc'), { recursive: true, force: true })
  for (const dir of ['var/log/nginx', 'var/lib/nginx', 'var/www/html', 'run', 'etc/nginx/sites-enabled', 'etc/nginx/modules-enabled'])
    mkdirSync(join(root, dir), { recursive: true })
  writeFileSync(join(root, 'var/www/html/index.html'), readFileSync(join(root, 'usr/share/nginx/html/index.html')))
  symlinkSync('/etc/nginx/sites-available/default', join(root, 'etc/nginx/sites-enabled/default'))
  writeFileSync(join(root, 'etc/nginx/modules-enabled/00-container.conf'), 'daemon off;\nerror_log /dev/stderr notice;\n')
  symlinkSync('/dev/stdout', join(root, 'var/log/nginx/access.log'))
}

function run(command: readonly string[], cwd?: string): Buffer {
  const done = Bun.spawnSync([...command], { cwd, stderr: 'pipe' })
  if (!done.success) throw new Error(`${command[0]} fails: ${done.stderr.toString().trim()}`)
  return done.stdout
}

if (import.meta.main) {
  const engine = await findEngine({ env: process.env, home: homedir() })
  if (!engine.ok) throw new Error(engine.error.message)
  await ensureImages(engine.value)
  await engine.value.close()
}
