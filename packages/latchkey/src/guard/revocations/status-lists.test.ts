import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { type TestContext, test } from 'node:test'
import { deflateSync } from 'node:zlib'
import fc from 'fast-check'
import { audience, startIssuer, until } from '../../../test/guard/issuer.ts'
import { createSigner, decodeUnverified, generateKey, secretKey, signJws } from '../../token/index.ts'
import { createGuard, createRevocationList, FetchRequest, type GuardOptions } from '../index.ts'
import { readStatusList } from './status-list.ts'

interface Vector {
  readonly name: string
  readonly bits: number
  readonly length: number
  readonly status: Readonly<Record<string, number>>
  readonly lst: string
}
const file = new URL('../../../../../vectors/status-lists.json', import.meta.url)
const { vectors } = JSON.parse(readFileSync(file, 'utf8')) as { vectors: readonly Vector[] } // ours

for (const { name, bits, length, status, lst } of vectors) {
  test(`the vector of the draft: ${name}`, () => {
    const list = readStatusList({ bits, lst })
    const places = (length * 8) / bits
    for (let place = 0; place < places; place += 1) {
      if (list.statusAt(place) !== (status[place] ?? 0)) assert.fail(`place ${place}`)
    }
    assert.equal(list.statusAt(places), undefined)
  })
}

const packed = (bytes: Uint8Array) => deflateSync(bytes).toString('base64url')
const small = packed(Uint8Array.of(0b0000_0010, 0))

const notLists: readonly { readonly name: string; readonly value: unknown }[] = [
  { name: 'nothing', value: undefined },
  { name: 'null', value: null },
  { name: 'a text', value: small },
  { name: 'three bits', value: { bits: 3, lst: small } },
  { name: 'sixteen bits', value: { bits: 16, lst: small } },
  { name: 'bits as text', value: { bits: '1', lst: small } },
  { name: 'no bits', value: { lst: small } },
  { name: 'no list', value: { bits: 1 } },
  { name: 'an empty list', value: { bits: 1, lst: '' } },
  { name: 'base64 with padding', value: { bits: 1, lst: `${small}=` } },
  { name: 'base64 of the other alphabet', value: { bits: 1, lst: '+/+/' } },
  { name: 'bytes that are not compressed', value: { bits: 1, lst: 'AAAA' } },
  { name: 'half of a list', value: { bits: 1, lst: small.slice(0, -6) } },
  { name: 'a list with a wrong checksum', value: { bits: 1, lst: `${small.slice(0, -4)}AAAA` } },
  { name: 'a list with something behind it', value: { bits: 1, lst: `${small}AAAA` } },
  { name: 'a byte more than 1 MiB', value: { bits: 1, lst: packed(new Uint8Array(2 ** 20 + 1)) } },
  { name: 'a bomb of 200 MB', value: { bits: 1, lst: packed(new Uint8Array(200_000_000)) } },
  { name: 'text that is too long', value: { bits: 1, lst: 'A'.repeat(1_500_001) } },
]
for (const { name, value } of notLists) {
  test(`no status list is ${name}`, () => assert.throws(() => readStatusList(value), Error))
}

test('a list of 1 MiB is read, and anything is read or refused with an Error', () => {
  assert.equal(readStatusList({ bits: 1, lst: packed(new Uint8Array(2 ** 20)) }).statusAt(2 ** 23 - 1), 0)
  fc.assert(
    fc.property(fc.anything(), fc.nat(), (value, index) => {
      try {
        readStatusList(value).statusAt(index)
      } catch (error) {
        assert.ok(error instanceof Error)
      }
    }),
  )
})

const startMs = 1_800_000_000_000
const path = '/status/1'

/** A guard without a feed, unless it is said, and a list in which the tokens of places 1 and 9 are revoked. */
async function opened(t: TestContext, options: Partial<GuardOptions> = {}, withFeed = false) {
  const issuer = await startIssuer(t, { withFeed })
  const clock = { nowMs: startMs }
  const now = () => clock.nowMs
  const guard = createGuard({
    ...{ issuer: issuer.url, audience, now, revocations: withFeed ? {} : false },
    ...{ statusList: true, ...options },
  })
  t.after(() => guard.close())
  const uri = () => issuer.url + path
  const list = (claims: object = {}, header: object = {}) =>
    createSigner({ key: issuer.key, type: 'statuslist+jwt', now, ...header })({
      iss: issuer.url,
      sub: uri(),
      iat: clock.nowMs / 1000,
      exp: clock.nowMs / 1000 + 300,
      ttl: 30,
      status_list: { bits: 1, lst: packed(Uint8Array.of(0b10, 0b10, 0, 0)) },
      ...claims,
    })
  const token = (status?: unknown, more: object = {}) =>
    issuer.sign({ ...(status !== undefined && { status }), ...more }, { now, expiresIn: 36_000 })
  const at = (idx: unknown, where: unknown = uri()) => token({ status_list: { idx, uri: where } })
  async function ask(text: string): Promise<'allowed' | string> {
    const headers = { authorization: `Bearer ${text}` }
    const decision = await guard.required()(new FetchRequest(new Request(`${audience}/`, { headers })))
    return decision.kind === 'allowed' ? 'allowed' : `${decision.refusal.status} ${decision.refusal.reason}`
  }
  const fetches = () => issuer.fetches.filter((one) => one === path).length
  issuer.pages.set(path, list())
  return { issuer, clock, guard, list, token, at, ask, fetches }
}

