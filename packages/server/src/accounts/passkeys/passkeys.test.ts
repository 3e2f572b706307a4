import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { openTestApp, type SignedIn, type TestApp } from '../../../test/app.ts'
import {
  addPasskey,
  createPasskey,
  type Oddity,
  offered,
  register,
  usual,
  withPasskey,
} from '../../../test/browser-passkeys.ts'
import { enrolled } from '../../../test/factors.ts'
import { takeLetters } from '../../../test/letters.ts'
import { flags, keyPair } from '../../../test/passkeys.ts'
import { engines } from '../../../test/storages.ts'
import { operator } from '../../identity.ts'
import { hashSecret } from '../../secrets/secrets.ts'
import { scheduleDeletion } from '../deletion/deletion.ts'
import { requireFactorOfType, resetFactors } from '../factors/administer.ts'
import { setSignInRule } from '../user-types/sign-in-rule.ts'
import { createUserType } from '../user-types/user-types.ts'
import { takePasskeyChallenge } from './store.ts'

const own = '/v1/me/passkeys'

interface Shown {
  readonly id: string
  readonly name: string
  readonly credential_id: string
}

for (const engine of engines) {
  describe(`passkeys on ${engine}`, () => {
    let app: TestApp
    before(async () => {
      app = await openTestApp(engine)
      await setSignInRule(app.app, operator, 'customer', { mailCode: false })
    })
    after(() => app.close())

    const list = async (token: string) =>
      (await app.call('GET', own, { token })).body.passkeys as readonly Shown[]
    const login = ({ username, password }: { username: string; password: string }) =>
      app.call('POST', '/v1/login', { body: { username, password } })
    const remove = (token: string, id: string) => app.call('DELETE', `${own}/${id}`, { token })
    const rename = (token: string, id: string, name: string) =>
      app.call('PATCH', `${own}/${id}`, { token, body: { name } })
    const inForce = async (token: string) =>
      (await app.call('GET', '/v1/me/factors', { token })).body.in_force
    const isSignedIn = async (token: string) => (await app.call('GET', '/v1/me', { token })).status === 200
    const reasonOf = async (id: string) => {
      await app.app.activity.flushRefusals(true)
      const [row] = await app.app.db.query<{ event: string; reason: string }>(
        `SELECT event, reason FROM activity WHERE subject = $1 AND outcome = 'refused' ORDER BY id DESC LIMIT 1`,
        id,
      )
      return [row?.event, row?.reason]
    }

    describe('making one', () => {
      test('is offered with what a browser has to know', async () => {
        const ada = await app.signedIn('ada')
        const { body } = await app.call('POST', `${own}/options`, { token: ada.token, body: {} })
        const { challenge, ...rest } = body.public_key as Record<string, unknown>
        assert.match(String(challenge), /^[\w-]{43}$/)
        assert.deepEqual(rest, {
          rp: { id: 'localhost', name: 'Latchkey 127.0.0.1' },
          user: { id: Buffer.from(ada.id).toString('base64url'), name: 'ada', displayName: 'ada' },
          pubKeyCredParams: [-7, -8, -257].map((alg) => ({ type: 'public-key', alg })),
          timeout: 600_000,
          excludeCredentials: [],
          authenticatorSelection: {
            residentKey: 'required',
            requireResidentKey: true,
            userVerification: 'required',
          },
          attestation: 'none',
        })
      })

      test('is offered with the name by which the person is shown', async () => {
        const admin = await app.signedIn(`names people ${engine}`, 'administrator')
        const ada = await app.signedIn('countess')
        const body = { display_name: 'Ada Lovelace' }
        await app.call('PATCH', `/v1/users/${ada.id}`, { token: admin.token, body })
        const asked = await app.call('POST', `${own}/options`, { token: ada.token, body: {} })
        const { user } = asked.body.public_key as { user?: { displayName: string } }
        assert.equal(user?.displayName, 'Ada Lovelace')
      })

      test('puts it in force, brings recovery codes with the first factor, and ends other sessions', async () => {
        const ben = await app.signedIn('ben')
        const other = String((await login(ben)).body.access_token)
        const { credential, passkey } = createPasskey(await offered(app, ben.token))
        const added = await register(app, ben.token, credential, 'telephone')
        assert.equal(added.status, 201, added.text)
        const at = new Date(app.world.now()).toISOString()
        const { id, ...shown } = added.body.passkey as Shown
        assert.match(id, /^pk_\w{26}$/)
        assert.deepEqual(shown, {
          ...{ name: 'telephone', model: null, created_at: at, last_used_at: null },
          ...{ is_backed_up: true, is_factor: true },
          credential_id: passkey.id.toString('base64url'),
        })
        assert.equal(added.body.recovery_codes.length, 10)
        assert.deepEqual(await list(ben.token), [{ id, ...shown }])
        assert.deepEqual([await isSignedIn(ben.token), await isSignedIn(other)], [true, false])
        assert.equal(await inForce(ben.token), true)
        assert.equal((await login(ben)).body.code, 'factor_required')
        const { body } = await app.call('GET', own, { token: ben.token })
        const { rp_id, user_handle, username, display_name, most } = body
        const handle = Buffer.from(ben.id).toString('base64url')
        const said = [rp_id, user_handle, username, display_name, most]
        assert.deepEqual(said, ['localhost', handle, 'ben', 'ben', 10])
      })

      test('beside an authenticator brings no recovery codes, and asks for a sign-in with it', async () => {
        const cleo = await enrolled(app, 'cleo')
        const stale = await app.call('POST', `${own}/options`, { token: cleo.token, body: {} })
        assert.deepEqual([stale.status, stale.body.code], [401, 'insufficient_user_authentication'])
        const { challenge } = (await login(cleo)).body.mfa_required
        const code = cleo.authenticator.code()
        const signedIn = await app.call('POST', '/v1/login/factor', { body: { challenge, code } })
        const { recoveryCodes } = await addPasskey(app, signedIn.body.access_token)
        assert.deepEqual(recoveryCodes, [])
      })

      test('names what is given no name, and never two alike', async () => {
        const dan = await app.signedIn('dan')
        const first = await offered(app, dan.token)
        const second = await offered(app, dan.token)
        assert.equal((await register(app, dan.token, createPasskey(first).credential)).status, 201)
        assert.equal((await register(app, dan.token, createPasskey(second).credential)).status, 201)
        assert.deepEqual(
          (await list(dan.token)).map(({ name }) => name),
          ['Passkey', 'Passkey 2'],
        )
      })

      test('excludes those that there are, by the ways that browsers know', async () => {
        const eve = await app.signedIn('eve')
        const second = await offered(app, eve.token)
        const { credential, passkey } = createPasskey(await offered(app, eve.token))
        await register(app, eve.token, credential)
        await register(app, eve.token, createPasskey(second).credential)
        const admin = await app.app.db.query<{ transports: string }>(
          'SELECT transports FROM passkeys WHERE credential_id = $1',
          passkey.id.toString('base64url'),
        )
        assert.deepEqual(admin, [{ transports: 'hybrid internal' }])
      })

      const odd: readonly { name: string; odd: Oddity; reason: string }[] = [
        { name: 'of another origin', odd: { origin: 'https://evil.example' }, reason: 'origin_mismatch' },
        { name: 'for another domain', odd: { rpId: 'evil.example' }, reason: 'rp_id_mismatch' },
        { name: 'without presence', odd: { flags: usual & ~flags.up }, reason: 'user_not_present' },
        { name: 'without verification', odd: { flags: usual & ~flags.uv }, reason: 'user_not_verified' },
        { name: 'that is a sign-in', odd: { type: 'webauthn.get' }, reason: 'type_mismatch' },
        {
          name: 'for a challenge of nobody',
          odd: { challenge: Buffer.alloc(32, 3).toString('base64url') },
          reason: 'challenge_unknown',
        },
      ]
      for (const { name, odd: oddity, reason } of odd) {
        test(`is refused, and used its challenge up: ${name}`, async () => {
          const person = await app.signedIn(`odd ${name}`)
          const options = await offered(app, person.token)
          const { credential } = createPasskey(options, oddity)
          const { status, body } = await register(app, person.token, credential)
          assert.deepEqual([status, body.code], [403, 'passkey_refused'])
          assert.deepEqual(await reasonOf(person.id), ['user.add_factor', reason])
          if (reason !== 'challenge_unknown') {
            const again = await register(app, person.token, createPasskey(options).credential)
            assert.equal(again.body.code, 'passkey_refused')
          }
          assert.deepEqual(await list(person.token), [])
        })
      }

      test('is refused in another session, for another person, and too late', async () => {
        const fay = await app.signedIn('fay')
        const other = String((await login(fay)).body.access_token)
        const gus = await app.signedIn('gus')
        for (const token of [other, gus.token]) {
          const { credential } = createPasskey(await offered(app, fay.token))
          assert.equal((await register(app, token, credential)).body.code, 'passkey_refused')
        }
        const { credential } = createPasskey(await offered(app, fay.token))
        app.world.advance(10 * 60_000)
        const body = { refresh_token: fay.refreshToken }
        const { access_token: token } = (await app.call('POST', '/v1/refresh', { body })).body
        assert.equal((await register(app, token, credential)).body.code, 'passkey_refused')
        await app.app.jobs.runNow()
        assert.deepEqual(
          await app.app.db.query('SELECT 1 FROM passkey_challenges WHERE user_id = $1', fay.id),
          [],
        )
      })

      test('is refused with a credential id that there is, whose ever it is', async () => {
        const hal = await withPasskey(app, 'hal')
        const ida = await app.signedIn('ida')
        const { credential } = createPasskey(await offered(app, ida.token), { id: hal.passkey.id })
        assert.equal((await register(app, ida.token, credential)).body.code, 'passkey_refused')
        assert.deepEqual(await reasonOf(ida.id), ['user.add_factor', 'credential_taken'])
      })

      test('is refused by what is no registration at all', async () => {
        const jo = await app.signedIn('jo')
        const { credential } = createPasskey(await offered(app, jo.token))
        const response = (credential as { response: object }).response
        for (const wrong of [
          {},
          { ...credential, type: 'password' },
          { ...credential, response: { ...response, clientDataJSON: 'a b' } },
          { ...credential, response: { ...response, attestationObject: 'x'.repeat(20_000) } },
          { ...credential, response: { ...response, transports: 'usb' } },
        ]) {
          assert.equal((await register(app, jo.token, wrong)).body.code, 'request_invalid')
        }
        const noJson = { ...credential, response: { ...response, clientDataJSON: 'AAAA' } }
        assert.equal((await register(app, jo.token, noJson)).body.code, 'passkey_refused')
        assert.equal((await register(app, jo.token, credential, 'two\nlines')).body.code, 'request_invalid')
        assert.equal((await register(app, jo.token, credential)).status, 201)
      })

      test('takes every algorithm that is offered', async () => {
        for (const algorithm of ['ES256', 'EdDSA', 'RS256'] as const) {
          await withPasskey(app, `with ${algorithm}`, { pair: keyPair(algorithm) })
        }
      })

      test('takes a sign-in of the last five minutes, here, by the person', async () => {
        const kim = await app.signedIn('kim')
        app.world.advance(5 * 60_000 + 1)
        const body = { refresh_token: kim.refreshToken }
        const { access_token: token } = (await app.call('POST', '/v1/refresh', { body })).body
        const late = await app.call('POST', `${own}/options`, { token, body: {} })
        assert.deepEqual([late.status, late.body.code], [401, 'insufficient_user_authentication'])
      })

      test('ten are the most, also of many at once', async () => {
        const lea = await app.signedIn('lea')
        const options = []
        for (let at = 0; at < 64; at++) options.push(await offered(app, lea.token))
        const answers = await Promise.all(
          options.map((each) => register(app, lea.token, createPasskey(each).credential)),
        )
        assert.equal(answers.filter(({ status }) => status === 201).length, 10)
        assert(answers.every(({ status, body }) => status === 201 || body.code === 'passkey_limit_reached'))
        assert.equal(answers.filter(({ body }) => body.recovery_codes).length, 1)
      })

      test('of 64 who answer one challenge at once, one takes it', async () => {
        const mia = await app.signedIn('mia')
        const { challenge } = await offered(app, mia.token)
        const taken = await Promise.all(
          Array.from({ length: 64 }, () =>
            app.app.db.transaction((tx) =>
              takePasskeyChallenge(tx, hashSecret(challenge), 'registration', app.world.now()),
            ),
          ),
        )
        assert.equal(taken.filter(Boolean).length, 1)
      })
    })

    describe('looking after them', () => {
      test('renames one of one’s own, and nobody else’s', async () => {
        const nan = await withPasskey(app, 'nan')
        const oda = await withPasskey(app, 'oda')
        const renamed = await rename(nan.token, nan.passkeyId, 'the old laptop')
        assert.deepEqual([renamed.status, renamed.body.name], [200, 'the old laptop'])
        for (const id of [oda.passkeyId, 'pk_none', 'x'.repeat(64)]) {
          assert.equal((await rename(nan.token, id, 'mine')).body.code, 'factor_not_found')
        }
        for (const name of ['', 'two\nlines', 'x'.repeat(101)]) {
          assert.equal((await rename(nan.token, nan.passkeyId, name)).body.code, 'request_invalid')
        }
        assert.equal((await list(oda.token))[0]?.name, 'Passkey')
      })

      test('removes one of one’s own, the recovery codes with the last, and nobody else’s', async () => {
        const pam = await app.signedIn('pam')
        const [one, two] = [await offered(app, pam.token), await offered(app, pam.token)]
        const first = await register(app, pam.token, createPasskey(one).credential)
        await register(app, pam.token, createPasskey(two).credential)
        const qi = await withPasskey(app, 'qi')
        const recovery = first.body.recovery_codes[0] ?? ''
        // The session that added them has no second factor: it signs in anew.
        assert.equal((await remove(pam.token, 'pk_none')).body.code, 'insufficient_user_authentication')
        const { challenge } = (await login(pam)).body.mfa_required
        const answer = await app.call('POST', '/v1/login/factor', { body: { challenge, code: recovery } })
        const token = answer.body.access_token
        assert.equal((await remove(token, qi.passkeyId)).body.code, 'factor_not_found')
        const [a, b] = await list(token)
        assert.equal((await remove(token, a!.id)).status, 204)
        assert.equal((await remove(token, a!.id)).body.code, 'factor_not_found')
        assert.deepEqual([await isSignedIn(pam.token), await isSignedIn(token)], [false, true])
        assert.equal((await login(pam)).body.code, 'factor_required')
        assert.equal((await remove(token, b!.id)).status, 204)
        assert.equal((await login(pam)).status, 200)
        const { body } = await app.call('GET', '/v1/me/factors', { token })
        assert.deepEqual([body.in_force, body.recovery_codes, body.passkeys], [false, 0, []])
      })

      test('the last factor stays where the type requires one', async () => {
        const permissions = ['devices:read'] as const
        await createUserType(app.app, operator, { name: 'strict', description: '', permissions })
        const rio = await app.signedIn('rio', 'strict')
        const { passkeyId, recoveryCodes } = await addPasskey(app, rio.token)
        await requireFactorOfType(app.app, operator, 'strict', 0)
        const { challenge } = (await login(rio)).body.mfa_required
        const body = { challenge, code: recoveryCodes[0] }
        const { access_token: token } = (await app.call('POST', '/v1/login/factor', { body })).body
        assert.equal((await remove(token, passkeyId)).body.code, 'factor_needed')
        assert.equal((await list(token)).length, 1)
      })

      test('an administrator sees them, and a reset takes them all away', async () => {
        const sam = await withPasskey(app, 'sam')
        const admin = await enrolled(app, 'admin', 'administrator')
        const { body } = await app.call('GET', `/v1/users/${sam.id}/factors`, { token: admin.token })
        const [shown] = body.passkeys as readonly Partial<Shown>[]
        assert.deepEqual([body.in_force, shown?.name], [true, 'Passkey'])
        assert.equal(shown?.credential_id, undefined)
        await resetFactors(app.app, operator, sam.id)
        assert.equal((await login(sam)).status, 200)
        assert.deepEqual(await app.app.db.query('SELECT 1 FROM passkeys WHERE user_id = $1', sam.id), [])
      })

      test('they go with their person', async () => {
        const tess = await withPasskey(app, 'tess')
        await offered(app, (await app.signedIn('stays')).token)
        await scheduleDeletion(app.app, operator, tess.id, 0)
        await app.app.jobs.runNow(60_000)
        for (const table of ['passkeys', 'passkey_challenges']) {
          const left = await app.app.db.query(`SELECT 1 FROM ${table} WHERE user_id = $1`, tess.id)
          assert.deepEqual(left, [], table)
        }
      })

      test('each change is told to the person by mail', async () => {
        const uma = await app.signedIn('uma')
        const body = { address: 'uma@example.com', current_password: uma.password }
        await takeLetters(app.app)
        await app.call('POST', '/v1/me/addresses', { token: uma.token, body })
        const [letter] = await takeLetters(app.app)
        await app.call('POST', '/v1/addresses/prove', { body: { proof: letter!.secret } })
        const { passkeyId, recoveryCodes } = await addPasskey(app, uma.token)
        const told = async () => (await takeLetters(app.app)).map(({ subject }) => subject)
        assert.deepEqual(await told(), ['A passkey was added'])
        const { challenge } = (await login(uma)).body.mfa_required
        const answer = { challenge, code: recoveryCodes[0] }
        const signedIn = await app.call('POST', '/v1/login/factor', { body: answer })
        await remove(signedIn.body.access_token, passkeyId)
        assert.deepEqual(await told(), ['A passkey was removed'])
      })
    })

    describe('nobody but the person here', () => {
      let admin: SignedIn
      before(async () => {
        admin = await app.signedIn('boss', 'administrator')
      })

      test('a service has none, and a stranger is told nothing', async () => {
        const made = { name: 'billing', scopes: [] }
        const service = (await app.call('POST', '/v1/services', { token: admin.token, body: made })).body
        const basic = Buffer.from(`${service.id}:${service.secret}`).toString('base64')
        const { access_token: token } = (
          await app.call('POST', '/oauth/token', {
            form: { grant_type: 'client_credentials' },
            headers: { authorization: `Basic ${basic}` },
          })
        ).body
        const { credential } = createPasskey({ challenge: 'none', rp: { id: 'localhost' } })
        for (const [method, path, body] of [
          ['GET', own, undefined],
          ['POST', `${own}/options`, {}],
          ['POST', own, { credential }],
          ['PATCH', `${own}/pk_1`, { name: 'mine' }],
          ['DELETE', `${own}/pk_1`, undefined],
        ] as const) {
          assert.equal((await app.call(method, path, { token, body })).body.code, 'kind_not_allowed', path)
          assert.equal((await app.call(method, path, { body })).body.code, 'token_missing', path)
        }
      })

      test('whoever acts as somebody sees them, and changes none', async () => {
        const vic = await withPasskey(app, 'vic')
        const body = { reason: 'helps on the telephone' }
        const acting = await app.call('POST', `/v1/users/${vic.id}/act-as`, { token: admin.token, body })
        assert.equal(acting.status, 200)
        const token = acting.body.access_token
        assert.equal((await list(token)).length, 1)
        for (const answer of [
          await app.call('POST', `${own}/options`, { token, body: {} }),
          await rename(token, vic.passkeyId, 'mine'),
          await remove(token, vic.passkeyId),
        ]) {
          assert.equal(answer.body.code, 'kind_not_allowed')
        }
      })
    })

    test('has met no bug in all of this', () => assert.deepEqual(app.log.errors, []))
  })
}

