import { CONTINUE_TOKEN_MS } from '../../base/limits.ts'
import { err, ok, type Result } from '../../base/result.ts'
import { decodeContinue, encodeContinue } from '../../meta/continue-token.ts'
import { validateListOptions } from '../../meta/list-options.ts'
import { badRequest, expired, invalidObject, tooLargeResourceVersion, type Status } from '../../meta/status.ts'
import { entryKey, type Entry } from '../../projections/entry.ts'
import { entriesOf } from '../../projections/table.ts'
import { integerOf, versionProblem } from '../query-numbers.ts'
import { contentType, encodeList, type ListHead } from '../formats.ts'
import type { PageCache } from '../page-cache.ts'
import type { ResourceSnapshot } from '../../projections/reader.ts'
import { selectionOf, type Selection } from '../selection.ts'
import { encodingOf, type ResourceRequest } from './resource-request.ts'
import { sendZippable } from '../send-zipped.ts'

/** What one page of a list holds. */
interface Page {
  readonly entries: readonly Entry[]
  readonly head: ListHead
}

/** LIST: whole or in pages over one frozen snapshot. Source: apiserver storage GetList. */
export async function list(request: ResourceRequest, pages: PageCache): Promise<void> {
  const { exchange, served, format } = request
  const selection = selectionOf(served.definition, exchange.info, exchange.query)
  if (!selection.ok) return exchange.refuse(selection.error)
  const page = await pageOf(request, pages, selection.value)
  if (!page.ok) return exchange.refuse(page.error)
  const { entries, head } = page.value
  await sendZippable(exchange, contentType(format), encodeList(encodingOf(request), entries, head))
}

/** The entries that a list or a collection delete is about, without pages. */
export async function everySelected(
  request: ResourceRequest,
): Promise<Result<{ entries: Entry[]; revision: number }, Status>> {
  const { exchange, served, reader } = request
  const selection = selectionOf(served.definition, exchange.info, exchange.query)
  if (!selection.ok) return selection
  const snapshot = await reader.snapshot(served.definition.resource, selection.value.namespace)
  if (!snapshot.ok) return snapshot
  const entries = candidates(snapshot.value, selection.value).filter(selection.value.test)
  return ok({ entries, revision: snapshot.value.revision })
}

async function pageOf(
  request: ResourceRequest,
  pages: PageCache,
  selection: Selection,
): Promise<Result<Page, Status>> {
  const { query } = request.exchange
  const asked = integerOf(query, 'limit')
  if (!asked.ok) return asked
  const seconds = integerOf(query, 'timeoutSeconds')
  if (!seconds.ok) return seconds
  const wrong = optionsProblem(request)
  if (wrong) return err(wrong)
  // Any version will do: upstream answers whole from memory then, whatever the limit.
  const whole = query.get('resourceVersion') === '0'
  const limit = whole ? 0 : Math.max(asked.value ?? 0, 0)
  const token = query.get('continue') ?? ''
  const start =
    token === '' ? await firstPage(request, selection) : await nextPage(request, pages, token)
  if (!start.ok) return start
  return ok(cut(start.value, selection, limit, request, pages))
}

interface Start {
  readonly snapshot: ResourceSnapshot
  readonly after: string
}

async function firstPage(
  { exchange, served, reader }: ResourceRequest,
  selection: Selection,
): Promise<Result<Start, Status>> {
  const asked = exchange.query.get('resourceVersion') ?? ''
  const match = exchange.query.get('resourceVersionMatch') ?? ''
  const wrong = versionProblem(asked)
  if (wrong !== undefined) return err(badRequest(`invalid resource version: ${wrong}`))
  const limited = (exchange.query.get('limit') ?? '0') !== '0'
  const exact = match === 'Exact' || (match === '' && limited && asked !== '' && asked !== '0')
  const snapshot = exact
    ? await reader.exactly(served.definition.resource, selection.namespace, Number(asked))
    : await reader.snapshot(served.definition.resource, selection.namespace)
  if (!snapshot.ok) return snapshot
  if (asked !== '' && Number(asked) > snapshot.value.revision)
    return err(tooLargeResourceVersion(Number(asked), snapshot.value.revision))
  return ok({ snapshot: snapshot.value, after: '' })
}

