import type { Database } from '../db/pool.ts'
import { rawInteger, rawRows, rawText } from '../db/raw-rows.ts'
import type { LogId } from '../events/log-id.ts'
import { tableOf } from '../events/read.ts'
import { objectKey, type RebuiltObject } from './rebuild.ts'

/** A row of the projection `objects`. */
export type StoredObject = Pick<
  RebuiltObject,
  'resource' | 'namespace' | 'name' | 'uid' | 'created' | 'version' | 'revision'
>

/** The projection as one statement sees it, with the revision it belongs to. */
export interface StoredObjects {
  readonly revision: number
  readonly objects: ReadonlyMap<string, StoredObject>
}

/** Reads the projection and the log's end in one snapshot, so that writers need not stand still. */
export async function readStoredObjects(db: Database, id: LogId): Promise<StoredObjects> {
  const objects = new Map<string, StoredObject>()
  let revision = 0
  const head = `(select coalesce(max(revision), 0) from ${tableOf(id, 'events')} where branch = ${id.branch})`
  const query = `select head.revision, o.created, o.changed, o.version, o.resource, o.namespace, o.name, o.uid
     from (select ${head} as revision) head left join ${tableOf(id, 'objects')} o on o.branch = ${id.branch}`
  await rawRows(db, query, [], (row) => {
    revision = rawInteger(row[0])
    // A cluster without objects is one row without a resource.
    if (row[4] === null || row[4] === undefined) return
    const [created, changed, version] = [rawInteger(row[1]), rawInteger(row[2]), rawInteger(row[3])]
    const [resource, namespace, name, uid] = [
      rawText(row[4]),
      rawText(row[5]),
      rawText(row[6]),
      rawText(row[7]),
    ]
    objects.set(objectKey(resource, namespace, name), {
      resource,
      namespace,
      name,
      uid,
      created,
      revision: changed,
      version,
    })
  })
  return { revision, objects }
}
