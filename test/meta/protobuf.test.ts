import { describe, expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { decodeJson } from '../../src/meta/decode.ts'
import type { Json, JsonObject } from '../../src/meta/object.ts'
import {
  decodeMessage,
  decodeProtobuf,
  encodeListMessage,
  encodeMessage,
  encodeProtobuf,
  hasProtobuf,
  openEnvelope,
  seal,
  watchFrame,
} from '../../src/meta/protobuf.ts'
import { prune } from '../../src/meta/prune.ts'
import { schemaFor, schemaOf } from '../../src/resources/schemas.ts'

/** Written by apimachinery itself; see tools/protobuf-golden. */
const GOLDEN = Bun.gunzipSync(readFileSync(join(import.meta.dir, '../golden/protobuf/ga.jsonl.gz')))
const lines: [string, string, string, string, string][] = new TextDecoder()
  .decode(GOLDEN)
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line))

/** Texts of two objects that mean the same are the same: sorted, without null and without []. */
function meaning(value: Json): Json | undefined {
  if (typeof value !== 'object' || value === null || JSON.isRawJSON(value))
    return value ?? undefined
  if (Array.isArray(value))
    return value.length === 0 ? undefined : value.map((v) => meaning(v) ?? null)
  const entries = Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([key, v]): [string, Json][] => {
      const kept = meaning(v)
      return kept === undefined ? [] : [[key, kept]]
    })
  return Object.fromEntries(entries)
}
const same = (value: Json): string => JSON.stringify(meaning(value))
const exact = (text: string): Json =>
  JSON.parse(text, (_, value, { source }) =>
    typeof value === 'number' && String(value) !== source && Number.isInteger(value) && source
      ? JSON.rawJSON(source)
      : value,
  ) as Json

describe('against bytes of Go', () => {
  test.each(lines)('%s/%s %s', (group, version, kind, json, base64) => {
    const type = schemaFor({ group, version, kind })!
    const bytes = Buffer.from(base64, 'base64')
    const envelope = openEnvelope(bytes)
    if (!envelope.ok) throw new Error(envelope.error)
    const fromProto = decodeProtobuf(type, envelope.value)
    if (!fromProto.ok) throw new Error(fromProto.error)
    const fromJson = decodeJson(type, json)
    if (!fromJson.ok) throw new Error(fromJson.error)
    expect(fromJson.value.strict).toEqual([])
    expect(same(fromProto.value.value)).toBe(same(exact(json)))
    expect(JSON.stringify(fromProto.value.value)).toBe(JSON.stringify(fromJson.value.value))
    const object = fromJson.value.value as JsonObject & { apiVersion: string; kind: string }
    expect(Buffer.from(encodeProtobuf(type, object)).equals(bytes)).toBe(true)
  })

  test('the golden file covers the kinds of every GA group', () => {
    expect(lines.length).toBeGreaterThan(140)
  })
})

describe('envelope', () => {
  test('says what it is not', () => {
    expect(openEnvelope(new Uint8Array())).toEqual({ ok: false, error: 'empty data' })
    expect(openEnvelope(Buffer.from('k8s\0'))).toEqual({ ok: false, error: 'empty body' })
    expect(openEnvelope(Buffer.from('{}'))).toEqual({
      ok: false,
      error:
        'provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]',
    })
  })

  test('round trip', () => {
    const sealed = seal('apps/v1', 'Deployment', Buffer.from('abc'))
    expect(Buffer.from(sealed).toString('latin1')).toBe(
      'k8s\0\n\x15\n\x07apps/v1\x12\nDeployment\x12\x03abc\x1a\0"\0',
    )
    const opened = openEnvelope(sealed)
    expect(opened).toMatchObject({
      ok: true,
      value: { apiVersion: 'apps/v1', kind: 'Deployment', contentType: '' },
    })
    expect(opened.ok && Buffer.from(opened.value.raw).toString()).toBe('abc')
  })

  test('a list is put together from messages that exist already', () => {
    const pod = schemaOf('io.k8s.api.core.v1.Pod')
    const list = schemaOf('io.k8s.api.core.v1.PodList')
    const meta = schemaOf('io.k8s.apimachinery.pkg.apis.meta.v1.ListMeta')
    const items = ['a', 'b'].map((name) => prune(pod, { metadata: { name } }))
    const values = items.map((i) => (i.ok ? i.value.value : {}))
    const metadata: JsonObject = { resourceVersion: '7' }
    const joined = encodeListMessage(
      encodeMessage(meta, metadata),
      values.map((value) => encodeMessage(pod, value)),
    )
    expect(joined).toEqual(encodeMessage(list, { metadata, items: values }))
  })

  test('a watch frame has its length in front and an envelope inside', () => {
    const frame = Buffer.from(watchFrame('ADDED', seal('v1', 'Pod', Buffer.from('x'))))
    expect(frame.readUInt32BE()).toBe(frame.length - 4)
    expect(frame.toString('latin1')).toStartWith('\0\0\0')
    const event = schemaOf('io.k8s.apimachinery.pkg.apis.meta.v1.WatchEvent')
    expect(event.byName.get('type')?.number).toBe(1)
    expect(frame.subarray(4, 11).toString('latin1')).toBe('\n\x05ADDED')
    expect(frame.includes(Buffer.from('k8s\0'))).toBe(true)
  })

  test('Tables have no protobuf form', () => {
    expect(hasProtobuf(schemaOf('io.k8s.apimachinery.pkg.apis.meta.v1.Table'))).toBe(false)
    expect(hasProtobuf(schemaOf('io.k8s.api.core.v1.Volume'))).toBe(true)
  })
})

