import { postgresLog } from '../../src/events/postgres-log.ts'
import { eventLogContract } from '../contract/event-log.ts'
import { TEST_CLUSTER_KEY, testDatabase } from '../support/database.ts'

eventLogContract('PostgreSQL log', async () => {
  const database = await testDatabase()
  return postgresLog({ id: database.id, target: database.app, clusterKey: TEST_CLUSTER_KEY })
})
