import * as v from 'valibot'
import { anyCaller, ok, routesFor } from '../http/route.ts'
import { line, moment, timestamp, view } from '../http/schema.ts'
import { isIdentifier } from '../secrets/identifiers.ts'
import { keysOfRing, revocationFeed, shown } from './feed.ts'
import type { ServedTokens } from './ground.ts'
import { type RevokedToken, revokeToken } from './revoke.ts'
import type { RevocationRow } from './store.ts'

const route = routesFor<ServedTokens>()

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
  summary:
    'Follow the revocations live, as server-sent events; resumes by Last-Event-ID. With `service`, its id or its name, the keys are its own in place of those of this server.',
  access: 'public',
  query: v.strictObject({ service: v.optional(line(100)) }),
  answers: {
    200: {
      description:
        'A snapshot with the ids of the signing keys, then each revocation and each change of the keys, and a heartbeat every five seconds.',
      type: 'events',
    },
  },
  refuses: ['service_not_found'],
  async handle({ revocations, ring, feedKeysOf }, { query: { service }, header, signal }) {
    const keys = service === undefined ? keysOfRing(ring) : await feedKeysOf(service)
    const since = header('last-event-id')
    const resumed = since !== undefined && isIdentifier('rev', since) ? since : undefined
    return { kind: 'events', events: revocationFeed(revocations, keys, resumed, signal) }
  },
})

const revokedToken = view<RevokedToken>()(
  {
    token_id: v.string(),
    /** From then on no verifier accepts it in any case. */
    ends_at: v.string(),
  },
  ({ tokenId, endsAtMs }) => ({ token_id: tokenId, ends_at: timestamp(endsAtMs) }),
)

/** The longest token that verifiers read, and what an API key has before it. */
const longestToken = 16 * 1024 + 16

export const revokeTokenRoute = route({
  id: 'revokeToken',
  method: 'POST',
  path: '/v1/revocations',
  tag: 'services',
  summary:
    'Revoke one access token at every verifier, within a second: the token itself, or its id. Every caller may revoke the token that they authenticate the request with; others need `tokens:revoke`.',
  access: anyCaller,
  apiKeys: true,
  body: v.union([
    v.strictObject({ token: line(longestToken) }),
    v.strictObject({ token_id: line(64), expires_at: v.optional(moment) }),
  ]),
  answers: { 200: { description: 'It is revoked, or was.', body: revokedToken.schema } },
  refuses: ['permission_missing', 'token_unknown'],
  async handle(ground, { body, actor }) {
    const asked =
      'token' in body ? { token: body.token } : { tokenId: body.token_id, expiresAtMs: body.expires_at }
    return ok(revokedToken.show(await revokeToken(ground, actor, asked)))
  },
})
