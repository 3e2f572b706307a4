import { ok, routesFor } from '../http/route.ts'
import { whole } from '../http/schema.ts'
import type { SinksGround } from './ground.ts'
import { sinkView } from './views.ts'

const route = routesFor<SinksGround>()

export const listSinks = route({
  id: 'listSinks',
  method: 'GET',
  path: '/v1/sinks',
  tag: 'activity',
  summary: 'Where the log is sent, and how far behind each sink is.',
  access: { permission: 'activity:read' },
  apiKeys: true,
  answers: { 200: { description: 'The sinks of every process.', body: whole(sinkView.schema) } },
  async handle({ sinks, world }) {
    const now = world.now()
    return ok({ items: (await sinks.states()).map((sink) => sinkView.show({ ...sink, now })), next: null })
  },
})
