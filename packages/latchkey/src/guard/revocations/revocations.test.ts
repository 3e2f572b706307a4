import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import fc from 'fast-check'
import { entry, revocation, startIssuer, until } from '../../../test/guard/issuer.ts'
import type { VerifiedClaims } from '../../token/index.ts'
import { EventStreamParser } from './event-stream.ts'
import { createRevocationList, revocationKey } from './revocation-list.ts'
import { followRevocations } from './revocations.ts'

const claimsOf = (claims: object) => claims as VerifiedClaims
const nowMs = 1_800_000_000_000
const issuedBefore = nowMs / 1000 - 10
const issuedAfter = nowMs / 1000 + 10

test('a revocation is named by 22 characters that tell nothing', () => {
  const hash = createHash('sha256').update('session:ses_1').digest('base64url')
  assert.equal(revocationKey('session', 'ses_1'), hash.slice(0, 22))
  assert.match(revocationKey('session', 'ses_1'), /^[\w-]{22}$/)
  assert.notEqual(revocationKey('session', 'x'), revocationKey('token', 'x'))
})

const judged = [
  {
    name: 'the session',
    revoked: entry('session', 'a', nowMs, nowMs + 1000),
    claims: { sid: 'a', iat: issuedBefore },
    is: true,
  },
  {
    name: 'the session, whenever the token was issued',
    revoked: entry('session', 'a', nowMs, nowMs + 1000),
    claims: { sid: 'a', iat: issuedAfter },
    is: true,
  },
  {
    name: 'another session',
    revoked: entry('session', 'a', nowMs, nowMs + 1000),
    claims: { sid: 'b', iat: issuedBefore },
    is: false,
  },
  {
    name: 'the token, whenever it was issued',
    revoked: entry('token', 'a', nowMs, nowMs + 1000),
    claims: { jti: 'a', iat: issuedAfter },
    is: true,
  },
  {
    name: 'a session of the same name as the token',
    revoked: entry('token', 'a', nowMs, nowMs + 1000),
    claims: { sid: 'a' },
    is: false,
  },
  {
    name: 'the subject',
    revoked: entry('subject', 'a', nowMs, nowMs + 1000),
    claims: { sub: 'a', iat: issuedBefore },
    is: true,
  },
  {
    name: 'the subject, in a token issued since',
    revoked: entry('subject', 'a', nowMs, nowMs + 1000),
    claims: { sub: 'a', iat: issuedAfter },
    is: false,
  },
  {
    name: 'the subject, in a token issued at that very moment',
    revoked: entry('subject', 'a', nowMs, nowMs + 1000),
    claims: { sub: 'a', iat: nowMs / 1000 },
    is: false,
  },
  {
    name: 'the subject, in a token that does not say when',
    revoked: entry('subject', 'a', nowMs, nowMs + 1000),
    claims: { sub: 'a' },
    is: true,
  },
  {
    name: 'the type of user',
    revoked: entry('user_type', 'a', nowMs, nowMs + 1000),
    claims: { user_type: 'a', iat: issuedBefore },
    is: true,
  },
  {
    name: 'the type of user, in a token issued since',
    revoked: entry('user_type', 'a', nowMs, nowMs + 1000),
    claims: { user_type: 'a', iat: issuedAfter },
    is: false,
  },
  {
    name: 'the type of user, in a token issued at that very moment',
    revoked: entry('user_type', 'a', nowMs, nowMs + 1000),
    claims: { user_type: 'a', iat: nowMs / 1000 },
    is: false,
  },
  ...[
    { name: 'of the type', value: 'owner.3', is: true },
    { name: 'of the person', value: 'usr_1.4', is: true },
    { name: 'of the type before', value: 'owner.2', is: false },
    { name: 'of the person before', value: 'usr_1.3', is: false },
    { name: 'of another type', value: 'other.3', is: false },
    { name: 'of another person', value: 'usr_2.4', is: false },
  ].map(({ name, value, is }) => ({
    name: `the permissions ${name}, whenever the token was issued`,
    revoked: entry('permissions', value, nowMs, nowMs + 1000),
    claims: { sub: 'usr_1', user_type: 'owner', pv: '3.4', iat: issuedAfter },
    is,
  })),
  ...[
    { name: 'the scopes of a service', aud: 'pages', pv: '3.4.kx9', is: true },
    { name: 'the scopes of one of several audiences', aud: ['files', 'pages'], pv: '3.4.kx9', is: true },
    { name: 'the scopes of a service, in the token of a device', aud: 'pages', pv: '.4.kx9', is: true },
    { name: 'another version of the scopes', aud: 'pages', pv: '3.4.kxa', is: false },
    { name: 'the scopes of another service', aud: 'files', pv: '3.4.kx9', is: false },
    {
      name: 'the scopes of a service, in a token without audience',
      aud: undefined,
      pv: '3.4.kx9',
      is: false,
    },
    { name: 'a user type of that name and version', aud: 'files', pv: 'kx9.4', is: false },
  ].map(({ name, aud, pv, is }) => ({
    name,
    revoked: entry('scopes', 'pages.kx9', nowMs, nowMs + 1000),
    claims: { sub: 'usr_1', user_type: 'pages', ...(aud !== undefined && { aud }), pv, iat: issuedAfter },
    is,
  })),
  ...[undefined, 3.4, '3', '', ['3', '4']].map((pv) => ({
    name: `the permissions of the person, in a token whose pv is ${JSON.stringify(pv)}`,
    revoked: entry('permissions', 'usr_1.4', nowMs, nowMs + 1000),
    claims: { sub: 'usr_1', user_type: 'owner', pv },
    is: false,
  })),
  ...[
    { name: 'the session', revoked: entry('session', 'b', nowMs, nowMs + 1000), is: true },
    { name: 'another session', revoked: entry('session', 'c', nowMs, nowMs + 1000), is: false },
    { name: 'the subject', revoked: entry('subject', 'usr_2', nowMs, nowMs + 1000), is: true },
    { name: 'the user type', revoked: entry('user_type', 'helper', nowMs, nowMs + 1000), is: true },
    { name: 'the permissions', revoked: entry('permissions', 'usr_2.6', nowMs, nowMs + 1000), is: true },
    {
      name: 'the permissions of the type',
      revoked: entry('permissions', 'helper.5', nowMs, nowMs + 1000),
      is: true,
    },
    {
      name: 'the permissions of before',
      revoked: entry('permissions', 'usr_2.5', nowMs, nowMs + 1000),
      is: false,
    },
  ].map(({ name, revoked, is }) => ({
    name: `${name} of who acts as the subject`,
    revoked,
    claims: {
      ...{ sub: 'usr_1', sid: 'a', user_type: 'owner', pv: '3.4', iat: issuedBefore },
      act: { sub: 'usr_2', sid: 'b', user_type: 'helper', pv: '5.6' },
    },
    is,
  })),
  {
    name: 'the subject of who acts as the subject, before the token was issued',
    revoked: entry('subject', 'usr_2', nowMs, nowMs + 1000),
    claims: { sub: 'usr_1', act: { sub: 'usr_2', iat: issuedBefore }, iat: issuedAfter },
    is: false,
  },
  {
    name: 'an actor that is no object',
    revoked: entry('session', 'b', nowMs, nowMs + 1000),
    claims: { sub: 'usr_1', act: 'b', iat: issuedBefore },
    is: false,
  },
  {
    name: 'a session whose revocation may be forgotten',
    revoked: entry('session', 'a', nowMs, nowMs),
    claims: { sid: 'a' },
    is: false,
  },
  {
    name: 'claims that are no text',
    revoked: entry('session', '1', nowMs, nowMs + 1000),
    claims: { sid: 1, user_type: {} },
    is: false,
  },
] as const

