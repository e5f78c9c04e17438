import type {
  LimitedPriorityLevelConfiguration, PriorityLevelConfiguration,
} from '../../resources/generated/flowcontrol.gen.ts'

/** A request that waits for seats. */
export interface Waiting {
  readonly schema: string
  readonly flow: string
  readonly seats: number
  readonly arrivedMs: number
  /** Virtual time at which it would begin if all queues were served bit by bit. */
  startTag: number
  /** Undefined lets it go on. */
  readonly settle: (refusal: Refused | undefined) => void
}

/** Why a request is turned away. */
export type Refused = 'queue-full' | 'concurrency-limit' | 'time-out' | 'cancelled'

/** One of a level's queues. */
export interface Queue {
  readonly waiting: Waiting[]
  /** Virtual time at which the last of its requests would end. */
  lastFinish: number
}

const SHARES_DEFAULT = 30
const QUEUES_DEFAULT = 64
const HAND_DEFAULT = 8
const LENGTH_DEFAULT = 50

/** A priority level: its seats, its queues and what happened in it. */
export class Level {
  readonly name: string
  uid = ''
  exempt = false
  shares = SHARES_DEFAULT
  /** Seats it has by right, those of them it lends while idle, and how many it may borrow. */
  nominal = 1
  lendable = 0
  borrowMax = Infinity
  handSize = HAND_DEFAULT
  queueLength = LENGTH_DEFAULT
  queues: Queue[] = []
  seats = 0
  executing = 0
  waiting = 0
  readonly dispatched = new Map<string, number>()
  readonly refused = new Map<string, number>()
  #virtual = 0

  constructor(name: string) {
    this.name = name
  }

  /** Takes over a new spec; what waits in a queue that goes away stays served until it is empty. */
  configure({ metadata, spec }: PriorityLevelConfiguration): void {
    this.uid = metadata.uid ?? ''
    this.exempt = spec.type === 'Exempt'
    const limited: Partial<LimitedPriorityLevelConfiguration> = spec.limited ?? {}
    this.shares = this.exempt
      ? (spec.exempt?.nominalConcurrencyShares ?? 0)
      : (limited.nominalConcurrencyShares ?? SHARES_DEFAULT)
    const queuing = limited.limitResponse?.type === 'Queue' ? (limited.limitResponse.queuing ?? {}) : undefined
    this.handSize = queuing?.handSize ?? HAND_DEFAULT
    this.queueLength = queuing?.queueLengthLimit ?? LENGTH_DEFAULT
    const wanted = queuing ? (queuing.queues ?? QUEUES_DEFAULT) : 0
    while (this.queues.length < wanted) this.queues.push({ waiting: [], lastFinish: 0 })
    while (this.queues.length > wanted && this.queues.at(-1)!.waiting.length === 0) this.queues.pop()
  }

  /** Source: apf_controller.go: nominal = ceil(server limit x shares / all shares). */
  apportion(all: number, limit: number, spec: PriorityLevelConfiguration['spec']): void {
    this.nominal = Math.ceil((limit * this.shares) / Math.max(1, all))
    const { lendablePercent = 0, borrowingLimitPercent } = spec.limited ?? {}
    this.lendable = Math.round((this.nominal * lendablePercent) / 100)
    this.borrowMax =
      borrowingLimitPercent === undefined ? Infinity : Math.round((this.nominal * borrowingLimitPercent) / 100)
  }

  /** Into the shortest queue of the hand; false when that is full. */
  enqueue(request: Waiting, hand: readonly number[]): Queue | undefined {
    let best: Queue | undefined
    for (const index of hand) {
      const queue = this.queues[index]
      if (queue && (!best || queue.waiting.length < best.waiting.length)) best = queue
    }
    if (!best || best.waiting.length >= this.queueLength) return undefined
    request.startTag = Math.max(this.#virtual, best.lastFinish)
    best.lastFinish = request.startTag + request.seats
    best.waiting.push(request)
    this.waiting++
    return best
  }

  /** The request whose turn it is: the earliest start in virtual time. Source: KEP-1040, start-time fair queuing. */
  next(): { queue: Queue; request: Waiting } | undefined {
    let best: Queue | undefined
    for (const queue of this.queues) {
      const first = queue.waiting[0]
      if (first && (!best || first.startTag < best.waiting[0]!.startTag)) best = queue
    }
    return best && { queue: best, request: best.waiting[0]! }
  }

  /** Takes the first of the queue to run it. */
  take(queue: Queue): Waiting {
    const request = queue.waiting.shift()!
    this.#virtual = Math.max(this.#virtual, request.startTag)
    this.waiting--
    return request
  }

  /** Takes one out that waits no longer; false when it was not there. */
  drop(queue: Queue, request: Waiting): boolean {
    const at = queue.waiting.indexOf(request)
    if (at < 0) return false
    queue.waiting.splice(at, 1)
    this.waiting--
    return true
  }

  began(schema: string, seats: number): void {
    this.seats += seats
    this.executing++
    this.dispatched.set(schema, (this.dispatched.get(schema) ?? 0) + 1)
  }

  ended(seats: number): void {
    this.seats -= seats
    this.executing--
  }

  refuse(schema: string, why: Refused): void {
    const key = `${schema} ${why}`
    this.refused.set(key, (this.refused.get(key) ?? 0) + 1)
  }
}
