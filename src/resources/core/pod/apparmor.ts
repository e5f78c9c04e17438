import { equal } from '../../equal.ts'
import type { AppArmorProfile, Pod } from '../../generated/core.gen.ts'
import { eachContainer } from './each-container.ts'
import { at } from '../../field-path.ts'

/** AppArmor profiles before they had a field. */
export const APPARMOR = 'container.apparmor.security.beta.kubernetes.io/'
const LOCALHOST = 'localhost/'

/** The field that an annotation means; undefined for none. Source: pkg/api/pod ApparmorFieldForAnnotation. */
export function profileOfAnnotation(text: string): AppArmorProfile | undefined {
  if (text === 'unconfined') return { type: 'Unconfined' }
  if (text === 'runtime/default') return { type: 'RuntimeDefault' }
  const localhostProfile = text.slice(LOCALHOST.length)
  return text.startsWith(LOCALHOST) && localhostProfile !== ''
    ? { type: 'Localhost', localhostProfile }
    : undefined
}

/** Gives containers the field where only the annotation was set. Source: applyAppArmorVersionSkew. */
export function setAppArmorFields({ metadata, spec }: Pod): void {
  const { annotations } = metadata
  if (!annotations || !spec || spec.os?.name === 'windows') return
  eachContainer(spec, at(undefined, 'spec'), (container) => {
    const text = annotations[APPARMOR + container.name]
    if (text === undefined || container.securityContext?.appArmorProfile) return
    const profile = profileOfAnnotation(text)
    const padded = profile?.localhostProfile?.trim() !== profile?.localhostProfile
    if (profile && !padded && !equal(profile, spec.securityContext?.appArmorProfile))
      (container.securityContext ??= {}).appArmorProfile = profile
  })
}

/**
 * Whether to tell the user of the field. A Pod was given it already where it was missing; a template
 * keeps what it says.
 */
export function shouldUseField(
  text: string,
  own: AppArmorProfile | undefined,
  whole: AppArmorProfile | undefined,
  isPod: boolean,
): boolean {
  const profile = profileOfAnnotation(text)
  if (own) return isPod && equal(own, profile)
  return !profile || !equal(profile, whole)
}
