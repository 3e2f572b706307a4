import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { SignedIn } from '../../test/app.ts'
import { openTestApp, type TestApp } from '../../test/app.ts'
import { openPartner } from '../../test/partner.ts'
import { newClientKey } from '../../test/proofs.ts'
import { engines } from '../../test/storages.ts'

for (const engine of engines) {
  describe(`apps of other companies on ${engine}`, () => {
    let house: TestApp
    let admin: SignedIn
    before(async () => {
      house = await openTestApp(engine)
      admin = await house.signedIn('root', 'administrator')
    })
    after(() => house.close())

    const asAdmin = (method: string, path: string, body?: object, headers = {}) =>
      house.call(method, path, { token: admin.token, headers, ...(body && { body }) })

    test('an app is changed in the version that was read, and gets no type that permits too much', async () => {
      const path = `/v1/apps/${(await openPartner(house, admin.token)).app}`
      const { headers } = await asAdmin('GET', path)
      const etag = { 'if-match': headers.get('etag') ?? '' }
      const changed = await asAdmin('PATCH', path, { longest_session_seconds: 900 }, etag)
      assert.deepEqual([changed.status, changed.body.longest_session_seconds], [200, 900])
      const name = `renamed ${crypto.randomUUID()}`
      const renamed = await asAdmin('PATCH', path, { name })
      assert.deepEqual([renamed.body.name, renamed.body.longest_session_seconds], [name, 900])
      assert.equal((await asAdmin('PATCH', path, { name: 'late' }, etag)).status, 412)
      for (const [body, code] of [
        [{ user_type: 'administrator' }, 'user_type_privileged'],
        [{ user_type: 'nobody' }, 'user_type_unknown'],
        [{ user_type: 'x'.repeat(64) }, 'user_type_unknown'],
        [{ user_type: 'x'.repeat(65) }, 'request_invalid'],
        [{ longest_session_seconds: 59 }, 'request_invalid'],
        [{ longest_session_seconds: 60 }, undefined],
        [{ longest_session_seconds: 90 * 86_400 }, undefined],
        [{ longest_session_seconds: 90 * 86_400 + 1 }, 'request_invalid'],
        [{ longest_session_seconds: 90.5 }, 'request_invalid'],
        [{ name: ' ' }, 'request_invalid'],
        [{ jwks_uri: 'http://app.example/keys' }, 'request_invalid'],
        [{ jwks_uri: 'http://127.0.0.1/keys' }, 'request_invalid'],
        [{ jwks_uri: 'https://user@app.example/keys' }, 'request_invalid'],
        [{ jwks_uri: 'https://app.example/'.padEnd(2_001, 'x') }, 'request_invalid'],
      ] as const) {
        assert.equal((await asAdmin('PATCH', path, body)).body.code, code)
      }
      for (const [length, code] of [
        [64, 'app_not_found'],
        [65, 'request_invalid'],
      ] as const) {
        assert.equal((await asAdmin('GET', `/v1/apps/${'x'.repeat(length)}`)).body.code, code)
      }
      const wrong = { name: 'unreachable', jwks_uri: 'http://app.example/keys' }
      assert.equal((await asAdmin('POST', '/v1/apps', wrong)).body.code, 'request_invalid')
      const rsa = newClientKey('RS256')
      const keys: readonly (readonly [object, string | undefined])[] = [
        [{ kid: 'r', algorithm: 'RS256', key: rsa.jwk }, undefined],
        [{ kid: 'r', algorithm: 'RS256', key: rsa.jwk }, 'key_exists'],
        [{ kid: 'e', algorithm: 'ES256', key: rsa.jwk }, 'key_unacceptable'],
        [{ kid: 'p', algorithm: 'RS256', key: rsa.privateKey.export({ format: 'jwk' }) }, 'key_unacceptable'],
        [{ kid: 's', algorithm: 'RS256', key: { kty: 'oct', k: 'c2VjcmV0' } }, 'key_unacceptable'],
        [{ kid: 'h', algorithm: 'HS256', key: rsa.jwk }, 'request_invalid'],
        [{ kid: 'a b', algorithm: 'RS256', key: rsa.jwk }, 'request_invalid'],
        [{ kid: 't', algorithm: 'RS256', key: 'no key' }, 'key_unacceptable'],
      ]
      for (const [body, code] of keys) {
        assert.equal((await asAdmin('POST', `${path}/keys`, body)).body.code, code, JSON.stringify(code))
      }
      const { body } = await asAdmin('GET', `${path}/keys`)
      assert.deepEqual(body.items.map(({ kid }: { kid: string }) => kid).sort(), ['one', 'r'])
    })

    test('an app has ten live keys at most, and a revoked one makes room', async () => {
      const path = `/v1/apps/${(await openPartner(house, admin.token)).app}/keys`
      const add = async (kid: string) => {
        const { body } = await asAdmin('POST', path, {
          kid,
          algorithm: 'RS256',
          key: newClientKey('RS256').jwk,
        })
        return body.code
      }
      for (let at = 2; at <= 10; at += 1) assert.equal(await add(`key-${at}`), undefined)
      assert.equal(await add('key-11'), 'key_limit_reached')
      assert.equal((await asAdmin('POST', `${path}/key-2/revoke`)).status, 204)
      assert.equal(await add('key-11'), undefined)
    })

    test('the people of an app are listed by pages, with what it calls them and when they came', async () => {
      const partner = await openPartner(house, admin.token)
      const path = `/v1/apps/${partner.app}/people`
      assert.deepEqual((await asAdmin('GET', path)).body, { items: [], next: null })
      const ben = await house.signedIn(`ben-of-${partner.app}`)
      await asAdmin('POST', path, { sub: 'ben', user_id: ben.id })
      const linkedAt = new Date(house.world.now()).toISOString()
      house.world.advance(1_000)
      for (const sub of ['mei', 'ann']) {
        const assertion = partner.sign({ nonce: await partner.nonce(), sub })
        const form = { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion }
        assert.equal((await house.call('POST', '/oauth/token', { form })).status, 200)
      }
      const cameAt = new Date(house.world.now()).toISOString()
      const { items } = (await asAdmin('GET', path)).body
      assert.equal(items.length, 3)
      assert.deepEqual(
        items.find(({ sub }) => sub === 'ben'),
        {
          ...{ sub: 'ben', user_id: ben.id, username: ben.username, source: 'linked' },
          ...{ created_at: linkedAt, last_sign_in_at: null },
        },
      )
      const { user_id: id, username, ...mei } = items.find(({ sub }) => sub === 'mei') ?? assert.fail()
      assert.deepEqual(mei, { sub: 'mei', source: 'made', created_at: cameAt, last_sign_in_at: cameAt })
      assert.equal(username, `person_${String(id).slice('usr_'.length)}`)
      const first = (await asAdmin('GET', `${path}?limit=2`)).body
      const second = (await asAdmin('GET', `${path}?limit=2&after=${first.next}`)).body
      assert.deepEqual([...first.items, ...second.items], items)
      assert.equal(second.next, null)
      assert.equal((await asAdmin('GET', '/v1/apps/app_none/people')).status, 404)
      assert.equal((await asAdmin('GET', `${path}?limit=0`)).status, 400)
      const other = await openPartner(house, admin.token)
      assert.deepEqual((await asAdmin('GET', `/v1/apps/${other.app}/people`)).body.items, [])
    })

    test('a person is linked to and unlinked from an app that there is, by those who may', async () => {
      const { token, id } = await house.signedIn('cleo')
      const { app } = await openPartner(house, admin.token)
      const body = { sub: 'cleo', user_id: id }
      for (const [by, path, code] of [
        [admin.token, '/v1/apps/app_none/people', 'app_not_found'],
        [token, `/v1/apps/${app}/people`, 'permission_missing'],
      ] as const) {
        const linked = await house.call('POST', path, { token: by, body })
        const unlinked = await house.call('DELETE', `${path}/${id}`, { token: by })
        assert.deepEqual([linked.body.code, unlinked.body.code], [code, code])
      }
      assert.deepEqual((await asAdmin('GET', `/v1/apps/${app}/people`)).body.items, [])
    })

    test('nobody else registers, reads or disables one, and no two have one name', async () => {
      const { token } = await house.signedIn('ada')
      const { app } = await openPartner(house, admin.token)
      for (const [method, path, body] of [
        ['GET', '/v1/apps'],
        ['GET', `/v1/apps/${app}`],
        ['GET', `/v1/apps/${app}/keys`],
        ['GET', `/v1/apps/${app}/people`],
        ['POST', '/v1/apps', { name: 'mine' }],
        ['POST', `/v1/apps/${app}/disable`],
        ['POST', `/v1/apps/${app}/keys/one/revoke`],
      ] as const) {
        const answer = await house.call(method, path, { token, ...(body && { body }) })
        assert.deepEqual([answer.status, answer.body.code], [403, 'permission_missing'], path)
      }
      assert.equal((await asAdmin('POST', '/v1/apps', { name: 'one name' })).status, 201)
      assert.equal((await asAdmin('POST', '/v1/apps', { name: 'one name' })).body.code, 'app_exists')
    })
  })
}