for (const { name, revoked, claims, is } of judged) {
  test(`a list ${is ? 'revokes' : 'does not revoke'}: ${name}`, () => {
    const list = createRevocationList({ now: () => nowMs })
    assert.equal(list.isRevoked(claimsOf(claims)), false)
    list.add(revoked)
    assert.equal(list.isRevoked(claimsOf(claims)), is)
  })
}

test('adding out of order keeps what revokes most', () => {
  const list = createRevocationList({ now: () => nowMs })
  list.add(entry('subject', 'a', nowMs + 20_000, nowMs + 1000))
  list.add(entry('subject', 'a', nowMs, nowMs + 500))
  assert.equal(list.isRevoked(claimsOf({ sub: 'a', iat: issuedAfter })), true)
  assert.equal(list.size, 1)
})

test('adding what is needed for less long keeps it for as long as before', () => {
  const clock = { nowMs }
  const list = createRevocationList({ now: () => clock.nowMs })
  for (const lifeMs of [1000, 500]) list.add(entry('session', 'a', nowMs, nowMs + lifeMs))
  clock.nowMs += 999
  assert.deepEqual([list.isRevoked(claimsOf({ sid: 'a' })), list.size], [true, 1])
  clock.nowMs += 1
  assert.deepEqual([list.isRevoked(claimsOf({ sid: 'a' })), list.size], [false, 0])
})

