import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { decodeUnverified, type VerifiedClaims } from 'latchkey/token'
import type { Answered, SignedIn } from '../../test/app.ts'
import { type Home, type Lamp, newKey, openHome, publicJwk } from '../../test/home.ts'
import { eventually, openBeside } from '../../test/second-app.ts'
import { engines } from '../../test/storages.ts'
import { scheduleDeletion } from '../accounts/deletion/deletion.ts'
import type { App } from '../app.ts'
import { operator } from '../identity.ts'

const jwtBearer = 'urn:ietf:params:oauth:grant-type:jwt-bearer'

for (const engine of engines) {
  describe(`what is ended of tokens for services on ${engine}`, () => {
    let house: Home
    let beside: App
    let ada: SignedIn
    let caller: Answered['body']
    before(async () => {
      house = await openHome(engine)
      beside = await openBeside(house)
      ada = await house.signedIn('ada')
      caller = await made({ name: 'caller', scopes: ['devices:view'] })
    })
    after(async () => {
      await beside.stop()
      await house.close()
    })

    const admin = () => ({ token: house.admin.token })
    async function asAdmin(method: string, path: string, body?: unknown): Promise<Answered['body']> {
      const answer = await house.call(method, path, { ...admin(), ...(body !== undefined && { body }) })
      assert.ok(answer.status < 300, answer.text)
      return answer.body
    }
    const made = (body: object) => asAdmin('POST', '/v1/services', body)
    let services = 0
    /** A service that everybody has a scope of. */
    async function service(): Promise<Answered['body']> {
      services += 1
      const name = `pages-${services}`
      const row = await made({ name, audience: name, known_scopes: ['pages:read', 'pages:write'] })
      for (const holder of [
        { holder_kind: 'user_type', holder: 'customer' },
        { holder_kind: 'service', holder: caller.id },
        { holder_kind: 'devices' },
      ]) {
        for (const scope of ['pages:read', 'pages:write']) {
          await asAdmin('POST', `/v1/services/${row.id}/scopes`, { scope, ...holder })
        }
      }
      return row
    }
    async function tokenOf(ask: Promise<Answered>): Promise<string> {
      const { body, text } = await ask
      assert.ok(body.access_token, text)
      return body.access_token
    }
    const ofPerson = (resource?: string) => {
      const { username, password } = ada
      return tokenOf(house.call('POST', '/v1/login', { body: { username, password, resource } }))
    }
    const ofService = (resource: string) => {
      const form = { client_id: caller.id, client_secret: caller.secret, resource }
      const grant = { grant_type: 'client_credentials' }
      return tokenOf(house.call('POST', '/oauth/token', { form: { ...grant, ...form } }))
    }
    const ofDevice = (lamp: Lamp, resource: string, assertion = lamp.token()) =>
      tokenOf(house.call('POST', '/oauth/token', { form: { grant_type: jwtBearer, assertion, resource } }))
    /** As a guard that follows the feed of either process. */
    const isRevoked = (token: string, by: App = house.app) =>
      by.revocations.list.isRevoked(decodeUnverified(token).claims as VerifiedClaims) // signed by the house
    const taken = (row: Answered['body'], holder: string) =>
      asAdmin('DELETE', `/v1/services/${row.id}/scopes?scope=pages:write&${holder}`)

    const ends: readonly {
      readonly name: string
      readonly end: (row: Answered['body']) => Promise<unknown>
      /** Whether tokens are to be had afterwards. */
      readonly goesOn?: false
    }[] = [
      {
        name: 'a scope is taken from a user type',
        end: (row) => taken(row, 'holder_kind=user_type&holder=customer'),
      },
      {
        name: 'a scope is taken from a service',
        end: (row) => taken(row, `holder_kind=service&holder=${caller.id}`),
      },
      { name: 'a scope is taken from the devices', end: (row) => taken(row, 'holder_kind=devices') },
      {
        name: 'the service knows a scope no longer',
        end: (row) => asAdmin('PATCH', `/v1/services/${row.id}`, { known_scopes: ['pages:read'] }),
      },
      {
        name: 'the service has another audience',
        end: (row) => asAdmin('PATCH', `/v1/services/${row.id}`, { audience: `${row.audience}-new` }),
        goesOn: false,
      },
      {
        name: 'the service is disabled',
        end: (row) => asAdmin('POST', `/v1/services/${row.id}/disable`),
        goesOn: false,
      },
    ]
    for (const { name, end, goesOn = true } of ends) {
      test(`all tokens for a service end when ${name}, at every process, and no others`, async () => {
        const [row, other] = [await service(), await service()]
        const lamp = await house.lamp()
        const tokens = async () => [
          await ofPerson(row.audience),
          await ofService(row.audience),
          await ofDevice(lamp, row.audience),
        ]
        const before = await tokens()
        const others = [
          await ofPerson(),
          await ofPerson(other.audience),
          await ofService(other.audience),
          await ofDevice(lamp, other.audience),
        ]
        await end(row)
        await eventually(() => beside.revocations.list.size === house.app.revocations.list.size)
        for (const by of [house.app, beside]) {
          assert.deepEqual(
            before.map((token) => isRevoked(token, by)),
            [true, true, true],
          )
          assert.deepEqual(
            others.map((token) => isRevoked(token, by)),
            [false, false, false, false],
          )
        }
        // In the very same second.
        if (goesOn)
          assert.deepEqual(
            (await tokens()).map((token) => isRevoked(token)),
            [false, false, false],
          )
      })
    }

    const endsNothing: readonly {
      readonly name: string
      readonly act: (row: Answered['body']) => Promise<unknown>
    }[] = [
      {
        name: 'a scope is given',
        act: (row) =>
          asAdmin('POST', `/v1/services/${row.id}/scopes`, {
            ...{ scope: 'pages:write', holder_kind: 'user_type', holder: 'administrator' },
          }),
      },
      {
        name: 'the service knows one more',
        act: (row) =>
          asAdmin('PATCH', `/v1/services/${row.id}`, {
            known_scopes: ['pages:read', 'pages:write', 'pages:print'],
          }),
      },
      {
        name: 'the service has another name',
        act: (row) => asAdmin('PATCH', `/v1/services/${row.id}`, { name: `${row.name} of before` }),
      },
      {
        name: 'a scope is taken that nobody has',
        act: async (row) => {
          const path = `/v1/services/${row.id}/scopes?scope=pages:write&holder_kind=user_type&holder=administrator`
          assert.equal((await house.call('DELETE', path, admin())).body.code, 'grant_not_found')
        },
      },
    ]
    for (const { name, act } of endsNothing) {
      test(`no token ends when ${name}`, async () => {
        const row = await service()
        const token = await ofPerson(row.audience)
        const size = house.app.revocations.list.size
        await act(row)
        assert.deepEqual([isRevoked(token), house.app.revocations.list.size], [false, size])
      })
    }

    test('a token whose scopes were read before one was taken, and that was signed after it, is refused', async () => {
      const row = await service()
      const target = await house.app.findTarget(row.audience)
      const scopes = (await target?.scopesOf(house.app.db, { kind: 'device' })) ?? []
      assert.ok(scopes.includes('pages:write'))
      await taken(row, 'holder_kind=devices')
      house.world.advance(5_000)
      const grant = { subject: 'dev', kind: 'device', clientId: 'dev', scopes } as const
      const { token } = await house.app.issue(grant, target)
      assert.equal(isRevoked(token), true)
    })

    test('another service with an audience that was given up gets tokens that are good', async () => {
      const row = await service()
      const before = await ofPerson(row.audience)
      await asAdmin('PATCH', `/v1/services/${row.id}`, { audience: null })
      house.world.advance(1)
      await made({ name: 'next', audience: row.audience })
      const now = await ofPerson(row.audience)
      assert.deepEqual([isRevoked(before), isRevoked(now)], [true, false])
    })

    const ofDevices: readonly {
      readonly name: string
      readonly end: (lamp: Lamp, owner: SignedIn) => Promise<unknown>
    }[] = [
      {
        name: 'a key of it is revoked',
        end: (lamp) => asAdmin('DELETE', `/v1/devices/${lamp.uid}/keys/${lamp.kid}`),
      },
      {
        name: 'its owner gives it up',
        async end(lamp, { token }) {
          const answer = await house.call('DELETE', `/v1/devices/${lamp.uid}/claim`, { token })
          assert.equal(answer.status, 204, answer.text)
        },
      },
      {
        name: 'its owner is deleted',
        async end(_, { id }) {
          await scheduleDeletion(house.app, operator, id, 0)
          await house.app.jobs.runNow(60_000)
        },
      },
    ]
    for (const { name, end } of ofDevices) {
      test(`the tokens of a device end when ${name}; it gets others by a key that it has, and stays connected by it`, async () => {
        const row = await service()
        const owner = await house.signedIn(`owner-${++services}`)
        const [lamp, other] = [await house.lampOf(owner), await house.lamp()]
        const second = newKey()
        await asAdmin('POST', `/v1/devices/${lamp.uid}/keys`, { key: publicJwk(second) })
        const bySecond = () => lamp.token({}, second)
        const live = await lamp.connect({ password: bySecond() })
        const tokens = [
          await ofDevice(lamp, row.audience),
          await ofDevice(lamp, row.audience, bySecond()),
          await ofDevice(other, row.audience),
        ]
        await end(lamp, owner)
        await eventually(() => beside.revocations.list.size === house.app.revocations.list.size)
        for (const by of [house.app, beside]) {
          assert.deepEqual(
            tokens.map((token) => isRevoked(token, by)),
            [true, true, false],
          )
        }
        assert.equal(isRevoked(await ofDevice(lamp, row.audience, bySecond())), false)
        await live.unsubscribe('nothing')
      })
    }

    test('a key that was revoked gets no token', async () => {
      const row = await service()
      const lamp = await house.lamp()
      await asAdmin('DELETE', `/v1/devices/${lamp.uid}/keys/${lamp.kid}`)
      const form = { grant_type: jwtBearer, assertion: lamp.token(), resource: row.audience }
      assert.equal((await house.call('POST', '/oauth/token', { form })).status, 400)
    })

    test('has met no bug in all of this', () => assert.deepEqual(house.log.errors, []))
  })
}