test('passkeys have keys that no statement changes', () => {
  const store = readFileSync(join(import.meta.dirname, 'store.ts'), 'utf8')
  const set = [...store.matchAll(/UPDATE passkeys SET (.*?)\s+WHERE/gs)].map(([, columns = '']) =>
    columns.match(/\w+(?= =)/g),
  )
  assert.deepEqual(set.flat().sort(), ['is_backed_up', 'last_used_at', 'name', 'sign_count'])
})

describe('the domain of passkeys', () => {
  const at = async (settings: Record<string, string>) => {
    const app = await openTestApp('sqlite', settings)
    try {
      const { status, body } = await app.call('GET', '/.well-known/webauthn')
      const person = await app.signedIn('ada')
      const { rp } = await offered(app, person.token)
      return { status, origins: body.origins, rpId: rp.id }
    } finally {
      await app.close()
    }
  }

  test('is the host of the issuer, of which no browser has to be told the origins', async () => {
    const issuer = { LATCHKEY_ISSUER: 'https://id.example' }
    assert.deepEqual(await at(issuer), { status: 404, origins: undefined, rpId: 'id.example' })
    assert.deepEqual(await at({}), { status: 404, origins: undefined, rpId: 'localhost' })
  })

  test('is another one that is set, and the origins are told', async () => {
    const settings = { LATCHKEY_ISSUER: 'https://id.example', LATCHKEY_RP_ID: 'example' }
    assert.deepEqual(await at(settings), { status: 200, origins: ['https://id.example'], rpId: 'example' })
  })

  test('has further origins where they are set', async () => {
    const settings = { LATCHKEY_PASSKEY_ORIGINS: 'https://app.example, http://localhost:5173' }
    const { status, origins } = await at(settings)
    assert.equal(status, 200)
    assert.deepEqual((origins as string[]).slice(-2), ['https://app.example', 'http://localhost:5173'])
  })

  test('lets pages of a further origin make passkeys, and no others', async () => {
    const app = await openTestApp('sqlite', { LATCHKEY_PASSKEY_ORIGINS: 'https://app.example' })
    try {
      const { token } = await app.signedIn('ada')
      for (const [from, status] of [
        ['https://app.example:8443', 403],
        ['http://app.example', 403],
        ['https://app.example', 201],
      ] as const) {
        const { credential } = createPasskey(await offered(app, token), { origin: from })
        assert.equal((await register(app, token, credential)).status, status, from)
      }
    } finally {
      await app.close()
    }
  })
})
