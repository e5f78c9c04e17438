/**
 * What does a CEL rule cost? Nanoseconds of five typical rules, and of compiling them.
 * `bun bench/cel.ts [evaluations]`.
 */
import { checkExpression, evaluate, expressionCost, instantiate, newBudget, type Program } from '../src/cel/program.ts'
import { schemaRules, selfValue } from '../src/cel/schema-environment.ts'

const schema = {
  type: 'object',
  properties: {
    spec: {
      type: 'object',
      properties: {
        replicas: { type: 'integer' }, maxReplicas: { type: 'integer' }, name: { type: 'string', maxLength: 63 }, mode: { type: 'string' },
        ports: { type: 'array', maxItems: 10, items: { type: 'object', properties: { name: { type: 'string', maxLength: 15 }, port: { type: 'integer' } } } },
        labels: { type: 'object', maxProperties: 10, additionalProperties: { type: 'string', maxLength: 63 } },
      },
    },
  },
}
const object = {
  apiVersion: 'example.test/v1', kind: 'Web', metadata: { name: 'web' },
  spec: {
    replicas: 3, maxReplicas: 10, name: 'frontend', mode: 'Rolling',
    ports: [{ name: 'http', port: 80 }, { name: 'https', port: 443 }, { name: 'metrics', port: 9090 }],
    labels: { app: 'web', tier: 'frontend' },
  },
}
const RULES = [
  'self.spec.replicas <= self.spec.maxReplicas',
  "self.spec.mode in ['Rolling', 'Recreate'] && has(self.spec.name)",
  'self.spec.ports.all(p, p.port > 0 && p.port < 65536)',
  "self.spec.name.matches('^[a-z]([-a-z0-9]*[a-z0-9])?$')",
  "self.spec.name == oldSelf.spec.name || self.spec.labels.exists(k, k == 'renamed')",
]

const evaluations = Number(process.argv[2] ?? 500_000)
const rules = schemaRules(schema, { root: true, name: 'web', expressions: 'stored' })
if (!rules) throw new Error('the schema has no type')
const { environment } = rules

function programOf(text: string): { program: Program; cost: bigint; micros: number } {
  const start = performance.now()
  const expression = checkExpression(text, environment)
  if (!expression.ok) throw new Error(expression.error.message)
  const program = instantiate(expression.value)
  if (!program.ok) throw new Error(program.error)
  const cost = expressionCost(expression.value).max
  return { program: program.value, cost, micros: (performance.now() - start) * 1000 }
}

for (const text of RULES) programOf(text)
for (const text of RULES) {
  const { program, cost, micros } = programOf(text)
  const budget = newBudget()
  const run = (count: number): void => {
    for (let i = 0; i < count; i++) {
      const self = selfValue(rules, object)
      evaluate(program, { self, oldSelf: self }, budget)
    }
  }
  run(evaluations / 5)
  budget.spent = 0
  const start = performance.now()
  run(evaluations)
  const nanos = ((performance.now() - start) * 1e6) / evaluations
  console.log(`${nanos.toFixed(0).padStart(6)} ns  cost ${budget.spent / evaluations} of ${cost}, compiled in ${micros.toFixed(0)} us: ${text}`)
}
