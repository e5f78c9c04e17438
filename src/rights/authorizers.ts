import type { Authorizer } from './attributes.ts'
import { chain, privileged } from './chain.ts'
import { ownRights } from './own-rights.ts'
import { rbacAuthorizer } from './rbac.ts'
import type { RuleIndex } from './rule-index.ts'

/** Who may do what, in the order in which kube-apiserver asks: `--authorization-mode Node,RBAC`. */
export const authorizerOf = (index: RuleIndex): Authorizer =>
  chain([
    { name: 'kubernetes.io/system-privileged-group', authorizer: privileged },
    { name: 'klio', authorizer: ownRights },
    { name: 'rbac', authorizer: rbacAuthorizer(index) },
  ])