test('a list of one takes one: what has ended takes its room from nobody, and of two that are needed as long the first goes', () => {
  const list = createRevocationList({ now: () => nowMs, maxEntries: 1 })
  list.add(entry('session', 'a', nowMs, nowMs + 1000))
  list.add(entry('session', 'b', nowMs, nowMs))
  assert.deepEqual([list.isRevoked(claimsOf({ sid: 'a' })), list.dropped], [true, 0])
  const two = createRevocationList({ now: () => nowMs, maxEntries: 2 })
  for (const sid of ['a', 'b', 'c']) two.add(entry('session', sid, nowMs, nowMs + 1000))
  assert.deepEqual(
    ['a', 'b', 'c'].map((sid) => two.isRevoked(claimsOf({ sid }))),
    [false, true, true],
  )
  // One that is there already takes no room.
  two.add(entry('session', 'c', nowMs, nowMs + 2000))
  assert.deepEqual([two.isRevoked(claimsOf({ sid: 'b' })), two.dropped], [true, 1])
  for (const maxEntries of [0, 1.5, Number.NaN])
    assert.throws(() => createRevocationList({ maxEntries }), TypeError)
})

test('entries are forgotten when no token needs them, and at the bound the one that is needed least', () => {
  const clock = { nowMs }
  const list = createRevocationList({ now: () => clock.nowMs, maxEntries: 3 })
  for (const [name, life] of [
    ['a', 1000],
    ['b', 500],
    ['c', 2000],
  ] as const) {
    list.add(entry('session', name, nowMs, nowMs + life))
  }
  list.add(entry('session', 'd', nowMs, nowMs + 3000))
  assert.deepEqual([list.size, list.dropped], [3, 1])
  assert.equal(list.isRevoked(claimsOf({ sid: 'b' })), false)
  assert.equal(list.isRevoked(claimsOf({ sid: 'a' })), true)
  clock.nowMs += 1000
  list.add(entry('session', 'e', nowMs, nowMs + 3000))
  assert.deepEqual([list.size, list.dropped], [3, 1])
  clock.nowMs += 3000
  assert.equal(list.size, 0)
})

test('many different names do not make the list wrong', () => {
  const list = createRevocationList({ now: () => nowMs })
  for (let i = 0; i < 1000; i++) list.add(entry('session', `s${i}`, nowMs, nowMs + 1000))
  for (let i = 0; i < 6000; i++) assert.equal(list.isRevoked(claimsOf({ sid: `s${i}` })), i < 1000)
  assert.equal(list.isRevoked(claimsOf({ sid: 'x'.repeat(10_000) })), false)
})

/** A feed whose waiting is told and done by hand. */
async function follow(t: TestContext, random = 1, onKeysChanged: () => void = () => {}) {
  const issuer = await startIssuer(t)
  const clock = { nowMs: Date.now() }
  const waits: { ms: number; end(): void }[] = []
  /** Waits that keep the process from ending. */
  const held: number[] = []
  const list = createRevocationList({ now: () => clock.nowMs })
  const feed = followRevocations({
    locate: async () => new URL(`${issuer.url}/v1/revocations/stream`),
    list,
    onKeysChanged,
    now: () => clock.nowMs,
    random: () => random,
    wait: (ms, signal, holds) =>
      new Promise((resolve, reject) => {
        const one = { ms, end: resolve }
        waits.push(one)
        if (holds) held.push(ms)
        signal.addEventListener('abort', () => {
          waits.splice(waits.indexOf(one), 1)
          reject(signal.reason)
        })
      }),
  })
  t.after(() => feed.close())
  const retries = () => waits.filter(({ ms }) => ms <= 5000 && ms !== 2000).map(({ ms }) => ms)
  /** End the wait before the next connection. */
  const retryNow = async () => {
    await until(() => retries().length > 0)
    const index = waits.findIndex(({ ms }) => ms <= 5000 && ms !== 2000)
    const [wait] = waits.splice(index, 1)
    wait?.end()
    return wait?.ms
  }
  return { issuer, clock, waits, held, list, feed, retryNow }
}

test('a feed begins with all that is revoked, then tells what comes', async (t) => {
  const { issuer, list, feed, clock } = await follow(t)
  issuer.snapshot = [revocation('session', 'a', clock.nowMs, clock.nowMs + 1e6)]
  await feed.settled
  assert.equal(list.isRevoked(claimsOf({ sid: 'a' })), true)
  issuer.send('revocation', revocation('session', 'b', clock.nowMs, clock.nowMs + 1e6), 'rev_9')
  await until(() => list.isRevoked(claimsOf({ sid: 'b' })))
  assert.deepEqual(feed.state(), { connected: true, lastEventAtMs: clock.nowMs, staleForMs: 0 })
})

