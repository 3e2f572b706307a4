import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import { type TestContext, test } from 'node:test'
import { startApi } from '../../../test/guard/api.ts'
import { audience, listen, until } from '../../../test/guard/issuer.ts'
import {
  createSigner,
  generateKey,
  type PrivateKey,
  publicKeyOf,
  type SigningKey,
  toJwk,
} from '../../token/index.ts'
import { createGuard } from '../adapters/node.ts'

const key = generateKey('ES256', { keyId: 'one' }) as PrivateKey // ES256 is not symmetric
const stranger = generateKey('ES256', { keyId: 'one' }) as PrivateKey
const unknown = (keyId: string) => generateKey('HS256', { keyId })
const keySet = (of: PrivateKey) => JSON.stringify({ keys: [toJwk(publicKeyOf(of))] })
const saying =
  (text: string, status = 200): RequestListener =>
  (_request, response) =>
    void response.writeHead(status, { 'content-type': 'application/json' }).end(text)

/** What can be wrong with the answer of a server that should give a document. */
const faults: readonly { readonly name: string; readonly answer: RequestListener }[] = [
  { name: 'answers 500', answer: saying(keySet(key), 500) },
  { name: 'answers 404', answer: saying(keySet(key), 404) },
  { name: 'answers 206, a part', answer: saying(keySet(key), 206) },
  { name: 'answers 304 to a question without an ETag', answer: saying('', 304) },
  { name: 'answers with nothing', answer: saying('') },
  { name: 'answers with a page', answer: saying('<!doctype html><title>Sign in</title>') },
  { name: 'answers with a list', answer: saying('[]') },
  { name: 'answers with null', answer: saying('null') },
  { name: 'answers with half of a document', answer: saying(keySet(key).slice(0, -9)) },
  {
    name: 'hangs up',
    answer: (request) => void request.socket.destroy(),
  },
  {
    name: 'hangs up in the middle',
    answer: (request, response) => {
      response.writeHead(200, { 'content-length': 10_000 })
      response.write('{"keys":[', () => request.socket.destroy())
    },
  },
  {
    name: 'never stops',
    answer(_request, response) {
      const more = () => {
        while (!response.destroyed && response.write(' '.repeat(65_536)));
      }
      response.on('drain', more)
      more()
    },
  },
]

const wrongKeySets: typeof faults = [
  { name: 'has no keys', answer: saying('{}') },
  { name: 'has keys that are no list', answer: saying('{"keys":{}}') },
  {
    name: 'holds a secret',
    answer: saying(
      JSON.stringify({ keys: [{ kty: 'oct', k: 'c2VjcmV0'.repeat(8), alg: 'HS256', kid: 'one' }] }),
    ),
  },
]

/** An issuer whose two documents can be answered in any way, and an API that trusts it. */
async function startApiOf(t: TestContext) {
  const issuer = {
    url: '',
    fetches: { metadata: 0, keys: 0 },
    metadata: (() => {}) as RequestListener,
    keys: saying(keySet(key)),
  }
  issuer.url = await listen(
    t,
    createServer((request, response) => {
      const document = request.url === '/keys' ? 'keys' : 'metadata'
      issuer.fetches[document] += 1
      issuer[document](request, response)
    }),
  )
  const good = saying(JSON.stringify({ issuer: issuer.url, jwks_uri: `${issuer.url}/keys` }))
  issuer.metadata = good
  const clock = { nowMs: Date.now() }
  const guard = createGuard({ issuer: issuer.url, audience, revocations: false, now: () => clock.nowMs })
  t.after(() => guard.close())
  const { ask } = await startApi(t, guard)
  const sign = (by: SigningKey) =>
    `Bearer ${createSigner({ key: by, type: 'at+jwt', issuer: issuer.url, audience, expiresIn: 1e6 })({ sub: 'usr_1' })}`
  return { issuer, clock, guard, ask, sign, goodMetadata: good }
}

type Started = Awaited<ReturnType<typeof startApiOf>>

async function assertUnavailable({ ask, sign }: Started): Promise<void> {
  const token = sign(key)
  const { status, headers, body, text } = await ask(token)
  assert.deepEqual(
    [status, body.error, headers['retry-after'], headers['www-authenticate']],
    [503, 'temporarily_unavailable', '5', undefined],
  )
  assert.ok(!text.includes('127.0.0.1') && !text.includes(token.slice(7, 40)))
}

