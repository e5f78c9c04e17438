/**
 * Go's error for the name of a time zone, or undefined when there is such a zone. The engine knows the same
 * database, but takes a name in any case; upstream reads files, whose names have one spelling.
 * Source: Go time.LoadLocation.
 */
export function timeZoneProblem(name: string): string | undefined {
  if (name === '' || name === 'UTC' || name === 'Local') return undefined
  if (name.includes('..') || name.startsWith('/') || name.includes('\\'))
    return 'time: invalid location name'
  return isKnown(name) ? undefined : `unknown time zone ${name}`
}

function isKnown(name: string): boolean {
  const lower = name.toLowerCase()
  const spelled = Intl.supportedValuesOf('timeZone').find((zone) => zone.toLowerCase() === lower)
  if (spelled !== undefined) return spelled === name
  // Names that stand for another zone are not listed, but begin with a capital as all do.
  if (!/^[A-Z]/.test(name)) return false
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch {
    // The engine answers an unknown name by a RangeError: that is the answer here.
    return false
  }
}
