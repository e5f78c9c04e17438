// Written by tools/import-api from k8s.io/api/apidiscovery/v2; change that, not this.
import type { KubeObject } from '../../meta/object.ts'
import type { GroupVersionKind, ListMeta } from './meta.gen.ts'

/** APIGroupDiscoveryList is a resource containing a list of APIGroupDiscovery. */
export interface APIGroupDiscoveryList {
  kind: string
  apiVersion: string
  metadata: ListMeta
  items: APIGroupDiscovery[]
}

/** APIGroupDiscovery holds information about which resources are being served for all version of the API Group. */
export interface APIGroupDiscovery extends KubeObject {
  versions?: APIVersionDiscovery[]
}

/** APIVersionDiscovery holds a list of APIResourceDiscovery types that are served for a particular version within an API Group. */
export interface APIVersionDiscovery {
  version?: string
  resources?: APIResourceDiscovery[]
  freshness?: string
}

/** APIResourceDiscovery provides information about an API resource for discovery. */
export interface APIResourceDiscovery {
  resource?: string
  responseKind?: GroupVersionKind
  scope?: string
  singularResource?: string
  verbs?: string[]
  shortNames?: string[]
  categories?: string[]
  subresources?: APISubresourceDiscovery[]
}

/** APISubresourceDiscovery provides information about an API subresource for discovery. */
export interface APISubresourceDiscovery {
  subresource?: string
  responseKind?: GroupVersionKind
  acceptedTypes?: GroupVersionKind[]
  verbs?: string[]
}