test('a token is good or revoked as its list says, and one without a place is good', async (t) => {
  const { at, ask, token, fetches } = await opened(t)
  for (const place of [0, 2, 8, 31]) assert.equal(await ask(at(place)), 'allowed', String(place))
  for (const place of [1, 9]) assert.equal(await ask(at(place)), '401 token_revoked', String(place))
  assert.equal(await ask(token()), 'allowed')
  assert.equal(await ask(token({ other_mechanism: {} })), 'allowed')
  assert.equal(fetches(), 1)
})

test('a list that is kept is answered from at once, without a promise', async (t) => {
  const { at, ask, guard } = await opened(t)
  await ask(at(0))
  const headers = { authorization: `Bearer ${at(9)}` }
  const decision = guard.required()(new FetchRequest(new Request(`${audience}/`, { headers })))
  assert.ok(!(decision instanceof Promise))
  assert.equal(decision.kind, 'refused')
})

test('of a status of more than one bit, only 0 is good', async (t) => {
  const { issuer, list, at, ask } = await opened(t)
  issuer.pages.set(path, list({ status_list: { bits: 2, lst: packed(Uint8Array.of(0b11_10_01_00)) } }))
  const answers = []
  for (const place of [0, 1, 2, 3]) answers.push(await ask(at(place)))
  assert.deepEqual(answers, ['allowed', ...Array(3).fill('401 token_revoked')])
})

const malformed: readonly { readonly name: string; readonly status: (url: string) => unknown }[] = [
  { name: 'a status that is text', status: () => 'good' },
  { name: 'a status that is null', status: () => null },
  { name: 'a list that is text', status: () => ({ status_list: 'x' }) },
  { name: 'no place', status: (url) => ({ status_list: { uri: url + path } }) },
  { name: 'a place before the first', status: (url) => ({ status_list: { idx: -1, uri: url + path } }) },
  { name: 'a half place', status: (url) => ({ status_list: { idx: 0.5, uri: url + path } }) },
  { name: 'a place as text', status: (url) => ({ status_list: { idx: '0', uri: url + path } }) },
  { name: 'a place beyond the list', status: (url) => ({ status_list: { idx: 32, uri: url + path } }) },
  { name: 'no address', status: () => ({ status_list: { idx: 0 } }) },
  { name: 'an address that is a path', status: () => ({ status_list: { idx: 0, uri: path } }) },
  {
    name: 'an address of another host',
    status: () => ({ status_list: { idx: 0, uri: 'https://example.com/status/1' } }),
  },
  {
    name: 'an address of another port',
    status: () => ({ status_list: { idx: 0, uri: `http://127.0.0.1:1${path}` } }),
  },
  {
    name: 'the same machine by another name',
    status: (url) => ({ status_list: { idx: 0, uri: url.replace('127.0.0.1', 'localhost') + path } }),
  },
  {
    name: 'an address with a password',
    status: (url) => ({ status_list: { idx: 0, uri: url.replace('//', '//a:b@') + path } }),
  },
  { name: 'a file', status: () => ({ status_list: { idx: 0, uri: 'file:///etc/passwd' } }) },
  {
    name: 'an address that is too long',
    status: (url) => ({ status_list: { idx: 0, uri: `${url}${path}?${'x'.repeat(2_000)}` } }),
  },
]
for (const { name, status } of malformed) {
  test(`nothing can be said of a token with ${name}, so it is refused, and nothing is fetched but the list`, async (t) => {
    const { issuer, token, ask } = await opened(t, { statusList: { onUnavailable: 'serve' } })
    assert.equal(await ask(token(status(issuer.url))), '401 status_invalid')
    const known = ['/.well-known/openid-configuration', '/keys', path]
    assert.deepEqual(
      issuer.fetches.filter((one) => !known.includes(one)),
      [],
    )
  })
}

