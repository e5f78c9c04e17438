// Written by tools/import-api from k8s.io/api/discovery/v1; change that, not this.
import type { KubeObject } from '../../meta/object.ts'
import type { ObjectReference } from './core.gen.ts'
import type { ListMeta } from './meta.gen.ts'

/** EndpointSlice represents a set of service endpoints. */
export interface EndpointSlice extends KubeObject {
  addressType: string
  endpoints?: Endpoint[]
  ports?: EndpointPort[]
}

/** Endpoint represents a single logical "backend" implementing a service. */
export interface Endpoint {
  addresses: string[]
  conditions?: EndpointConditions
  hostname?: string
  targetRef?: ObjectReference
  deprecatedTopology?: Record<string, string>
  nodeName?: string
  zone?: string
  hints?: EndpointHints
}

/** EndpointConditions represents the current condition of an endpoint. */
export interface EndpointConditions {
  ready?: boolean
  serving?: boolean
  terminating?: boolean
}

/** EndpointHints provides hints describing how an endpoint should be consumed. */
export interface EndpointHints {
  forZones?: ForZone[]
  forNodes?: ForNode[]
}

/** ForZone provides information about which zones should consume this endpoint. */
export interface ForZone {
  name: string
}

/** ForNode provides information about which nodes should consume this endpoint. */
export interface ForNode {
  name: string
}

/** EndpointPort represents a Port used by an EndpointSlice */
export interface EndpointPort {
  name?: string
  protocol?: string
  port?: number
  appProtocol?: string
}

/** EndpointSliceList represents a list of endpoint slices */
export interface EndpointSliceList {
  kind: string
  apiVersion: string
  metadata: ListMeta
  items: EndpointSlice[]
}
