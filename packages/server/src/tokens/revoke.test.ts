import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { createSigner, decodeUnverified, generateKey, type PrivateKey, signJws } from 'latchkey/token'
import type { Answered, SignedIn } from '../../test/app.ts'
import { type Home, type Lamp, openHome } from '../../test/home.ts'
import { eventually, openBeside, post } from '../../test/second-app.ts'
import { engines } from '../../test/storages.ts'
import type { App } from '../app.ts'
import { type Listener, listen } from '../mqtt/listener.ts'
import { clockSkewMs } from './authenticate.ts'

for (const engine of engines) {
  describe(`one token, on ${engine},`, () => {
    let house: Home
    let beside: App
    let listener: Listener
    let ada: SignedIn
    let desk: SignedIn
    let lamp: Lamp
    before(async () => {
      house = await openHome(engine)
      const body = { name: 'desk', description: '', permissions: ['tokens:revoke'] }
      const made = await house.call('POST', '/v1/user-types', { token: house.admin.token, body })
      assert.equal(made.status, 201, made.text)
      ada = await house.signedIn('ada')
      await house.call('POST', '/v1/user-types', {
        token: house.admin.token,
        body: { name: 'plain', description: '', permissions: [] },
      })
      desk = await house.signedIn('desk', 'desk')
      lamp = await house.lamp()
      beside = await openBeside(house)
      listener = await listen(beside.connections.broker, { host: '127.0.0.1', port: 0 })
    })
    after(async () => {
      await listener.close()
      await beside.stop()
      await house.close()
    })

    const revoke = (token: string | undefined, body: unknown) =>
      house.call('POST', '/v1/revocations', { ...(token !== undefined && { token }), body })
    const byAdmin = (body: unknown) => revoke(house.admin.token, body)
    let people = 0
    const person = (userType = 'plain') => house.signedIn(`person-${++people}`, userType)
    const idOf = (token: string) => String(decodeUnverified(token).claims.jti)
    const statusOf = async (token: string) => (await house.call('GET', '/v1/me', { token })).status
    const written = () => house.events.filter(({ event }) => event === 'token.revoke').length
    const rows = () => house.app.db.query(`SELECT id FROM revocations WHERE kind = 'token'`)
    async function service(body: object): Promise<Answered['body']> {
      const made = await house.call('POST', '/v1/services', { token: house.admin.token, body })
      assert.equal(made.status, 201, made.text)
      return made.body
    }
    async function tokenFor({ username, password }: SignedIn, resource: string): Promise<string> {
      const { body, text } = await house.call('POST', '/v1/login', { body: { username, password, resource } })
      assert.ok(body.access_token, text)
      return body.access_token
    }
    const foreign = (claims: object) =>
      createSigner({
        key: generateKey('ES256', { keyId: house.app.ring.signingKey().keyId ?? '' }) as PrivateKey,
        type: 'at+jwt',
        now: house.world.now,
      })({ ...decodeUnverified(ada.token).claims, ...claims })

    /** Signed by the key of this server; undefined removes a claim of ada's. */
    const ours = (claims: object) => {
      const { iat, ...said } = { ...decodeUnverified(ada.token).claims, ...claims }
      const sign = createSigner({ key: house.app.ring.signingKey(), type: 'at+jwt', now: house.world.now })
      return sign(JSON.parse(JSON.stringify(said)))
    }

    /** The same token, signed by us without `iat`. */
    const untimed = (token: string) => {
      const { iat, ...said } = decodeUnverified(token).claims
      const key = house.app.ring.signingKey()
      return signJws(Buffer.from(JSON.stringify(said)), { key, header: { typ: 'at+jwt' } })
    }

    const refused: readonly {
      readonly name: string
      readonly by?: () => string | undefined
      readonly asks: () => unknown
      readonly status: number
      readonly code: string
    }[] = [
      {
        name: 'by nobody',
        by: () => undefined,
        asks: () => ({ token: ada.token }),
        status: 401,
        code: 'token_missing',
      },
      {
        name: 'of another, by somebody without the permission',
        by: () => ada.token,
        asks: () => ({ token: desk.token }),
        status: 403,
        code: 'permission_missing',
      },
      {
        name: 'by its id, without the permission',
        by: () => ada.token,
        asks: () => ({ token_id: idOf(desk.token) }),
        status: 403,
        code: 'permission_missing',
      },
      {
        name: 'of an administrator, by somebody who may do less',
        by: () => desk.token,
        asks: () => ({ token: house.admin.token }),
        status: 403,
        code: 'permission_missing',
      },
      {
        name: 'of a customer, by somebody who may do other things',
        by: () => desk.token,
        asks: () => ({ token: ada.token }),
        status: 403,
        code: 'permission_missing',
      },
      {
        name: 'of another, by a device that writes its id into a token of its own',
        by: () => lamp.token({ jti: idOf(ada.token) }),
        asks: () => ({ token: ada.token }),
        status: 403,
        code: 'permission_missing',
      },
      {
        name: 'by an id that a device writes into a token of its own',
        by: () => lamp.token({ jti: idOf(ada.token) }),
        asks: () => ({ token_id: idOf(ada.token) }),
        status: 403,
        code: 'permission_missing',
      },
      { name: 'that is no token', asks: () => ({ token: 'x' }), status: 400, code: 'token_unknown' },
      {
        name: 'with three parts and nothing in them',
        asks: () => ({ token: 'a.b.c' }),
        status: 400,
        code: 'token_unknown',
      },
      {
        name: 'that another key has signed, under the name of ours',
        asks: () => ({ token: foreign({}) }),
        status: 400,
        code: 'token_unknown',
      },
      {
        name: 'that names no key',
        asks: () => ({
          token: createSigner({ key: generateKey('ES256') as PrivateKey, type: 'at+jwt' })({ jti: 'x' }),
        }),
        status: 400,
        code: 'token_unknown',
      },
      ...['jti', 'sub', 'kind'].map((name) => ({
        name: `that we have signed without ${name}`,
        asks: () => ({ token: ours({ [name]: undefined }) }),
        status: 400,
        code: 'token_unknown',
      })),
      {
        name: 'that we have signed for a session',
        asks: () => ({ token: ours({ jti: ada.sessionId }) }),
        status: 400,
        code: 'token_unknown',
      },
      {
        name: 'that we have signed for a kind that there is not',
        asks: () => ({ token: ours({ kind: 'robot' }) }),
        status: 400,
        code: 'token_unknown',
      },
      {
        name: 'that was changed on the way',
        asks: () => ({ token: `${ada.token.slice(0, -4)}AAAA` }),
        status: 400,
        code: 'token_unknown',
      },
      {
        name: 'that a device has signed for itself',
        asks: () => ({ token: lamp.token() }),
        status: 400,
        code: 'token_unknown',
      },
      {
        name: 'that is a refresh token',
        asks: () => ({ token: ada.refreshToken }),
        status: 400,
        code: 'token_unknown',
      },
      {
        name: 'by the id of a session',
        asks: () => ({ token_id: ada.sessionId }),
        status: 400,
        code: 'token_unknown',
      },
      { name: 'by half an id', asks: () => ({ token_id: 'jti_06f8' }), status: 400, code: 'token_unknown' },
      { name: 'without saying which', asks: () => ({}), status: 400, code: 'request_invalid' },
      {
        name: 'by the token and another id',
        asks: () => ({ token: ada.token, token_id: idOf(desk.token) }),
        status: 400,
        code: 'request_invalid',
      },
      {
        name: 'with an end that is no time',
        asks: () => ({ token_id: idOf(ada.token), expires_at: 'soon' }),
        status: 400,
        code: 'request_invalid',
      },
    ]
    for (const { name, by = () => house.admin.token, asks, status, code } of refused) {
      test(`is not revoked ${name}`, async () => {
        const before = (await rows()).length
        const answer = await revoke(by(), asks())
        assert.deepEqual([answer.status, answer.body.code], [status, code], answer.text)
        assert.equal((await rows()).length, before)
        assert.equal(await statusOf(ada.token), 200)
      })
    }

    const accepted: readonly {
      readonly name: string
      readonly asks: (one: SignedIn) => unknown
      readonly by?: (one: SignedIn) => string
    }[] = [
      { name: 'as a whole', asks: ({ token }) => ({ token }) },
      { name: 'as an API key', asks: ({ token }) => ({ token: `lk_key_${token}` }) },
      { name: 'as one that does not say when it was made', asks: ({ token }) => ({ token: untimed(token) }) },
      { name: 'by its id', asks: ({ token }) => ({ token_id: idOf(token) }) },
      {
        name: 'by its id and its end',
        asks: ({ token }) => ({
          token_id: idOf(token),
          expires_at: new Date(Number(decodeUnverified(token).claims.exp) * 1000).toISOString(),
        }),
      },
      { name: 'by whoever presents it', asks: ({ token }) => ({ token }), by: ({ token }) => token },
      {
        name: 'by whoever presents it, by its id',
        asks: ({ token }) => ({ token_id: idOf(token) }),
        by: ({ token }) => token,
      },
      {
        name: 'by somebody with the permission, of one who may do nothing',
        asks: ({ token }) => ({ token }),
        by: () => desk.token,
      },
    ]
    for (const { name, asks, by = () => house.admin.token } of accepted) {
      test(`is revoked ${name}: it is refused by every process, and the session goes on`, async () => {
        const one = await person()
        const before = written()
        const { status, body, text } = await revoke(by(one), asks(one))
        assert.equal(status, 200, text)
        assert.equal(body.token_id, idOf(one.token))
        const endsAt = (Number(decodeUnverified(one.token).claims.exp) + 60) * 1000
        assert.equal(Math.floor(Date.parse(String(body.ends_at)) / 1000), endsAt / 1000)
        assert.equal(await statusOf(one.token), 401)
        await eventually(() => beside.revocations.list.size === house.app.revocations.list.size)
        assert.throws(() => beside.readToken(one.token), { code: 'token_revoked' })
        assert.equal(written(), before + 1)
        const refreshed = await house.call('POST', '/v1/refresh', {
          body: { refresh_token: one.refreshToken },
        })
        assert.equal(await statusOf(refreshed.body.access_token), 200)
      })
    }

    const services: readonly { readonly name: string; readonly profile: object }[] = [
      { name: 'by the keys of this server', profile: { name: 'plain' } },
      { name: 'by a key of its own', profile: { name: 'rabbitmq' } },
      { name: 'by a key that is shared', profile: { name: 'influxdb1' } },
      { name: 'under a type of its own', profile: { name: 'plain', type: 'vnd.example+jwt' } },
    ]
    for (const [at, { name, profile }] of services.entries()) {
      test(`for a service whose tokens are signed ${name} is revoked`, async () => {
        const audience = `service-${at}`
        const { id } = await service({ name: audience, audience, profile })
        if (JSON.stringify(profile).includes('influx')) {
          await house.call('POST', `/v1/services/${id}/shared-keys`, { token: house.admin.token, body: {} })
        }
        const token = await tokenFor(await person(), audience)
        const { status, text } = await byAdmin({ token })
        assert.equal(status, 200, text)
        const claims = { jti: idOf(token) } as never // as a guard would have verified them
        assert.equal(house.app.revocations.list.isRevoked(claims), true)
      })
    }

    test('is revoked once, however often and wherever it is asked at once', async () => {
      const one = await person()
      const before = (await rows()).length
      const more = { authorization: `Bearer ${house.admin.token}` }
      const answers = await Promise.all([
        ...Array.from({ length: 4 }, () => byAdmin({ token: one.token })),
        ...Array.from({ length: 4 }, () => post(beside, '/v1/revocations', { token: one.token }, more)),
      ])
      assert.deepEqual(
        answers.map(({ status }) => status),
        Array(8).fill(200),
      )
      assert.equal((await byAdmin({ token_id: idOf(one.token) })).status, 200)
      assert.equal((await rows()).length, before + 1)
      const told = await house.app.db.query(`SELECT id FROM activity WHERE target = $1`, idOf(one.token))
      assert.equal(told.length, 1)
    })

    test('is listed no longer than it can live, whatever end somebody has given', async () => {
      const one = await person()
      const asked = { token_id: idOf(one.token), expires_at: '2999-01-01T00:00:00Z' }
      const { body, text } = await byAdmin(asked)
      const exp = Number(decodeUnverified(one.token).claims.exp) * 1000
      assert.equal(Date.parse(String(body.ends_at)), exp + clockSkewMs, text)
    })

    test('stays revoked as long as it lives, whatever end somebody has given before', async () => {
      const one = await person()
      const soon = new Date(house.world.now() + 1000).toISOString()
      await byAdmin({ token_id: idOf(one.token), expires_at: soon })
      await byAdmin({ token: one.token })
      house.world.advance(200_000)
      assert.equal(await statusOf(one.token), 401)
      await house.app.revocations.sweep()
      await beside.revocations.refresh()
      assert.throws(() => beside.readToken(one.token), { code: 'token_revoked' })
      house.world.advance(161_000)
      await house.app.revocations.sweep()
      assert.deepEqual(await rows(), [])
    })

    test('that has expired is over, and nothing is written', async () => {
      const one = await person()
      house.world.advance(361_000)
      const admin = (await house.signedIn('late', 'administrator')).token
      const before = written()
      for (const body of [{ token: one.token }, { token_id: idOf(one.token) }]) {
        assert.equal((await revoke(admin, body)).status, 200)
      }
      assert.deepEqual([written(), await rows()], [before, []])
    })

    test('takes the connections and streams with it that were opened with it, at every process', async () => {
      const admin = await house.signedIn('another admin', 'administrator')
      const connected = [await house.app5(admin), await house.app5(admin, { port: listener.port })]
      const stays = await house.app5(await house.signedIn('stays'), { port: listener.port })
      const headers = { authorization: `Bearer ${admin.token}` }
      const readers = [house.app, beside].map(async ({ edge }) => {
        const answer = await edge.request('/v1/activity/tail', { headers })
        return (answer.body ?? assert.fail()).getReader()
      })
      const streams = await Promise.all(readers)
      assert.equal((await revoke(admin.token, { token: admin.token })).status, 200)
      await Promise.all(connected.map(({ closed }) => closed))
      for (const stream of streams) while (!(await stream.read()).done);
      await stays.unsubscribe('nothing')
    })

    test('has met no bug in all of this', () => assert.deepEqual(house.log.errors, []))
  })
}
