import * as v from 'valibot'
import type { Activity } from '../activity/activity.ts'
import { by } from '../activity/events.ts'
import { createService, disableService } from '../clients/services.ts'
import { findServices, type ServiceRow } from '../clients/store.ts'
import type { Database } from '../database/database.ts'
import { anyone, bearer, created, done, json, type Route, route } from '../http/route.ts'
import { defaultLimit, line, page, pageOf, paging, timestamp, timestampOrNull } from '../http/schema.ts'
import { demandAll } from '../identity.ts'
import type { KeyRing, KeySummary } from '../keys/key-ring.ts'
import type { World } from '../world.ts'
import { revocationFeed, shown } from './feed.ts'
import type { Revocations } from './revocations.ts'

const shownService = v.strictObject({
  id: v.string(),
  name: v.string(),
  scope: v.string(),
  created_at: v.string(),
  disabled_at: v.nullable(v.string()),
})
const shownKey = v.strictObject({
  kid: v.string(),
  algorithm: v.string(),
  status: v.string(),
  created_at: v.string(),
  activated_at: v.nullable(v.string()),
  retired_at: v.nullable(v.string()),
})
const shownRevocation = v.strictObject({ key: v.string(), revoked_at: v.number(), expires_at: v.number() })

interface Parts {
  readonly db: Database
  readonly world: World
  readonly activity: Activity
  readonly ring: KeyRing
  readonly revocations: Revocations
  /** What a service may be allowed to do. */
  readonly knownScopes: readonly [string, ...string[]]
}

/** Keys, services, and the revocation feed. */
export function tokenRoutes(parts: Parts): Route[] {
  const { db, ring, revocations } = parts
  return [
    route({
      method: 'GET',
      path: '/.well-known/jwks.json',
      tag: 'standards',
      summary: 'The key set by which anyone verifies our tokens (RFC 7517).',
      access: anyone,
      answers: { 200: { description: 'The key set.' } },
      handle: async () =>
        json(ring.jwks(), 200, {
          'cache-control': 'public, max-age=300',
          'access-control-allow-origin': '*',
        }),
    }),
    route({
      method: 'GET',
      path: '/v1/revocations',
      tag: 'services',
      summary: 'What is revoked and may still be presented.',
      access: anyone,
      query: v.strictObject({ since: v.optional(line(64)) }),
      answers: {
        200: {
          description: 'All entries.',
          body: v.strictObject({ revocations: v.array(shownRevocation), complete: v.boolean() }),
        },
      },
      async handle({ query }) {
        return json({
          revocations: (await revocations.alive(query.since)).map(shown),
          complete: query.since === undefined,
        })
      },
    }),
    route({
      method: 'GET',
      path: '/v1/revocations/stream',
      tag: 'services',
      summary: 'Follow the revocations live, as server-sent events; resumes by Last-Event-ID.',
      access: anyone,
      answers: {
        200: { description: 'A snapshot, then each revocation, and a heartbeat every five seconds.' },
      },
      async handle({ header, signal }) {
        const since = header('last-event-id')
        const resumed = since !== undefined && /^rev_[0-9a-hjkmnp-tv-z]{26}$/.test(since) ? since : undefined
        return { kind: 'events', events: revocationFeed(revocations, resumed, signal) }
      },
    }),
    route({
      method: 'GET',
      path: '/v1/keys',
      tag: 'services',
      summary: 'List the signing keys, without their private halves.',
      access: bearer('keys:read'),
      answers: {
        200: {
          description: 'The key ring.',
          body: v.strictObject({ items: v.array(shownKey), next: v.null() }),
        },
      },
      handle: async () => json({ items: ring.list().map(showKey), next: null }),
    }),
    route({
      method: 'POST',
      path: '/v1/keys/rotate',
      tag: 'services',
      summary: 'Sign with the next key from now on; the old one verifies until its last token has expired.',
      access: bearer('keys:write'),
      answers: {
        200: {
          description: 'The key ring.',
          body: v.strictObject({ items: v.array(shownKey), next: v.null() }),
        },
      },
      async handle({ caller, origin }) {
        await ring.rotate(by(caller, origin))
        return json({ items: ring.list().map(showKey), next: null })
      },
    }),
    route({
      method: 'GET',
      path: '/v1/services',
      tag: 'services',
      summary: 'List services.',
      access: bearer('services:read'),
      query: v.strictObject(paging),
      answers: { 200: { description: 'A page of services.', body: page(shownService) } },
      async handle({ query: { limit = defaultLimit, after = '' } }) {
        return json(pageOf(await findServices(db, after, limit + 1), limit, (row) => row.id, showService))
      },
    }),
    route({
      method: 'POST',
      path: '/v1/services',
      tag: 'services',
      summary: 'Register a service; its secret is shown this once.',
      access: bearer('services:write'),
      body: v.strictObject({
        name: line(100),
        scopes: v.optional(v.array(v.picklist(parts.knownScopes)), []),
      }),
      answers: {
        201: {
          description: 'Registered.',
          body: v.strictObject({ ...shownService.entries, secret: v.string() }),
        },
      },
      async handle({ body, caller, origin }) {
        demandAll(caller, body.scopes)
        const { service, secret } = await createService(parts, body, by(caller, origin))
        return created({ ...showService(service), secret })
      },
    }),
    route({
      method: 'POST',
      path: '/v1/services/{id}/disable',
      tag: 'services',
      summary: 'Turn a service off; its tokens are refused everywhere within a second.',
      access: bearer('services:write'),
      params: v.strictObject({ id: line(64) }),
      answers: { 204: { description: 'Disabled.' } },
      async handle({ params, caller, origin }) {
        await disableService(parts, params.id, by(caller, origin))
        return done
      },
    }),
  ]
}

function showService(service: ServiceRow): v.InferOutput<typeof shownService> {
  return {
    id: service.id,
    name: service.name,
    scope: service.scopes,
    created_at: timestamp(service.created_at),
    disabled_at: timestampOrNull(service.disabled_at),
  }
}

function showKey(key: KeySummary): v.InferOutput<typeof shownKey> {
  return {
    kid: key.kid,
    algorithm: key.algorithm,
    status: key.status,
    created_at: timestamp(key.createdAt),
    activated_at: timestampOrNull(key.activatedAt),
    retired_at: timestampOrNull(key.retiredAt),
  }
}
