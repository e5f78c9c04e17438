// Cases for the oracle beside this, one JSON line each.

type Schema = Record<string, unknown>

const object = (properties: Record<string, Schema>, more: Schema = {}): Schema => ({ type: 'object', properties, ...more })
const list = (items: Schema, more: Schema = {}): Schema => ({ type: 'array', items, ...more })
const text = (more: Schema = {}): Schema => ({ type: 'string', ...more })
const int = (more: Schema = {}): Schema => ({ type: 'integer', ...more })
const num = (more: Schema = {}): Schema => ({ type: 'number', ...more })
const open = { 'x-kubernetes-preserve-unknown-fields': true }

const say = (line: object): void => console.log(JSON.stringify(line))

/** Each schema stands at `a` of an object; each value is one case. */
const values: [schema: Schema, values: unknown[]][] = [
  [text(), ['x', '', 1, null, true, [], {}]],
  [text({ nullable: true }), [null, 'x']],
  [text({ minLength: 2, maxLength: 3 }), ['a', 'ab', 'abc', 'abcd', 'äöü', '😀😀😀', '😀']],
  [text({ pattern: '^[a-z]+$' }), ['abc', 'ABC', '']],
  [text({ pattern: 'b' }), ['abc', 'ac']],
  [text({ maxLength: 2, pattern: '^a' }), ['bcd', 'ab', 'b']],
  [text({ enum: ['A', 'B'] }), ['A', 'C', '', null]],
  [int({ enum: [1, 2] }), [1, 3, 1.5, '1']],
  [{ ...open, enum: [{ a: 1 }, [1], null, 'x'] }, [{ a: 1 }, [1], null, 'x', { a: 2 }]],
  [int(), [1, -1, 1.5, '1', null, true, 2 ** 31]],
  [int({ format: 'int32' }), [1, 2 ** 31 - 1, 2 ** 31, -(2 ** 31) - 1, 1.5]],
  [int({ format: 'int64' }), [1, 2 ** 53, 1.5]],
  [int({ format: 'odd' }), [1, 'x']],
  [num(), [1, 1.5, '1', null]],
  [num({ format: 'float' }), [1, 1.5, 1e39]],
  [num({ format: 'double' }), [1, 1e300]],
  [int({ minimum: 2, maximum: 5 }), [1, 2, 5, 6, 1.5]],
  [int({ minimum: 2, exclusiveMinimum: true, maximum: 5, exclusiveMaximum: true }), [2, 3, 4, 5]],
  [num({ minimum: 0.5, maximum: 1.5 }), [0.25, 0.5, 1, 1.5, 1.75, 2, 0]],
  [num({ maximum: 1000000 }), [1000001, 1000000.5]],
  [int({ multipleOf: 3 }), [3, 4, 0, -6]],
  [num({ multipleOf: 0.1 }), [0.3, 0.35, 1]],
  [num({ multipleOf: 2.5 }), [5.0, 7.5, 6, 7.6]],
  [{ type: 'boolean' }, [true, 'true', 0, null]],
  [list(text()), [[], ['a'], [1], [null], {}, 'x']],
  [list(text({ nullable: true })), [[null]]],
  [list(int(), { minItems: 1, maxItems: 2 }), [[], [1], [1, 2, 3], ['a', 2, 3]]],
  [list(int(), { uniqueItems: true }), [[1, 2], [1, 1]]],
  [object({ b: text() }, { required: ['b', 'c'] }), [{}, { b: 'x' }, { b: 'x', c: 1 }, { b: null }]],
  [object({}, { minProperties: 1, maxProperties: 2 }), [{}, { a: 1 }, { a: 1, b: 2, c: 3 }]],
  [{ type: 'object', additionalProperties: int() }, [{ x: 1 }, { x: 'a' }, { 'a.b': 'c' }]],
  [{ type: 'object', additionalProperties: true }, [{ x: 1 }]],
  [{ 'x-kubernetes-int-or-string': true }, [1, '1', 1.5, true, null, []]],
  [{ 'x-kubernetes-int-or-string': true, pattern: '^[0-9]+%$' }, ['50%', 'x', 5]],
  [{ 'x-kubernetes-int-or-string': true, anyOf: [{ type: 'integer' }, { type: 'string' }], maximum: 5 }, [1, 6, 'x', 1.5]],
  [text({ anyOf: [{ minLength: 3 }, { pattern: '^x' }] }), ['x', 'abc', 'b', 'bb']],
  [text({ oneOf: [{ minLength: 3 }, { pattern: '^x' }] }), ['x', 'abc', 'b', 'xyz']],
  [text({ allOf: [{ minLength: 3 }, { pattern: '^x' }] }), ['xyz', 'abc', 'b', 'x']],
  [text({ not: { pattern: '^x' } }), ['a', 'x']],
  [object({ b: text(), c: text() }, { oneOf: [{ required: ['b'] }, { required: ['c'] }] }), [{ b: 'x' }, { c: 'x' }, {}, { b: 'x', c: 'y' }]],
  [object({ b: object({ c: text(), d: int() }) }, { anyOf: [{ properties: { b: { properties: { c: { minLength: 3 }, d: { minimum: 3 } } } } }, { properties: { b: { properties: { c: { maxLength: 1 } } } } }] }), [{ b: { c: 'ab', d: 1 } }, { b: { c: 'ab', d: 4 } }, { b: { c: 'a' } }]],
  [object({ b: text() }, { allOf: [{ anyOf: [{ required: ['b'] }, { required: ['z'] }] }, { not: { required: ['y'] } }] }), [{}, { b: 'x' }, { b: 'x', y: 1 }]],
  [text({ format: 'date-time' }), ['2020-01-02T03:04:05Z', 'x', 1]],
  [text({ format: 'ipv4' }), ['1.2.3.4', '1.2.3']],
  [text({ format: 'odd' }), ['x', 1]],
  [list(text(), { 'x-kubernetes-list-type': 'set' }), [['a', 'b'], ['a', 'a', 'a'], ['a', 'b', 'a', 'b']]],
  [list(object({ x: int() }, { 'x-kubernetes-map-type': 'atomic' }), { 'x-kubernetes-list-type': 'set' }), [[{ x: 1 }, { x: 1 }]]],
  [list(object({ k: text(), v: int() }, { required: ['k'] }), { 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['k'] }), [[{ k: 'a' }, { k: 'a', v: 1 }], [{ k: 'a' }, { k: 'b' }], [{ v: 1 }, { v: 2 }], ['x']]],
  [list(object({ k: text(), l: int() }), { 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['k', 'l'] }), [[{ k: 'a', l: 1 }, { l: 1, k: 'a' }], [{ k: 'a' }, { k: 'a' }], [{ k: 'a', l: 1 }, { k: 'a', l: 2 }]]],
  [{ type: 'object', 'x-kubernetes-embedded-resource': true, ...open }, [{ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'x' } }, {}, { apiVersion: '', kind: '' }, { apiVersion: 'a/b/c', kind: 'A_B' }, { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a/b', labels: { 'x y': '!' } } }, { apiVersion: 'v1', kind: 'Pod', metadata: { generateName: '..' } }]],
]
for (const [schema, given] of values)
  for (const value of given) say({ of: 'value', schema: object({ a: schema }), value: { a: value } })

const whole: [Schema, unknown[]][] = [
  [object({ spec: object({ n: int() }, { required: ['n'] }) }, { required: ['spec'] }), [{}, { spec: {} }, { spec: null }, { spec: { n: 'x' }, other: 1 }]],
  [object({ a: text(), b: text() }, { oneOf: [{ required: ['a'] }, { required: ['b'] }] }), [{}, { a: 'x', b: 'y' }]],
]
for (const [schema, given] of whole) for (const value of given) say({ of: 'value', schema, value })

/** What was wrong before may stay. */
const ratchets: [Schema, old: unknown, value: unknown][] = [
  [object({ a: int({ minimum: 5 }) }), { a: 1 }, { a: 1 }],
  [object({ a: int({ minimum: 5 }), b: text() }), { a: 1, b: 'x' }, { a: 1, b: 'y' }],
  [object({ a: int({ minimum: 5 }), b: text() }), { a: 1, b: 'x' }, { a: 2, b: 'x' }],
  [object({ l: list(int({ minimum: 5 })) }), { l: [1, 2] }, { l: [1, 2] }],
  [object({ l: list(int({ minimum: 5 })) }), { l: [1, 2] }, { l: [1, 3] }],
  [object({ l: list(object({ k: text(), v: int({ minimum: 5 }) }, { required: ['k'] }), { 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['k'] }) }), { l: [{ k: 'a', v: 1 }, { k: 'b', v: 2 }] }, { l: [{ k: 'b', v: 2 }, { k: 'a', v: 3 }] }],
  [object({ a: object({ b: int({ minimum: 5 }), c: text() }, { required: ['d'] }) }), { a: { b: 1, c: 'x' } }, { a: { b: 1, c: 'y' } }],
  [object({ a: object({ b: int() }, { anyOf: [{ properties: { b: { minimum: 5 } } }, { required: ['z'] }] }), c: text() }), { a: { b: 1 }, c: 'x' }, { a: { b: 1 }, c: 'y' }],
  [object({ a: object({ b: int(), c: text() }, { allOf: [{ properties: { b: { minimum: 5 } } }] }) }), { a: { b: 1, c: 'x' } }, { a: { b: 1, c: 'y' } }],
  [object({ m: { type: 'object', additionalProperties: int({ minimum: 5 }) } }), { m: { a: 1 } }, { m: { a: 1, b: 2 } }],
  [object({ a: text({ maxLength: 1 }) }), {}, { a: 'xx' }],
  [object({ l: list(text(), { 'x-kubernetes-list-type': 'set' }), b: text() }), { l: ['a', 'a'], b: 'x' }, { l: ['a', 'a'], b: 'y' }],
  [object({ l: list(text(), { 'x-kubernetes-list-type': 'set' }) }), { l: ['a'] }, { l: ['a', 'a'] }],
]
for (const [schema, old, value] of ratchets) say({ of: 'value', schema, value, old })

const formats: Record<string, string[]> = {
  bsonobjectid: ['507f1f77bcf86cd799439011', '507f1f77bcf86cd79943901', 'zzzf1f77bcf86cd799439011'],
  uri: ['http://a.b/c', '/a', 'mailto:x@y', 'a', '', 'http://a b/', 'http://a/b c', 'http://[::1]:80/', 'http://a:x/', '1http://a', 'http://a/%zz', 'a:b', '//a', 'http://'],
  email: ['a@b.c', 'A <a@b.c>', 'a', '@b', 'a@', 'a b@c', '"a b"@c.d', 'a@b..c', 'a@[1.2.3.4]', ' a@b '],
  hostname: ['a', 'a.b.com', 'a-b.com', '-a.com', 'a_b.com', '1.com', 'ä.com', 'a..b', '', 'a.b-', `${'a'.repeat(64)}.com`, 'a.c'],
  ipv4: ['1.2.3.4', '01.2.3.4', '1.2.3', '::1', '::ffff:1.2.3.4', '1.2.3.256'],
  ipv6: ['::1', '1.2.3.4', 'fe80::1%eth0', '::ffff:1.2.3.4', 'x::'],
  cidr: ['10.0.0.0/8', '10.0.0.1/8', '10.0.0.0', 'fd00::/8', '10.0.0.0/33'],
  mac: ['01:23:45:67:89:ab', '01-23-45-67-89-AB', '0123.4567.89ab', '01:23:45:67:89', '01:23:45:67:89:ab:cd:ef', '01:23-45:67:89:ab'],
  uuid: ['123e4567-e89b-12d3-a456-426614174000', '123E4567e89b12d3a456426614174000', 'x', '123e4567-e89b-12d3-a456-42661417400'],
  uuid3: ['123e4567-e89b-32d3-a456-426614174000', '123e4567-e89b-12d3-a456-426614174000'],
  uuid4: ['123e4567-e89b-42d3-a456-426614174000', '123e4567-e89b-42d3-c456-426614174000'],
  uuid5: ['123e4567-e89b-52d3-a456-426614174000', '123e4567-e89b-42d3-a456-426614174000'],
  isbn: ['0321751043', '978-0321751041', 'x'],
  isbn10: ['0321751043', '0321751044', '080442957X'],
  isbn13: ['978-0321751041', '9780321751042'],
  creditcard: ['4111-1111-1111-1111', '4111111111111112', 'x', '378282246310005'],
  ssn: ['111-11-1111', '111 11 1111', '111111111', '1111-11-111'],
  hexcolor: ['#FFF', 'abcdef', '#ff', 'red'],
  rgbcolor: ['rgb(1,2,3)', 'rgb( 255 , 0,0)', 'rgb(256,0,0)', 'rgb(1,2)'],
  byte: ['aGVsbG8=', 'aGVsbG8', '', 'a===', 'aGVs'],
  password: ['', 'x'],
  date: ['2020-02-29', '2019-02-29', '2020-1-1', '2020-13-01', 'x'],
  duration: ['1h', '22 ns', '3 days', '1.5h', 'x', '', '1w', '-1s', '5', '2 minutes', '1 parsec'],
  datetime: ['2014-12-15T19:30:20.000Z', '2014-12-15t19:30:20z', '2014-12-15T24:30:20Z', '2014-12-15 19:30:20', '2014-12-15T19:30:20', '2014-12-15T19:30:20+01:00', '2014-02-30T19:30:20Z'],
  'k8s-short-name': ['a', 'a-b', 'A', '-a', 'a'.repeat(63), 'a'.repeat(64), ''],
  'k8s-long-name': ['a.b', 'a', 'a..b', 'A.b', 'a'.repeat(100), 'a.'],
}
for (const [format, texts] of Object.entries(formats)) for (const each of texts) say({ of: 'format', format, text: each })

/** A definition with this schema, and what else its version and spec say. */
const crd = (schema: Schema | undefined, version: object = {}, spec: object = {}, metadata: object = {}): object => ({
  apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition',
  metadata: { name: 'shirts.a.example.com', ...metadata },
  spec: {
    group: 'a.example.com', scope: 'Namespaced', names: { plural: 'shirts', kind: 'Shirt' },
    versions: [{ name: 'v1', served: true, storage: true, ...(schema && { schema: { openAPIV3Schema: schema } }), ...version }],
    ...spec,
  },
})
const define = (value: object, old?: object): void => say({ of: 'definition', value, ...(old && { old }) })
const plain = { type: 'object', ...open }

/** Schemas; each is a definition's. */
const schemas: Schema[] = [
  plain, {}, { type: 'string' }, { type: 'object' }, object({ a: {} }), object({ a: { type: 'array' } }), object({ a: list({}) }),
  object({ a: { type: 'odd' } }), object({ a: { type: 'null' } }), { ...plain, nullable: true }, { type: 'object', additionalProperties: text() },
  object({ a: text() }, { additionalProperties: text() }), object({ a: object({ b: text() }, { additionalProperties: false }) }),
  object({ kind: int(), apiVersion: int(), metadata: text() }),
  object({ metadata: object({ name: text({ pattern: 'x' }), generateName: text() }) }), object({ metadata: object({ labels: object({}) }) }),
  object({ metadata: object({ name: text() }, { description: 'x' }) }),
  object({ a: { 'x-kubernetes-int-or-string': true, ...open, 'x-kubernetes-embedded-resource': true } }),
  object({ a: { 'x-kubernetes-embedded-resource': true } }), object({ a: { type: 'string', 'x-kubernetes-embedded-resource': true } }),
  object({ a: { type: 'object', 'x-kubernetes-embedded-resource': true } }), object({ a: { type: 'object', 'x-kubernetes-embedded-resource': true, ...open, properties: { metadata: { type: 'string' }, kind: { type: 'integer' } } } }),
  object({ a: { type: 'object', 'x-kubernetes-embedded-resource': true, ...open, properties: { metadata: { type: 'object', 'x-kubernetes-embedded-resource': true, ...open } } } }),
  object({ a: { type: 'object', 'x-kubernetes-embedded-resource': true, additionalProperties: text() } }),
  object({ a: text({ pattern: '(' }) }), object({ a: text({ anyOf: [{ pattern: '[' }] }) }),
  object({ a: text({ anyOf: [{ type: 'string' }], allOf: [{ description: 'x', title: 'y', nullable: true, default: 'z' }], not: { type: 'integer' } }) }),
  object({ a: text({ oneOf: [{ 'x-kubernetes-preserve-unknown-fields': true, 'x-kubernetes-embedded-resource': true, 'x-kubernetes-int-or-string': true, 'x-kubernetes-list-type': 'atomic', 'x-kubernetes-list-map-keys': ['a'], 'x-kubernetes-map-type': 'atomic' }] }) }),
  object({ a: text({ allOf: [{ additionalProperties: { minLength: 1 } }] }) }),
  object({ a: object({ b: text() }, { anyOf: [{ properties: { c: { minLength: 1 } } }, { required: ['d'] }] }) }),
  object({ a: list(text(), { anyOf: [{ items: { minLength: 1 } }] }), b: text({ anyOf: [{ items: { minLength: 1 } }] }) }),
  object({ a: { 'x-kubernetes-int-or-string': true, anyOf: [{ type: 'integer' }, { type: 'string' }] } }),
  object({ a: { 'x-kubernetes-int-or-string': true, allOf: [{ anyOf: [{ type: 'integer' }, { type: 'string' }] }, { pattern: 'x' }] } }),
  object({ a: { 'x-kubernetes-int-or-string': true, anyOf: [{ type: 'string' }, { type: 'integer' }] } }),
  object({}, { anyOf: [{ properties: { metadata: { type: 'object' } } }] }),
  object({ a: list(text(), { uniqueItems: true }) }), object({ a: list(text(), { items: [text()] }) }),
  object({ a: text({ id: 'x' }) }), object({ a: text({ $ref: '#/x' }) }), object({ a: text({ patternProperties: { x: text() } }) }),
  object({ a: text({ definitions: { x: text() } }) }), object({ a: text({ dependencies: { x: ['y'] } }) }), object({ a: list(text(), { additionalItems: true }) }),
  object({ a: { type: 'object', 'x-kubernetes-preserve-unknown-fields': false } }),
  object({ a: text({ 'x-kubernetes-map-type': 'atomic' }), b: { ...open, 'x-kubernetes-map-type': 'atomic' }, c: object({}, { 'x-kubernetes-map-type': 'odd' }) }),
  object({ a: text({ 'x-kubernetes-list-type': 'set' }), b: { ...open, 'x-kubernetes-list-type': 'set' }, c: list(text(), { 'x-kubernetes-list-type': 'odd' }) }),
  object({ a: list(object({ b: text() }), { 'x-kubernetes-list-type': 'set' }), c: list(list(text(), { 'x-kubernetes-list-type': 'set' }), { 'x-kubernetes-list-type': 'set' }) }),
  object({ a: list(text(), { 'x-kubernetes-list-map-keys': ['a'] }), b: list(text(), { 'x-kubernetes-list-type': 'set', 'x-kubernetes-list-map-keys': ['a'] }) }),
  object({ a: list(text(), { 'x-kubernetes-list-type': 'map' }), b: list(object({ k: text(), o: object({}) }), { 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['k', 'k', 'x', 'o'] }) }),
  object({ a: list(object({ k: text({ nullable: true }), d: text({ default: 'x' }), r: text() }, { required: ['r'], nullable: true }), { 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['k', 'd', 'r'] }) }),
  object({ a: list(text({ nullable: true }), { 'x-kubernetes-list-type': 'set' }) }),
  object({ a: text({ default: 1 }), b: int({ default: 5, maximum: 3 }), c: object({ d: text() }, { default: { d: 'x', e: 1 } }) }),
  object({ a: list(text({ default: 1 })), b: { type: 'object', additionalProperties: text({ default: 'x' }) } }),
  object({ kind: text({ default: 'x' }), metadata: object({ name: text({ default: 'x' }) }) }),
  object({ a: object({ l: { type: 'object', additionalProperties: text({ default: 'x' }) } }) }),
  object({ a: { type: 'object', 'x-kubernetes-embedded-resource': true, ...open, default: { apiVersion: 'v1' } } }),
  object({ a: { type: 'object', 'x-kubernetes-embedded-resource': true, ...open, default: { apiVersion: 'v1', kind: 'K', metadata: { name: 'A/b' } } } }),
  object({ a: text({ format: 'odd' }), b: int({ format: 'date' }), c: text({ format: 'ipv4' }), d: num({ format: 'int32' }) }),
  object({ a: text({ enum: ['x'], default: 'y' }) }), object({ a: text({ nullable: true, default: null }) }),
]
for (const schema of schemas) define(crd(schema))

const rule = (more: object): Schema => object({ a: { type: 'string', 'x-kubernetes-validations': [more] } })
for (const each of [
  { rule: '' }, { rule: ' ', message: 'x' }, { rule: 'true', message: ' ' }, { rule: 'true', message: 'a\nb' }, { rule: 'true &&\ntrue' },
  { rule: 'true', messageExpression: ' ' }, { rule: 'true', reason: 'odd' }, { rule: 'true', reason: 'FieldValueForbidden' },
  { rule: 'true', fieldPath: ' ' }, { rule: 'true', fieldPath: '.x' }, { rule: 'true', fieldPath: '.a\n' },
])
  define(crd(rule(each)))
const paths = object({ a: object({ b: list(text()), c: { type: 'object', additionalProperties: text() } }) })
for (const fieldPath of ['.a', '.a.b', '.a.c.x', ".a['b']", ".a['x']", '.a.b.c', 'a', '.a[0]', '.a.', ".a['b'", ".a.c['a.b']", '.'])
  define(crd({ ...paths, 'x-kubernetes-validations': [{ rule: 'true', fieldPath }] }))

/** What a version says beside its schema. */
for (const version of [
  { deprecationWarning: 'x' }, { deprecated: true, deprecationWarning: '' }, { deprecated: true, deprecationWarning: 'a\u0007' }, { deprecated: true, deprecationWarning: 'x'.repeat(257) },
  { deprecated: true }, { name: 'V1' }, { name: '' }, { storage: false },
  { additionalPrinterColumns: [{ name: '', type: '', jsonPath: '' }] }, { additionalPrinterColumns: [{ name: 'x', type: 'odd', format: 'odd', jsonPath: 'a' }] },
  { additionalPrinterColumns: [{ name: 'x', type: 'date', jsonPath: '.a' }] },
  { subresources: { scale: { specReplicasPath: '', statusReplicasPath: '' } } }, { subresources: { scale: { specReplicasPath: '.status.a', statusReplicasPath: 'x', labelSelectorPath: '.x' } } },
  { subresources: { scale: { specReplicasPath: '.spec.a', statusReplicasPath: '.status.a', labelSelectorPath: 'x' } } },
  { subresources: { status: {} } },
])
  define(crd(plain, version))
for (const schema of [{ ...plain, oneOf: [{ required: ['a'] }] }, { type: 'array', items: text() }, { ...plain, additionalProperties: true }])
  define(crd(schema, { subresources: { status: {} } }))
for (const jsonPath of ['.a', '.a.b', '.o.x', '.l', '.metadata.name', 'a', '', ".o['x']", '.absent', '.n', '.x'])
  define(crd(object({ a: text(), n: int(), x: num(), o: object({ x: { type: 'boolean' } }), l: list(text()), metadata: object({ name: text() }) }), { selectableFields: [{ jsonPath }] }))
define(crd(object({ a: text() }), { selectableFields: [{ jsonPath: '.a' }, { jsonPath: '.a' }] }))
const many = Object.fromEntries([...'abcdefghi'].map((name) => [name, text()]))
const nine = { selectableFields: [...'abcdefghi'].map((name) => ({ jsonPath: `.${name}` })) }
define(crd(object(many), nine))
define(crd(object(many), nine), crd(object(many), nine))
define(crd(undefined))
define(crd(undefined, { selectableFields: [{ jsonPath: '.a' }] }))

/** What the spec says beside its versions. */
const two = (a: object, b: object): object => ({ versions: [{ name: 'v1', served: true, storage: true, ...a }, { name: 'v2', served: true, storage: false, ...b }] })
const schemaOf = (schema: Schema): object => ({ schema: { openAPIV3Schema: schema } })
const hook = (clientConfig: object | undefined, conversionReviewVersions: string[] | undefined = ['v1']): object => ({ conversion: { strategy: 'Webhook', webhook: { clientConfig, conversionReviewVersions } } })
for (const spec of [
  { group: '' }, { group: 'example' }, { group: 'A.b' }, { scope: '' }, { scope: 'odd' }, { scope: 'Cluster' },
  { names: { plural: 'Shirts', kind: 'Shirt' } }, { names: { plural: '', kind: '' } }, { names: { plural: 'shirts', kind: 'Shirt', listKind: 'Shirt' } },
  { names: { plural: 'shirts', kind: 'S_h', singular: 'A', shortNames: ['A', 'b'], categories: ['C', 'd'] } },
  { versions: [] }, { preserveUnknownFields: true },
  two(schemaOf(plain), schemaOf(plain)), two(schemaOf({ type: 'string' }), schemaOf({ type: 'string' })), two(schemaOf({ type: 'string' }), schemaOf({ type: 'integer' })),
  two(schemaOf(plain), { ...schemaOf(plain), storage: true }), two(schemaOf(plain), { ...schemaOf(plain), name: 'v1' }), two(schemaOf(plain), {}),
  two({ ...schemaOf(object({ a: text() })), selectableFields: [{ jsonPath: '.a' }] }, { ...schemaOf(object({ a: text(), b: text() })), selectableFields: [{ jsonPath: '.b' }] }),
  two({ ...schemaOf(object({ a: text() })), selectableFields: [{ jsonPath: '.a' }] }, schemaOf(object({ a: text() }))),
  two({ ...schemaOf(plain), subresources: { status: {} } }, { ...schemaOf({ ...plain, nullable: true }), subresources: { scale: { specReplicasPath: 'x', statusReplicasPath: '.status.x' } } }),
  two({ ...schemaOf(plain), additionalPrinterColumns: [{ name: 'x', type: 'odd', jsonPath: '.a' }] }, { ...schemaOf(plain), additionalPrinterColumns: [{ name: 'x', type: 'odd', jsonPath: '.a' }] }),
  { conversion: { strategy: '' } }, { conversion: { strategy: 'odd' } }, { conversion: { strategy: 'None', webhook: { conversionReviewVersions: ['v1'], clientConfig: { url: 'https://a/b' } } } },
  { conversion: { strategy: 'Webhook' } }, hook(undefined), hook({}), hook({ url: 'https://a/b' }), hook({ url: 'http://a/b' }), hook({ url: 'https://u:p@a/b?c=d#e' }), hook({ url: ':' }),
  hook({ service: { name: 'a', namespace: 'b' } }), hook({ service: { name: '', namespace: '', port: 0, path: 'x' } }), hook({ service: { name: 'a', namespace: 'b', path: '/x//y' } }), hook({ service: { name: 'a', namespace: 'b', path: '/X/' } }),
  hook({ url: 'https://a/b', service: { name: 'a', namespace: 'b' } }), hook({ url: 'https://a/b' }, []), hook({ url: 'https://a/b' }, ['v2', 'v2', 'A']), hook({ url: 'https://a/b' }, ['v1', 'odd']),
])
  define(crd(plain, {}, spec))
define(crd(plain, {}, {}, { name: 'socks.a.example.com' }))
for (const annotations of [{}, { 'api-approved.kubernetes.io': 'x' }, { 'api-approved.kubernetes.io': 'https://a/b' }, { 'api-approved.kubernetes.io': 'unapproved, test' }])
  define(crd(plain, {}, { group: 'a.k8s.io' }, { name: 'shirts.a.k8s.io', annotations }))

/** Updates: what was wrong before may stay. */
const withStatus = (of: object, status: object): object => ({ ...of, status })
const settled = { conditions: [{ type: 'Established', status: 'True' }], acceptedNames: { plural: 'shirts', kind: 'Shirt' }, storedVersions: ['v1'] }
define(crd(plain, {}, { scope: 'Cluster' }), withStatus(crd(plain), settled))
define(crd(plain, {}, { names: { plural: 'shirts', kind: 'Other' } }), withStatus(crd(plain), settled))
define(crd(plain, {}, { names: { plural: 'shirts', kind: 'Other' } }), crd(plain))
define(crd(plain, {}, { group: 'b.example.com' }), crd(plain))
define(crd(plain, { name: 'v2' }), withStatus(crd(plain), settled))
for (const schema of [
  object({ a: { type: 'odd' } }), object({ a: {} }), object({ a: list(object({ b: text() }), { 'x-kubernetes-list-type': 'set' }) }),
  object({ a: list(object({ k: text() }), { 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['k'] }) }), object({ c: object({ d: text() }, { default: { e: 1 } }) }), object({ a: text({ format: 'odd' }) }),
])
  define(crd(object({ ...(schema['properties'] as Record<string, Schema>), z: text() })), crd(schema))
define(crd(undefined), crd(undefined))
define(crd(plain, {}, { preserveUnknownFields: true }), crd(plain, {}, { preserveUnknownFields: true }))
define(crd(object({ a: {} }), {}, { preserveUnknownFields: true }), crd(object({ a: {} }), {}, { preserveUnknownFields: true }))
define(crd(plain, {}, hook({ url: 'https://a/b' }, ['v2'])), crd(plain, {}, hook({ url: 'https://a/b' }, ['v3'])))

/** Rules, and objects that keep and break them. */
const ruled = (schema: Schema, ...rules: object[]): Schema => ({ ...schema, 'x-kubernetes-validations': rules })
const spec = (rules: object[], properties: Record<string, Schema> = {}): Schema =>
  object({ spec: ruled(object({ n: int(), min: int(), s: text({ maxLength: 9 }), l: list(int(), { maxItems: 5 }), ...properties }), ...rules) })
const keyed = list(ruled(object({ k: text(), v: int() }, { required: ['k'] }), { rule: 'self.v >= oldSelf.v', message: 'v only grows' }), { 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['k'], maxItems: 5 })
const checks: [Schema, value: unknown, old?: unknown][] = [
  [spec([{ rule: 'self.n > self.min' }]), { spec: { n: 2, min: 1 } }],
  [spec([{ rule: 'self.n > self.min' }]), { spec: { n: 1, min: 1 } }],
  [spec([{ rule: 'self.n > self.min' }]), { spec: { n: 1 } }],
  [spec([{ rule: 'self.n > 0', message: ' too small ' }]), { spec: { n: 0 } }],
  [spec([{ rule: 'self.n > 0', messageExpression: '"n is " + string(self.n)', message: 'x' }]), { spec: { n: 0 } }],
  [spec([{ rule: 'self.n > 0', messageExpression: '"a\\nb"', message: 'x' }]), { spec: { n: 0 } }],
  [spec([{ rule: 'self.n > 0', messageExpression: '""' }]), { spec: { n: 0 } }],
  [spec([{ rule: 'self.n > 0', messageExpression: 'string(1 / (self.n))', message: 'fallback' }]), { spec: { n: 0 } }],
  ...['FieldValueForbidden', 'FieldValueRequired', 'FieldValueDuplicate', 'FieldValueInvalid'].map((reason): [Schema, unknown] => [spec([{ rule: 'self.n > 0', reason, fieldPath: '.n' }]), { spec: { n: 0 } }]),
  [object({ a: ruled(text(), { rule: 'self.startsWith("x")', reason: 'FieldValueDuplicate' }) }), { a: 'y' }],
  [object({ a: ruled(text(), { rule: 'self.startsWith("x")' }) }), { a: 'y' }],
  [object({ a: ruled(int(), { rule: 'self % 2 == 0' }) }), { a: 3 }],
  [object({ a: ruled({ 'x-kubernetes-int-or-string': true }, { rule: 'type(self) == int ? self > 1 : self.endsWith("%")' }) }), { a: 'y' }],
  [object({ a: ruled({ 'x-kubernetes-int-or-string': true }, { rule: 'self > 1' }) }), { a: 'y' }],
  [ruled(object({ n: int() }), { rule: 'self.metadata.name == "x"' }), { apiVersion: 'a/v1', kind: 'K', metadata: { name: 'y' } }],
  [ruled(object({ n: int() }), { rule: 'self.n == oldSelf.n' }), { n: 1 }],
  [ruled(object({ n: int() }), { rule: 'self.n == oldSelf.n' }), { n: 1 }, { n: 2 }],
  [ruled(object({ n: int() }), { rule: 'self.n == oldSelf.n' }), { n: 1 }, { n: 1 }],
  [ruled(object({ n: int() }), { rule: 'oldSelf.hasValue() || self.n == 0', optionalOldSelf: true }), { n: 1 }],
  [ruled(object({ n: int() }), { rule: 'oldSelf.hasValue() || self.n == 0', optionalOldSelf: true }), { n: 1 }, { n: 2 }],
  [ruled(object({ n: int(), m: int() }), { rule: 'self.n > 5' }), { n: 1, m: 2 }, { n: 1, m: 1 }],
  [ruled(object({ n: int(), m: int() }), { rule: 'self.n > 5' }), { n: 1, m: 1 }, { n: 1, m: 1 }],
  [object({ a: ruled(object({ n: int() }), { rule: 'self.n > 5' }), b: int() }), { a: { n: 1 }, b: 2 }, { a: { n: 1 }, b: 1 }],
  [object({ a: ruled(object({ n: int() }), { rule: 'self.n > oldSelf.n' }), b: int() }), { a: { n: 1 }, b: 2 }, { a: { n: 1 }, b: 1 }],
  [object({ l: keyed }), { l: [{ k: 'a', v: 1 }, { k: 'b', v: 9 }] }, { l: [{ k: 'b', v: 8 }, { k: 'a', v: 2 }] }],
  [object({ l: keyed }), { l: [{ k: 'c', v: 1 }] }, { l: [{ k: 'a', v: 2 }] }],
  [object({ l: list(ruled(int(), { rule: 'self > 0' }), { maxItems: 5 }) }), { l: [1, 0, -1] }],
  [object({ l: list(ruled(int(), { rule: 'self > 0' }), { maxItems: 5 }), b: int() }), { l: [1, 0], b: 2 }, { l: [1, 0], b: 1 }],
  [object({ m: { type: 'object', maxProperties: 5, additionalProperties: ruled(int(), { rule: 'self > 0' }) } }), { m: { a: 0, 'b.c': 0 } }],
  [object({ m: { type: 'object', maxProperties: 5, additionalProperties: ruled(int(), { rule: 'self >= oldSelf' }) } }), { m: { a: 0, b: 0 } }, { m: { a: 1 } }],
  [object({ m: { type: 'object', 'x-kubernetes-map-type': 'atomic', properties: { a: ruled(int(), { rule: 'self > 0' }) } } }), { m: { a: 0 } }, { m: { a: 0 } }],
  [object({ a: ruled(text({ nullable: true }), { rule: 'self == "x"' }) }), { a: null }],
  [object({ a: ruled(text(), { rule: 'self == "x"' }), b: text() }, { required: ['b'] }), { a: 'y' }],
  [object({ a: ruled(text(), { rule: 'self == "x"' }), b: text({ pattern: 'x' }) }), { a: 'y', b: 'y' }],
  [object({ 'a-b': ruled(int(), { rule: 'self > 0' }), for: int() }), { 'a-b': 0, for: 1 }],
  [ruled(object({ 'a-b': int(), for: int(), a__b: int() }), { rule: 'self.a__dash__b > 0 && self.__for__ > 0 && self.a__underscores__b > 0' }), { 'a-b': 1, for: 1, a__b: 0 }],
  [object({ t: ruled(text({ format: 'date-time' }), { rule: 'self > timestamp("2020-01-01T00:00:00Z")' }), d: ruled(text({ format: 'duration' }), { rule: 'self < duration("1h")' }) }), { t: '2019-01-01T00:00:00Z', d: '2h' }],
  [object({ l: ruled(list(text(), { maxItems: 5, 'x-kubernetes-list-type': 'set' }), { rule: 'self == ["b", "a"]' }) }), { l: ['a', 'b'] }],
  [object({ e: { type: 'object', 'x-kubernetes-embedded-resource': true, ...open, properties: { spec: object({ n: int() }) }, 'x-kubernetes-validations': [{ rule: 'self.kind == "K" && self.spec.n > 0' }] } }), { e: { apiVersion: 'v1', kind: 'K', metadata: {}, spec: { n: 0 } } }],
  [ruled(object({ l: list(int()) }), { rule: 'self.l.all(x, self.l.all(y, self.l.all(z, x + y + z >= 0)))' }), { l: Array.from({ length: 200 }, (_, i) => i) }],
  [ruled(object({ l: list(int()) }), ...Array.from({ length: 30 }, () => ({ rule: 'self.l.all(x, self.l.all(y, x + y >= 0))' }))), { l: Array.from({ length: 300 }, (_, i) => i) }],
]
for (const [schema, value, old] of checks) say({ of: 'value', schema, value, ...(old !== undefined && { old }) })

const bounded = (rule: object, more: Schema = {}): Schema => object({ a: ruled(list(text({ maxLength: 10 }), { maxItems: 10, ...more }), rule) })
for (const schema of [
  bounded({ rule: 'self.all(x, x.size() > 0)' }), bounded({ rule: 'self.foo' }), bounded({ rule: 'self.size()' }),
  bounded({ rule: 'true', messageExpression: '1' }), bounded({ rule: 'true', messageExpression: '"n " + string(self.size())' }), bounded({ rule: 'true', messageExpression: 'self.foo' }), bounded({ rule: 'self.size() > 1', messageExpression: '"x" + self[0]' }),
  object({ a: ruled(list(text()), { rule: 'self.all(x, self.all(y, x == y))' }) }), object({ a: list(ruled(text(), { rule: 'self.matches("a.*b")' })) }),
  object({ a: list(list(ruled(text(), { rule: 'self.contains("x")' }))) }), object({ a: list(object({ b: list(ruled(int(), { rule: 'self > 1' }), { maxItems: 1000 }) }), { maxItems: 1000 }) }),
  object(Object.fromEntries(Array.from({ length: 14 }, (_, i) => [`a${i}`, ruled(list(text({ maxLength: 30 }), { maxItems: 100 }), { rule: 'self.all(x, self.all(y, x == y || x.contains(y)))' })]))),
  object({ a: list(ruled(text({ maxLength: 5 }), { rule: 'self == oldSelf' }), { maxItems: 5 }) }),
  object({ a: list(ruled(object({ k: text() }, { required: ['k'] }), { rule: 'self == oldSelf' }), { maxItems: 5, 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['k'] }) }),
  object({ a: { type: 'object', 'x-kubernetes-map-type': 'atomic', properties: { b: ruled(text({ maxLength: 5 }), { rule: 'self == oldSelf' }) } } }),
  object({ a: ruled(text(), { rule: 'true', optionalOldSelf: true }) }), object({ a: ruled(text({ maxLength: 5 }), { rule: 'oldSelf.hasValue()', optionalOldSelf: true }) }),
  object({ a: ruled(text({ default: 'y' }), { rule: 'self == "x"' }) }), object({ a: ruled(text({ default: 'x' }), { rule: 'self == "x"' }) }),
  object({ a: ruled({ ...open }, { rule: 'true' }) }), ruled(object({ n: int() }), { rule: 'self.metadata.name.size() > 0 && self.kind == "x"' }), ruled(object({ n: int() }), { rule: 'self.metadata.labels.size() > 0' }),
  object({ a: ruled(object({ b: { ...open } }), { rule: 'self.b == 1' }) }),
])
  define(crd(schema))
define(crd(object({ a: ruled(list(text()), { rule: 'self.all(x, self.all(y, x == y))' }) })), crd(object({ a: ruled(list(text()), { rule: 'self.all(x, self.all(y, x == y))' }) })))
define(crd(object({ a: ruled(list(text()), { rule: 'self.all(x, self.all(y, x == y))' }), b: text() })), crd(object({ a: ruled(list(text()), { rule: 'self.all(x, self.all(y, x == y))' }) })))
