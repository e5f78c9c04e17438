import { mainLog } from '../../src/events/log-id.ts'
import { memoryLog } from '../../src/events/memory-log.ts'
import { eventLogContract } from '../contract/event-log.ts'

eventLogContract('memory log', async () => memoryLog(mainLog('memory')))
