import assert from 'node:assert/strict'
import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { createServer } from 'node:http'
import { after, before, test } from 'node:test'
import { inChromium as options } from '../../../../../tests/support/chromium.ts'
import { type Ask, type Browser, listen, openBrowser } from '../../../test/token/browsers/chromium.ts'
import type { Outcome, Row } from '../../../test/token/browsers/in-chromium.ts'
import { good, policy } from '../../../test/token/good-token.ts'
import { accepted } from '../../../test/token/hostile/accepted.ts'
import { refused } from '../../../test/token/hostile/refused.ts'
import { asymmetric, pairs } from '../../../test/token/key-pairs.ts'
import { notSecrets, secrets } from '../../../test/token/key-spellings.ts'
import { goodClaims, nowMs, rawToken, secretBytes } from '../../../test/token/raw-token.ts'
import {
  createSigner,
  createVerifier,
  type Jwk,
  privateKey,
  publicKey,
  publicKeyOf,
  thumbprint,
  toJwk,
} from '../index.ts'
import { isKey } from '../keys/keys.ts'

// The library in a real browser: a page and a worker of Chromium, and the tables that Node's library is held to.

let browser: Browser
/** What is served at a path, by the number of the request. */
const served = new Map<
  string,
  (count: number) => { status?: number; headers: Record<string, string>; body: string }
>()
const counts = new Map<string, number>()

before(async () => {
  if (options.skip !== false) return
  browser = await openBrowser((request, response) => {
    const { url = '' } = request
    const count = (counts.get(url) ?? 0) + 1
    counts.set(url, count)
    const { status = 404, headers, body } = served.get(url)?.(count) ?? { headers: {}, body: '' }
    response.writeHead(status, headers).end(body)
  })
})
after(() => browser?.close())

const places: readonly { place: string; ask: Ask }[] = [
  { place: 'a page', ask: (...values) => browser.page(...values) },
  { place: 'a worker', ask: (...values) => browser.worker(...values) },
]
const bytesOf = (buffer: Uint8Array) => Uint8Array.from(buffer)

function rowOf(token: unknown, more: object = {}): Row {
  const { keys, now: _, ...rest } = { ...policy, ...more }
  const sent =
    token instanceof Uint8Array
      ? bytesOf(token)
      : typeof token === 'object' && token !== null
        ? { text: String(token) }
        : token
  return {
    secret: bytesOf(secretBytes),
    nowMs,
    token: sent,
    policy: { ...rest, keys: isKey(keys) ? keys.keyId : undefined },
  }
}

for (const { place, ask } of places) {
  test(`every hostile token is refused in ${place} by the code that Node gives`, options, async () => {
    const outcomes = await ask(
      'judge',
      refused.map(({ token, policy: more }) => rowOf(token, more)),
    )
    assert.deepEqual(
      outcomes.map((outcome, index) => ({ name: refused[index]?.name, ...outcome })),
      refused.map(({ name, code }) => ({ name, error: 'TokenError', code })),
    )
  })

  test(`every token that must be accepted is, in ${place}`, options, async () => {
    const rows = accepted.map(({ token, policy: more }) => rowOf(rawToken(token), more))
    const outcomes = await ask('judge', rows)
    for (const [index, { name }] of accepted.entries()) {
      assert.equal(answerOf<{ sub: string }>(outcomes[index]!).sub, 'usr_1', name)
    }
  })

  test(`any one character changed or left out makes a token bad in ${place}`, options, async () => {
    const changed = Array.from(good, (character, index) => [
      good.slice(0, index) + (character === 'A' ? 'B' : 'A') + good.slice(index + 1),
      good.slice(0, index) + good.slice(index + 1),
    ]).flat()
    const outcomes = await ask(
      'judge',
      [good, ...changed].map((token) => rowOf(token)),
    )
    const [first, ...others] = outcomes
    assert.deepEqual(first, { value: goodClaims })
    assert.ok(others.every((outcome) => 'error' in outcome && outcome.error === 'TokenError'))
  })

  test(
    `61: no spelling of a public or private key is a secret in ${place}, and secrets are`,
    options,
    async () => {
      assert.deepEqual(
        await ask(
          'acceptedSecrets',
          notSecrets.map(({ bytes }) => bytesOf(bytes)),
        ),
        [],
      )
      const kept = await ask(
        'acceptedSecrets',
        secrets.map(({ bytes }) => bytesOf(bytes)),
      )
      assert.equal(kept.length, secrets.length)
    },
  )

  test(`a token that comes again costs no signature in ${place}`, options, async () => {
    assert.deepEqual(await ask('verifyCached', bytesOf(secretBytes), 5), { value: 1 })
  })

  test(`a key that can never leave the browser signs in ${place}`, options, async () => {
    const outcome = await ask('signSealed')
    const { token, jwk, leaving } = answerOf<{ token: string; jwk: Jwk; leaving: Outcome }>(outcome)
    assert.equal(createVerifier({ keys: publicKey(jwk, { algorithm: 'ES256' }) })(token).sub, 'x')
    assert.deepEqual(leaving, { error: 'TypeError' })
  })
}

