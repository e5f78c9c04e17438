import { err, ok, type Result } from '../../base/result.ts'
import type { HostConfig } from '../../docker/types.ts'
import type {
  AppArmorProfile, Container, EphemeralContainer, Pod, SecurityContext, SeccompProfile,
} from '../../resources/generated/core.gen.ts'
import { podText, specOf } from './pod-spec.ts'

type Any = Container | EphemeralContainer

/** The container's wishes over the Pod's. Source: securitycontext.DetermineEffectiveSecurityContext. */
export function effectiveSecurity(pod: Pod, container: Any): SecurityContext {
  const { runAsUser, runAsGroup, runAsNonRoot, seLinuxOptions, seccompProfile, appArmorProfile } =
    specOf(pod).securityContext ?? {}
  const own = container.securityContext ?? {}
  return {
    ...own,
    runAsUser: own.runAsUser ?? runAsUser,
    runAsGroup: own.runAsGroup ?? runAsGroup,
    runAsNonRoot: own.runAsNonRoot ?? runAsNonRoot,
    seLinuxOptions: own.seLinuxOptions ?? seLinuxOptions,
    seccompProfile: own.seccompProfile ?? seccompProfile,
    appArmorProfile: own.appArmorProfile ?? appArmorProfile,
  }
}

/** How this node treats security. */
export interface SecurityInput {
  /** User that the image names: `''`, `1000`, `app:app`. */
  readonly imageUser: string
  /** Text of a Localhost seccomp profile, when one is asked for and was found. */
  readonly seccompText?: string
  /** Containers without a profile get the runtime's own one. Source: kubelet --seccomp-default. */
  readonly seccompDefault: boolean
}

/** The parts of a create body that follow from the security context. */
export interface SecurityPlan {
  readonly user?: string
  readonly host: Partial<HostConfig>
}

/**
 * Users, groups, capabilities, profiles. An error is the message of CreateContainerConfigError.
 * Source: kuberuntime/security_context.go, dockershim security_context.go.
 */
export function planSecurity(
  pod: Pod,
  container: Any,
  input: SecurityInput,
): Result<SecurityPlan, string> {
  const security = effectiveSecurity(pod, container)
  const refused = verifyNonRoot(pod, container, security, input.imageUser)
  if (refused !== undefined) return err(refused)
  const options = securityOptions(security, input)
  if (!options.ok) return options
  const groups = supplementalGroups(pod)
  const user = userOf(security, input.imageUser)
  const host: Partial<HostConfig> = {
    ...(security.privileged && { Privileged: true }),
    ...(security.readOnlyRootFilesystem && { ReadonlyRootfs: true }),
    ...(security.capabilities?.add?.length && { CapAdd: security.capabilities.add }),
    ...(security.capabilities?.drop?.length && { CapDrop: security.capabilities.drop }),
    ...(security.procMount === 'Unmasked' && { MaskedPaths: [], ReadonlyPaths: [] }),
    ...(groups.length > 0 && { GroupAdd: groups }),
    ...(options.value.length > 0 && { SecurityOpt: options.value }),
  }
  return ok({ ...(user !== '' && { user }), host })
}

/** fsGroup and supplementalGroups, once each. */
export function supplementalGroups(pod: Pod): string[] {
  const context = specOf(pod).securityContext
  const groups = [
    ...(context?.fsGroup === undefined ? [] : [context.fsGroup]),
    ...(context?.supplementalGroups ?? []),
  ]
  return [...new Set(groups.map(String))]
}

function userOf(security: SecurityContext, imageUser: string): string {
  const { runAsUser, runAsGroup } = security
  if (runAsGroup === undefined) return runAsUser === undefined ? '' : String(runAsUser)
  const user = runAsUser === undefined ? imageUser.split(':')[0] || '0' : String(runAsUser)
  return `${user}:${runAsGroup}`
}

/** Source: kuberuntime/security_context_others.go verifyRunAsNonRoot. */
function verifyNonRoot(
  pod: Pod,
  container: Any,
  security: SecurityContext,
  imageUser: string,
): string | undefined {
  if (!security.runAsNonRoot) return undefined
  const where = `(pod: "${podText(pod)}", container: ${container.name})`
  if (security.runAsUser !== undefined) {
    return security.runAsUser === 0
      ? `container's runAsUser breaks non-root policy ${where}`
      : undefined
  }
  const user = imageUser.split(':')[0]!
  if (user === '' || /^0+$/.test(user)) {
    return `container has runAsNonRoot and image will run as root ${where}`
  }
  if (/^\d+$/.test(user)) return undefined
  const why = `image has non-numeric user (${user}), cannot verify user is non-root`
  return `container has runAsNonRoot and ${why} ${where}`
}

function securityOptions(security: SecurityContext, input: SecurityInput): Result<string[], string> {
  const options: string[] = []
  if (security.allowPrivilegeEscalation === false) options.push('no-new-privileges')
  if (!security.privileged) {
    const seccomp = seccompOption(security.seccompProfile, input)
    if (!seccomp.ok) return seccomp
    if (seccomp.value !== undefined) options.push(seccomp.value)
    const apparmor = appArmorOption(security.appArmorProfile)
    if (apparmor !== undefined) options.push(apparmor)
  }
  const selinux = security.seLinuxOptions
  for (const name of ['user', 'role', 'type', 'level'] as const) {
    if (selinux?.[name]) options.push(`label=${name}:${selinux[name]}`)
  }
  return ok(options)
}

/** undefined: the daemon's own profile. */
function seccompOption(
  profile: SeccompProfile | undefined,
  input: SecurityInput,
): Result<string | undefined, string> {
  const type = profile?.type ?? (input.seccompDefault ? 'RuntimeDefault' : 'Unconfined')
  if (type === 'RuntimeDefault') return ok(undefined)
  if (type === 'Unconfined') return ok('seccomp=unconfined')
  if (input.seccompText !== undefined) return ok(`seccomp=${input.seccompText}`)
  return err(`cannot load seccomp profile "${profile?.localhostProfile ?? ''}": no such file`)
}

function appArmorOption(profile: AppArmorProfile | undefined): string | undefined {
  if (!profile || profile.type === 'RuntimeDefault') return undefined
  return profile.type === 'Localhost'
    ? `apparmor=${profile.localhostProfile}`
    : 'apparmor=unconfined'
}