async function nextPage(
  { served, reader }: ResourceRequest,
  pages: PageCache,
  token: string,
): Promise<Result<Start, Status>> {
  const point = decodeContinue(token)
  if (!point.ok) return err(badRequest(`invalid continue token: ${point.error}`))
  const { start, revision } = point.value
  const { resource } = served.definition
  if (revision < 0) {
    const current = await reader.snapshot(resource, undefined)
    return current.ok ? ok({ snapshot: current.value, after: start }) : current
  }
  const kept = pages.get(resource, revision)
  if (kept) return ok({ snapshot: kept, after: start })
  const now = await reader.snapshot(resource, undefined)
  if (!now.ok) return now
  if (revision > now.value.revision) return err(tooLargeResourceVersion(revision, now.value.revision))
  return err(expiredToken(start))
}

/** 410 with a token to go on inconsistently. Source: storage/errors.go handleExpiredError. */
function expiredToken(start: string): Status {
  const status = expired(
    'The provided continue parameter is too old to display a consistent list result. You can start a new list without ' +
      'the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - ' +
      'objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.',
  )
  return { ...status, metadata: { continue: encodeContinue({ start, revision: -1 }) } as never }
}

function cut(
  { snapshot, after }: Start,
  selection: Selection,
  limit: number,
  { served }: ResourceRequest,
  pages: PageCache,
): Page {
  const all = candidates(snapshot, selection, after)
  const { revision } = snapshot
  if (limit === 0)
    return { entries: selection.everything && after === '' ? all : all.filter(selection.test), head: { revision } }
  const entries: Entry[] = []
  let i = 0
  for (; i < all.length && entries.length < limit; i++)
    if (selection.test(all[i]!)) entries.push(all[i]!)
  if (i >= all.length) return { entries, head: { revision } }
  pages.keep(served.definition.resource, snapshot, CONTINUE_TOKEN_MS)
  const last = all[i - 1]!
  const unfiltered = selection.key.endsWith('||')
  return {
    entries,
    head: {
      revision,
      continueToken: encodeContinue({ start: `${entryKey(last.namespace, last.name)}\0`, revision }),
      // Upstream counts the rest only when no selector could hide some of it.
      remaining: unfiltered ? all.length - i : undefined,
    },
  }
}

function candidates({ entries }: ResourceSnapshot, selection: Selection, after = ''): Entry[] {
  if (selection.namespace !== undefined && selection.name !== undefined) {
    const one = entries.get(entryKey(selection.namespace, selection.name))
    return one && (after === '' || entryKey(one.namespace, one.name) > after) ? [one] : []
  }
  const all = entriesOf(entries, selection.namespace)
  if (after === '') return all
  const first = all.findIndex((entry) => entryKey(entry.namespace, entry.name) > after)
  return first < 0 ? [] : all.slice(first)
}

function optionsProblem({ exchange }: ResourceRequest): Status | undefined {
  const { query } = exchange
  const initial = query.get('sendInitialEvents')
  const errors = validateListOptions({
    watch: false,
    resourceVersion: query.get('resourceVersion') ?? '',
    resourceVersionMatch: query.get('resourceVersionMatch') ?? '',
    continueToken: query.get('continue') ?? '',
    ...(initial !== null && { sendInitialEvents: initial === 'true' }),
  })
  if (errors.length > 0) return invalidObject('meta.k8s.io', 'ListOptions', '', errors)
  const token = query.get('continue') ?? ''
  const version = query.get('resourceVersion') ?? ''
  if (token !== '' && version !== '' && version !== '0')
    return badRequest('specifying resource version is not allowed when using continue')
  return undefined
}
