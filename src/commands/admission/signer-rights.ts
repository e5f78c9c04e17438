import type { KubeObject } from '../../meta/object.ts'
import { goQuote } from '../../meta/go-quote.ts'
import { forbiddenTo, invalidObject, type Status } from '../../meta/status.ts'
import { forbidden } from '../../meta/field-error.ts'
import { parseSigningRequest } from '../../resources/certificates/signing-request.ts'
import { equal } from '../../resources/equal.ts'
import type {
  CertificateSigningRequest, ClusterTrustBundle, PodCertificateRequest,
} from '../../resources/generated/certificates.gen.ts'
import { onResource, type Authorizer, type Subject } from '../../rights/attributes.ts'
import type { AdmissionRequest, AdmissionRule } from '../environment.ts'

const GROUP = 'certificates.k8s.io'
const REQUESTS = `certificatesigningrequests.${GROUP}`
const CLIENT_SIGNER = 'kubernetes.io/kube-apiserver-client'

/**
 * Who may approve, sign and attest for a signer: a right on the resource `signers`, by its name or by
 * `DOMAIN/*`. Source: plugin/pkg/admission/certificates, pkg/registry/certificates/podcertificaterequest.
 */
export const signerRules = (held: () => { readonly authorizer: Authorizer }): AdmissionRule[] => [
  {
    name: 'CertificateApproval', phase: 'validate',
    resources: [REQUESTS], operations: ['UPDATE'], subresources: ['approval'],
    admit: (request) => approval(request, held().authorizer),
  },
  {
    name: 'CertificateSigning', phase: 'validate',
    resources: [REQUESTS], operations: ['UPDATE'], subresources: ['status'],
    admit: (request) => signing(request, held().authorizer),
  },
  {
    name: 'CertificateSubjectRestriction', phase: 'validate',
    resources: [REQUESTS], operations: ['CREATE'],
    admit: subjectRestriction,
  },
  {
    name: 'ClusterTrustBundleAttest', phase: 'validate',
    resources: [`clustertrustbundles.${GROUP}`], operations: ['CREATE', 'UPDATE'],
    admit: (request) => attesting(request, held().authorizer),
  },
  {
    name: 'PodCertificateSigning', phase: 'validate',
    resources: [`podcertificaterequests.${GROUP}`], operations: ['UPDATE'], subresources: ['status'],
    admit: (request) => podSigning(request, held().authorizer),
  },
]

/** Source: pkg/certauthorization. */
function mayFor(authorizer: Authorizer, subject: Subject, verb: string, signer: string): boolean {
  const on = (name: string) => onResource({ verb, group: GROUP, resource: 'signers', name })
  return authorizer.allows(subject, on(signer)) || authorizer.allows(subject, on(`${signer.split('/', 1)[0]}/*`))
}

const refusal = ({ definition, object }: AdmissionRequest, why: string): Status =>
  forbiddenTo({ group: GROUP, resource: definition.plural }, object.metadata.name ?? '', why)

/** The old request counts: its signer may not be changed on the way. */
function approval(request: AdmissionRequest, authorizer: Authorizer): Status | undefined {
  const { signerName } = (request.before as CertificateSigningRequest).spec
  if (mayFor(authorizer, request.context.caller, 'approve', signerName)) return undefined
  return refusal(request, `user not permitted to approve requests with signerName ${goQuote(signerName)}`)
}

function signing(request: AdmissionRequest, authorizer: Authorizer): Status | undefined {
  const before = request.before as CertificateSigningRequest
  const { status } = request.object as CertificateSigningRequest
  const same = (status?.certificate ?? '') === (before.status?.certificate ?? '')
  if (same && equal(status?.conditions, before.status?.conditions)) return undefined
  if (mayFor(authorizer, request.context.caller, 'sign', before.spec.signerName)) return undefined
  return refusal(request, `user not permitted to sign requests with signerName ${goQuote(before.spec.signerName)}`)
}

function subjectRestriction(request: AdmissionRequest): Status | undefined {
  const { spec } = request.object as CertificateSigningRequest
  if (spec.signerName !== CLIENT_SIGNER) return undefined
  const parsed = parseSigningRequest(spec.request)
  if (!parsed.ok) return refusal(request, `failed to parse CSR: ${parsed.error}`)
  if (!parsed.value.organizations.includes('system:masters')) return undefined
  return refusal(request, `use of ${CLIENT_SIGNER} signer with system:masters group is not allowed`)
}

function attesting(request: AdmissionRequest, authorizer: Authorizer): Status | undefined {
  const { signerName = '' } = (request.object as ClusterTrustBundle).spec
  if (signerName === '' || isCollecting(request)) return undefined
  if (mayFor(authorizer, request.context.caller, 'attest', signerName)) return undefined
  return refusal(request, `user not permitted to attest for signerName ${goQuote(signerName)}`)
}

/** What the garbage collector changes says nothing anew. Source: registry/rbac IsOnlyMutatingGCFields. */
function isCollecting({ object, before }: AdmissionRequest): boolean {
  if (!before) return false
  const rest = ({ metadata, ...object }: KubeObject): object => {
    const { ownerReferences: _, finalizers: _finalizers, managedFields: _managed, ...own } = metadata
    return { ...object, metadata: own }
  }
  return equal(rest(object), rest(before))
}

function podSigning(request: AdmissionRequest, authorizer: Authorizer): Status | undefined {
  const { object, before, context } = request
  const { spec, status } = before as PodCertificateRequest
  if (equal((object as PodCertificateRequest).status, status)) return undefined
  if (mayFor(authorizer, context.caller, 'sign', spec.signerName)) return undefined
  return invalidObject(GROUP, 'PodCertificateRequest', object.metadata.name ?? '', [
    forbidden(
      'spec.signerName',
      `User ${goQuote(context.caller.name)} is not permitted to "sign" for signer ${goQuote(spec.signerName)}`,
    ),
  ])
}
