/** An image's tag, `latest` when neither tag nor digest is given. Source: pkg/util/parsers. */
export function imageTag(image: string): string {
  const at = image.indexOf('@')
  const name = at < 0 ? image : image.slice(0, at)
  const colon = name.lastIndexOf(':')
  // A colon before a slash belongs to the registry's port.
  if (colon > name.lastIndexOf('/')) return name.slice(colon + 1)
  return at < 0 ? 'latest' : ''
}

/** `latest` may change under its name, so it is always pulled. Source: SetDefaults_Container. */
export const pullPolicyFor = (image: string): 'Always' | 'IfNotPresent' =>
  isReference(image) && imageTag(image) === 'latest' ? 'Always' : 'IfNotPresent'

/** What the reference parser refuses has no tag. Source: distribution/reference. */
const isReference = (image: string): boolean =>
  image !== '' && /^(?:[a-zA-Z0-9.\-[\]:]+\/)?[a-z0-9]+(?:[._/-]+[a-z0-9]+)*(?::[\w][\w.-]{0,127})?(?:@[\w+.:-]+)?$/.test(image)
