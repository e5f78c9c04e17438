import { err, ok } from '../../src/base/result.ts'
import type { Images } from '../../src/docker/engine.ts'
import { dockerError } from '../../src/docker/errors.ts'
import type { ImageInspect, ImageSummary } from '../../src/docker/types.ts'
import { gather } from './fake-archive.ts'
import type { FakeState } from './fake-state.ts'
import { hasLabels } from './fake-world.ts'

/** The fake's images; a pull finds what the test put into the registry. */
export function fakeImages(state: FakeState): Images {
  const { world } = state
  const missing = (reference: string, call: string) =>
    err(dockerError('notFound', 404, `No such image: ${reference}`, call))
  return {
    inspect: (reference, call) =>
      world.call('images.inspect', call, () => {
        const image = findImage(state, reference)
        return image ? ok(image) : missing(reference, 'images.inspect')
      }),
    list: (filter, call) =>
      world.call('images.list', call, () =>
        ok(
          [...new Set(state.images.values())]
            .filter(
              (image) =>
                hasLabels(image.Config.Labels, filter?.labels) &&
                (!filter?.references?.length ||
                  filter.references.some((name) =>
                    image.RepoTags.some((tag) => matches(tag, name)),
                  )),
            )
            .map(summaryOf),
        ),
      ),
    pull: (reference, options, call) =>
      world.call('images.pull', call, () => {
        const image = state.registry.get(withTag(reference))
        if (!image) {
          return err(
            dockerError(
              'notFound',
              404,
              `manifest for ${withTag(reference)} not found: manifest unknown`,
              'images.pull',
            ),
          )
        }
        options?.onProgress?.({ status: `Pulling from ${reference}` })
        addImage(state, withTag(reference), image)
        world.emit('image', 'pull', withTag(reference), { name: reference })
        return ok(undefined)
      }),
    importTar: (tar, target, call) =>
      world.call('images.importTar', call, async () => {
        const image = fakeImage(state, (await gather(tar)).length)
        for (const change of target.changes ?? []) applyChange(image, change)
        addImage(state, withTag(target.reference), image)
        world.emit('image', 'import', image.Id, { name: image.Id })
        return ok(image.Id)
      }),
    load: (_tar, call) => world.call('images.load', call, () => ok(undefined)),
    tag: (source, target, call) =>
      world.call('images.tag', call, () => {
        const image = findImage(state, source)
        if (!image) return missing(source, 'images.tag')
        addImage(state, withTag(target), image)
        world.emit('image', 'tag', image.Id, { name: withTag(target) })
        return ok(undefined)
      }),
    remove: (reference, how, call) =>
      world.call('images.remove', call, () => {
        const image = findImage(state, reference)
        if (!image) return missing(reference, 'images.remove')
        const used = [...state.containers.values()].some((c) => c.imageId === image.Id)
        const last = image.RepoTags.length <= 1 || reference === image.Id
        if (used && last && !how?.force) {
          return err(
            dockerError(
              'conflict',
              409,
              `conflict: unable to remove repository reference "${reference}" (must force)`,
              'images.remove',
            ),
          )
        }
        const gone = reference === image.Id ? [...image.RepoTags] : [withTag(reference)]
        for (const tag of gone) state.images.delete(tag)
        image.RepoTags = image.RepoTags.filter((tag) => !gone.includes(tag))
        world.emit('image', 'untag', image.Id, { name: image.Id })
        if (image.RepoTags.length > 0) return ok(undefined)
        state.images.delete(image.Id)
        world.emit('image', 'delete', image.Id, { name: image.Id })
        return ok(undefined)
      }),
  }
}

/** An image without content. */
export const fakeImage = (state: FakeState, size = 0): ImageInspect => ({
  Id: `sha256:${state.world.id()}`,
  RepoTags: [],
  RepoDigests: [],
  Created: state.world.time(),
  Size: size,
  Architecture: 'amd64',
  Os: 'linux',
  Config: {},
})

/** Gives an image a further name. */
export function addImage(state: FakeState, reference: string, image: ImageInspect): void {
  const before = state.images.get(reference)
  if (before && before !== image)
    before.RepoTags = before.RepoTags.filter((tag) => tag !== reference)
  if (!image.RepoTags.includes(reference)) image.RepoTags.push(reference)
  state.images.set(reference, image)
  state.images.set(image.Id, image)
  // Docker takes a name without its tag as latest.
  if (reference.endsWith(':latest')) state.images.set(reference.slice(0, -':latest'.length), image)
}

/** A reference with Docker's default tag. */
export const withTag = (reference: string): string =>
  reference.includes('@') || reference.lastIndexOf(':') > reference.lastIndexOf('/')
    ? reference
    : `${reference}:latest`

const findImage = (state: FakeState, reference: string): ImageInspect | undefined =>
  state.images.get(reference) ??
  state.images.get(withTag(reference)) ??
  state.images.get(`sha256:${reference}`)

const matches = (tag: string, wanted: string): boolean =>
  tag === wanted || tag.startsWith(`${wanted}:`)

function applyChange(image: ImageInspect, change: string): void {
  const [word = '', ...rest] = change.split(' ')
  const value = rest.join(' ')
  if (word === 'ENV') (image.Config.Env ??= []).push(value)
  if (word === 'USER') image.Config.User = value
  if (word === 'WORKDIR') image.Config.WorkingDir = value
  if (word === 'CMD') image.Config.Cmd = JSON.parse(value) as string[]
  if (word === 'ENTRYPOINT') image.Config.Entrypoint = JSON.parse(value) as string[]
  const label = /^LABEL (\S+?)=(.*)$/.exec(change)
  if (label) image.Config.Labels = { ...image.Config.Labels, [label[1]!]: label[2]! }
}

const summaryOf = (image: ImageInspect): ImageSummary => ({
  Id: image.Id,
  RepoTags: image.RepoTags,
  RepoDigests: image.RepoDigests,
  Created: Math.floor(Date.parse(image.Created) / 1000),
  Size: image.Size,
  Labels: image.Config.Labels ?? null,
  Containers: -1,
})
