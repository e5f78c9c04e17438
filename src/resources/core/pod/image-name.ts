const PART = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*'
const HOST = '[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?'
const DOMAIN = `(?:${HOST}(?:\\.${HOST})*|\\[[a-fA-F0-9:]+\\])(?::[0-9]+)?`
const TAG = '\\w[\\w.-]{0,127}'
const DIGEST = '[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}'
/** Source: github.com/distribution/reference RepositoryNameTotalLengthMax. */
const PATH_MAX = 255
const REFERENCE = new RegExp(
  `^(?:${DOMAIN}/)?${PART}(?:/${PART})*(?::(${TAG}))?(?:@(${DIGEST}))?$`,
)

/**
 * An image's tag: `latest` when neither tag nor digest is given, empty when the text is no reference.
 * Source: pkg/util/parsers ParseImageName, github.com/distribution/reference.
 */
export function imageTag(image: string): string {
  const match = REFERENCE.exec(image)
  if (!match || (image.length > 200 && pathLength(image) > PATH_MAX)) return ''
  return match[1] ?? (match[2] === undefined ? 'latest' : '')
}

/** Length of the name below its registry; short names stand below `library/`. */
function pathLength(image: string): number {
  const name = image.split('@', 1)[0]!.replace(/:[\w.-]*$/, '')
  const slash = name.indexOf('/')
  if (slash < 0) return name.length + 'library/'.length
  const isDomain = /[.:A-Z]/.test(name.slice(0, slash)) || name.startsWith('localhost/')
  return isDomain ? name.length - slash - 1 : name.length
}

/** `latest` may change under its name, so it is always pulled. Source: SetDefaults_Container. */
export const pullPolicyFor = (image: string): 'Always' | 'IfNotPresent' =>
  imageTag(image) === 'latest' ? 'Always' : 'IfNotPresent'
