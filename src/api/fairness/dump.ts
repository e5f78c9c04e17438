import type { Exchange } from '../exchange.ts'
import type { Level } from './level.ts'

type Row = readonly (string | number | boolean)[]

/** /debug/api_priority_and_fairness/*: tables of text. Source: flowcontrol/apf_controller_debug.go. */
export function dumpFairness(exchange: Exchange, levels: readonly Level[]): void {
  const sorted = [...levels].sort((a, b) => (a.name < b.name ? -1 : 1))
  const dump = DUMPS[exchange.path.slice(exchange.path.lastIndexOf('/') + 1)]
  if (!dump) return exchange.plainNotFound()
  exchange.send(200, 'text/plain; charset=utf-8', tableText(dump(sorted)))
}

const DUMPS: Readonly<Record<string, (levels: readonly Level[]) => Row[]>> = {
  dump_priority_levels: levelRows,
  dump_queues: queueRows,
  dump_requests: requestRows,
}

function levelRows(levels: readonly Level[]): Row[] {
  const sum = (level: Level, reason: RegExp): number =>
    [...level.refused].reduce((total, [key, count]) => (reason.test(key) ? total + count : total), 0)
  return [
    [
      'PriorityLevelName', 'ActiveQueues', 'IsIdle', 'IsQuiescing', 'WaitingRequests', 'ExecutingRequests',
      'DispatchedRequests', 'RejectedRequests', 'TimedoutRequests', 'CancelledRequests',
    ],
    ...levels.map((level) => [
      level.name, level.queues.filter(({ waiting }) => waiting.length > 0).length,
      level.waiting === 0 && level.executing === 0, false, level.waiting, level.executing,
      [...level.dispatched.values()].reduce((total, count) => total + count, 0),
      sum(level, / (queue-full|concurrency-limit)$/), sum(level, / time-out$/), sum(level, / cancelled$/),
    ]),
  ]
}

function queueRows(levels: readonly Level[]): Row[] {
  return [
    ['PriorityLevelName', 'Index', 'PendingRequests', 'SeatsPending', 'NextDispatchR'],
    ...levels.flatMap(({ name, queues }) =>
      queues.map(({ waiting }, i) => [
        name, i, waiting.length, waiting.reduce((total, { seats }) => total + seats, 0), waiting[0]?.startTag ?? 0,
      ]),
    ),
  ]
}

function requestRows(levels: readonly Level[]): Row[] {
  return [
    [
      'PriorityLevelName', 'FlowSchemaName', 'QueueIndex', 'RequestIndexInQueue', 'FlowDistingsher', 'ArriveTime',
      'InitialSeats',
    ],
    ...levels.flatMap(({ name, queues }) =>
      queues.flatMap(({ waiting }, i) =>
        waiting.map((request, j) => [
          name, request.schema, i, j, request.flow, new Date(request.arrivedMs).toISOString(), request.seats,
        ]),
      ),
    ),
  ]
}

/** Columns as Go's tabwriter lines them up: at least eight wide, a comma after each but the last. */
function tableText(rows: readonly Row[]): string {
  const cells = rows.map((row) => row.map((cell, i) => `${cell}${i < row.length - 1 ? ',' : ''}`))
  const widths = cells[0]!.map((_, i) => Math.max(8, ...cells.map((row) => (row[i]?.length ?? 0) + 1)))
  return cells.map((row) => `${row.map((cell, i) => cell.padEnd(widths[i]!)).join('')}\n`).join('')
}
