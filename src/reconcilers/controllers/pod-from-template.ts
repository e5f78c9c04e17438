import type { Command } from '../../commands/command.ts'
import type { OwnerReference } from '../../meta/object.ts'
import type { Pod, PodTemplateSpec } from '../../resources/generated/core.gen.ts'

/**
 * Longest generateName that still takes five more characters in a pod's name (DNS-1123 subdomain).
 */
const PREFIX_CHARS_MAX = 253 - 5

/**
 * Creates one pod of a template; the server completes its name. Source: controller_utils.go
 * GetPodFromTemplate.
 */
export function podCreation(
  template: PodTemplateSpec | undefined,
  owner: { readonly namespace: string; readonly name: string; readonly reference: OwnerReference },
  why: string,
): Command {
  const { labels, annotations, finalizers } = template?.metadata ?? {}
  const prefix = `${owner.name}-`
  const pod: Pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      generateName: prefix.length <= PREFIX_CHARS_MAX ? prefix : owner.name,
      namespace: owner.namespace,
      ...(labels && { labels }),
      ...(annotations && { annotations }),
      ...(finalizers && { finalizers }),
      ownerReferences: [owner.reference],
    },
    ...(template?.spec && { spec: template.spec }),
  }
  return {
    verb: 'create',
    resource: 'pods',
    namespace: owner.namespace,
    name: '',
    object: pod,
    why,
  }
}
