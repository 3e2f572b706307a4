import { streamsOf } from '../../shared-signals/administer.ts'
import { streamView } from '../../shared-signals/views.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { createOutput } from '../output.ts'
import { applicationNamed } from './named.ts'

export async function run({ args: [name = ''], json }: Given): Promise<void> {
  await withApp(async (app) => {
    const { id } = await applicationNamed(app, name)
    const streams = (await streamsOf(app.signals.ground, id)).map(streamView.show)
    const lines = streams.map(({ id, method, host, status, waiting, events }) => {
      const way = method === 'push' ? `pushed to ${host}` : 'polled'
      const names = events.map((type) => type.slice(type.lastIndexOf('/') + 1)).join(' ')
      return `${id} is ${status}, ${way}, with ${waiting} waiting: ${names || 'no events'}`
    })
    const none = `${name} has no streams of shared signals.`
    createOutput(json).result(lines.join('\n') || none, streams)
  })
}
