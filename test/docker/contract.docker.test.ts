import { homedir } from 'node:os'
import { findEngine } from '../../src/docker/endpoint.ts'
import { dockerContract, must } from '../contract/docker.ts'
import { testImage } from './test-image.ts'

dockerContract('dockerd', async () => {
  const engine = must(await findEngine({ env: process.env, home: homedir() }))
  return { engine, image: await testImage(engine) }
})
