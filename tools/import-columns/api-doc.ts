import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Looks up what `alias.Type{}.SwaggerDoc()["field"]` answers, in the files where the API modules keep
 * these texts; an unknown field answers the empty text, as a Go map does.
 */
export function apiDoc(
  goFile: string,
  moduleDir: (path: string) => string,
): (alias: string, type: string, field: string) => string {
  const paths = new Map<string, string>()
  for (const [, alias, path] of goFile.matchAll(/^\t(\w+) "(k8s\.io\/[^"]+)"$/gm)) paths.set(alias!, path!)
  const texts = new Map<string, string>()
  const textOf = (path: string): string => {
    const known = texts.get(path)
    if (known !== undefined) return known
    const module = path.split('/').slice(0, 2).join('/')
    const dir = join(moduleDir(module), path.slice(module.length))
    const text = readFileSync(join(dir, 'types_swagger_doc_generated.go'), 'utf8')
    texts.set(path, text)
    return text
  }
  return (alias, type, field) => {
    const path = paths.get(alias)
    if (!path) throw new Error(`unknown import ${alias}`)
    const block = new RegExp(`map_${type} = map\\[string\\]string\\{\\n([\\s\\S]*?)\\n\\}`).exec(textOf(path))?.[1] ?? ''
    const line = new RegExp(`^\\t"${field}":\\s+("(?:[^"\\\\]|\\\\.)*"),$`, 'm').exec(block)?.[1]
    return line ? (JSON.parse(line) as string) : ''
  }
}
