import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Where the Go module cache keeps a module's source; asks Go's proxy for it when it is missing. */
export function goModuleDir(module: string, version: string): string {
  const run = Bun.spawnSync(['go', 'mod', 'download', '-json', `${module}@${version}`])
  if (!run.success) {
    throw new Error(`go mod download ${module}@${version}: ${run.stdout}${run.stderr}`)
  }
  const answer: { Dir: string } = JSON.parse(run.stdout.toString())
  return answer.Dir
}

/** One Go package on disk. */
export interface PackageDir {
  /** Import path, `k8s.io/api/core/v1`. */
  readonly path: string
  readonly dir: string
}

/** All packages below a folder that carry a generated.proto: those are Kubernetes API packages. */
export function apiPackages(module: string, moduleDir: string, below: string): PackageDir[] {
  const found: PackageDir[] = []
  const visit = (relative: string): void => {
    const entries = readdirSync(join(moduleDir, relative), { withFileTypes: true })
    if (entries.some((e) => e.name === 'generated.proto')) {
      found.push({ path: join(module, relative), dir: join(moduleDir, relative) })
    }
    for (const e of entries) {
      if (e.isDirectory() && e.name !== 'testdata') visit(join(relative, e.name))
    }
  }
  visit(below)
  return found.sort((a, b) => (a.path < b.path ? -1 : 1))
}

/** The hand-written Go files of a package: types live there, generated code repeats them. */
export function goFiles(dir: string): string[] {
  return readdirSync(dir)
    .filter((name) => name.endsWith('.go') && !/_test\.go$|\.pb\.go$|^zz_|swagger_doc/.test(name))
    .sort()
    .map((name) => readFileSync(join(dir, name), 'utf8'))
}