for (const algorithm of asymmetric) {
  for (const { place, ask } of places) {
    test(
      `${algorithm}: Node and ${place} take each other's tokens and keys, in every form`,
      options,
      async (t) => {
        const pair = pairs[algorithm]()
        const key = privateKey(pair.privateKey, { algorithm })
        const token = createSigner({ key, expiresIn: 600 })({ sub: 'x' })
        const generated = await ask('generateAndSign', algorithm)
        const forms = [
          toJwk(publicKeyOf(key)),
          pair.publicKey.export({ type: 'spki', format: 'pem' }) as string,
          bytesOf(pair.publicKey.export({ type: 'spki', format: 'der' })),
        ]
        const good = await ask('verifyWith', algorithm, forms, token)
        const pem = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string
        const signed = await Promise.all([
          ask('signWith', algorithm, pem),
          ask('signWith', algorithm, toJwk(key)),
        ])
        if ('error' in generated && algorithm.startsWith('ML-DSA')) {
          // The browser lacks it: then that is what each way in says.
          assert.ok(
            [generated, ...good, ...signed].every(
              (outcome) => 'error' in outcome && outcome.error === 'TypeError',
            ),
          )
          t.diagnostic(`this Chromium has no ${algorithm}`)
          return
        }
        for (const outcome of good) assert.equal(answerOf<{ sub: string }>(outcome).sub, 'x')
        const [head, body, signature = ''] = token.split('.')
        for (const forged of [
          `${signature.slice(0, -20)}${'A'.repeat(20)}`,
          Buffer.from(signature, 'base64url').subarray(1).toString('base64url'),
          Buffer.from(signature, 'base64url').subarray(0, -1).toString('base64url'),
          signature.slice(0, 4),
          Buffer.concat([Buffer.from(signature, 'base64url'), Buffer.alloc(1)]).toString('base64url'),
          Buffer.concat([Buffer.alloc(1), Buffer.from(signature, 'base64url')]).toString('base64url'),
        ]) {
          assert.deepEqual(
            await ask('verifyWith', algorithm, forms, `${head}.${body}.${forged}`),
            forms.map(() => ({ error: 'TokenError', code: 'signature_invalid' })),
          )
        }
        const verify = createVerifier({ keys: publicKeyOf(key) })
        for (const outcome of signed) assert.equal(verify(answerOf<string>(outcome)).sub, 'x')

        const made = answerOf<
          Record<'token' | 'pem' | 'secretPem' | 'thumbprint' | 'keyId', string> & { jwk: Jwk }
        >(generated)
        const open = publicKey(made.jwk, { algorithm })
        assert.equal(createVerifier({ keys: open })(made.token).sub, 'x')
        assert.deepEqual([made.thumbprint, made.keyId], [thumbprint(open), thumbprint(open)])
        assert.equal(createPublicKey(made.pem).export({ type: 'spki', format: 'pem' }), made.pem)
        assert.equal(createPublicKey(made.secretPem).export({ type: 'spki', format: 'pem' }), made.pem)
        assert.equal(privateKey(made.secretPem, { algorithm }).kind, 'private')
      },
    )
  }
}

