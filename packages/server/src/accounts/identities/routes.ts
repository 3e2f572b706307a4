import * as v from 'valibot'
import { done, ok, routesFor } from '../../http/route.ts'
import { line, timestamp, timestampOrNull, view, whole } from '../../http/schema.ts'
import type { AccountsGround } from '../ground.ts'
import { requireUser } from '../users/require-user.ts'
import { removeIdentityOf, unlinkMyIdentity } from './identities.ts'
import { findIdentitiesOf, type IdentityAt } from './store.ts'

const route = routesFor<AccountsGround>()

export const identityView = view<IdentityAt>()(
  {
    id: v.string(),
    /** The provider that has the issuer now; null if none has. */
    provider: v.nullable(v.string()),
    provider_name: v.nullable(v.string()),
    /** Whether somebody signs in by it now. */
    is_usable: v.boolean(),
    issuer: v.string(),
    subject: v.string(),
    /** What the provider called the person when it was linked. */
    label: v.nullable(v.string()),
    created_at: v.string(),
    last_used_at: v.nullable(v.string()),
  },
  (row) => ({
    ...{ id: row.id, provider: row.provider, provider_name: row.provider_name },
    is_usable: row.provider !== null && row.provider_disabled_at === null,
    ...{ issuer: row.issuer, subject: row.subject, label: row.label },
    ...{ created_at: timestamp(row.created_at), last_used_at: timestampOrNull(row.last_used_at) },
  }),
)

const identities = { 200: { description: 'The identities.', body: whole(identityView.schema) } }
const ofUser = v.strictObject({ id: line(64) })

const listMyIdentities = route({
  id: 'listMyIdentities',
  method: 'GET',
  path: '/v1/me/identities',
  tag: 'own account',
  summary: 'The identities of providers by which one signs in to one’s own account.',
  access: { kinds: ['user'] },
  acting: true,
  answers: identities,
  handle: async ({ db }, { actor }) =>
    ok({ items: (await findIdentitiesOf(db, actor.identity.subject)).map(identityView.show), next: null }),
})

const unlinkMyIdentityRoute = route({
  id: 'unlinkMyIdentity',
  method: 'DELETE',
  path: '/v1/me/identities/{identity}',
  tag: 'own account',
  summary:
    'Unlink an identity from one’s own account, with a sign-in not longer ago than five minutes. Every other session that it began ends. The last way to sign in stays.',
  access: { kinds: ['user'] },
  params: v.strictObject({ identity: line(64) }),
  answers: { 204: { description: 'Unlinked.' } },
  refuses: [
    'user_not_found',
    'identity_not_found',
    'identity_needed',
    'insufficient_user_authentication',
    'kind_not_allowed',
  ],
  async handle(ground, { params, actor }) {
    await unlinkMyIdentity(ground, actor, params.identity)
    return done
  },
})

const listUserIdentities = route({
  id: 'listUserIdentities',
  method: 'GET',
  path: '/v1/users/{id}/identities',
  tag: 'accounts',
  summary: 'List the identities of providers by which a user signs in.',
  access: { permission: 'users:read' },
  acting: true,
  apiKeys: true,
  params: ofUser,
  answers: identities,
  refuses: ['user_not_found'],
  async handle({ db }, { params }) {
    await requireUser(db, params.id)
    return ok({ items: (await findIdentitiesOf(db, params.id)).map(identityView.show), next: null })
  },
})

const removeUserIdentity = route({
  id: 'removeUserIdentity',
  method: 'DELETE',
  path: '/v1/users/{id}/identities/{identity}',
  tag: 'accounts',
  summary:
    'Take an identity from a user: every session that it began ends. It may be their last way to sign in.',
  access: { permission: 'users:write' },
  params: v.strictObject({ id: line(64), identity: line(64) }),
  answers: { 204: { description: 'Taken.' } },
  refuses: ['user_not_found', 'identity_not_found', 'permission_missing'],
  async handle(ground, { params, actor }) {
    await removeIdentityOf(ground, actor, params.id, params.identity)
    return done
  },
})

export const identityRoutes = [
  listMyIdentities,
  unlinkMyIdentityRoute,
  listUserIdentities,
  removeUserIdentity,
]
