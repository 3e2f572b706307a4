import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { decodeUnverified } from 'latchkey/token'
import { type Answered, openTestApp, type TestApp, testIssuer } from '../../../test/app.ts'
import {
  addPasskey,
  asked,
  type BrowserPasskey,
  createPasskey,
  type Oddity,
  offered,
  register,
  signInWith,
  usePasskey,
  usual,
  type WithPasskey,
  withPasskey,
} from '../../../test/browser-passkeys.ts'
import { authenticatorOf, challenged, enrol } from '../../../test/factors.ts'
import { takeLetters } from '../../../test/letters.ts'
import { flags, keyPair } from '../../../test/passkeys.ts'
import { newClientKey, proofOf } from '../../../test/proofs.ts'
import { openBeside, post } from '../../../test/second-app.ts'
import { engines } from '../../../test/storages.ts'
import { operator } from '../../identity.ts'
import { twoFactors } from '../../sessions/contexts.ts'
import { insertAddress, setPrimary, setProven } from '../addresses/store.ts'
import { resetFactors } from '../factors/administer.ts'
import { disableUser } from '../users/users.ts'

const path = '/v1/login/passkey'

for (const engine of engines) {
  describe(`signing in with a passkey on ${engine}`, () => {
    let app: TestApp
    before(async () => {
      app = await openTestApp(engine)
    })
    after(() => app.close())
    // Nothing of one test makes another wait.
    beforeEach(() => app.world.advance(2 * 3_600_000))

    const answered = ({ status, body }: Answered) => [status, body.code]
    const send = (credential: object, address = '') =>
      app.call('POST', path, { body: { credential }, address })
    const step = (challenge: string, credential: object, more: object = {}) =>
      app.call('POST', '/v1/login/factor', { body: { challenge, credential, ...more } })
    const claimsOf = (token: string) => decodeUnverified(token).claims
    async function rows(of: string): Promise<{ event: string; reason: string | null; details: string }[]> {
      await app.app.activity.flushRefusals(true)
      return app.app.db.query(
        `SELECT event, reason, details FROM activity WHERE subject = $1 ORDER BY id DESC`,
        of,
      )
    }
    const lastReason = async (of: string) => (await rows(of))[0]?.reason
    async function reachable(id: string, address: string): Promise<void> {
      await app.app.db.transaction(async (tx) => {
        const row = { id: `adr_${id}`, user_id: id, address, address_key: address, language: 'en' as const }
        await insertAddress(tx, { ...row, is_primary: 0, created_at: 1, proven_at: null })
        await setProven(tx, row.id, 2)
        await setPrimary(tx, id, row.id)
      })
      await takeLetters(app.app)
    }

    describe('alone', () => {
      test('is offered to everybody alike', async () => {
        const { challenge, ...rest } = await asked(app)
        assert.match(challenge, /^[\w-]{43}$/)
        assert.deepEqual(rest, {
          ...{ rpId: 'localhost', timeout: 600_000, allowCredentials: [], userVerification: 'required' },
        })
      })

      for (const [word, said] of [
        ['swk', usual],
        ['hwk', flags.up | flags.uv],
      ] as const) {
        test(`is two factors, at every place, and the tokens say ${word}`, async () => {
          const person = await withPasskey(app, `signs in by ${word}`, { flags: said })
          await reachable(person.id, `${word}@example.com`)
          const credential = usePasskey(person.passkey, await asked(app))
          const answer = await send(credential, '198.51.100.1')
          assert.equal(answer.status, 200, answer.text)
          const { amr, acr, auth_time, sub } = claimsOf(answer.body.access_token)
          assert.deepEqual([amr, acr, sub], [[word, 'user', 'mfa'], twoFactors, person.id])
          assert.equal(auth_time, Math.floor(app.world.now() / 1000))
          assert.equal(answer.body.username, person.username)
          assert.deepEqual(await takeLetters(app.app), [], 'no code is mailed')
          const [row] = await rows(person.id)
          assert.equal(row?.event, 'user.sign_in')
          assert.deepEqual(JSON.parse(row.details), { amr: `${word} user mfa`, factor: 'passkey' })
          const { body } = await app.call('GET', '/v1/me/passkeys', { token: answer.body.access_token })
          const [shown] = body.passkeys as readonly { readonly last_used_at: string }[]
          assert.equal(shown?.last_used_at, new Date(app.world.now()).toISOString())
        })
      }

      test('is a fresh sign-in with both factors, so that factors can be changed', async () => {
        const ada = await withPasskey(app, 'ada')
        const { access_token: token } = (await signInWith(app, ada.passkey)).body
        const second = createPasskey(await offered(app, token))
        const made = await register(app, token, second.credential)
        assert.deepEqual([made.status, made.body.recovery_codes], [201, null])
        const { authenticator } = await enrol(app, token)
        const { body } = await app.call('GET', '/v1/me/factors', { token })
        assert.equal((body.passkeys as unknown[]).length, 2)
        const { factors } = await challenged(app, ada)
        assert.deepEqual(factors, ['passkey', 'authenticator', 'recovery_code'])
        assert.match(authenticator.code(), /^\d{6}$/)
        assert.equal((await app.call('DELETE', '/v1/me/factors/authenticator', { token })).status, 204)
        assert.equal((await challenged(app, ada)).factors?.[0], 'passkey')
      })

      test('needs no user handle, where a page has named the passkey', async () => {
        const ben = await withPasskey(app, 'ben')
        assert.equal((await signInWith(app, ben.passkey, { userHandle: null })).status, 200)
      })

      const refused: readonly { name: string; odd: Oddity; reason: string }[] = [
        { name: 'at another origin', odd: { origin: 'https://evil.example' }, reason: 'origin_mismatch' },
        {
          name: 'at the origin by its address over https',
          odd: { origin: 'https://localhost:8484' },
          reason: 'origin_mismatch',
        },
        { name: 'for another domain', odd: { rpId: 'evil.example' }, reason: 'rp_id_mismatch' },
        {
          name: 'whose owner was not verified',
          odd: { flags: usual & ~flags.uv },
          reason: 'user_not_verified',
        },
        { name: 'that nobody touched', odd: { flags: usual & ~flags.up }, reason: 'user_not_present' },
        { name: 'by another key', odd: { pair: keyPair('ES256') }, reason: 'signature_invalid' },
        { name: 'that is a registration', odd: { type: 'webauthn.create' }, reason: 'type_mismatch' },
        {
          name: 'that can no longer be backed up',
          odd: { flags: flags.up | flags.uv },
          reason: 'backup_eligibility_changed',
        },
        {
          name: 'with the handle of somebody else',
          odd: { userHandle: Buffer.from('usr_other').toString('base64url') },
          reason: 'user_handle_mismatch',
        },
      ]
      for (const { name, odd, reason } of refused) {
        test(`is refused, with the reason in the log alone: ${name}`, async () => {
          const person = await withPasskey(app, `odd ${name}`)
          const options = await asked(app)
          const answer = await send(usePasskey(person.passkey, options, odd))
          assert.deepEqual(answered(answer), [403, 'passkey_refused'])
          assert.ok(!answer.text.includes(reason))
          assert.equal(await lastReason(person.id), reason)
          const again = await send(usePasskey(person.passkey, options))
          assert.deepEqual(answered(again), [401, 'challenge_invalid'], 'its challenge is used up')
          assert.equal((await signInWith(app, person.passkey)).status, 200)
        })
      }

      test('that nobody has is told apart, so that a browser forgets it', async () => {
        const cleo = await withPasskey(app, 'cleo')
        const other = await signInWith(app, cleo.passkey, { id: Buffer.alloc(32, 9) })
        assert.deepEqual(answered(other), [401, 'passkey_unknown'])
        assert.match(other.headers.get('www-authenticate') ?? '', /^Bearer realm="latchkey", DPoP/)
        await resetFactors(app.app, operator, cleo.id)
        assert.deepEqual(answered(await signInWith(app, cleo.passkey)), [401, 'passkey_unknown'])
      })

      test('is refused to a challenge that was used, is over, or was never given', async () => {
        const dan = await withPasskey(app, 'dan')
        const options = await asked(app)
        const credential = usePasskey(dan.passkey, options)
        assert.equal((await send(credential)).status, 200)
        const late = await asked(app)
        app.world.advance(10 * 60_000)
        const { access_token: token } = (await signInWith(app, dan.passkey)).body
        for (const wrong of [
          credential,
          usePasskey(dan.passkey, options),
          usePasskey(dan.passkey, late),
          usePasskey(dan.passkey, { ...options, challenge: 'AAAA' }),
          // Of a registration, and of a second step.
          usePasskey(dan.passkey, { ...(await offered(app, token)), rpId: 'localhost' }),
          usePasskey(dan.passkey, (await challenged(app, dan)).public_key!),
        ]) {
          assert.deepEqual(answered(await send(wrong)), [401, 'challenge_invalid'])
        }
        const { credential: made } = createPasskey({ ...(await asked(app)), rp: { id: 'localhost' } })
        assert.equal((await register(app, token, made)).body.code, 'passkey_refused')
      })

      test('is refused by what is no sign-in at all', async () => {
        const { passkey } = await withPasskey(app, 'eve')
        const credential = usePasskey(passkey, await asked(app)) as { readonly response: object }
        const { response } = credential
        for (const wrong of [
          {},
          { ...credential, id: '' },
          { ...credential, type: 'public' },
          { ...credential, response: { ...response, signature: 'x'.repeat(3000) } },
          { ...credential, response: { ...response, userHandle: 'x'.repeat(100) } },
          { ...credential, response: { ...response, authenticatorData: 7 } },
        ]) {
          assert.equal((await send(wrong)).body.code, 'request_invalid')
        }
        const noJson = { ...credential, response: { ...response, clientDataJSON: 'AAAA' } }
        assert.deepEqual(answered(await send(noJson)), [403, 'passkey_refused'])
        assert.equal((await send(credential)).status, 200)
      })

      test('of 64 at once who send the same answer, at two processes, one signs in', async () => {
        const beside = await openBeside(app)
        const fay = await withPasskey(app, 'fay')
        const credential = usePasskey(fay.passkey, await asked(app))
        const answers = await Promise.all(
          Array.from({ length: 64 }, (_, at) =>
            at % 2 === 0 ? send(credential) : post(beside, path, { credential }),
          ),
        )
        await beside.stop()
        assert.equal(answers.filter(({ status }) => status === 200).length, 1)
        assert(answers.every(({ status, body }) => status === 200 || body.code === 'challenge_invalid'))
      })

      test('of 64 at once with the same count, each for a challenge of its own, one signs in', async () => {
        const gus = await withPasskey(app, 'gus', { counts: true })
        const options = []
        for (let at = 0; at < 64; at++) options.push(await asked(app))
        const answers = await Promise.all(
          options.map((each) => send(usePasskey(gus.passkey, each, { signCount: 2 }))),
        )
        assert.equal(answers.filter(({ status }) => status === 200).length, 1)
        assert(answers.every(({ status, body }) => status === 200 || body.code === 'passkey_refused'))
      })

      test('with a count that does not rise is refused, logged, and told by mail, three times in an hour', async () => {
        const hal = await withPasskey(app, 'hal', { counts: true })
        await reachable(hal.id, 'hal@example.com')
        assert.equal((await signInWith(app, hal.passkey)).status, 200)
        const copy: BrowserPasskey = { ...hal.passkey, signCount: 1 }
        for (const signCount of [2, 1, 0, 2]) {
          assert.deepEqual(answered(await signInWith(app, copy, { signCount })), [403, 'passkey_refused'])
        }
        assert.equal(await lastReason(hal.id), 'counter_not_higher')
        const letters = (await takeLetters(app.app)).map(({ to, subject }) => [to, subject])
        assert.deepEqual(letters, Array(3).fill(['hal@example.com', 'A passkey may have been copied']))
        assert.equal((await signInWith(app, hal.passkey)).status, 200)
      })

      test('is refused to an account that is disabled, with the same answer', async () => {
        const ida = await withPasskey(app, 'ida')
        await disableUser(app.app, operator, ida.id)
        assert.deepEqual(answered(await signInWith(app, ida.passkey)), [403, 'passkey_refused'])
        assert.equal((await rows(ida.id))[0]?.reason, 'account_disabled')
      })

      test('keeps its refresh token in a cookie for a page of this server, and for no other', async () => {
        const { passkey } = await withPasskey(app, 'jo')
        const sendFrom = async (origin: string) => {
          const body = { credential: usePasskey(passkey, await asked(app)), cookie: 'console' }
          return app.call('POST', path, { body, headers: { origin } })
        }
        const { status, body, headers } = await sendFrom(testIssuer)
        assert.deepEqual([status, body.refresh_token], [200, undefined])
        const names = headers.getSetCookie().map((cookie) => cookie.split('=')[0])
        assert.deepEqual(names, [
          'latchkey_refresh_8484.console',
          'latchkey_browser_8484.id',
          'latchkey_signed_in_8484.id',
        ])
        assert.equal((await sendFrom('https://evil.example')).body.code, 'origin_not_allowed')
      })

      test('binds its tokens to the key that a proof shows', async () => {
        const { passkey } = await withPasskey(app, 'kim')
        const key = newClientKey()
        const proof = proofOf({ key, method: 'POST', url: testIssuer + path, atMs: app.world.now() })
        const body = { credential: usePasskey(passkey, await asked(app)) }
        const answer = await app.call('POST', path, { body, headers: { dpop: proof } })
        assert.equal(answer.body.token_type, 'DPoP')
        const wrong = await app.call('POST', path, { body, headers: { dpop: 'none' } })
        assert.deepEqual(answered(wrong), [400, 'dpop_proof_invalid'])
      })

      test('that is refused too often makes its network wait, and nobody else', async () => {
        const { passkey } = await withPasskey(app, 'lea')
        const tooMany = async (address: string) => {
          const odd = { origin: 'https://evil.example' }
          const credential = usePasskey(passkey, await asked(app), odd)
          return (await send(credential, address)).body.code
        }
        for (let at = 0; at < 100; at++) assert.equal(await tooMany('198.51.100.7'), 'passkey_refused')
        assert.equal(await tooMany('198.51.100.7'), 'too_many_requests')
        const other = await send(usePasskey(passkey, await asked(app)), '198.51.100.8')
        assert.equal(other.status, 200)
        app.world.advance(36_000)
        const again = await send(usePasskey(passkey, await asked(app)), '198.51.100.7')
        assert.equal(again.status, 200, 'one that is right counts for nothing')
        const after = await send(usePasskey(passkey, await asked(app)), '198.51.100.7')
        assert.equal(after.status, 200)
      })

      test('is asked for 5,000 times in an hour by one network at most', async () => {
        await app.app.db.transaction((tx) =>
          tx.query(
            'INSERT INTO sign_in_networks (network, full_until) VALUES ($1, $2)',
            'challenges for 198.51.100.9',
            app.world.now() + 3_600_000 - 720,
          ),
        )
        const ask = () =>
          app.call('POST', `${path}/options`, { body: {}, address: '198.51.100.9' }).then(answered)
        assert.deepEqual(await ask(), [200, undefined])
        assert.deepEqual(await ask(), [429, 'too_many_requests'])
        const { token } = await app.signedIn('asks for too many')
        const own = await app.call('POST', '/v1/me/passkeys/options', {
          ...{ token, body: {}, address: '198.51.100.9' },
        })
        assert.deepEqual([own.body.code, own.headers.get('retry-after')], ['too_many_requests', '1'])
      })
    })

    describe('as the second factor', () => {
      let mia: WithPasskey
      before(async () => {
        mia = await withPasskey(app, 'mia')
      })

      test('is asked for beside the password, by the passkeys that there are', async () => {
        const { factors, public_key, expires_in } = await challenged(app, mia)
        assert.deepEqual(factors, ['passkey', 'recovery_code'])
        const { challenge, ...rest } = public_key!
        assert.match(challenge, /^[\w-]{43}$/)
        const id = mia.passkey.id.toString('base64url')
        assert.deepEqual(rest, {
          ...{ timeout: expires_in * 1000, rpId: 'localhost', userVerification: 'preferred' },
          allowCredentials: [{ type: 'public-key', id, transports: ['hybrid', 'internal'] }],
        })
      })

      test('opens one session, also without a PIN: the password was the other factor', async () => {
        const { challenge, public_key } = await challenged(app, mia)
        const credential = usePasskey(mia.passkey, public_key!, { flags: usual & ~flags.uv })
        const answer = await step(challenge, credential)
        assert.equal(answer.status, 200, answer.text)
        const { amr, acr } = claimsOf(answer.body.access_token)
        assert.deepEqual([amr, acr], [['pwd', 'swk', 'user', 'mfa'], twoFactors])
        assert.equal(answer.body.recovery_codes, undefined)
        assert.deepEqual(answered(await step(challenge, credential)), [401, 'challenge_invalid'])
      })

      test('of 64 answers at once opens one session', async () => {
        const { challenge, public_key } = await challenged(app, mia)
        const credential = usePasskey(mia.passkey, public_key!)
        const answers = await Promise.all(Array.from({ length: 64 }, () => step(challenge, credential)))
        assert.equal(answers.filter(({ status }) => status === 200).length, 1)
      })

      test('that is refused can be tried again, five times in all', async () => {
        // Not mia: up to four of the answers at once came after the one that counted, and are failures of hers.
        const ned = await withPasskey(app, 'ned')
        const { challenge, public_key } = await challenged(app, ned)
        const wrong = () => step(challenge, usePasskey(ned.passkey, public_key!, { rpId: 'evil.example' }))
        for (let at = 0; at < 4; at++) assert.deepEqual(answered(await wrong()), [403, 'passkey_refused'])
        assert.equal(await lastReason(ned.id), 'rp_id_mismatch')
        assert.equal((await step(challenge, usePasskey(ned.passkey, public_key!))).status, 200)
        const next = await challenged(app, ned)
        for (let at = 0; at < 5; at++) {
          const odd = { challenge: public_key!.challenge }
          await step(next.challenge, usePasskey(ned.passkey, next.public_key!, odd))
        }
        const right = await step(next.challenge, usePasskey(ned.passkey, next.public_key!))
        assert.deepEqual(answered(right), [401, 'challenge_invalid'])
      })

      test('of somebody else, or of nobody, is refused', async () => {
        const nan = await withPasskey(app, 'nan')
        const pia = await withPasskey(app, 'pia')
        const { challenge, public_key } = await challenged(app, pia)
        for (const passkey of [nan.passkey, { ...pia.passkey, id: Buffer.alloc(16, 4) }]) {
          const answer = await step(challenge, usePasskey(passkey, public_key!))
          assert.deepEqual(answered(answer), [403, 'passkey_refused'])
        }
        assert.ok((await rows(pia.id)).some(({ reason }) => reason === 'credential_unknown'))
      })

      test('does not answer a challenge that asks for something else', async () => {
        const oda = await withPasskey(app, 'oda')
        await resetFactors(app.app, operator, oda.id)
        await reachable(oda.id, 'oda@example.com')
        const body = { username: oda.username, password: oda.password }
        const mailed = await app.call('POST', '/v1/login', { body, address: '198.51.100.3' })
        const { challenge, factors, public_key } = mailed.body.mfa_required
        assert.deepEqual([factors, public_key], [['mailed_code'], undefined])
        const answer = await step(challenge, usePasskey(oda.passkey, await asked(app)))
        assert.deepEqual(answered(answer), [403, 'passkey_refused'])
        const both = { challenge, code: '000000', credential: usePasskey(oda.passkey, await asked(app)) }
        const sent = await app.call('POST', '/v1/login/factor', { body: both })
        assert.equal(sent.body.code, 'request_invalid')
      })

      test('lets the browser be remembered, in which the password is then enough', async () => {
        const headers = { origin: testIssuer }
        const { challenge, public_key } = await challenged(app, mia)
        const credential = usePasskey(mia.passkey, public_key!)
        const more = { cookie: 'console', remember: true }
        const body = { challenge, credential, ...more }
        const answer = await app.call('POST', '/v1/login/factor', { body, headers })
        const cookie = answer.headers.getSetCookie().map((each) => each.split(';')[0])
        const again = await app.call('POST', '/v1/login', {
          body: { username: mia.username, password: mia.password, cookie: 'console' },
          headers: { ...headers, cookie: cookie.join('; ') },
        })
        assert.equal(again.status, 200, again.text)
      })

      test('whose count does not rise is refused and told here as well', async () => {
        const pam = await withPasskey(app, 'pam', { counts: true })
        await reachable(pam.id, 'pam@example.com')
        assert.equal((await signInWith(app, pam.passkey)).status, 200)
        const { challenge, public_key } = await challenged(app, pam)
        const copied = usePasskey(pam.passkey, public_key!, { signCount: 2 })
        assert.deepEqual(answered(await step(challenge, copied)), [403, 'passkey_refused'])
        assert.equal((await takeLetters(app.app))[0]?.subject, 'A passkey may have been copied')
        assert.equal((await step(challenge, usePasskey(pam.passkey, public_key!))).status, 200)
      })

      test('beside an authenticator, either is enough', async () => {
        const qi = await app.signedIn('qi')
        const options = await offered(app, qi.token)
        const begun = await app.call('POST', '/v1/me/factors/authenticator', { token: qi.token })
        const authenticator = authenticatorOf(app, begun.body.secret)
        const code = { code: authenticator.code() }
        await app.call('POST', '/v1/me/factors/authenticator/confirm', { token: qi.token, body: code })
        const { credential, passkey } = createPasskey(options)
        assert.equal((await register(app, qi.token, credential)).status, 201)
        app.world.advance(30_000)
        const first = await challenged(app, qi)
        assert.equal((await step(first.challenge, usePasskey(passkey, first.public_key!))).status, 200)
        const second = await challenged(app, qi)
        const body = { challenge: second.challenge, code: authenticator.code() }
        assert.equal((await app.call('POST', '/v1/login/factor', { body })).status, 200)
      })

      test('on the pages without script, codes stand in for it, and a link leads to where it works', async () => {
        const rio = await app.signedIn('rio')
        await addPasskey(app, rio.token)
        const form = { username: rio.username, password: rio.password }
        const page = () => app.call('POST', '/sign-in', { form, headers: { origin: testIssuer } })
        const withCodes = await page()
        assert.match(withCodes.text, /One of your recovery codes/)
        assert.match(withCodes.text, /href="\/console">Use your passkey/)
        await app.app.db.transaction((tx) =>
          tx.query('DELETE FROM recovery_codes WHERE user_id = $1', rio.id),
        )
        const without = await page()
        assert.match(without.text, /no recovery codes left/)
        assert.doesNotMatch(without.text, /name="code"/)
      })
    })

    test('has met no bug in all of this', () => assert.deepEqual(app.log.errors, []))
  })
}

test('a passkey that was made for another domain is not asked for any more, and its account not opened without', async () => {
  const app = await openTestApp('sqlite')
  try {
    const ada = await withPasskey(app, 'ada')
    await app.app.db.transaction((tx) => tx.query("UPDATE passkeys SET rp_id = 'old.example'"))
    const { factors, public_key } = await challenged(app, ada)
    assert.deepEqual([factors, public_key], [['recovery_code'], undefined])
  } finally {
    await app.close()
  }
})
