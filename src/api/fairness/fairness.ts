import {
  FAIRNESS_FLOWS_MAX, FAIRNESS_LIST_OBJECTS_PER_SEAT, FAIRNESS_SEATS_MAX, FAIRNESS_SERVER_SEATS,
  FAIRNESS_WAIT_MS,
} from '../../base/limits.ts'
import type { Caller } from '../../commands/request-context.ts'
import type { LiveView } from '../../projections/live-view.ts'
import { MANDATORY_LEVELS, MANDATORY_SCHEMAS } from '../../resources/flowcontrol/mandatory.ts'
import type { FlowSchema, PriorityLevelConfiguration } from '../../resources/generated/flowcontrol.gen.ts'
import type { Exchange } from '../exchange.ts'
import { kindOf } from '../metrics/request-metrics.ts'
import { distinguisherOf, inOrder, isMatch } from './flow-match.ts'
import { Level, type Refused, type Waiting } from './level.ts'
import { handOf } from './shuffle.ts'

const SCHEMAS = 'flowschemas.flowcontrol.apiserver.k8s.io'
const LEVELS = 'prioritylevelconfigurations.flowcontrol.apiserver.k8s.io'
const CATCH_ALL = 'catch-all'

/** Where a request belongs: the same for all that a caller asks alike. */
export interface Flow {
  readonly schema: string
  readonly schemaUid: string
  readonly level: Level
  readonly flow: string
  hand: readonly number[] | undefined
}

/** Seats that a request holds while it is handled. */
export interface Seat {
  readonly flow: Flow
  readonly seats: number
}

/**
 * Priority and fairness: each request has a seat at its level or waits in one of its flow's queues, which take
 * turns. Nothing is queued while there are seats: a request then costs two look-ups. Seats that a level does
 * not use are lent at once. Source: KEP-1040, apiserver util/flowcontrol.
 */
export class Fairness {
  readonly #view: LiveView
  readonly #levels = new Map<string, Level>()
  #schemas: FlowSchema[] = []
  #flows = new WeakMap<Caller, Map<string, Flow>>()
  /** Levels in which someone waits. */
  readonly #waiting = new Set<Level>()
  #seats = 0
  #stale = true

  constructor(view: LiveView) {
    this.#view = view
    view.onSteps((resource) => {
      if (resource === SCHEMAS || resource === LEVELS) this.#stale = true
    })
  }

