import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { decodeUnverified } from 'latchkey/token'
import type { Answered } from '../../../test/app.ts'
import { addPasskey, asked, usePasskey } from '../../../test/browser-passkeys.ts'
import { challenged, type Enrolled, enrolled } from '../../../test/factors.ts'
import { type Home, openHome } from '../../../test/home.ts'
import { openPartner, type Partner } from '../../../test/partner.ts'
import { engines } from '../../../test/storages.ts'

interface Attempt {
  /** Ask with this resource, as often as one likes: a refused one has used nothing up. */
  readonly ask: (resource: string | undefined) => Promise<Answered>
}

for (const engine of engines) {
  describe(`every way to sign in takes the audience of a service (RFC 8707) on ${engine}:`, () => {
    let house: Home
    let partner: Partner
    before(async () => {
      house = await openHome(engine)
      const { token } = house.admin
      for (const body of [
        { name: 'pages', audience: 'pages', known_scopes: ['devices:view'] },
        { name: 'vault', audience: 'vault', known_scopes: ['vault:open'] },
      ]) {
        assert.equal((await house.call('POST', '/v1/services', { token, body })).status, 201)
      }
      partner = await openPartner(house, token)
    })
    after(() => house.close())

    let people = 0
    const person = () => house.signedIn(`person-${++people}`)
    const post = (path: string, body: object) => house.call('POST', path, { body })

    const ways: readonly { readonly name: string; readonly begin: () => Promise<Attempt> }[] = [
      {
        name: 'a password',
        async begin() {
          const { username, password } = await person()
          return { ask: (resource) => post('/v1/login', { username, password, resource }) }
        },
      },
      {
        name: 'a password and a code',
        async begin() {
          const one: Enrolled = await enrolled(house, `person-${++people}`)
          const { challenge } = await challenged(house, one)
          const code = one.authenticator.code()
          return { ask: (resource) => post('/v1/login/factor', { challenge, code, resource }) }
        },
      },
      {
        name: 'a passkey alone',
        async begin() {
          const one = await person()
          const { passkey } = await addPasskey(house, one.token)
          const credential = usePasskey(passkey, await asked(house))
          return { ask: (resource) => post('/v1/login/passkey', { credential, resource }) }
        },
      },
      {
        name: 'a refresh token',
        async begin() {
          const { refreshToken: refresh_token } = await person()
          return { ask: (resource) => post('/v1/refresh', { refresh_token, resource }) }
        },
      },
      {
        name: 'an assertion of a partner',
        async begin() {
          const assertion = partner.sign({ sub: `mei-${++people}`, nonce: await partner.nonce() })
          const form = { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion }
          return {
            ask: (resource) =>
              house.call('POST', '/oauth/token', { form: { ...form, ...(resource && { resource }) } }),
          }
        },
      },
    ]
    for (const { name, begin } of ways) {
      test(`${name} brings a token for the service, after one that is not known`, async () => {
        const { ask } = await begin()
        const unknown = await ask('nowhere')
        assert.ok(
          [unknown.body.code, unknown.body.error].some((one) =>
            /resource_unknown|invalid_target/.test(String(one)),
          ),
        )
        const { status, body, text } = await ask('pages')
        assert.equal(status, 200, text)
        const { aud, scope } = decodeUnverified(body.access_token).claims
        assert.deepEqual([aud, scope], ['pages', 'devices:view'])
      })

      test(`${name} brings a token for this server where no service is named`, async () => {
        const { body, text } = await (await begin()).ask(undefined)
        assert.equal(decodeUnverified(body.access_token ?? text).claims.aud, house.app.config.audience)
      })

      test(`${name} brings none for a service that knows nothing of the person`, async () => {
        const { status, body } = await (await begin()).ask('vault')
        assert.deepEqual([status, /scope/.test(String(body.code ?? body.error))], [400, true])
      })
    }

    test('has met no bug in all of this', () => assert.deepEqual(house.log.errors, []))
  })
}
