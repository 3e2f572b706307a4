import * as v from 'valibot'
import { ok, routesFor } from '../http/route.ts'
import { timestamp, timestampOrNull, view, whole } from '../http/schema.ts'
import type { KeysGround } from './ground.ts'
import type { KeySummary } from './key-ring.ts'

const route = routesFor<KeysGround>()

const signingKey = view<KeySummary>()(
  {
    kid: v.string(),
    algorithm: v.string(),
    status: v.string(),
    created_at: v.string(),
    activated_at: v.nullable(v.string()),
    retired_at: v.nullable(v.string()),
  },
  (key) => ({
    kid: key.kid,
    algorithm: key.algorithm,
    status: key.status,
    created_at: timestamp(key.createdAt),
    activated_at: timestampOrNull(key.activatedAt),
    retired_at: timestampOrNull(key.retiredAt),
  }),
)

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
  handle: async ({ ring }) =>
    ok(
      { keys: ring.jwks().keys },
      { 'cache-control': 'public, max-age=300', 'access-control-allow-origin': '*' },
    ),
})

export const listSigningKeys = route({
  id: 'listSigningKeys',
  method: 'GET',
  path: '/v1/keys',
  tag: 'services',
  summary: 'List the signing keys, without their private halves.',
  access: { permission: 'keys:read' },
  acting: true,
  answers: { 200: { description: 'The key ring.', body: whole(signingKey.schema) } },
  handle: async ({ ring }) => ok({ items: ring.list().map(signingKey.show), next: null }),
})

export const rotateSigningKeys = route({
  id: 'rotateSigningKeys',
  method: 'POST',
  path: '/v1/keys/rotate',
  tag: 'services',
  summary: 'Sign with the next key from now on; the old one verifies until its last token has expired.',
  access: { permission: 'keys:write' },
  answers: { 200: { description: 'The key ring.', body: whole(signingKey.schema) } },
  async handle({ ring }, { actor }) {
    await ring.rotate(actor)
    return ok({ items: ring.list().map(signingKey.show), next: null })
  },
})
