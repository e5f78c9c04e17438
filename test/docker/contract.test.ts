import { systemClock } from '../../src/base/clock.ts'
import { dockerContract } from '../contract/docker.ts'
import { fakeDocker } from '../sim/fake-docker.ts'

dockerContract('the fake', async () => {
  const engine = fakeDocker({ clock: systemClock })
  engine.addImage('klio-test/shell:1')
  return { engine, image: 'klio-test/shell:1' }
})
