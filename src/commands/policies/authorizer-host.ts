import type { AuthorizerHost, CheckedRequest } from '../../cel/library-authz.ts'
import { onResource, type Attributes, type Authorizer, type Subject } from '../../rights/attributes.ts'

/** Answers what expressions ask about rights. Source: apiserver cel/library/authz.go. */
export const authorizerHost = (authorizer: Authorizer, subject: Subject): AuthorizerHost => ({
  authorize(asked) {
    const { allowed, reason } = authorizer.judge(subject, attributesOf(asked))
    return { allowed, reason }
  },
  serviceAccount: (namespace, name) =>
    authorizerHost(authorizer, {
      name: `system:serviceaccount:${namespace}:${name}`,
      groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'],
    }),
})

function attributesOf(asked: CheckedRequest): Attributes {
  if ('path' in asked)
    return { ...onResource({ verb: asked.verb, group: '', resource: '' }), isResource: false, path: asked.path }
  const { verb, group, resource, subresource, namespace, name, fieldSelector } = asked
  return onResource({ verb, group, resource, subresource, namespace, name, ...(fieldSelector !== '' && { fieldSelector }) })
}