test('a feed that was cut off goes on where it stopped, and forgets nothing', async (t) => {
  const { issuer, list, feed, clock, retryNow } = await follow(t)
  issuer.snapshot = [revocation('session', 'a', clock.nowMs, clock.nowMs + 1e6)]
  await feed.settled
  issuer.send('revocation', revocation('session', 'b', clock.nowMs, clock.nowMs + 1e6), 'rev_9')
  await until(() => list.isRevoked(claimsOf({ sid: 'b' })))
  issuer.snapshot = [revocation('session', 'c', clock.nowMs, clock.nowMs + 1e6)]
  issuer.complete = false
  for (const stream of issuer.streams) stream.destroy()
  await until(() => !feed.state().connected)
  await retryNow()
  await until(() => feed.state().connected)
  assert.deepEqual(issuer.lastEventIds, [undefined, 'rev_9'])
  for (const sid of ['a', 'b', 'c']) assert.equal(list.isRevoked(claimsOf({ sid })), true)
})

test('retries come after 100 ms to 5 s, twice as long each time, with jitter', async (t) => {
  for (const [random, expected] of [
    [1, [100, 200, 400, 800, 1600, 3200, 5000, 5000]],
    [0, [50, 100, 200, 400, 800, 1600, 2500, 2500]],
  ] as const) {
    const { issuer, retryNow, feed } = await follow(t, random)
    issuer.up = false
    const waited: (number | undefined)[] = []
    for (let i = 0; i < expected.length; i++) {
      for (const stream of issuer.streams) stream.destroy()
      waited.push(await retryNow())
    }
    // The first connection may have been made before the issuer went down; it begins the count.
    assert.deepEqual(waited, expected)
    assert.equal(feed.state().connected, false)
  }
})

test('a connection on which nothing comes for 15 s is cut and made anew', async (t) => {
  const { issuer, feed, clock, waits, held, retryNow } = await follow(t)
  assert.deepEqual(feed.state(), { connected: false, lastEventAtMs: undefined, staleForMs: 0 })
  await feed.settled
  clock.nowMs += 14_999
  assert.equal(feed.state().connected, true)
  issuer.send('heartbeat', {})
  await until(() => feed.state().lastEventAtMs === clock.nowMs)
  clock.nowMs += 15_000
  assert.deepEqual([feed.state().connected, feed.state().staleForMs], [false, 15_000])
  waits.find(({ ms }) => ms === 15_000)?.end()
  await retryNow()
  await until(() => feed.state().connected)
  assert.equal(issuer.lastEventIds.length, 2)
  // Only the first snapshot is worth waiting for.
  assert.deepEqual(held, [2000])
})

const broken: readonly { name: string; event: string; data: unknown }[] = [
  { name: 'a revocation without key', event: 'revocation', data: { revoked_at: 1, expires_at: 2 } },
  {
    name: 'a key of another length',
    event: 'revocation',
    data: { key: 'abc', revoked_at: 1, expires_at: 2 },
  },
  {
    name: 'a key of one character more',
    event: 'revocation',
    data: { key: 'A'.repeat(23), revoked_at: 1, expires_at: 2 },
  },
  {
    name: 'a time as text',
    event: 'revocation',
    data: { key: 'A'.repeat(22), revoked_at: '1', expires_at: 2 },
  },
  { name: 'a revocation that is null', event: 'revocation', data: null },
  { name: 'a snapshot without a list', event: 'snapshot', data: {} },
  { name: 'a snapshot with a number', event: 'snapshot', data: { revocations: [1] } },
]

for (const { name, event, data } of broken) {
  test(`a feed with ${name} is not trusted further, and everything is asked for again`, async (t) => {
    const { issuer, feed, retryNow } = await follow(t)
    await feed.settled
    issuer.send(event, data, 'rev_9')
    await retryNow()
    await until(() => feed.state().connected)
    assert.deepEqual(issuer.lastEventIds, [undefined, undefined])
  })
}

