import type { Case } from './case.ts'
import { admission } from './cases/admission.ts'
import { bodies } from './cases/bodies.ts'
import { deletes } from './cases/deletes.ts'
import { discovery } from './cases/discovery.ts'
import { kinds } from './cases/kinds.ts'
import { lists } from './cases/lists.ts'
import { parts } from './cases/parts.ts'
import { patches } from './cases/patches.ts'
import { paths } from './cases/paths.ts'
import { policies } from './cases/policies.ts'
import { registration } from './cases/registration.ts'
import { tables } from './cases/tables.ts'
import { webhooks } from './cases/webhooks.ts'
import { writes } from './cases/writes.ts'

/** Every case, by the file that holds it. */
export const caseGroups: Readonly<Record<string, readonly Case[]>> = {
  bodies, writes, patches, deletes, parts, lists, paths, tables, kinds, discovery, registration, admission, webhooks, policies,
}
