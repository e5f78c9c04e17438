import { ok } from '../base/result.ts'
import { nothing } from './containers.ts'
import type { Volumes } from './engine.ts'
import { filterText, segment } from './query.ts'
import type { Transport } from './transport.ts'
import type { VolumeInspect } from './types.ts'

/** Volumes over one transport. Source: Engine API, section Volume. */
export function volumesOf(transport: Transport): Volumes {
  return {
    create: (spec, call) =>
      transport.json(
        { method: 'POST', path: '/volumes/create', call: 'POST /volumes/create', json: spec },
        call,
      ),
    inspect: (name, call) =>
      transport.json(
        { method: 'GET', path: `/volumes/${segment(name)}`, call: 'GET /volumes/NAME' },
        call,
      ),
    async list(filter, call) {
      const answer = await transport.json<{ Volumes: VolumeInspect[] | null }>(
        {
          method: 'GET',
          path: '/volumes',
          call: 'GET /volumes',
          query: { filters: filterText({ label: filter?.labels }) },
        },
        call,
      )
      return answer.ok ? ok(answer.value.Volumes ?? []) : answer
    },
    remove: (name, force, call) =>
      nothing(
        transport.send(
          {
            method: 'DELETE',
            path: `/volumes/${segment(name)}`,
            call: 'DELETE /volumes/NAME',
            query: { force: force ?? false },
          },
          call,
        ),
      ),
  }
}
