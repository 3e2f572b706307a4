import * as v from 'valibot'
import type { Database } from '../database/database.ts'
import { ping } from '../database/ping.ts'
import type { World } from '../world.ts'
import { anyone, json, type Route, route } from './route.ts'

/** Whether the server lives, whether it can serve, and what time it is. */
export function operationRoutes({ db, world }: { db: Database; world: World }): Route[] {
  const ok = v.strictObject({ status: v.literal('ok') })
  return [
    route({
      method: 'GET',
      path: '/healthz',
      tag: 'operations',
      summary: 'Whether the process answers.',
      access: anyone,
      answers: { 200: { description: 'It does.', body: ok } },
      handle: async () => json({ status: 'ok' }),
    }),
    route({
      method: 'GET',
      path: '/readyz',
      tag: 'operations',
      summary: 'Whether the database answers too.',
      access: anyone,
      answers: { 200: { description: 'It does.', body: ok }, 503: { description: 'It does not.' } },
      async handle() {
        try {
          await ping(db)
          return json({ status: 'ok' })
        } catch {
          return json({ status: 'the database does not answer' }, 503)
        }
      },
    }),
    route({
      method: 'GET',
      path: '/v1/time',
      tag: 'operations',
      summary: 'The time of this server in milliseconds, for devices that lost theirs.',
      access: anyone,
      answers: { 200: { description: 'The time.', body: v.strictObject({ now: v.number() }) } },
      handle: async () => json({ now: world.now() }),
    }),
  ]
}
