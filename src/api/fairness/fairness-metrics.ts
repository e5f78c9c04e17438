import type { Family } from '../metrics/exposition.ts'
import type { Level } from './level.ts'

/** Source: apiserver util/flowcontrol/metrics/metrics.go. */
export function fairnessFamilies(levels: readonly Level[]): Family[] {
  const gauge = (name: string, help: string, value: (level: Level) => number): Family => ({
    name: `apiserver_flowcontrol_${name}`, type: 'gauge', help,
    samples: levels.map((level) => ({ labels: [['priority_level', level.name]], value: value(level) })),
  })
  return [
    gauge(
      'current_inqueue_requests',
      'Number of requests currently pending in queues of the API Priority and Fairness subsystem',
      ({ waiting }) => waiting,
    ),
    gauge(
      'current_executing_requests',
      'Number of requests in initial (for a WATCH) or any (for a non-WATCH) execution stage in the API Priority and Fairness subsystem',
      ({ executing }) => executing,
    ),
    gauge(
      'current_executing_seats',
      'Concurrency (number of seats) occupied by the currently executing (initial stage for a WATCH, any stage otherwise) requests in the API Priority and Fairness subsystem',
      ({ seats }) => seats,
    ),
    gauge(
      'nominal_limit_seats',
      'Nominal number of execution seats configured for each priority level',
      ({ nominal }) => nominal,
    ),
    {
      name: 'apiserver_flowcontrol_dispatched_requests_total', type: 'counter',
      help: 'Number of requests executed by API Priority and Fairness subsystem',
      samples: levels.flatMap(({ name, dispatched }) =>
        [...dispatched].map(([schema, value]) => ({
          labels: [['flow_schema', schema], ['priority_level', name]] as const, value,
        })),
      ),
    },
    {
      name: 'apiserver_flowcontrol_rejected_requests_total', type: 'counter',
      help: 'Number of requests rejected by API Priority and Fairness subsystem',
      samples: levels.flatMap(({ name, refused }) =>
        [...refused].map(([key, value]) => {
          const [schema = '', reason = ''] = key.split(' ')
          return { labels: [['flow_schema', schema], ['priority_level', name], ['reason', reason]] as const, value }
        })),
    },
  ]
}
