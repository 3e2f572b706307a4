import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { createRevocationList } from 'latchkey/guard/revocation-list'
import { createVerifier, keySet, tokenOfApiKey } from 'latchkey/token'
import type { SignedIn } from '../../test/app.ts'
import { type Home, home, openHome } from '../../test/home.ts'
import { eventually, openBeside } from '../../test/second-app.ts'
import { engines } from '../../test/storages.ts'
import { disownSignIn } from '../accounts/notices/sign-ins.ts'
import { insertNoticeLink } from '../accounts/notices/store.ts'
import { grant } from '../accounts/permissions/grants.ts'
import { makeRecoveryLink } from '../accounts/recovery/recovery.ts'
import type { App } from '../app.ts'
import { operator } from '../identity.ts'
import { listen } from '../mqtt/listener.ts'
import { hashSecret, newSecret } from '../secrets/secrets.ts'
import { createService } from '../services/registered.ts'
import { giveScope } from '../services/scopes/scopes.ts'
import { createKeyFor } from './make.ts'
import { type ApiKeyRow, findApiKey } from './store.ts'

const day = 86_400_000

interface Made {
  readonly owner: SignedIn
  readonly row: ApiKeyRow
  readonly key: string
}

for (const engine of engines) {
  describe(`what ends an API key, on ${engine}`, () => {
    let house: Home
    let beside: App
    let port: number
    let close: () => Promise<void>
    let count = 0
    before(async () => {
      house = await openHome(engine)
      beside = await openBeside(house)
      const listener = await listen(beside.connections.broker, { host: '127.0.0.1', port: 0 })
      port = listener.port
      close = () => listener.close()
    })
    after(async () => {
      await close()
      await beside.stop()
      await house.close()
    })

    const adminToken = async () => {
      const { username, password } = house.admin
      const { body } = await house.call('POST', '/v1/login', { body: { username, password } })
      return String(body.access_token)
    }
    const asAdmin = async (method: string, path: string, body?: unknown) => {
      const answer = await house.call(method, path, { token: await adminToken(), body })
      assert.ok(answer.status < 300, answer.text)
      return answer.body
    }
    const keyOf = async (
      owner: SignedIn,
      scopes: readonly string[] = ['devices:view'],
      more: { audience?: string; endsAtMs?: number } = {},
    ): Promise<Made> => {
      const given = { name: 'a script', scopes, ...more }
      return { owner, ...(await createKeyFor(house.app.apiKeys.ground, operator, owner.id, given)) }
    }
    const person = (type?: string) => house.signedIn(`person-${++count}`, type)
    const typeWith = async (permissions: readonly string[]) => {
      const name = `type-${++count}`
      await asAdmin('POST', '/v1/user-types', { name, permissions: [...permissions, 'api-keys:write'] })
      return name
    }
    const granted = async (
      owner: SignedIn,
      permission: 'activity:read' | 'keys:read',
      until: number | null,
    ) => grant(house.app, operator, owner.id, { kind: 'grant', permission, reason: 'a reason', until })
    const newService = async (own: 'issuer' | 'own' | 'shared' = 'issuer') => {
      const audience = `https://service-${engine}-${++count}.example`
      const { service } = await createService(house.app, operator, {
        ...{ name: audience, scopes: [], audience, knownScopes: ['pages:read', 'devices:view'] },
        profile: { name: 'plain', key: own },
      })
      if (own === 'shared') await asAdmin('POST', `/v1/services/${service.id}/shared-keys`, {})
      const holder = { kind: 'user_type', name: 'customer' } as const
      await giveScope(house.app, operator, service.id, 'pages:read', holder)
      return { id: service.id, audience }
    }
    const keyFor = async (service: { readonly audience: string }, scopes = ['pages:read']) =>
      keyOf(await person(), scopes, { audience: service.audience })

    const ending: readonly {
      name: string
      reason: string
      begin: () => Promise<{ made: Made; end: () => Promise<unknown> }>
    }[] = [
      {
        name: 'its owner revokes it',
        reason: 'revoked',
        async begin() {
          const made = await keyOf(await person())
          const { token } = made.owner
          return { made, end: () => house.call('DELETE', `/v1/api-keys/${made.row.id}`, { token }) }
        },
      },
      {
        name: 'it is revoked as a token',
        reason: 'revoked',
        async begin() {
          const made = await keyOf(await person())
          return { made, end: () => asAdmin('POST', '/v1/revocations', { token: made.key }) }
        },
      },
      {
        name: 'it is revoked by its id as a token',
        reason: 'revoked',
        async begin() {
          const made = await keyOf(await person())
          return { made, end: () => asAdmin('POST', '/v1/revocations', { token_id: made.row.id }) }
        },
      },
      {
        name: 'whoever holds it revokes it as a token',
        reason: 'revoked',
        async begin() {
          const made = await keyOf(await person())
          const asked = { token: made.key, body: { token: made.key } }
          return { made, end: () => house.call('POST', '/v1/revocations', asked) }
        },
      },
      {
        name: 'whoever holds it revokes it',
        reason: 'revoked',
        async begin() {
          const made = await keyOf(await person())
          return { made, end: () => house.call('DELETE', `/v1/api-keys/${made.row.id}`, { token: made.key }) }
        },
      },
      {
        name: 'an administrator revokes it',
        reason: 'revoked',
        async begin() {
          const made = await keyOf(await person())
          const path = `/v1/users/${made.owner.id}/api-keys/${made.row.id}`
          return { made, end: () => asAdmin('DELETE', path) }
        },
      },
      {
        name: 'its owner is disabled',
        reason: 'owner_disabled',
        async begin() {
          const made = await keyOf(await person())
          return { made, end: () => asAdmin('POST', `/v1/users/${made.owner.id}/disable`) }
        },
      },
      {
        name: 'its owner is going to be deleted',
        reason: 'owner_disabled',
        async begin() {
          const made = await keyOf(await person())
          const path = `/v1/users/${made.owner.id}/delete`
          return { made, end: () => asAdmin('POST', path, { grace_days: 30 }) }
        },
      },
      {
        name: 'its owner is disabled with many others',
        reason: 'owner_disabled',
        async begin() {
          const made = await keyOf(await person())
          const body = { action: 'disable', ids: [made.owner.id] }
          return { made, end: () => asAdmin('POST', '/v1/users/bulk', body) }
        },
      },
      {
        name: 'its owner gets another type, though that permits the same',
        reason: 'user_type_changed',
        async begin() {
          const [before, after] = [await typeWith(['devices:view']), await typeWith(['devices:view'])]
          const made = await keyOf(await person(before))
          const path = `/v1/users/${made.owner.id}`
          return { made, end: () => asAdmin('PATCH', path, { user_type: after }) }
        },
      },
      {
        name: 'the type of its owner permits a scope no longer',
        reason: 'scope_lost',
        async begin() {
          const type = await typeWith(['devices:view', 'devices:control'])
          const made = await keyOf(await person(type), ['devices:control'])
          const permissions = ['api-keys:write', 'devices:view']
          return { made, end: () => asAdmin('PATCH', `/v1/user-types/${type}`, { permissions }) }
        },
      },
      {
        name: 'the type of its owner permits no keys any longer',
        reason: 'scope_lost',
        async begin() {
          const type = await typeWith(['devices:view'])
          const made = await keyOf(await person(type))
          const body = { permissions: ['devices:view'] }
          return { made, end: () => asAdmin('PATCH', `/v1/user-types/${type}`, body) }
        },
      },
      {
        name: 'the type of its owner is renamed, for the key says the old name',
        reason: 'user_type_changed',
        async begin() {
          const type = await typeWith(['devices:view'])
          const made = await keyOf(await person(type))
          return { made, end: () => asAdmin('PATCH', `/v1/user-types/${type}`, { name: `${type}-new` }) }
        },
      },
      {
        name: 'the type of its owner is removed',
        reason: 'user_type_changed',
        async begin() {
          const type = await typeWith(['devices:view'])
          const made = await keyOf(await person(type))
          return { made, end: () => asAdmin('DELETE', `/v1/user-types/${type}?replacement=customer`) }
        },
      },
      {
        name: 'its owner is denied a scope',
        reason: 'scope_lost',
        async begin() {
          const made = await keyOf(await person())
          const body = { kind: 'denial', permission: 'devices:view', reason: 'a reason' }
          return { made, end: () => asAdmin('POST', `/v1/users/${made.owner.id}/grants`, body) }
        },
      },
      {
        name: 'its owner is denied to have keys',
        reason: 'scope_lost',
        async begin() {
          const made = await keyOf(await person())
          const body = { kind: 'denial', permission: 'api-keys:write', reason: 'a reason' }
          return { made, end: () => asAdmin('POST', `/v1/users/${made.owner.id}/grants`, body) }
        },
      },
      {
        name: 'a grant of its owner is withdrawn',
        reason: 'scope_lost',
        async begin() {
          const owner = await person()
          const { id } = await granted(owner, 'activity:read', null)
          const made = await keyOf(owner, ['activity:read'])
          return { made, end: () => asAdmin('DELETE', `/v1/users/${owner.id}/grants/${id}`) }
        },
      },
      {
        name: 'what its owner has by a grant with an end when the type permits it no longer',
        reason: 'scope_lost',
        async begin() {
          const type = await typeWith(['activity:read'])
          const owner = await person(type)
          const made = await keyOf(owner, ['activity:read'])
          await granted(owner, 'activity:read', house.world.now() + day)
          await asAdmin('PATCH', `/v1/user-types/${type}`, { permissions: ['api-keys:write'] })
          assert.equal((await findApiKey(house.app.db, made.row.id))?.revoked_at, null)
          return {
            made,
            async end() {
              house.world.advance(day)
              await house.app.jobs.runNow(1_000)
            },
          }
        },
      },
      {
        name: 'the first of two grants of its owner ends',
        reason: 'scope_lost',
        async begin() {
          const permissions = ['activity:read', 'keys:read'] as const
          const type = await typeWith(permissions)
          const owner = await person(type)
          const made = await keyOf(owner, permissions)
          const now = house.world.now()
          await granted(owner, 'activity:read', now + 3 * day)
          await granted(owner, 'keys:read', now + day)
          await asAdmin('PATCH', `/v1/user-types/${type}`, { permissions: ['api-keys:write'] })
          return {
            made,
            async end() {
              house.world.advance(day)
              await house.app.jobs.runNow(1_000)
            },
          }
        },
      },
      {
        name: 'its owner is reset',
        reason: 'account_reset',
        async begin() {
          const made = await keyOf(await person())
          const by = operator
          return { made, end: () => makeRecoveryLink(house.app, by, made.owner.id, true) }
        },
      },
      {
        name: 'its owner says that a sign-in was not theirs',
        reason: 'sign_in_disowned',
        async begin() {
          const made = await keyOf(await person())
          const secret = newSecret('notme', house.world)
          await house.app.db.transaction((tx) =>
            insertNoticeLink(tx, {
              ...{ secretHash: hashSecret(secret), userId: made.owner.id, sessionId: made.owner.sessionId },
              ...{ createdAt: house.world.now(), expiresAt: house.world.now() + day },
            }),
          )
          return { made, end: () => disownSignIn(house.app, secret, { address: '' }) }
        },
      },
      {
        name: 'its service is disabled',
        reason: 'service_ended',
        async begin() {
          const service = await newService()
          const made = await keyFor(service)
          return { made, end: () => asAdmin('POST', `/v1/services/${service.id}/disable`) }
        },
      },
      {
        name: 'its service knows a scope no longer',
        reason: 'scope_lost',
        async begin() {
          const service = await newService()
          const made = await keyFor(service)
          const body = { known_scopes: ['devices:view'] }
          return { made, end: () => asAdmin('PATCH', `/v1/services/${service.id}`, body) }
        },
      },
      {
        name: 'its service has another audience',
        reason: 'service_changed',
        async begin() {
          const service = await newService()
          const made = await keyFor(service)
          const body = { audience: `${service.audience}/2` }
          return { made, end: () => asAdmin('PATCH', `/v1/services/${service.id}`, body) }
        },
      },
      {
        name: 'its service is another program',
        reason: 'service_changed',
        async begin() {
          const service = await newService()
          const made = await keyFor(service)
          const body = { profile: { name: 'rabbitmq' } }
          return { made, end: () => asAdmin('PATCH', `/v1/services/${service.id}`, body) }
        },
      },
      {
        name: 'a scope of its service is taken back',
        reason: 'scope_lost',
        async begin() {
          const service = await newService()
          const made = await keyFor(service)
          const query = 'scope=pages:read&holder_kind=user_type&holder=customer'
          return { made, end: () => asAdmin('DELETE', `/v1/services/${service.id}/scopes?${query}`) }
        },
      },
      {
        name: 'its owner is denied what the service goes by',
        reason: 'scope_lost',
        async begin() {
          const service = await newService()
          const made = await keyFor(service, ['devices:view'])
          const body = { kind: 'denial', permission: 'devices:view', reason: 'a reason' }
          return { made, end: () => asAdmin('POST', `/v1/users/${made.owner.id}/grants`, body) }
        },
      },
      {
        name: 'the shared key that signed it is taken away',
        reason: 'signing_key_ended',
        async begin() {
          const service = await newService('shared')
          const made = await keyFor(service)
          const path = `/v1/services/${service.id}/shared-keys/${made.row.kid}`
          return { made, end: () => asAdmin('DELETE', path) }
        },
      },
      {
        name: 'the shared key that signed it has come to its end',
        reason: 'signing_key_ended',
        async begin() {
          const service = await newService('shared')
          const made = await keyFor(service)
          const rotated = await asAdmin('POST', `/v1/services/${service.id}/shared-keys`, {})
          assert.equal(rotated.api_keys, 1)
          assert.equal((await findApiKey(house.app.db, made.row.id))?.revoked_at, null)
          return {
            made,
            async end() {
              house.world.advance(day)
              await house.app.jobs.runNow(1_000)
            },
          }
        },
      },
      {
        name: 'the key of this server that signed it is revoked',
        reason: 'signing_key_ended',
        async begin() {
          // It signs this one alone.
          await house.app.ring.rotate(operator)
          const made = await keyOf(await person())
          const other = await keyFor(await newService('own'))
          return {
            made,
            async end() {
              const { kid } = made.row
              const answer = await asAdmin('POST', `/v1/keys/${kid}/revoke`)
              assert.equal(answer.api_keys_ended, 1)
              const rows = await house.app.db.query(
                `SELECT details FROM activity WHERE event = 'key.revoke' AND target = $1`,
                kid,
              )
              assert.deepEqual(rows, [{ details: '{"api_keys":1}' }])
              assert.equal((await findApiKey(house.app.db, other.row.id))?.revoked_at, null)
            },
          }
        },
      },
    ]
    const isRefused = async (app: App, key: string) => {
      const headers = { authorization: `Bearer ${key}` }
      return (await app.edge.request('/v1/me', { headers })).status === 401
    }
    for (const { name, reason, begin } of ending) {
      test(`everywhere, and for good: ${name}`, async () => {
        const { made, end } = await begin()
        const { row, key, owner } = made
        const verify = createVerifier({
          keys: keySet(house.app.ring.jwks()),
          ...{ issuer: house.app.issuer, audience: house.app.audience, now: house.world.now },
        })
        const isForHere = row.service === null
        const claims = isForHere ? verify(tokenOfApiKey(key)) : undefined
        if (isForHere) assert.equal(await isRefused(beside, key), false)
        await end()
        const ended = await findApiKey(house.app.db, row.id)
        assert.equal(ended?.revoke_reason, reason)
        const [event] = await house.app.db.query<{ reason: string; details: string }>(
          `SELECT reason, details FROM activity WHERE event = 'api_key.revoke' AND target = $1`,
          row.id,
        )
        assert.equal(event?.reason, reason)
        assert.equal(JSON.parse(event?.details ?? '').owner, owner.id)
        if (claims) {
          assert.ok(await isRefused(house.app, key))
          await eventually(() => isRefused(beside, key))
          await eventually(() => beside.revocations.list.isRevoked(claims))
        }
        // A guard elsewhere, which hears of it by the feed, refuses it until it would have ended by itself.
        const list = createRevocationList({ now: () => row.ends_at })
        for (const { key: revoked, revoked_at, expires_at } of await house.app.revocations.alive()) {
          list.add({ key: revoked, revokedAtMs: revoked_at, expiresAtMs: expires_at })
        }
        assert.ok(list.isRevoked({ jti: row.id } as never))
      })
    }

    test('nobody revokes a key as a token that they may not end', async () => {
      const made = await keyOf(await person())
      const { token } = await person()
      for (const body of [{ token: made.key }, { token_id: made.row.id }]) {
        assert.equal(
          (await house.call('POST', '/v1/revocations', { token, body })).body.code,
          'permission_missing',
        )
      }
      const unknown = { token: await adminToken(), body: { token_id: made.row.id.replace(/.$/, 'z') } }
      assert.equal((await house.call('POST', '/v1/revocations', unknown)).body.code, 'token_unknown')
      assert.equal((await findApiKey(house.app.db, made.row.id))?.revoked_at, null)
    })

    test('a person who is enabled again, or allowed again, does not get keys back', async () => {
      const made = await keyOf(await person())
      await asAdmin('POST', `/v1/users/${made.owner.id}/disable`)
      await asAdmin('POST', `/v1/users/${made.owner.id}/enable`)
      assert.ok(await isRefused(house.app, made.key))
      const denied = await keyOf(await person())
      const body = { kind: 'denial', permission: 'devices:view', reason: 'a reason' }
      const { id } = await asAdmin('POST', `/v1/users/${denied.owner.id}/grants`, body)
      await asAdmin('DELETE', `/v1/users/${denied.owner.id}/grants/${id}`)
      assert.ok(await isRefused(house.app, denied.key))
    })

    const untouched: readonly {
      name: string
      begin: () => Promise<{ made: Made; change: () => Promise<unknown> }>
    }[] = [
      {
        name: 'its owner signs out everywhere',
        async begin() {
          const made = await keyOf(await person())
          const path = `/v1/users/${made.owner.id}/sessions/end-all`
          return { made, change: () => asAdmin('POST', path) }
        },
      },
      {
        name: 'its owner is granted more',
        async begin() {
          const made = await keyOf(await person())
          return { made, change: () => granted(made.owner, 'activity:read', null) }
        },
      },
      {
        name: 'its owner is denied what the key has not',
        async begin() {
          const made = await keyOf(await person())
          const body = { kind: 'denial', permission: 'devices:control', reason: 'a reason' }
          return { made, change: () => asAdmin('POST', `/v1/users/${made.owner.id}/grants`, body) }
        },
      },
      {
        name: 'the type of its owner permits more, and less of what the key has not',
        async begin() {
          const type = await typeWith(['devices:view', 'devices:control'])
          const made = await keyOf(await person(type))
          const permissions = ['devices:view', 'users:read', 'api-keys:write']
          return { made, change: () => asAdmin('PATCH', `/v1/user-types/${type}`, { permissions }) }
        },
      },
      {
        name: 'somebody else is disabled',
        async begin() {
          const made = await keyOf(await person())
          const other = await person()
          return { made, change: () => asAdmin('POST', `/v1/users/${other.id}/disable`) }
        },
      },
      {
        name: 'the ring is rotated, twice, and every other token of the key has ended',
        async begin() {
          const made = await keyOf(await person(), ['devices:view'], {
            endsAtMs: house.world.now() + 300 * day,
          })
          return {
            made,
            async change() {
              await house.app.ring.rotate(operator)
              await house.app.ring.rotate(operator)
              house.world.advance(200 * day)
              for (const app of [house.app, beside]) await app.ring.reload()
              const preview = await asAdmin('GET', '/v1/keys')
              const kept = preview.items.find(({ kid }) => kid === made.row.kid)
              assert.ok(Number(kept?.api_keys) >= 1)
              assert.equal(kept?.api_keys_until, new Date(made.row.ends_at).toISOString())
            },
          }
        },
      },
    ]
    for (const { name, begin } of untouched) {
      test(`it goes on where ${name}`, async () => {
        const { made, change } = await begin()
        await change()
        assert.equal(await isRefused(house.app, made.key), false)
        assert.equal(await isRefused(beside, made.key), false)
        assert.equal((await findApiKey(house.app.db, made.row.id))?.revoked_at, null)
      })
    }

    test('the ring keeps a key for API keys no longer than they live', async () => {
      const made = await keyOf(await person(), ['devices:view'], { endsAtMs: house.world.now() + day })
      await house.app.ring.rotate(operator)
      const has = async () => {
        await house.app.ring.reload()
        return house.app.ring.jwks().keys.some(({ kid }) => kid === made.row.kid)
      }
      house.world.advance(day - 1)
      assert.ok(await has())
      house.world.advance(60_001)
      assert.equal(await has(), false)
    })

    test('connections and streams that began by it end at once, at another process too', async () => {
      const owner = await house.signedIn(`auditor-${++count}`, 'administrator')
      const made = await keyOf(owner, ['activity:read', 'devices:view'])
      const live = await house.app5({ token: made.key }, { port })
      const stream = await beside.edge.request('/v1/activity/tail', {
        headers: { authorization: `Bearer ${made.key}` },
      })
      assert.equal(stream.status, 200)
      await asAdmin('DELETE', `/v1/users/${owner.id}/api-keys/${made.row.id}`)
      assert.match((await live.closed).reason, /^not_authorized$/)
      await stream.text()
    })

    test('of two who revoke it at once one is told that it was there', async () => {
      const made = await keyOf(await person())
      const end = () => house.call('DELETE', `/v1/api-keys/${made.row.id}`, { token: made.owner.token })
      const [one, other] = await Promise.all([end(), end()])
      assert.deepEqual([one.status, other.status].sort(), [204, 404])
    })

    const strangers: readonly {
      name: string
      ask: (made: Made) => Promise<{ status: number }>
      status: number
    }[] = [
      {
        name: 'another person',
        ask: async ({ row }) =>
          house.call('DELETE', `/v1/api-keys/${row.id}`, { token: (await person()).token }),
        status: 404,
      },
      {
        name: 'another key of its owner',
        async ask({ owner, row }) {
          const { key } = await keyOf(owner)
          return house.call('DELETE', `/v1/api-keys/${row.id}`, { token: key })
        },
        status: 403,
      },
      {
        name: 'a person without permissions, as an administrator',
        async ask({ owner, row }) {
          const { token } = await person()
          return house.call('DELETE', `/v1/users/${owner.id}/api-keys/${row.id}`, { token })
        },
        status: 403,
      },
      {
        name: 'an administrator, as if it were another person’s',
        async ask({ row }) {
          const other = await person()
          const token = await adminToken()
          return house.call('DELETE', `/v1/users/${other.id}/api-keys/${row.id}`, { token })
        },
        status: 404,
      },
      {
        name: 'somebody who may less than its owner',
        async ask() {
          const weak = await person(await typeWith(['users:write', 'users:read']))
          const { row, owner } = await keyOf(await person())
          return house.call('DELETE', `/v1/users/${owner.id}/api-keys/${row.id}`, { token: weak.token })
        },
        status: 403,
      },
      { name: 'nobody', ask: ({ row }) => house.call('DELETE', `/v1/api-keys/${row.id}`), status: 401 },
    ]
    for (const { name, ask, status } of strangers) {
      test(`it is not revoked by ${name}`, async () => {
        const made = await keyOf(await person())
        assert.equal((await ask(made)).status, status)
        assert.equal(await isRefused(house.app, made.key), false)
      })
    }

    test('a key that a process makes while another rotates, revokes or disables is good or is none', async () => {
      for (const change of ['rotate', 'revoke', 'disable', 'demote'] as const) {
        const owner = await person()
        const given = { name: 'racing', scopes: ['devices:view'] }
        const make = createKeyFor(beside.apiKeys.ground, operator, owner.id, given).catch(() => undefined)
        const kid = house.app.ring.signingKey().keyId ?? ''
        if (change === 'rotate') await house.app.ring.rotate(operator)
        else if (change === 'revoke') await house.app.ring.revoke(operator, kid).catch(() => {})
        else if (change === 'disable') await asAdmin('POST', `/v1/users/${owner.id}/disable`)
        else {
          const body = { kind: 'denial', permission: 'devices:view', reason: 'a reason' }
          await asAdmin('POST', `/v1/users/${owner.id}/grants`, body)
        }
        const made = await make
        await house.app.ring.reload()
        const row = made && (await findApiKey(house.app.db, made.row.id))
        const isListed = row !== undefined && row.revoked_at === null
        if (made) await eventually(async () => (await isRefused(house.app, made.key)) === !isListed)
      }
    })

    test('has met no bug in all of this', () => assert.deepEqual(house.log.lines, []))
  })

  test(`a key does what its owner may, as far as its scopes go, until the device has another owner, on ${engine}`, async (t) => {
    const house = await home(t, engine)
    const [owner, next] = [await house.signedIn('ada'), await house.signedIn('bob')]
    const lamp = await house.lampOf(owner)
    const make = async (scope: string) => {
      const given = { name: 'a script', scopes: [scope] }
      return (await createKeyFor(house.app.apiKeys.ground, operator, owner.id, given)).key
    }
    const reading = await make('devices:view')
    const live = await house.app5({ token: reading })
    await live.subscribe(`d/${lamp.uid}/tele`)
    const hears = async () => {
      const before = live.messages.length
      house.app.connections.publish(`d/${lamp.uid}/tele`, Buffer.from('1'))
      await live.unsubscribe('nothing')
      return live.messages.length > before
    }
    assert.ok(await hears())
    const see = (token: string) => house.call('GET', `/v1/devices/${lamp.uid}`, { token })
    assert.equal((await see(reading)).status, 200)
    const give = (token: string) => house.call('DELETE', `/v1/devices/${lamp.uid}/claim`, { token })
    assert.equal((await give(reading)).body.code, 'permission_missing')
    assert.equal((await give(await make('devices:bind'))).status, 204)
    await house.claim(next, lamp)
    assert.equal((await see(reading)).body.code, 'device_not_found')
    assert.equal(await hears(), false)
  })
}