type Opened = Awaited<ReturnType<typeof opened>>
const notHad: readonly {
  readonly name: string
  readonly page: (given: Opened) => Opened['issuer']['pages'] extends Map<string, infer Page> ? Page : never
}[] = [
  { name: 'is not there', page: () => (response) => response.writeHead(404).end() },
  { name: 'is not served', page: () => (response) => response.writeHead(503).end() },
  {
    name: 'is said to be elsewhere',
    page:
      ({ issuer }) =>
      (response) =>
        response.writeHead(302, { location: `${issuer.url}/keys` }).end(),
  },
  { name: 'is 304 without being asked', page: () => (response) => response.writeHead(304).end() },
  { name: 'is no token', page: () => 'x' },
  { name: 'is empty', page: () => '' },
  { name: 'is an access token', page: ({ token }) => token() },
  { name: 'is of another type', page: ({ list }) => list({}, { type: 'at+jwt' }) },
  { name: 'is signed by another key', page: ({ list }) => list({}, { key: generateKey('ES256') }) },
  { name: 'is of another address', page: ({ issuer, list }) => list({ sub: `${issuer.url}/status/2` }) },
  { name: 'is of nothing', page: ({ list }) => list({ sub: undefined }) },
  { name: 'is of another issuer', page: ({ list }) => list({ iss: 'https://other.example' }) },
  { name: 'is for somebody', page: ({ list }) => list({ aud: audience }) },
  { name: 'has expired', page: ({ list }) => list({ exp: startMs / 1000 - 31 }) },
  { name: 'was made in the future', page: ({ list }) => list({ iat: startMs / 1000 + 31 }) },
  {
    name: 'does not say when it was made',
    page: ({ issuer, list }) => {
      const { iat: _, ...claims } = decodeUnverified(list()).claims
      const payload = new TextEncoder().encode(JSON.stringify(claims))
      return signJws(payload, { key: issuer.key, header: { typ: 'statuslist+jwt' } })
    },
  },
  { name: 'holds no list', page: ({ list }) => list({ status_list: undefined }) },
  { name: 'holds half a list', page: ({ list }) => list({ status_list: { bits: 1, lst: 'eNpj' } }) },
  {
    name: 'is longer than 2 MiB',
    page: () => (response) => {
      response.end('x'.repeat(2 * 1024 * 1024 + 1))
    },
  },
]
for (const { name, page } of notHad) {
  test(`a list that ${name} is not had: the token is refused, or let in if that was chosen`, async (t) => {
    for (const [onUnavailable, answer] of [
      ['refuse', '503 status_unavailable'],
      ['serve', 'allowed'],
    ] as const) {
      const given = await opened(t, { statusList: { onUnavailable } })
      given.issuer.pages.set(path, page(given))
      assert.equal(await given.ask(given.at(9)), answer)
      assert.equal(typeof given.guard.state().issuers[0]?.lastError, 'string')
    }
  })
}

test('a list is asked for again after its ttl, and within bounds whatever it says', async (t) => {
  const { issuer, clock, list, at, ask, fetches } = await opened(t)
  await ask(at(0))
  clock.nowMs += 29_999
  await ask(at(0))
  assert.equal(fetches(), 1)
  issuer.pages.set(path, list({ ttl: 0, status_list: { bits: 1, lst: packed(Uint8Array.of(1, 0)) } }))
  clock.nowMs += 1
  assert.equal(await ask(at(0)), '401 token_revoked')
  assert.equal(fetches(), 2)
  clock.nowMs += 4_999
  await ask(at(0))
  assert.equal(fetches(), 2)
  issuer.pages.set(path, list({ ttl: 1e9, exp: undefined }))
  clock.nowMs += 1
  assert.equal(await ask(at(0)), 'allowed')
  clock.nowMs += 3_600_000
  await ask(at(0))
  assert.equal(fetches(), 4)
})

test('a list that is not to be had again counts until its end, and nobody asks more than once in five seconds', async (t) => {
  const { issuer, clock, at, ask, fetches } = await opened(t)
  assert.equal(await ask(at(9)), '401 token_revoked')
  issuer.pages.set(path, (response) => response.writeHead(503).end())
  clock.nowMs += 30_000
  assert.deepEqual([await ask(at(0)), await ask(at(9))], ['allowed', '401 token_revoked'])
  assert.equal(fetches(), 2)
  clock.nowMs += 4_999
  await ask(at(0))
  assert.equal(fetches(), 2)
  clock.nowMs = startMs + 299_999
  assert.equal(await ask(at(0)), 'allowed')
  clock.nowMs += 1
  assert.equal(await ask(at(0)), '503 status_unavailable')
})