const [one, two] = ['one', 'two'].map((keyId) => {
  const { privateKey: handle } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const key = privateKey(handle, { algorithm: 'ES256', keyId })
  return { token: createSigner({ key, expiresIn: 600 })({ sub: keyId }), jwk: toJwk(publicKeyOf(key)) }
})
const setOf = (...keys: readonly (Jwk | undefined)[]) => JSON.stringify({ keys })
const jsonHeaders = { 'content-type': 'application/json', 'cache-control': 'max-age=3600' }

for (const { place, ask } of places) {
  test(
    `keys are fetched in ${place}, and looked for again past the browser's own cache`,
    options,
    async () => {
      const path = `/${encodeURIComponent(place)}.json`
      served.set(path, (count) => ({
        status: 200,
        headers: jsonHeaders,
        body: count === 1 ? setOf(one?.jwk) : setOf(one?.jwk, two?.jwk),
      }))
      const outcomes = await ask('verifyByUrl', `${browser.origin}${path}`, [
        one!.token,
        one!.token,
        two!.token,
      ])
      assert.deepEqual(
        outcomes.map((outcome) => answerOf<{ sub: string }>(outcome).sub),
        ['one', 'one', 'two'],
      )
      assert.equal(counts.get(path), 2)
    },
  )

  test(`keys of another origin are fetched in ${place} if it allows that`, options, async () => {
    const asked: string[] = []
    const other = createServer((request, response) => {
      asked.push(`${request.method} ${request.url}`)
      const open = request.url === '/open' ? { 'access-control-allow-origin': '*' } : {}
      response.writeHead(200, { ...jsonHeaders, etag: '"1"', ...open }).end(setOf(one?.jwk))
    })
    try {
      const origin = await listen(other)
      const open = await ask('verifyByUrl', `${origin}/open`, [one!.token, two!.token])
      assert.equal(answerOf<{ sub: string }>(open[0]!).sub, 'one')
      assert.deepEqual(open[1], { error: 'TokenError', code: 'key_not_found' })
      // Nothing in the request makes the browser ask for leave first.
      assert.deepEqual(asked, ['GET /open', 'GET /open'])
      const [closed] = await ask('verifyByUrl', `${origin}/closed`, [one!.token])
      assert.deepEqual(closed, { error: 'TokenError', code: 'key_set_unavailable' })
    } finally {
      other.close()
      other.closeAllConnections()
    }
  })

  for (const [name, status, headers, body] of [
    ['a redirect', 302, { location: '/keys.json' }, ''],
    ['an error', 500, jsonHeaders, setOf(one?.jwk)],
    ['HTML', 200, { 'content-type': 'text/html' }, '<p>hello</p>'],
    ['a set with a secret in it', 200, jsonHeaders, setOf({ kty: 'oct', alg: 'HS256', k: 'A'.repeat(43) })],
    ['a megabyte', 200, jsonHeaders, setOf({ ...one!.jwk, pad: 'x'.repeat(1 << 20) })],
  ] as const) {
    test(`${name} where the keys should be is no key set in ${place}`, options, async () => {
      served.set('/keys.json', () => ({ status: 200, headers: jsonHeaders, body: setOf(one?.jwk) }))
      served.set('/bad', () => ({ status, headers, body }))
      const [outcome] = await ask('verifyByUrl', `${browser.origin}/bad`, [one!.token])
      assert.deepEqual(outcome, { error: 'TokenError', code: 'key_set_unavailable' })
    })
  }
}

function answerOf<Value>(outcome: Outcome): Value {
  assert.ok('value' in outcome, JSON.stringify(outcome))
  return outcome.value as Value // what the function of that name gives
}
