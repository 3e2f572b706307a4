import * as v from 'valibot'
import { ok, routesFor } from '../http/route.ts'
import { line, timestamp, timestampOrNull, view, whole } from '../http/schema.ts'
import { mainSet } from './fetches/fetches.ts'
import type { FetchRow } from './fetches/store.ts'
import type { KeysGround } from './ground.ts'
import { listRing, previewRotation, type RingKey, type RotationPreview, rotateKeys } from './rotation.ts'

const route = routesFor<KeysGround>()

const signingKey = view<RingKey>()(
  {
    kid: v.string(),
    algorithm: v.string(),
    status: v.string(),
    created_at: v.string(),
    activated_at: v.nullable(v.string()),
    retired_at: v.nullable(v.string()),
    revoked_at: v.nullable(v.string()),
    /** How many API keys it has signed that may be used, and when the last of them ends. They end with it if it is revoked. */
    api_keys: v.number(),
    api_keys_until: v.nullable(v.string()),
  },
  (key) => ({
    kid: key.kid,
    algorithm: key.algorithm,
    status: key.status,
    created_at: timestamp(key.createdAt),
    activated_at: timestampOrNull(key.activatedAt),
    retired_at: timestampOrNull(key.retiredAt),
    revoked_at: timestampOrNull(key.revokedAt),
    api_keys: key.apiKeys?.count ?? 0,
    api_keys_until: timestampOrNull(key.apiKeys?.until ?? null),
  }),
)

const shownRing = async (ground: KeysGround) => ({
  items: (await listRing(ground)).map(signingKey.show),
  next: null,
})

export const readKeySet = route({
  id: 'readKeySet',
  method: 'GET',
  path: '/.well-known/jwks.json',
  tag: 'standards',
  summary: 'The key set by which anyone verifies our tokens (RFC 7517).',
  access: 'public',
  answers: {
    200: {
      description: 'The key set.',
      body: v.object({ keys: v.array(v.record(v.string(), v.unknown())) }),
    },
  },
  async handle({ ring, fetches }, { client }) {
    const { keys } = ring.jwks()
    fetches.note(
      mainSet,
      client,
      keys.map(({ kid = '' }) => kid),
    )
    return ok({ keys }, { 'cache-control': 'public, max-age=300', 'access-control-allow-origin': '*' })
  },
})

export const listSigningKeys = route({
  id: 'listSigningKeys',
  method: 'GET',
  path: '/v1/keys',
  tag: 'services',
  summary: 'List the signing keys, without their private halves.',
  access: { permission: 'keys:read' },
  acting: true,
  apiKeys: true,
  answers: { 200: { description: 'The key ring.', body: whole(signingKey.schema) } },
  handle: async (ground) => ok(await shownRing(ground)),
})

export const fetcher = view<FetchRow>()(
  {
    key_set: v.string(),
    network: v.nullable(v.string()),
    user_agent: v.string(),
    key_ids: v.array(v.string()),
    first_at: v.string(),
    last_at: v.string(),
  },
  (row) => ({
    key_set: row.key_set,
    network: row.network === '' ? null : row.network,
    user_agent: row.user_agent,
    key_ids: row.key_ids.split(' '),
    first_at: timestamp(row.first_at),
    last_at: timestamp(row.last_at),
  }),
)

export const listKeySetFetches = route({
  id: 'listKeySetFetches',
  method: 'GET',
  path: '/v1/keys/fetches',
  tag: 'services',
  summary: 'Who fetched a key set in the last 30 days: networks and programs, the latest first.',
  access: { permission: 'keys:read' },
  acting: true,
  apiKeys: true,
  answers: { 200: { description: 'Up to 2,000 fetchers: all that are noted.', body: whole(fetcher.schema) } },
  handle: async ({ fetches }) => ok({ items: (await fetches.since(0)).map(fetcher.show), next: null }),
})

const preview = view<RotationPreview>()(
  {
    active_kid: v.nullable(v.string()),
    next_kid: v.nullable(v.string()),
    next_since: v.nullable(v.string()),
    due_at: v.nullable(v.string()),
    /** API keys that the active key has signed: it stays in the set until the last of them ends. */
    api_keys: v.number(),
    api_keys_until: v.nullable(v.string()),
    ready: v.number(),
    cut_off: v.array(fetcher.schema),
    incomplete: v.boolean(),
  },
  (found) => ({
    active_kid: found.activeKid ?? null,
    next_kid: found.nextKid ?? null,
    next_since: timestampOrNull(found.nextSince ?? null),
    due_at: timestampOrNull(found.dueAt ?? null),
    api_keys: found.apiKeys?.count ?? 0,
    api_keys_until: timestampOrNull(found.apiKeys?.until ?? null),
    ready: found.ready,
    cut_off: found.cutOff.map(fetcher.show),
    incomplete: found.isIncomplete,
  }),
)

export const previewKeyRotation = route({
  id: 'previewKeyRotation',
  method: 'GET',
  path: '/v1/keys/rotation',
  tag: 'services',
  summary:
    'What a rotation would mean now: who has fetched the set in the last seven days, and not the next key.',
  access: { permission: 'keys:read' },
  acting: true,
  apiKeys: true,
  answers: { 200: { description: 'Whom it would cut off.', body: preview.schema } },
  handle: async (ground) => ok(preview.show(await previewRotation(ground))),
})

export const rotateSigningKeys = route({
  id: 'rotateSigningKeys',
  method: 'POST',
  path: '/v1/keys/rotate',
  tag: 'services',
  summary:
    'Sign with the next key from now on; the old one verifies until its last token has expired. Refused while somebody who verifies has not fetched the next key, unless `force` is set.',
  access: { permission: 'keys:write' },
  query: v.strictObject({ force: v.optional(v.picklist(['true', 'false'])) }),
  answers: { 200: { description: 'The key ring.', body: whole(signingKey.schema) } },
  refuses: ['rotation_cuts_off'],
  async handle(ground, { actor, query }) {
    await rotateKeys(ground, actor, query.force === 'true')
    return ok(await shownRing(ground))
  },
})

export const revokeSigningKey = route({
  id: 'revokeSigningKey',
  method: 'POST',
  path: '/v1/keys/{kid}/revoke',
  tag: 'services',
  summary:
    'End a key at once: it leaves the key set, and every token that it has signed is refused. API keys that it has signed are revoked.',
  access: { permission: 'keys:write' },
  params: v.strictObject({ kid: line(64) }),
  answers: {
    200: {
      description: 'The key ring, and how many API keys have ended with the key.',
      body: v.strictObject({ ...whole(signingKey.schema).entries, api_keys_ended: v.number() }),
    },
  },
  refuses: ['signing_key_not_found'],
  async handle(ground, { actor, params }) {
    const ended = await ground.ring.revoke(actor, params.kid)
    return ok({ ...(await shownRing(ground)), api_keys_ended: ended })
  },
})
