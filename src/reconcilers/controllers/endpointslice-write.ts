import type { Command } from '../../commands/command.ts'
import type { EndpointSlice } from '../../resources/generated/discovery.gen.ts'

/** Storage resource of EndpointSlices. */
export const SLICES = 'endpointslices.discovery.k8s.io'

/** Writes a whole slice. */
export function writeSlice(verb: 'create' | 'update', object: EndpointSlice): Command {
  const { namespace = '', name = '' } = object.metadata
  const why = `${object.endpoints?.length ?? 0} endpoints`
  return { verb, resource: SLICES, namespace, name, object, why }
}

/** Takes the very slice that was seen away. */
export function deleteSlice({ metadata }: EndpointSlice, why = 'no endpoint left in it'): Command {
  const { namespace = '', name = '', uid } = metadata
  return { verb: 'delete', resource: SLICES, namespace, name, options: { preconditions: { uid } }, why }
}
