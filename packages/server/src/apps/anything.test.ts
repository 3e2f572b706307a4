import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestApp } from '../../test/app.ts'
import { openPartner, signedBy, unsigned } from '../../test/partner.ts'
import { newClientKey } from '../../test/proofs.ts'

/** Small whole numbers that are the same in each run (mulberry32). */
function numbers(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

const strange: readonly unknown[] = [
  ...[
    undefined,
    null,
    0,
    -1,
    1e308,
    '',
    'x',
    '\u0000',
    '\ud800',
    'RS256',
    'none',
    'HS256',
    [],
    {},
    [[]],
    true,
  ],
  ...['__proto__', { toString: 1 }, '2026-01-01T00:00:00Z', 'x'.repeat(5_000), ['a', 1], { length: 1 }],
]
const claims = ['iss', 'sub', 'aud', 'iat', 'exp', 'nbf', 'nonce', 'nce', 'jti', 'session_exp']
const headers = ['typ', 'alg', 'kid', 'cty', 'crit', 'b64', 'jwk', 'jku', 'x5c']
const cases = 400

test(`${cases} assertions of strange members are refused in words, and the nonce stays good`, async () => {
  const house = await openTestApp('sqlite')
  try {
    const { token } = await house.signedIn('root', 'administrator')
    const partner = await openPartner(house, token)
    const nonce = await partner.nonce()
    const stranger = newClientKey()
    const pick = numbers(27)
    const some = (names: readonly string[]) =>
      Object.fromEntries(
        names.filter(() => pick(4) === 0).map((name) => [name, strange[pick(strange.length)]]),
      )
    for (let at = 0; at < cases; at++) {
      // Signed by the app in one of three, and then wrong in what every assertion needs.
      const signer = [undefined, signedBy(stranger), unsigned][pick(3)]
      const said = { nonce, ...some(claims), ...(signer === undefined && { sub: strange[pick(4)] }) }
      const assertion = partner.sign(said, some(headers), signer)
      const paths = [
        ['/oauth/token', { form: { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion } }],
        ['/1/auth/login', { body: { jwt: assertion, deviceId: 'phone' } }],
      ] as const
      for (const [path, options] of paths) {
        const { status, text } = await house.call('POST', path, options)
        assert.ok(status === 400 || status === 401, `${at} ${status} ${text} ${assertion}`)
      }
    }
    assert.deepEqual(house.log.errors, [])
    const form = {
      grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
      assertion: partner.sign({ nonce }),
    }
    assert.equal((await house.call('POST', '/oauth/token', { form })).status, 200)
  } finally {
    await house.close()
  }
})
