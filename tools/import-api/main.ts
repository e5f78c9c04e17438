import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { apiPackages, goFiles, goModuleDir } from './go-module.ts'
import { type GoPackage, parsePackage } from './go-source.ts'
import { buildModel } from './model.ts'
import { type ProtoMessages, parseProto } from './proto-source.ts'
import { descriptorFiles } from './write-descriptors.ts'
import { typeFiles } from './write-types.ts'

const VERSION = 'v0.37.2'
const MODULES = [
  { module: 'k8s.io/api', below: '.' },
  { module: 'k8s.io/apimachinery', below: 'pkg/apis/meta' },
  { module: 'k8s.io/apiextensions-apiserver', below: 'pkg/apis' },
  { module: 'k8s.io/kube-aggregator', below: 'pkg/apis' },
]
const OUT = join(import.meta.dir, '../../src/resources/generated')

const packages = new Map<string, GoPackage>()
const protos = new Map<string, ProtoMessages>()
for (const { module, below } of MODULES) {
  for (const { path, dir } of apiPackages(module, goModuleDir(module, VERSION), below)) {
    packages.set(path, parsePackage(path, goFiles(dir)))
    protos.set(path, parseProto(readFileSync(join(dir, 'generated.proto'), 'utf8')))
  }
}
const model = buildModel(packages, protos)
mkdirSync(OUT, { recursive: true })
for (const [file, text] of typeFiles(model)) writeFileSync(join(OUT, `${file}.gen.ts`), text)
const { stable, preview } = descriptorFiles(packages, model)
writeFileSync(join(OUT, 'descriptors-stable.txt'), stable)
writeFileSync(join(OUT, 'descriptors-preview.txt'), preview)
console.log(`${packages.size} packages, ${model.length} types`)
