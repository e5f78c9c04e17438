import { invalid, type FieldError } from '../../meta/field-error.ts'

/** Source of this file: k8s.io/pod-security-admission/api helpers.go. */
const LEVELS = ['privileged', 'baseline', 'restricted'] as const
export type Level = (typeof LEVELS)[number]

/** A profile at a version of its history; `minor` is undefined for the latest. */
export interface LevelVersion {
  readonly level: Level
  readonly minor: number | undefined
}

/** What a namespace asks of its Pods. */
export interface PodSecurityPolicy {
  readonly enforce: LevelVersion
  readonly audit: LevelVersion
  readonly warn: LevelVersion
}

const PREFIX = 'pod-security.kubernetes.io/'
const MODES = ['enforce', 'audit', 'warn'] as const
const OPEN: LevelVersion = { level: 'privileged', minor: undefined }

/** The policy of a namespace without labels. */
export const NO_POLICY: PodSecurityPolicy = { enforce: OPEN, audit: OPEN, warn: OPEN }

/** `restricted:latest`, `baseline:v1.24`. */
export const levelText = ({ level, minor }: LevelVersion): string =>
  `${level}:${minor === undefined ? 'latest' : `v1.${minor}`}`

/** Which of two profiles is stricter: below 0, 0, above 0. */
export const compareLevels = (a: Level, b: Level): number => LEVELS.indexOf(a) - LEVELS.indexOf(b)

/** Whether both mean the same. */
export const sameLevel = (a: LevelVersion, b: LevelVersion): boolean => a.level === b.level && a.minor === b.minor

/** Whether the labels say anything about Pod security: the quick look before all else. */
export function mentionsPodSecurity(labels: Readonly<Record<string, string>> | undefined): boolean {
  for (const key in labels) if (key.startsWith(PREFIX)) return true
  return false
}

/** Reads a namespace's labels; a policy comes of any, the strictest where enforce cannot be read. */
export function policyOf(
  labels: Readonly<Record<string, string>> = {},
): { readonly policy: PodSecurityPolicy; readonly errors: FieldError[] } {
  const errors: FieldError[] = []
  const read: Partial<Record<(typeof MODES)[number], LevelVersion>> = {}
  for (const mode of MODES) {
    const level = levelOf(labels, mode, errors)
    read[mode] = { level, minor: minorOf(labels, `${mode}-version`, errors) }
  }
  const { enforce, audit, warn } = read as PodSecurityPolicy
  return { policy: { enforce, audit, warn: warnOf(labels, enforce, warn) }, errors }
}

/** Who enforces is warned by the same, unless it says otherwise. */
function warnOf(labels: Readonly<Record<string, string>>, enforce: LevelVersion, warn: LevelVersion): LevelVersion {
  const isReadable = isLevel(labels[`${PREFIX}enforce`])
  if (labels[`${PREFIX}warn`] !== undefined || !isReadable || compareLevels(enforce.level, warn.level) <= 0) return warn
  return { level: enforce.level, minor: labels[`${PREFIX}warn-version`] === undefined ? enforce.minor : warn.minor }
}

const isLevel = (text: string | undefined): text is Level => LEVELS.includes(text as Level)

function levelOf(labels: Readonly<Record<string, string>>, mode: string, errors: FieldError[]): Level {
  const text = labels[PREFIX + mode]
  if (text === undefined) return 'privileged'
  if (isLevel(text)) return text
  errors.push(wrong(mode, text, `must be one of ${LEVELS.join(', ')}`))
  return mode === 'enforce' ? 'restricted' : 'privileged'
}

function minorOf(labels: Readonly<Record<string, string>>, key: string, errors: FieldError[]): number | undefined {
  const text = labels[PREFIX + key]
  if (text === undefined || text === 'latest') return undefined
  const minor = /^v1\.(0|[1-9][0-9]*)$/.exec(text)?.[1]
  if (minor !== undefined) return Number(minor)
  errors.push(wrong(key, text, 'must be "latest" or "v1.x"'))
  return undefined
}

const wrong = (key: string, text: string, why: string): FieldError =>
  invalid(`metadata.labels[${PREFIX}${key}]`, text, why)
