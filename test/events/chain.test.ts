import { describe, expect, test } from 'bun:test'
import { createHash } from 'node:crypto'
import { makeChainKey, merkleRoot, rootHash, signingKey, signRoot, verifyingKey, verifyRoot } from '../../src/events/chain.ts'

const hash = (...parts: (string | Uint8Array)[]) => {
  const digest = createHash('sha256')
  for (const part of parts) digest.update(part)
  return digest.digest()
}
const leaf = (bytes: Uint8Array) => hash(new Uint8Array([0]), bytes)
const node = (left: Uint8Array, right: Uint8Array) => hash(new Uint8Array([1]), left, right)
const leaves = [1, 2, 3, 4, 5].map((n) => hash(String(n)))

describe('merkleRoot', () => {
  const [a, b, c, d, e] = leaves.map(leaf) as [Buffer, Buffer, Buffer, Buffer, Buffer]
  for (const { count, root } of [
    { count: 0, root: hash('') },
    { count: 1, root: a },
    { count: 2, root: node(a, b) },
    { count: 3, root: node(node(a, b), c) },
    { count: 5, root: node(node(node(a, b), node(c, d)), e) },
  ]) {
    test(`of ${count} leaves`, () => {
      expect(Buffer.from(merkleRoot(leaves.slice(0, count))).toString('hex')).toBe(root.toString('hex'))
    })
  }

  test('an order, a leaf or a count that differs gives another root', () => {
    const root = Buffer.from(merkleRoot(leaves)).toString('hex')
    for (const other of [leaves.toReversed(), leaves.slice(1), [...leaves, leaves[4]!], [leaves[1]!, leaves[0]!, ...leaves.slice(2)]]) {
      expect(Buffer.from(merkleRoot(other)).toString('hex')).not.toBe(root)
    }
  })
})

describe('signatures', () => {
  const base = { branch: 0, first: 1, last: 4_096, merkle: merkleRoot(leaves), previous: new Uint8Array(32) }
  const secret = makeChainKey()

  test('a root is verified by the public half alone', () => {
    const signature = signRoot(rootHash(base), signingKey(secret))
    expect(verifyRoot(rootHash(base), signature, verifyingKey(secret))).toBe(true)
    expect(verifyRoot(rootHash(base), signature, verifyingKey(makeChainKey()))).toBe(false)
  })

  for (const change of [{ branch: 1 }, { first: 2 }, { last: 4_095 }, { merkle: new Uint8Array(32) }, { previous: new Uint8Array(32).fill(1) }]) {
    test(`a root covers its ${Object.keys(change)[0]}`, () => {
      expect(rootHash({ ...base, ...change })).not.toEqual(rootHash(base))
    })
  }
})
