import * as v from 'valibot'
import { ok, routesFor } from '../http/route.ts'
import { line, view } from '../http/schema.ts'
import { isIdentifier } from '../secrets/identifiers.ts'
import { revocationFeed, shown } from './feed.ts'
import type { TokensGround } from './ground.ts'
import type { RevocationRow } from './store.ts'

const route = routesFor<TokensGround>()

const revocation = view<RevocationRow>()(
  { key: v.string(), revoked_at: v.number(), expires_at: v.number() },
  shown,
)

export const listRevocations = route({
  id: 'listRevocations',
  method: 'GET',
  path: '/v1/revocations',
  tag: 'services',
  summary: 'What is revoked and may still be presented.',
  access: 'public',
  query: v.strictObject({ since: v.optional(line(64)) }),
  answers: {
    200: {
      description: 'All entries; with `since`, those that are newer than that id, or a little older.',
      body: v.strictObject({ revocations: v.array(revocation.schema), complete: v.boolean() }),
    },
  },
  async handle({ revocations }, { query: { since } }) {
    const alive = await revocations.alive(since)
    return ok({ revocations: alive.map(revocation.show), complete: since === undefined })
  },
})

export const followRevocations = route({
  id: 'followRevocations',
  method: 'GET',
  path: '/v1/revocations/stream',
  tag: 'services',
  summary: 'Follow the revocations live, as server-sent events; resumes by Last-Event-ID.',
  access: 'public',
  answers: {
    200: {
      description:
        'A snapshot with the ids of the signing keys, then each revocation and each change of the keys, and a heartbeat every five seconds.',
      type: 'events',
    },
  },
  async handle({ revocations, ring }, { header, signal }) {
    const since = header('last-event-id')
    const resumed = since !== undefined && isIdentifier('rev', since) ? since : undefined
    return { kind: 'events', events: revocationFeed(revocations, ring, resumed, signal) }
  },
})
