import { afterEach, describe, expect, test } from 'bun:test'
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decryptBody, encryptBody } from '../../src/events/bodies.ts'
import { openClusterKey, seal, unseal } from '../../src/events/keys.ts'

const directory = mkdtempSync(join(tmpdir(), 'klio-keys-'))
afterEach(() => rmSync(directory, { recursive: true, force: true }))

describe('the cluster key', () => {
  test('is made once, for its owner alone, and read again', () => {
    const path = join(directory, 'deep', 'cluster.key')
    const made = openClusterKey(path)
    expect(made.ok && made.value.length).toBe(32)
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(openClusterKey(path)).toEqual(made)
  })

  test('loses rights that others got', () => {
    const path = join(directory, 'cluster.key')
    openClusterKey(path)
    chmodSync(path, 0o644)
    openClusterKey(path)
    expect(statSync(path).mode & 0o777).toBe(0o600)
  })

  for (const content of ['', 'short', 'zz'.repeat(32), readFileSync(import.meta.path, 'utf8')]) {
    test(`a file with ${content.length} other characters is refused, and left alone`, () => {
      const path = join(directory, '..', `klio-bad-${content.length}.key`)
      writeFileSync(path, content)
      const opened = openClusterKey(path)
      expect(!opened.ok && opened.error.message).toContain('64 hexadecimal digits')
      expect(readFileSync(path, 'utf8')).toBe(content)
      rmSync(path)
    })
  }
})

describe('sealing', () => {
  const key = Buffer.alloc(32, 1)
  const plain = Buffer.from('password')

  test('opens with the same key and context only', () => {
    const sealed = seal(key, plain, 'here')
    expect(unseal(key, sealed, 'here')).toEqual(plain)
    expect(() => unseal(key, sealed, 'there')).toThrow()
    expect(() => unseal(Buffer.alloc(32, 2), sealed, 'here')).toThrow()
  })

  test('every bit is authenticated', () => {
    const sealed = seal(key, plain, 'here')
    for (let i = 0; i < sealed.length; i++) {
      const changed = Buffer.from(sealed)
      changed[i]! ^= 1
      expect(() => unseal(key, changed, 'here')).toThrow()
    }
  })

  test('a body opens only at its own object and revision', () => {
    const body = encryptBody(key, plain, 'uid', 7)
    expect(decryptBody(key, body, 'uid', 7)).toEqual(plain)
    expect(() => decryptBody(key, body, 'uid', 8)).toThrow()
    expect(() => decryptBody(key, body, 'other', 7)).toThrow()
    expect(encryptBody(key, plain, 'uid', 7)).not.toEqual(body)
  })
})
