import { nothing } from './containers.ts'
import type { Networks } from './engine.ts'
import { filterText, segment } from './query.ts'
import type { Transport } from './transport.ts'
import type { NetworkInspect } from './types.ts'

/** Networks over one transport. Source: Engine API, section Network. */
export function networksOf(transport: Transport): Networks {
  return {
    create: (spec, call) =>
      transport.json(
        {
          method: 'POST',
          path: '/networks/create',
          call: 'POST /networks/create',
          // Old daemons allow two networks of one name unless told to check.
          json: { CheckDuplicate: true, ...spec },
        },
        call,
      ),
    inspect: (id, call) =>
      transport.json(
        { method: 'GET', path: `/networks/${segment(id)}`, call: 'GET /networks/ID' },
        call,
      ),
    list: (filter, call) =>
      transport.json<NetworkInspect[]>(
        {
          method: 'GET',
          path: '/networks',
          call: 'GET /networks',
          query: { filters: filterText({ label: filter?.labels, name: filter?.names }) },
        },
        call,
      ),
    remove: (id, call) =>
      nothing(
        transport.send(
          { method: 'DELETE', path: `/networks/${segment(id)}`, call: 'DELETE /networks/ID' },
          call,
        ),
      ),
    connect: (id, container, endpoint, call) =>
      nothing(
        transport.send(
          {
            method: 'POST',
            path: `/networks/${segment(id)}/connect`,
            call: 'POST /networks/ID/connect',
            json: { Container: container, EndpointConfig: endpoint ?? {} },
          },
          call,
        ),
      ),
    disconnect: (id, container, force, call) =>
      nothing(
        transport.send(
          {
            method: 'POST',
            path: `/networks/${segment(id)}/disconnect`,
            call: 'POST /networks/ID/disconnect',
            json: { Container: container, Force: force ?? false },
          },
          call,
        ),
      ),
  }
}