  /** All levels, for metrics and dumps. */
  get levels(): readonly Level[] {
    if (this.#stale) this.#configure()
    return [...this.#levels.values()]
  }

  /** Undefined when the request may go on now; else it waits, for a reason to turn it away or none. */
  enter(exchange: Exchange): Promise<Refused | undefined> | undefined {
    if (this.#stale) this.#configure()
    if (kindOf(exchange) === 'longRunning') return undefined
    const flow = this.#flowOf(exchange)
    const { level } = flow
    const seats = level.exempt ? 1 : this.#seatsOf(exchange)
    if (level.exempt || (level.waiting === 0 && this.#hasRoom(level, seats))) {
      this.#begin(exchange, { flow, seats })
      return undefined
    }
    return this.#wait(exchange, { flow, seats })
  }

  /** The request is no longer handled. */
  leave({ seat }: Exchange): void {
    if (!seat) return
    const { level } = seat.flow
    level.ended(seat.seats)
    if (!level.exempt) this.#seats -= seat.seats
    if (this.#waiting.size > 0) this.#dispatch()
  }

  #begin(exchange: Exchange, seat: Seat): void {
    exchange.seat = seat
    seat.flow.level.began(seat.flow.schema, seat.seats)
    if (!seat.flow.level.exempt) this.#seats += seat.seats
  }

  #wait(exchange: Exchange, seat: Seat): Promise<Refused | undefined> {
    const { flow, seats } = seat
    const { level } = flow
    const turnAway = (why: Refused): Promise<Refused> => {
      level.refuse(flow.schema, why)
      return Promise.resolve(why)
    }
    if (level.queues.length === 0) return turnAway('concurrency-limit')
    flow.hand ??= handOf(flow.schema, flow.flow, level.queues.length, level.handSize)
    return new Promise((resolve) => {
      const request: Waiting = {
        schema: flow.schema, flow: flow.flow, seats, arrivedMs: Date.now(), startTag: 0,
        settle: (refusal) => {
          clearTimeout(timer)
          exchange.outgoing?.off('close', gone)
          if (refusal === undefined) this.#begin(exchange, seat)
          else level.refuse(flow.schema, refusal)
          resolve(refusal)
        },
      }
      const queue = level.enqueue(request, flow.hand!)
      const leave = (why: Refused) => (): void => {
        if (!queue || !level.drop(queue, request)) return
        if (level.waiting === 0) this.#waiting.delete(level)
        request.settle(why)
      }
      const timer = setTimeout(leave('time-out'), FAIRNESS_WAIT_MS)
      const gone = leave('cancelled')
      if (!queue) return request.settle('queue-full')
      exchange.outgoing?.once('close', gone)
      this.#waiting.add(level)
    })
  }

  /** Lets go on who may, level by level; one that got seats back comes first where it waits. */
  #dispatch(): void {
    for (const level of this.#waiting) {
      for (let next = level.next(); next; next = level.next()) {
        if (!this.#hasRoom(level, next.request.seats)) break
        level.take(next.queue).settle(undefined)
      }
      if (level.waiting === 0) this.#waiting.delete(level)
    }
  }

  #hasRoom(level: Level, seats: number): boolean {
    const wanted = level.seats + seats
    if (wanted <= level.nominal || level.executing === 0) return true
    return wanted <= level.nominal + level.borrowMax && this.#seats + seats + this.#reserved(level) <= FAIRNESS_SERVER_SEATS
  }

  /** Seats that other levels keep for themselves and do not use now. */
  #reserved(level: Level): number {
    let reserved = 0
    for (const other of this.#levels.values())
      if (other !== level && !other.exempt) reserved += Math.max(0, other.nominal - other.lendable - other.seats)
    return reserved
  }

  /** A list is as wide as what it reads. Source: flowcontrol/request/list_work_estimator.go. */
  #seatsOf({ info, query }: Exchange): number {
    if (info.verb !== 'list') return 1
    const resource = info.group === '' ? info.resource : `${info.resource}.${info.group}`
    const stored = this.#view.count(resource, info.namespace || undefined)
    const limit = Number(query.get('limit') ?? 0)
    const read = limit > 0 ? Math.min(stored, limit) : stored
    return Math.min(FAIRNESS_SEATS_MAX, Math.max(1, Math.ceil(read / FAIRNESS_LIST_OBJECTS_PER_SEAT)))
  }

  #flowOf(exchange: Exchange): Flow {
    const { caller, info, path } = exchange
    const asked = info.isResource
      ? `${info.verb} ${info.namespace} ${info.group}/${info.resource}/${info.subresource}`
      : `${info.verb} ${path}`
    let known = this.#flows.get(caller)
    const flow = known?.get(asked)
    if (flow) return flow
    if (!known || known.size >= FAIRNESS_FLOWS_MAX) this.#flows.set(caller, (known = new Map<string, Flow>()))
    const made = this.#classify(exchange)
    known.set(asked, made)
    return made
  }

  #classify(exchange: Exchange): Flow {
    const schema = this.#schemas.find(
      (each) => this.#levels.has(each.spec.priorityLevelConfiguration.name) && isMatch(each, exchange),
    )
    const name = schema?.metadata.name ?? CATCH_ALL
    const level = this.#levels.get(schema?.spec.priorityLevelConfiguration.name ?? CATCH_ALL)!
    const flow = schema ? distinguisherOf(schema, exchange) : exchange.caller.name
    return { schema: name, schemaUid: schema?.metadata.uid ?? '', level, flow, hand: undefined }
  }

  #configure(): void {
    this.#stale = false
    this.#flows = new WeakMap()
    this.#schemas = inOrder(withMandatory(this.#view.list<FlowSchema>(SCHEMAS), MANDATORY_SCHEMAS))
    const configurations = withMandatory(this.#view.list<PriorityLevelConfiguration>(LEVELS), MANDATORY_LEVELS)
    const names = new Set(configurations.map(({ metadata }) => metadata.name ?? ''))
    for (const [name, level] of this.#levels)
      if (!names.has(name) && level.waiting === 0 && level.executing === 0) this.#levels.delete(name)
    for (const configuration of configurations) {
      const name = configuration.metadata.name ?? ''
      const level = this.#levels.get(name) ?? new Level(name)
      this.#levels.set(name, level)
      level.configure(configuration)
    }
    const all = [...this.#levels.values()].reduce((sum, { shares }) => sum + shares, 0)
    for (const { metadata, spec } of configurations)
      this.#levels.get(metadata.name ?? '')!.apportion(all, FAIRNESS_SERVER_SEATS, spec)
  }
}

/** What is there, and what must be while nobody has written it yet. */
function withMandatory<O extends { metadata: { name?: string } }, S>(
  list: readonly O[],
  specs: ReadonlyMap<string, S>,
): O[] {
  const names = new Set(list.map(({ metadata }) => metadata.name))
  const missing = [...specs].filter(([name]) => !names.has(name)).map(([name, spec]) => ({ metadata: { name }, spec }))
  return [...list, ...(missing as unknown as O[])]
}
