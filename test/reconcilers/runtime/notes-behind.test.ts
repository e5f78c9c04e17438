import { expect, test } from 'bun:test'
import { NotesBehind } from '../../../src/reconcilers/runtime/notes-behind.ts'

/** Writes that end when they are told to, by name. */
function writes() {
  const begun: string[] = []
  const ends = new Map<string, () => void>()
  const write = (name: string) => () => {
    begun.push(name)
    return new Promise<void>((resolve) => ends.set(name, resolve))
  }
  const end = async (name: string) => {
    ends.get(name)!()
    await Bun.sleep(0)
  }
  return { begun, write, end }
}

test('a key writes one plan after the other, and others write beside it', async () => {
  const { begun, write, end } = writes()
  const notes = new NotesBehind(4)
  await notes.begin('a', write('a1'))
  const second = notes.begin('a', write('a2'))
  await notes.begin('b', write('b1'))
  expect(begun).toEqual(['a1', 'b1'])
  await end('a1')
  await second
  expect(begun).toEqual(['a1', 'b1', 'a2'])
  await end('a2')
  expect(notes.isEmpty).toBe(false)
  await end('b1')
  expect(notes.isEmpty).toBe(true)
  await notes.settled()
})

test('whoever brings more than there is room for waits', async () => {
  const { begun, write, end } = writes()
  const notes = new NotesBehind(2)
  await notes.begin('a', write('a'))
  await notes.begin('b', write('b'))
  const third = notes.begin('c', write('c'))
  await Bun.sleep(0)
  expect(begun).toEqual(['a', 'b'])
  await end('b')
  await third
  expect(begun).toEqual(['a', 'b', 'c'])
})
