import { forbidden, type FieldError } from '../../../meta/field-error.ts'
import { where, type Path } from '../../field-path.ts'
import type {
  Container,
  ContainerRestartRule,
  ContainerStatus,
  Pod,
  PodSpec,
} from '../../generated/core.gen.ts'

/**
 * A container that ended stays so, unless its restart policy lets it run again.
 * Source: core/validation ValidateContainerStateTransition and its siblings.
 */
export function transitionErrors(errors: FieldError[], path: Path, pod: Pod, before: Pod): void {
  const { spec = { containers: [] } } = before
  const now = pod.status ?? {}
  const then = before.status ?? {}
  const check = (
    list: 'containerStatuses' | 'initContainerStatuses' | 'ephemeralContainerStatuses',
    mayRestart: (status: ContainerStatus) => boolean,
  ): void => {
    for (const [i, old] of (then[list] ?? []).entries()) {
      if (!old.state?.terminated) continue
      const own = now[list]?.find(({ name }) => name === old.name)
      if (own && !own.state?.terminated && !mayRestart(old))
        errors.push(
          forbidden(
            where(path, list, i, 'state'),
            'may not be transitioned to non-terminated state',
          ),
        )
    }
  }
  if (!restartsAsOne(spec)) {
    check('containerStatuses', (status) => mayRestart(spec, spec.containers, status))
    check('initContainerStatuses', (status) => mayRestart(spec, spec.initContainers, status))
  }
  check('ephemeralContainerStatuses', () => false)
}

/** Some exit restarts the whole Pod. Source: pkg/api/v1/pod AllContainersCouldRestart. */
const restartsAsOne = (spec: PodSpec): boolean =>
  [...(spec.initContainers ?? []), ...(spec.containers ?? [])].some(({ restartPolicyRules }) =>
    restartPolicyRules?.some(({ action }) => action === 'RestartAllContainers'),
  )

function mayRestart(
  spec: PodSpec,
  containers: readonly Container[] | undefined,
  status: ContainerStatus,
): boolean {
  const container = containers?.find(({ name }) => name === status.name)
  return container ? shouldRestart(container, spec, status.state!.terminated!.exitCode ?? 0) : false
}

/** Whether a container runs again after this exit. Source: pkg/api/v1/pod ContainerShouldRestart. */
export function shouldRestart(container: Container, spec: PodSpec, exitCode: number): boolean {
  const { restartPolicy, restartPolicyRules: rules = [] } = container
  if (restartPolicy !== undefined && rules.some((rule) => ruleMatches(rule, exitCode))) return true
  switch (restartPolicy ?? spec.restartPolicy) {
    case 'OnFailure':
      return exitCode !== 0
    case 'Never':
      return false
    default:
      return true
  }
}

function ruleMatches({ action, exitCodes }: ContainerRestartRule, exitCode: number): boolean {
  if (!exitCodes || !['Restart', 'RestartAllContainers'].includes(action)) return false
  const listed = exitCodes.values?.includes(exitCode) ?? false
  return exitCodes.operator === 'In' ? listed : exitCodes.operator === 'NotIn' && !listed
}
