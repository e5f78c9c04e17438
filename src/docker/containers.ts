import { err, ok } from '../base/result.ts'
import { containerStreams } from './container-streams.ts'
import type { CallOptions, Containers, Reply } from './engine.ts'
import { filterText, segment } from './query.ts'
import type { Request } from './request.ts'
import type { Transport } from './transport.ts'
import type { ContainerSummary, TopResult } from './types.ts'

/** Containers over one transport. Source: Engine API, section Container. */
export function containersOf(transport: Transport): Containers {
  return { ...lifeOf(transport), ...viewsOf(transport), ...containerStreams(transport) }
}

type Life =
  'create' | 'start' | 'stop' | 'kill' | 'remove' | 'rename' | 'resize' | 'update' | 'pause' | 'unpause'

/** What changes a container. */
function lifeOf(transport: Transport): Pick<Containers, Life> {
  const act = actOn(transport)
  return {
    create: (name, spec, call) =>
      transport.json(
        {
          method: 'POST',
          path: '/containers/create',
          call: 'POST /containers/create',
          query: { name },
          json: spec,
        },
        call,
      ),
    start: (id, call) => changed(act(id, 'start', {}, call)),
    stop: (id, graceSeconds, call) =>
      changed(act(id, 'stop', { t: graceSeconds }, withGrace(call, graceSeconds))),
    kill: (id, killSignal, call) => nothing(act(id, 'kill', { signal: killSignal }, call)),
    remove: (id, how, call) =>
      nothing(
        transport.send(
          {
            method: 'DELETE',
            path: `/containers/${segment(id)}`,
            call: 'DELETE /containers/ID',
            query: { force: how?.force ?? false, v: how?.volumes ?? false },
          },
          call,
        ),
      ),
    rename: (id, name, call) => nothing(act(id, 'rename', { name }, call)),
    resize: (id, size, call) => nothing(act(id, 'resize', { h: size.rows, w: size.columns }, call)),
    update: (id, limits, call) =>
      transport.json(
        {
          method: 'POST',
          path: `/containers/${segment(id)}/update`,
          call: 'POST /containers/ID/update',
          json: limits,
        },
        call,
      ),
    pause: (id, call) => nothing(act(id, 'pause', {}, call)),
    unpause: (id, call) => nothing(act(id, 'unpause', {}, call)),
  }
}

/** What looks at containers. */
function viewsOf(transport: Transport): Pick<Containers, 'inspect' | 'list' | 'stats' | 'top'> {
  return {
    inspect: (id, call) => transport.json(get(id, 'json'), call),
    list: (filter, call) =>
      transport.json<ContainerSummary[]>(
        {
          method: 'GET',
          path: '/containers/json',
          call: 'GET /containers/json',
          query: {
            all: filter.all ?? true,
            filters: filterText({ label: filter.labels, id: filter.ids, name: filter.names }),
          },
        },
        call,
      ),
    // `one-shot` alone still waits a second for a second sample on 20.10; `stream=false` must be
    // there too.
    stats: (id, call) =>
      transport.json(get(id, 'stats', { stream: false, 'one-shot': true }), call),
    top: (id, psArgs, call) => transport.json<TopResult>(get(id, 'top', { ps_args: psArgs }), call),
  }
}

/** A GET below one container. */
const get = (id: string, what: string, query: Request['query'] = {}): Request => ({
  method: 'GET',
  path: `/containers/${segment(id)}/${what}`,
  call: `GET /containers/ID/${what}`,
  query,
})

/** Drops the answer's status. */
export async function nothing(reply: Reply<number>): Reply<void> {
  const answer = await reply
  return answer.ok ? ok(undefined) : err(answer.error)
}

const actOn =
  (transport: Transport) =>
  (id: string, verb: string, query: Request['query'], call?: CallOptions): Reply<number> =>
    transport.send(
      {
        method: 'POST',
        path: `/containers/${segment(id)}/${verb}`,
        call: `POST /containers/ID/${verb}`,
        query,
      },
      call,
    )

/** 304: it was so already. */
async function changed(reply: Reply<number>): Reply<boolean> {
  const answer = await reply
  return answer.ok ? ok(answer.value !== 304) : err(answer.error)
}

/** A stop answers after the grace period at the latest: the wait must outlive it. */
function withGrace(call: CallOptions | undefined, graceSeconds: number): CallOptions {
  return { ...call, timeoutMs: call?.timeoutMs ?? graceSeconds * 1000 + STOP_MARGIN_MS }
}

const STOP_MARGIN_MS = 60_000