for (const { name, answer } of [...faults, ...wrongKeySets]) {
  test(`a key set that ${name} is 503 at the start, and nobody is signed out`, async (t) => {
    const api = await startApiOf(t)
    api.issuer.keys = answer
    await assertUnavailable(api)
    api.issuer.keys = saying(keySet(key))
    api.clock.nowMs += 1000
    assert.equal((await api.ask(api.sign(key))).status, 200)
  })

  test(`a key set that ${name} later leaves the keys that are known in use`, async (t) => {
    const { issuer, clock, guard, ask, sign } = await startApiOf(t)
    assert.equal((await ask(sign(key))).status, 200)
    issuer.keys = answer
    for (let minute = 0; minute < 60; minute++) {
      clock.nowMs += 60_000
      assert.equal((await ask(sign(key))).status, 200)
    }
    assert.equal(guard.state().keys, 'stale')
    // A stranger is no more welcome than before, and is not told that it is the key set.
    assert.equal((await ask(sign(unknown('two')))).status, 401)
    // The first, and then at most one in 30 s; fetches go on behind the answers.
    assert.ok(issuer.fetches.keys <= 122, `${issuer.fetches.keys} fetches`)
    issuer.keys = saying(keySet(key))
    for (let tries = 0; guard.state().keys !== 'fresh'; tries++) {
      assert.ok(tries < 100, 'the new answer was never read')
      clock.nowMs += 30_000
      assert.equal((await ask(sign(key))).status, 200)
    }
  })
}

for (const { name, answer } of faults) {
  test(`metadata that ${name} is 503 at the start`, async (t) => {
    const api = await startApiOf(t)
    api.issuer.metadata = answer
    await assertUnavailable(api)
    assert.equal(api.issuer.fetches.keys, 0)
    api.issuer.metadata = api.goodMetadata
    api.clock.nowMs += 1000
    assert.equal((await api.ask(api.sign(key))).status, 200)
  })
}

for (const status of [301, 302, 303, 307, 308]) {
  test(`a key set that redirects elsewhere (${status}) is not followed, and its keys are not believed`, async (t) => {
    const api = await startApiOf(t)
    let followed = 0
    const elsewhere = await listen(
      t,
      createServer((request, response) => {
        followed++
        saying(keySet(stranger))(request, response)
      }),
    )
    api.issuer.keys = (_request, response) => {
      response.writeHead(status, { location: `${elsewhere}/keys` }).end(keySet(stranger))
    }
    await assertUnavailable(api)
    assert.equal((await api.ask(api.sign(stranger))).status, 503)
    api.issuer.metadata = api.issuer.keys
    api.clock.nowMs += 3_700_000
    assert.equal((await api.ask(api.sign(stranger))).status, 503)
    assert.equal(followed, 0)
  })
}

test('a key set that does not answer is given up after 5 s', async (t) => {
  const timeouts: { readonly ms: number; readonly controller: AbortController }[] = []
  t.mock.method(AbortSignal, 'timeout', (ms: number) => {
    const controller = new AbortController()
    timeouts.push({ ms, controller })
    return controller.signal
  })
  const api = await startApiOf(t)
  const { issuer } = api
  let hungUp: Promise<unknown> | undefined
  issuer.keys = (request) => {
    hungUp = once(request.socket, 'close')
  }
  const answer = assertUnavailable(api)
  await until(() => hungUp !== undefined)
  assert.deepEqual(
    timeouts.map(({ ms }) => ms),
    [5000, 5000],
  )
  timeouts.at(-1)?.controller.abort()
  await answer
  await hungUp
})

test('a hundred unknown key ids cost one fetch, and no good token waits for it', async (t) => {
  const { issuer, clock, ask, sign } = await startApiOf(t)
  assert.equal((await ask(sign(key))).status, 200)
  clock.nowMs += 30_000
  let release = () => {}
  const held = new Promise<void>((resolve) => {
    issuer.keys = (request, response) => {
      release = () => saying(keySet(key))(request, response)
      resolve()
    }
  })
  const strangers = Array.from({ length: 100 }, (_, index) => ask(sign(unknown(`k${index}`))))
  await held
  // The key set is not answered before these are.
  for (let i = 0; i < 20; i++) assert.equal((await ask(sign(key))).status, 200)
  release()
  for (const { status } of await Promise.all(strangers)) assert.equal(status, 401)
  assert.equal(issuer.fetches.keys, 2)
})

test('of a key set that never stops, no more is read than a document may have', async (t) => {
  const api = await startApiOf(t)
  let written = 0
  const ended = new Promise<void>((resolve) => {
    api.issuer.keys = (request, response) => {
      const more = () => {
        while (!response.destroyed && response.write(' '.repeat(65_536)));
      }
      response.on('drain', more)
      request.socket.on('close', () => {
        written = request.socket.bytesWritten
        resolve()
      })
      more()
    }
  })
  await assertUnavailable(api)
  await ended
  // 256 KiB, and what the sockets hold.
  assert.ok(written < 16 * 1024 * 1024, `${written} bytes`)
})
