import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { decodeUnverified } from 'latchkey/token'
import { type Answered, openTestApp, type SignedIn, type TestApp, testIssuer } from '../../../test/app.ts'
import {
  addPasskey,
  askUnprompted,
  type BrowserPasskey,
  createPasskey,
  type Oddity,
  register,
  signInAtPage,
  signInWith,
  usePasskey,
  usual,
} from '../../../test/browser-passkeys.ts'
import { answer, authenticatorOf, challenged } from '../../../test/factors.ts'
import { takeLetters } from '../../../test/letters.ts'
import { flags, keyPair } from '../../../test/passkeys.ts'
import { newClientKey, proofOf } from '../../../test/proofs.ts'
import { openBeside, post } from '../../../test/second-app.ts'
import { engines } from '../../../test/storages.ts'
import { operator } from '../../identity.ts'
import { twoFactors } from '../../sessions/contexts.ts'
import { addAddress } from '../addresses/addresses.ts'
import { requireFactorOfType } from '../factors/administer.ts'
import { createUserType } from '../user-types/user-types.ts'

for (const engine of engines) {
  describe(`a passkey that is enrolled to sign in, on ${engine}`, () => {
    let app: TestApp
    before(async () => {
      app = await openTestApp(engine)
      await createUserType(app.app, operator, { name: 'guarded', description: '', permissions: [] })
    })
    after(() => app.close())
    // Nothing of one test makes another wait.
    beforeEach(() => app.world.advance(2 * 3_600_000))

    /** Somebody whose type requires a second factor from now on. */
    async function guarded(username: string): Promise<SignedIn> {
      const person = await app.signedIn(username)
      await app.app.db.transaction((tx) =>
        tx.query(`UPDATE users SET user_type = 'guarded' WHERE id = $1`, person.id),
      )
      await requireFactorOfType(app.app, operator, 'guarded', 0)
      return person
    }
    const step = (challenge: string, new_credential: object, more: object = {}) =>
      app.call('POST', '/v1/login/factor', { body: { challenge, new_credential, ...more } })
    const code = ({ status, body }: Answered) => [status, body.code]
    async function asked(person: SignedIn) {
      const { challenge, public_key } = await challenged(app, person)
      return { challenge, options: public_key ?? assert.fail('no passkey may be enrolled') }
    }
    async function lastReason(of: string) {
      await app.app.activity.flushRefusals(true)
      const sql = 'SELECT reason FROM activity WHERE subject = $1 AND outcome = $2 ORDER BY id DESC LIMIT 1'
      return (await app.app.db.query<{ reason: string }>(sql, of, 'refused'))[0]?.reason
    }
    const passkeysOf = (id: string) =>
      app.app.db.query<{ name: string; is_factor: number }>(
        'SELECT name, is_factor FROM passkeys WHERE user_id = $1',
        id,
      )

    test('is offered before the authenticator, with what a browser makes it by', async () => {
      const ada = await guarded('ada')
      const { enrol, factors, public_key, expires_in } = await challenged(app, ada)
      assert.deepEqual([enrol, factors, expires_in], [['passkey', 'authenticator'], undefined, 900])
      const { challenge, user, ...rest } = public_key as { challenge: string; user: object }
      assert.match(challenge, /^[\w-]{43}$/)
      const handle = Buffer.from(ada.id).toString('base64url')
      assert.deepEqual(user, { id: handle, name: 'ada', displayName: 'ada' })
      const { pubKeyCredParams: algorithms, ...others } = rest as { pubKeyCredParams: readonly object[] }
      assert.ok(algorithms.length > 0)
      assert.deepEqual(others, {
        rp: { id: 'localhost', name: 'Latchkey 127.0.0.1' },
        timeout: 900_000,
        excludeCredentials: [],
        authenticatorSelection: {
          ...{ residentKey: 'required', requireResidentKey: true, userVerification: 'required' },
        },
        attestation: 'none',
      })
      const again = await challenged(app, ada)
      assert.notEqual(again.public_key?.challenge, challenge)
    })

    test('opens the session, with two factors, recovery codes, a row of the log and a letter', async () => {
      const ben = await guarded('ben')
      await addAddress(app.app, operator, ben.id, { address: 'ben@example.com', language: 'en' })
      await app.app.db.transaction((tx) =>
        tx.query('UPDATE user_addresses SET proven_at = 1, is_primary = 1'),
      )
      await takeLetters(app.app)
      const { challenge, options } = await asked(ben)
      const { credential, passkey } = createPasskey(options)
      const { status, body, text } = await step(challenge, credential)
      assert.equal(status, 200, text)
      const { amr, acr } = decodeUnverified(body.access_token).claims
      assert.deepEqual([amr, acr], [['pwd', 'swk', 'user', 'mfa'], twoFactors])
      assert.equal(body.recovery_codes.length, 10)
      assert.deepEqual(await passkeysOf(ben.id), [{ name: 'Passkey', is_factor: 1 }])
      const sql = `SELECT event, details FROM activity WHERE subject = $1 AND outcome = 'success' ORDER BY id DESC LIMIT 2`
      const rows = await app.app.db.query<{ event: string; details: string }>(sql, ben.id)
      assert.deepEqual(rows.map(({ event }) => event).sort(), ['user.add_factor', 'user.sign_in'])
      for (const { details } of rows) assert.equal(JSON.parse(details).factor, 'passkey')
      const letters = await takeLetters(app.app)
      assert.ok(letters.some(({ letter }) => letter === 'factors_changed'))
      // From then on it is a second factor as every other, and signs in alone.
      const next = await challenged(app, ben)
      assert.deepEqual(next.factors, ['passkey', 'recovery_code'])
      assert.ok(next.public_key)
      const proof = usePasskey(passkey, next.public_key)
      const proven = await app.call('POST', '/v1/login/factor', {
        body: { challenge: next.challenge, credential: proof },
      })
      assert.equal(proven.status, 200, proven.text)
      assert.equal((await signInWith(app, passkey)).status, 200)
    })

    test('that does not leave its device says so', async () => {
      const cleo = await guarded('cleo')
      const { challenge, options } = await asked(cleo)
      const { credential } = createPasskey(options, { flags: flags.up | flags.uv })
      const { body } = await step(challenge, credential)
      assert.deepEqual(decodeUnverified(body.access_token).claims.amr, ['pwd', 'hwk', 'user', 'mfa'])
    })

    const refused: readonly { name: string; odd: Oddity; reason: string }[] = [
      { name: 'at another origin', odd: { origin: 'https://evil.example' }, reason: 'origin_mismatch' },
      { name: 'for another domain', odd: { rpId: 'evil.example' }, reason: 'rp_id_mismatch' },
      {
        name: 'whose owner was not verified',
        odd: { flags: usual & ~flags.uv },
        reason: 'user_not_verified',
      },
      { name: 'that nobody touched', odd: { flags: usual & ~flags.up }, reason: 'user_not_present' },
      { name: 'that is a sign-in', odd: { type: 'webauthn.get' }, reason: 'type_mismatch' },
      {
        name: 'for another challenge',
        odd: { challenge: Buffer.alloc(32).toString('base64url') },
        reason: 'challenge_mismatch',
      },
    ]
    for (const [at, { name, odd, reason }] of refused.entries()) {
      test(`is refused ${name}, and can be made again`, async () => {
        const person = await guarded(`refused ${at}`)
        const { challenge, options } = await asked(person)
        const bad = createPasskey(options, odd)
        assert.deepEqual(code(await step(challenge, bad.credential)), [403, 'passkey_refused'])
        assert.equal(await lastReason(person.id), reason)
        assert.deepEqual(await passkeysOf(person.id), [])
        assert.equal((await step(challenge, createPasskey(options).credential)).status, 200)
      })
    }

    test('is refused for the challenge of somebody else, and for one that proves a factor', async () => {
      const [dan, eve] = [await guarded('dan'), await guarded('eve')]
      const [of, other] = [await asked(dan), await asked(eve)]
      const { credential } = createPasskey(of.options)
      assert.deepEqual(code(await step(other.challenge, credential)), [403, 'passkey_refused'])
      assert.equal((await step(of.challenge, credential)).status, 200)
      const { challenge, public_key } = await challenged(app, dan)
      const more = createPasskey({ ...of.options, challenge: public_key?.challenge ?? '' })
      assert.deepEqual(code(await step(challenge, more.credential)), [403, 'passkey_refused'])
      assert.equal(await lastReason(dan.id), 'not_asked')
      assert.equal((await passkeysOf(dan.id)).length, 1)
    })

    test('is no answer to a challenge as a passkey that was there, and the other way round', async () => {
      const fay = await guarded('fay')
      const { challenge, options } = await asked(fay)
      const { credential, passkey } = createPasskey(options)
      const body = { challenge, credential: usePasskey(passkey, { ...options, rpId: 'localhost' }) }
      assert.deepEqual(code(await app.call('POST', '/v1/login/factor', { body })), [403, 'passkey_refused'])
      const both = await app.call('POST', '/v1/login/factor', {
        body: { challenge, code: '123456', new_credential: credential },
      })
      assert.deepEqual(code(both), [400, 'request_invalid'])
    })

    test('of 64 at once, at two processes, one is let in, and there is one passkey', async () => {
      const gus = await guarded('gus')
      const { challenge, options } = await asked(gus)
      const { credential } = createPasskey(options)
      const beside = await openBeside(app)
      const answers = await Promise.all(
        Array.from({ length: 64 }, (_, at) =>
          at % 2
            ? step(challenge, credential).then(({ status }) => status)
            : post(beside, '/v1/login/factor', { challenge, new_credential: credential }).then(
                ({ status }) => status,
              ),
        ),
      )
      assert.equal(answers.filter((status) => status === 200).length, 1)
      assert.equal((await passkeysOf(gus.id)).length, 1)
      assert.deepEqual(code(await step(challenge, credential)), [401, 'challenge_invalid'])
    })

    test('once a factor is in force, a challenge to enrol is worth nothing', async () => {
      const hal = await guarded('hal')
      const [thief, owner] = [await asked(hal), await asked(hal)]
      assert.equal((await step(owner.challenge, createPasskey(owner.options).credential)).status, 200)
      const late = await step(thief.challenge, createPasskey(thief.options).credential)
      assert.deepEqual(code(late), [401, 'challenge_invalid'])
      assert.equal((await passkeysOf(hal.id)).length, 1)
    })

    test('leaves the authenticator as the other way of the same challenge', async () => {
      const ida = await guarded('ida')
      const { challenge, options } = await asked(ida)
      const odd = createPasskey(options, { pair: keyPair('ES256'), origin: 'https://evil.example' })
      assert.equal((await step(challenge, odd.credential)).status, 403)
      const begun = await app.call('POST', '/v1/login/enrol', { body: { challenge } })
      const { code: next } = authenticatorOf(app, begun.body.secret)
      assert.equal((await answer(app, challenge, next())).status, 200)
      assert.deepEqual(await passkeysOf(ida.id), [])
    })

    test('is refused if there is one of its id, also at another account', async () => {
      const [jo, kim] = [await app.signedIn('jo'), await guarded('kim')]
      const { passkey } = await addPasskey(app, jo.token)
      const { challenge, options } = await asked(kim)
      const { credential } = createPasskey(options, { id: passkey.id })
      assert.deepEqual(code(await step(challenge, credential)), [403, 'passkey_refused'])
      assert.equal(await lastReason(kim.id), 'credential_taken')
      assert.equal((await step(challenge, createPasskey(options).credential)).status, 200)
    })

    test('of an account with ten is not offered, and without room at the end refused', async () => {
      const lea = await guarded('lea')
      const insert = (at: number) =>
        app.app.db.transaction((tx) =>
          tx.query(
            `INSERT INTO passkeys (id, user_id, credential_id, algorithm, public_key, rp_id, sign_count, is_backup_eligible,
               is_backed_up, is_factor, transports, aaguid, name, created_at)
             VALUES ($1, $2, $1, 'ES256', '{}', 'localhost', 0, 1, 1, 0, '', '', $1, 1)`,
            `pk_lea${at}`,
            lea.id,
          ),
        )
      for (let at = 0; at < 9; at++) await insert(at)
      const { challenge, options } = await asked(lea)
      assert.equal((options as { excludeCredentials?: readonly object[] }).excludeCredentials?.length, 9)
      await insert(9)
      const { credential } = createPasskey(options)
      assert.deepEqual(code(await step(challenge, credential)), [403, 'passkey_refused'])
      assert.equal(await lastReason(lea.id), 'no_room')
      const { enrol, public_key } = await challenged(app, lea)
      assert.deepEqual([enrol, public_key], [['authenticator'], undefined])
    })

    test('needs the key that the first step has proven', async () => {
      const max = await guarded('max')
      const key = newClientKey()
      const proof = (path: string) => ({
        dpop: proofOf({ key, method: 'POST', url: testIssuer + path, atMs: app.world.now() }),
      })
      const { username, password } = max
      const first = await app.call('POST', '/v1/login', {
        ...{ body: { username, password }, headers: proof('/v1/login') },
      })
      const { challenge, public_key } = first.body.mfa_required
      assert.ok(public_key)
      const { credential } = createPasskey(public_key)
      assert.deepEqual(code(await step(challenge, credential)), [401, 'challenge_invalid'])
      const second = await app.call('POST', '/v1/login/factor', {
        ...{ body: { challenge, new_credential: credential }, headers: proof('/v1/login/factor') },
      })
      assert.equal(second.body.token_type, 'DPoP', second.text)
    })

    test('has the browser remembered, as a passkey that was there has, and then the password is enough', async () => {
      const nan = await guarded('nan')
      const { challenge, options } = await asked(nan)
      const { credential, passkey } = createPasskey(options)
      const bare = await step(challenge, credential, { remember: true })
      assert.deepEqual(code(bare), [400, 'request_invalid'])
      const remembered = async (given: object, of: string, cookie = '') => {
        const body = { ...given, challenge: of, cookie: 'console', remember: true }
        const answered = await app.call('POST', '/v1/login/factor', {
          body,
          headers: { origin: testIssuer, cookie },
        })
        assert.equal(answered.status, 200, answered.text)
        const known = answered.headers.getSetCookie().find((each) => each.startsWith('latchkey_browser'))
        return { origin: testIssuer, cookie: known?.split(';')[0] ?? '' }
      }
      const { username, password } = nan
      const again = (headers: Record<string, string>) =>
        app.call('POST', '/v1/login', { body: { username, password, cookie: 'console' }, headers })
      const first = await remembered({ new_credential: credential }, challenge)
      assert.equal((await again(first)).status, 200)
      const elsewhere = await challenged(app, nan)
      assert.ok(elsewhere.public_key)
      const proof = usePasskey(passkey as BrowserPasskey, elsewhere.public_key)
      const second = await remembered({ credential: proof }, elsewhere.challenge)
      const { body, status } = await again(second)
      assert.equal(status, 200)
      assert.deepEqual(decodeUnverified(body.access_token).claims.amr, ['pwd'])
      // It ends with a change of the factors, as any other.
      const { token } = { token: (await signInWith(app, passkey)).body.access_token }
      await addPasskey(app, token)
      assert.equal((await again(second)).body.code, 'factor_required')
    })

    test('made without a prompt before does not stand in its way', async () => {
      const ora = await app.signedIn('ora')
      // Only a browser that the account knows makes one.
      const known = await signInAtPage(app, ora)
      const browser = await signInAtPage(app, ora, known.headers.cookie)
      const { body } = await askUnprompted(app, browser)
      const made = createPasskey(body.public_key as Parameters<typeof createPasskey>[0])
      assert.equal((await register(app, browser.token, made.credential)).status, 201)
      await app.app.db.transaction((tx) =>
        tx.query(`UPDATE users SET user_type = 'guarded' WHERE id = $1`, ora.id),
      )
      const { challenge, options } = await asked(ora)
      assert.equal((options as { excludeCredentials?: readonly object[] }).excludeCredentials?.length, 1)
      assert.equal((await step(challenge, createPasskey(options).credential)).status, 200)
      assert.deepEqual((await passkeysOf(ora.id)).map(({ is_factor }) => is_factor).sort(), [0, 1])
    })
  })
}

test('a server at an address has no passkeys, and offers none', async (t) => {
  const app = await openTestApp('sqlite', { LATCHKEY_ISSUER: 'https://192.0.2.1' })
  t.after(() => app.close())
  await createUserType(app.app, operator, { name: 'guarded', description: '', permissions: [] })
  const person = await app.signedIn('ada', 'guarded')
  await requireFactorOfType(app.app, operator, 'guarded', 0)
  const { enrol, public_key } = await challenged(app, person)
  assert.deepEqual([enrol, public_key], [['authenticator'], undefined])
})
