/**
 * The import table: each room with the lower rooms it may import. Its own room goes without saying.
 * A new edge is a change here, with its reason in the commit.
 */
export const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  // L0: the process, and the grammar of Kubernetes
  base: [],
  meta: ['base'],
  // L1: the expression language; policy per kind; PostgreSQL and Docker, which know no Kubernetes word
  cel: ['base', 'meta'],
  resources: ['base', 'meta', 'cel'],
  db: ['base'],
  docker: ['base'],
  // L2: the log knows objects, no kinds
  events: ['base', 'meta', 'db'],
  // L3: the only reader of state
  projections: ['base', 'meta', 'resources', 'events'],
  // who may do what, over the view: asked by the writer (escalation), the API and klio's own reconcilers
  rights: ['base', 'meta', 'resources', 'projections'],
  // L4: the only writer
  commands: ['base', 'meta', 'cel', 'resources', 'events', 'projections', 'rights'],
  // L5
  reconcilers: ['base', 'meta', 'resources', 'events', 'projections', 'rights', 'commands'],
  // of reconcilers history knows the shape alone: a replay shows recorded views to whichever it is given
  history: ['base', 'meta', 'resources', 'db', 'events', 'projections', 'commands', 'reconcilers'],
  // L6: a node has no database rights, and the API knows no Docker; questions about the past are answered there
  api: ['base', 'meta', 'cel', 'resources', 'events', 'projections', 'rights', 'commands', 'history'],
  node: ['base', 'meta', 'resources', 'docker', 'events', 'projections', 'commands', 'reconcilers'],
  // L7: commands of the terminal, and the files beside the rooms that wire them all
  cli: ['base', 'meta', 'resources', 'db', 'docker', 'events', 'projections', 'rights', 'commands', 'reconcilers', 'history', 'api', 'node', 'wiring'],
  wiring: ['base', 'meta', 'resources', 'db', 'docker', 'events', 'projections', 'rights', 'commands', 'reconcilers', 'history', 'api', 'node', 'cli'],
}

/** Packages and runtime modules that one room owns: nobody else speaks to what is behind them. */
export const OWNED: Readonly<Record<string, string>> = {
  postgres: 'db',
  'undici/index.js': 'docker',
  'bun:ffi': 'node',
  hono: 'api',
  '@hono/node-server': 'api',
  'dns-packet': 'node',
}

/** Files that hold no await, clock, chance, process, network, database or Docker. */
export const PURE: readonly RegExp[] = [
  /^meta\//,
  /^cel\//,
  /^resources\//,
  /^rights\//,
  /^commands\/(?!execute\.ts)/,
  /^projections\/view\.ts/,
  /^reconcilers\/(controllers|scheduler)\//,
  /^node\/(.*\/)?plan-/,
]

/** Pure files may read these of a room with effects: types and plain data only. */
export const VOCABULARY: readonly string[] = ['docker/types.ts', 'events/log-event.ts', 'events/proposal.ts']

/**
 * What breaks a rule today, and why. The list only shrinks: an entry that is not needed any more
 * fails the test too.
 */
export const KNOWN = {
  /** Pure files that touch the machine. */
  impure: {
    'resources/internal-shape.ts': 'reads the shapes beside it, when a message shows a value',
    'resources/descriptors.ts': 'reads the descriptor text beside it, once, when a table is asked for',
  },
  /** Functions above 70 lines, with their length: factories whose closures share their variables. */
  longFunctions: {} as Readonly<Record<string, number>>,
  /** Files above 400 lines (600 fail): why each is one file. */
  longFiles: {
    'base/limits.ts': 'every cap in one place is the point of it',
    'docker/types.ts': 'types alone: the fields of the Engine API that klio reads',
  },
  /** Cycles among imports of values, by their files. */
  cycles: {},
  /** Files, or beginnings of paths, that main.ts does not reach. */
  unreached: {
    'db/listen.ts': 'hints of a follower: a second API process comes with issue 4 of 4',
    'events/tail.ts': 'hints of a follower: a second API process comes with issue 4 of 4',
    'events/memory-l': 'the log and lock that tests and the simulation run on, held to the same contract',
    'meta/defaults-by-schema.ts': 'read by its test alone: decoding sets constant defaults itself',
    'meta/print.ts': 'read by its test alone: resources/cells.ts holds what columns use',
  },
  /** Limits that no code reads. */
  unusedLimits: {},
}