describe('bytes that are broken', () => {
  const pod = schemaOf('io.k8s.api.core.v1.Pod')
  const cases: [string, number[], string][] = [
    ['cut inside a varint', [0x80], 'unexpected EOF'],
    ['varint without end', Array.from({ length: 11 }, () => 0xff), 'proto: integer overflow'],
    ['length beyond the end', [0x0a, 0x05, 0x00], 'unexpected EOF'],
    [
      'negative length',
      [0x0a, ...Array.from({ length: 9 }, () => 0xff), 0x01],
      'proto: negative length found during unmarshaling',
    ],
    ['wrong wire type', [0x08, 0x01], 'proto: wrong wireType = 0 for field ObjectMeta'],
    ['end of a group that is none', [0x0c], 'proto: Pod: wiretype end group for non-group'],
    ['field number 0', [0x02, 0x00], 'proto: Pod: illegal tag 0 (wire type 2)'],
    ['wire type 7', [0x7f], 'proto: illegal wireType 7'],
  ]
  test.each(cases)('%s', (_, bytes, error) => {
    expect(decodeMessage(pod, Uint8Array.from(bytes))).toEqual({ ok: false, error })
  })

  // Each found by comparing random changes of good bytes with apimachinery's own answers.
  const found: [string, string, number[], string][] = [
    ['Go’s name of a field', 'ObjectMeta', [0x28, 0x01], 'proto: wrong wireType = 0 for field UID'],
    [
      'a tag inside a time',
      'ObjectMeta',
      [0x42, 2, 0, 0],
      'proto: Timestamp: illegal tag 0 (wire type 0)',
    ],
    ['an end of group in a map', 'ObjectMeta', [0x5a, 1, 0x1c], 'proto: unexpected end of group'],
  ]
  test.each(found)('%s', (_, name, bytes, error) => {
    const type = schemaOf(`io.k8s.apimachinery.pkg.apis.meta.v1.${name}`)
    expect(decodeMessage(type, Uint8Array.from(bytes))).toEqual({ ok: false, error })
  })

  test('a quantity without its text is 0, a text that is none is refused', () => {
    const type = schemaOf('io.k8s.api.core.v1.ResourceQuotaSpec')
    const entry = (value: number[]) =>
      Uint8Array.from([0x0a, value.length + 5, 0x0a, 1, 0x61, 0x12, value.length, ...value])
    const zero = decodeMessage(type, entry([]))
    expect(zero.ok && zero.value.value).toEqual({ hard: { a: '0' } })
    const wrong = decodeMessage(type, entry([0x0a, 1, 0x78]))
    expect(wrong.ok ? '' : wrong.error).toStartWith('quantities must match the regular expression')
  })

  test('bytes that are no UTF-8 become U+FFFD one by one', () => {
    const type = schemaOf('io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta')
    const decoded = decodeMessage(type, Uint8Array.from([0x0a, 4, 0x61, 0xe2, 0x82, 0x62]))
    expect(decoded.ok && decoded.value.value['name']).toBe('a\ufffd\ufffdb')
  })

  test('an envelope with a broken tag names Go’s struct', () => {
    const bytes = Buffer.from('k8s\0\x0c', 'latin1')
    expect(openEnvelope(bytes)).toEqual({
      ok: false,
      error: 'proto: Unknown: wiretype end group for non-group',
    })
  })

  test('unknown fields of every wire type are skipped', () => {
    const unknown = [
      0xf8, 0x7f, 0x05, 0xf9, 0x7f, 1, 2, 3, 4, 5, 6, 7, 8, 0xfa, 0x7f, 0x01, 0x41, 0xfb, 0x7f,
      0x08, 0x01, 0xfc, 0x7f, 0xfd, 0x7f, 1, 2, 3, 4,
    ]
    const decoded = decodeMessage(pod, Uint8Array.from(unknown))
    expect(decoded.ok).toBe(true)
  })

  test('messages in messages without end are refused, not followed', () => {
    const type = schemaOf(
      'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps',
    )
    const not = type.byName.get('not')!.number
    let message: Uint8Array = new Uint8Array()
    for (let i = 0; i < 2_000; i++) {
      const head: number[] = []
      for (const part of [not * 8 + 2, message.length]) {
        let rest = part
        for (; rest >= 128; rest >>>= 7) head.push((rest & 127) | 128)
        head.push(rest)
      }
      message = Buffer.concat([Uint8Array.from(head), message])
    }
    expect(decodeMessage(type, message)).toEqual({ ok: false, error: 'proto: exceeded max depth' })
  })

  test('any change to good bytes gives a value or an error, never a throw', () => {
    const all = lines.map(([group, version, kind, , base64]) => ({
      type: schemaFor({ group, version, kind })!,
      bytes: Buffer.from(base64, 'base64'),
    }))
    const mutation = fc.record({
      line: fc.constantFrom(...all),
      at: fc.nat(),
      byte: fc.nat(255),
      cut: fc.boolean(),
    })
    fc.assert(
      fc.property(mutation, ({ line, at, byte, cut }) => {
        const bytes = Buffer.from(line.bytes)
        bytes[at % bytes.length] = byte
        const opened = openEnvelope(cut ? bytes.subarray(0, at % bytes.length) : bytes)
        const result = opened.ok ? decodeProtobuf(line.type, opened.value) : opened
        expect(result.ok || result.error.length > 0).toBe(true)
      }),
      { numRuns: 1_000 },
    )
  })
})
