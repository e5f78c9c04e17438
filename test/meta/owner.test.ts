import { expect, test } from 'bun:test'
import {
  controllerOf,
  controllerReference,
  isControlledBy,
  isOwnedBy,
  ownerReference,
} from '../../src/meta/owner.ts'

const gvk = { group: 'apps', version: 'v1', kind: 'ReplicaSet' }
const owner = { metadata: { name: 'web', uid: 'u1' } }
const reference = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web', uid: 'u1' }

test('references to an owner', () => {
  expect(ownerReference(owner, gvk)).toEqual(reference)
  expect(controllerReference(owner, gvk)).toEqual({
    ...reference, controller: true, blockOwnerDeletion: true,
  })
})

test('the controller is the one marked so, and its uid decides', () => {
  const other = { ...reference, uid: 'u2' }
  const pod = { metadata: { ownerReferences: [other, controllerReference(owner, gvk)] } }
  expect(controllerOf(pod)?.uid).toBe('u1')
  expect(isControlledBy(pod, owner)).toBe(true)
  expect(isControlledBy(pod, { metadata: { name: 'web', uid: 'u2' } })).toBe(false)
  expect(isControlledBy({ metadata: { ownerReferences: [reference] } }, owner)).toBe(false)
  expect(controllerOf({ metadata: {} })).toBeUndefined()
  expect([isOwnedBy(pod, 'u2'), isOwnedBy(pod, 'u3'), isOwnedBy({ metadata: {} }, 'u1')]).toEqual([
    true, false, false,
  ])
})