const types: readonly { type: string; isFeed: boolean }[] = [
  { type: 'text/event-stream', isFeed: true },
  { type: 'Text/Event-Stream; charset=utf-8', isFeed: true },
  { type: 'text/html', isFeed: false },
  { type: 'application/text/event-stream', isFeed: false },
]
for (const { type, isFeed } of types) {
  test(`an answer of type ${type} is ${isFeed ? 'a' : 'no'} feed`, async (t) => {
    const issuer = await startIssuer(t)
    issuer.contentType = type
    const locate = async () => new URL(`${issuer.url}/v1/revocations/stream`)
    const feed = followRevocations({ locate, list: createRevocationList() })
    t.after(() => feed.close())
    await feed.settled
    assert.equal(feed.state().connected, isFeed)
  })
}

test('who follows a feed is told that the keys are others, also where they changed while nobody listened', async (t) => {
  const changes: number[] = []
  const { issuer, feed, retryNow } = await follow(t, 1, () => void changes.push(1))
  await feed.settled
  issuer.send('keys', { key_ids: ['a', 'b'] })
  issuer.send('keys', { key_ids: ['a', 'b'] })
  // What is no list is of some other server, and means nothing.
  issuer.send('keys', { key_ids: 'x' })
  issuer.send('keys', { key_ids: ['b', 'c'] })
  await until(() => changes.length === 1)
  issuer.keyIds = ['b', 'c']
  for (const stream of issuer.streams) stream.destroy()
  await until(() => !feed.state().connected)
  await retryNow()
  await until(() => feed.state().connected)
  assert.equal(changes.length, 1)
  issuer.keyIds = ['c', 'd']
  for (const stream of issuer.streams) stream.destroy()
  await until(() => !feed.state().connected)
  await retryNow()
  await until(() => changes.length === 2)
})

test('a closed feed stays closed', async (t) => {
  const { issuer, feed } = await follow(t)
  await feed.settled
  feed.close()
  await until(() => issuer.streams.size === 0)
  assert.equal(feed.state().connected, false)
})

test('an issuer without a feed leaves the list empty and the state not connected', async () => {
  const feed = followRevocations({ locate: async () => undefined, list: createRevocationList() })
  await feed.settled
  assert.equal(feed.state().connected, false)
  feed.close()
})

const streams = [
  {
    name: 'lines end in LF',
    text: 'event: a\ndata: 1\nid: x\n\n',
    events: [{ event: 'a', data: '1', id: 'x' }],
  },
  {
    name: 'lines end in CRLF',
    text: 'event: a\r\ndata: 1\r\n\r\n',
    events: [{ event: 'a', data: '1', id: '' }],
  },
  { name: 'lines end in CR', text: 'data: 1\r\r\n', events: [{ event: 'message', data: '1', id: '' }] },
  {
    name: 'data of several lines',
    text: 'data: 1\ndata:2\ndata:  3\n\n',
    events: [{ event: 'message', data: '1\n2\n 3', id: '' }],
  },
  {
    name: 'comments and unknown fields',
    text: ': ping\nretry: 5\ndata\n\n',
    events: [{ event: 'message', data: '', id: '' }],
  },
  { name: 'an event without data', text: 'event: a\n\n', events: [] },
  {
    name: 'an id with a NUL',
    text: 'id: a\0b\ndata: 1\n\n',
    events: [{ event: 'message', data: '1', id: '' }],
  },
  { name: 'an unfinished event', text: 'data: 1\n', events: [] },
]

for (const { name, text, events } of streams) {
  test(`an event stream is read: ${name}, however it is cut`, () => {
    assert.deepEqual(new EventStreamParser(1000).push(text), events)
    fc.assert(
      fc.property(fc.array(fc.nat(text.length)), (cuts) => {
        const parser = new EventStreamParser(1000)
        const places = [0, ...cuts.sort((a, b) => a - b), text.length]
        const pieces = places.slice(1).map((place, i) => text.slice(places[i], place))
        assert.deepEqual(
          pieces.flatMap((piece) => parser.push(piece)),
          events,
        )
      }),
      { numRuns: 50 },
    )
  })
}

test('an event that does not end is given up', () => {
  assert.throws(() => new EventStreamParser(100).push('x'.repeat(101)))
  assert.deepEqual(new EventStreamParser(100).push('x'.repeat(100)), [])
  const whole = new EventStreamParser(100).push(`data:${'x'.repeat(100)}\n\n`)
  assert.deepEqual(whole, [{ event: 'message', data: 'x'.repeat(100), id: '' }])
  assert.throws(() => new EventStreamParser(100).push(`data:${'x'.repeat(101)}\n\n`))
  const parser = new EventStreamParser(100)
  assert.throws(() => {
    for (let i = 0; i < 100; i++) parser.push('data: 12345\n')
  })
})
