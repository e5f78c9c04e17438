/** Labels of one series, in the order they are shown. */
export type SeriesLabels = readonly (readonly [name: string, value: string])[]

/** One value beside its labels. */
export interface Sample {
  /** What follows the family's name: `_bucket`, `_sum`, `_count`; '' for a plain value. */
  readonly suffix?: string
  readonly labels: SeriesLabels
  readonly value: number
}

/** All series of one name. */
export interface Family {
  readonly name: string
  readonly help: string
  readonly type: 'counter' | 'gauge' | 'histogram'
  readonly samples: Iterable<Sample>
}

/** Prometheus' text form, version 0.0.4. Source: prometheus/docs exposition_formats. */
export function exposition(families: Iterable<Family>): string {
  const lines: string[] = []
  for (const { name, help, type, samples } of families) {
    lines.push(`# HELP ${name} ${help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}`, `# TYPE ${name} ${type}`)
    for (const { suffix = '', labels, value } of samples)
      lines.push(`${name}${suffix}${labelsText(labels)} ${numberText(value)}`)
  }
  return `${lines.join('\n')}\n`
}

function labelsText(labels: SeriesLabels): string {
  if (labels.length === 0) return ''
  return `{${labels.map(([name, value]) => `${name}="${escaped(value)}"`).join(',')}}`
}

const escaped = (value: string): string =>
  /[\\"\n]/.test(value) ? value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n') : value

const numberText = (value: number): string =>
  value === Infinity ? '+Inf' : value === -Infinity ? '-Inf' : String(value)
