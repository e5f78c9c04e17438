import { ok } from '../base/result.ts'
import { nothing } from './containers.ts'
import type { Execs } from './engine.ts'
import { ioStream } from './io-stream.ts'
import { segment } from './query.ts'
import type { Transport } from './transport.ts'

/** Further processes in running containers. Source: Engine API, section Exec. */
export function execsOf(transport: Transport): Execs {
  return {
    async create(container, spec, call) {
      const answer = await transport.json<{ Id: string }>(
        {
          method: 'POST',
          path: `/containers/${segment(container)}/exec`,
          call: 'POST /containers/ID/exec',
          json: { AttachStdout: true, AttachStderr: true, ...spec },
        },
        call,
      )
      return answer.ok ? ok(answer.value.Id) : answer
    },
    async start(id, options, call) {
      const name = 'POST /exec/ID/start'
      const answer = await transport.hijack(
        {
          method: 'POST',
          path: `/exec/${segment(id)}/start`,
          call: name,
          json: { Detach: false, Tty: options.tty },
        },
        call,
      )
      return answer.ok ? ok(ioStream(answer.value, options.tty, name)) : answer
    },
    resize: (id, size, call) =>
      nothing(
        transport.send(
          {
            method: 'POST',
            path: `/exec/${segment(id)}/resize`,
            call: 'POST /exec/ID/resize',
            query: { h: size.rows, w: size.columns },
          },
          call,
        ),
      ),
    inspect: (id, call) =>
      transport.json(
        { method: 'GET', path: `/exec/${segment(id)}/json`, call: 'GET /exec/ID/json' },
        call,
      ),
  }
}