test('however many ask at once, one fetch is made', async (t) => {
  const { at, ask, fetches } = await opened(t)
  const answers = await Promise.all(Array.from({ length: 20 }, (_, place) => ask(at(place))))
  assert.equal(answers.filter((answer) => answer === 'allowed').length, 18)
  assert.equal(fetches(), 1)
})

test('an address of a list is as long as may be, and of a hundred lists none is fetched again', async (t) => {
  const { issuer, list, at, ask } = await opened(t)
  const longest = (name: string) => `${issuer.url}${path}/${name}?`.padEnd(2_000, 'x')
  const addresses = Array.from({ length: 101 }, (_, number) => longest(String(number)))
  for (const address of addresses) issuer.pages.set(address.slice(issuer.url.length), list({ sub: address }))
  const fetchedFor = async (address: string) => {
    const before = issuer.fetches.length
    assert.equal(await ask(at(0, address)), 'allowed')
    return issuer.fetches.length - before
  }
  await ask(at(0, addresses[0]))
  for (const address of addresses.slice(1, 100)) assert.equal(await fetchedFor(address), 1)
  assert.equal(await fetchedFor(addresses[0]!), 0)
  // The one that was fetched first makes room.
  assert.equal(await fetchedFor(addresses[100]!), 1)
  assert.equal(await fetchedFor(addresses[1]!), 0)
  assert.equal(await fetchedFor(addresses[0]!), 1)
})

test('the feed is in force while it is connected, and the lists when it is lost', async (t) => {
  const { issuer, clock, guard, at, ask, token, fetches } = await opened(
    t,
    { revocations: { onStale: 'refuse', maxStale: 20 } },
    true,
  )
  const revokedBy = () => guard.state().issuers[0]?.revokedBy
  assert.equal(await ask(at(9)), 'allowed', 'the feed knows of no revocation, and knows better')
  assert.deepEqual([revokedBy(), fetches()], ['feed', 0])
  // The feed is silent: it counts as lost.
  clock.nowMs += 21_000
  assert.equal(revokedBy(), 'status_list')
  assert.deepEqual([await ask(at(9)), await ask(at(0))], ['401 token_revoked', 'allowed'])
  assert.equal(await ask(token()), '503 revocations_stale', 'a token without a place cannot be checked')
  issuer.send('heartbeat', {})
  await until(() => revokedBy() === 'feed')
  assert.equal(await ask(at(9)), 'allowed')
})

test('without the option no list is asked, and the state says by what revocations are known', async (t) => {
  const { guard, at, ask, fetches } = await opened(t, { statusList: false })
  assert.deepEqual([await ask(at(9)), fetches()], ['allowed', 0])
  assert.equal(guard.state().issuers[0]?.revokedBy, 'nothing')
  const own = createGuard({ issuer: 'https://id.example', audience, revocationList: createRevocationList() })
  assert.equal(own.state().issuers[0]?.revokedBy, 'own_list')
})

test('with a secret, the list is verified by it, and by the one before', async (t) => {
  const [current, previous] = ['current', 'previous'].map((name) =>
    secretKey(Buffer.from(name.padEnd(32, 'x')), { algorithm: 'HS256' }),
  )
  if (!current || !previous) return
  const issuer = await startIssuer(t)
  const options = { now: () => startMs, issuer: issuer.url }
  const guard = createGuard({ ...options, audience, secret: [current, previous], statusList: true })
  for (const [index, key] of [current, previous].entries()) {
    const uri = `${issuer.url}/status/${index}`
    const claims = { sub: uri, iat: startMs / 1000, status_list: { bits: 1, lst: small } }
    issuer.pages.set(`/status/${index}`, createSigner({ key, type: 'statuslist+jwt', ...options })(claims))
    const status = { status_list: { idx: 1, uri } }
    const token = createSigner({ key, audience, expiresIn: 60, ...options })({
      sub: 'a',
      kind: 'user',
      status,
    })
    const headers = { authorization: `Bearer ${token}` }
    const decision = await guard.required()(new FetchRequest(new Request(audience, { headers })))
    assert.equal(decision.kind === 'refused' && decision.refusal.reason, 'token_revoked')
  }
})

test('statusList needs an issuer, and a policy that can be meant', () => {
  const secret = Buffer.alloc(32, 1)
  for (const options of [
    { secret, audience, statusList: true },
    { issuer: 'https://id.example', audience, statusList: { onUnavailable: 'fail' } },
    { issuer: 'https://id.example', audience, statusList: { onMissing: 'serve' } },
    { issuer: 'https://id.example', audience, statusList: 'yes' },
    { issuer: 'https://id.example', audience, statusList: null },
    { issuer: 'http://id.example', secret, audience, statusList: true },
  ]) {
    assert.throws(() => createGuard(options as never), TypeError)
  }
})
