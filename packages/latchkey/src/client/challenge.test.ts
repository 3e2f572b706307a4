import assert from 'node:assert/strict'
import { test } from 'node:test'
import { challengeOf, parseChallenges } from './challenge.ts'

type Read = readonly (readonly [scheme: string, parameters: object, token68?: string])[]

const good: readonly { header: string; read: Read }[] = [
  { header: 'Bearer', read: [['bearer', {}]] },
  {
    header: 'Negotiate, Basic',
    read: [
      ['negotiate', {}],
      ['basic', {}],
    ],
  },
  {
    header: 'Negotiate , Basic realm="a"',
    read: [
      ['negotiate', {}],
      ['basic', { realm: 'a' }],
    ],
  },
  { header: 'Bearer realm="api"', read: [['bearer', { realm: 'api' }]] },
  {
    header: 'bearer REALM=api , Error = "invalid_token"',
    read: [['bearer', { realm: 'api', error: 'invalid_token' }]],
  },
  {
    header: 'Newauth realm="apps", type=1, title="Login to \\"apps\\"", Basic realm="simple"', // RFC 9110 section 11.6.1
    read: [
      ['newauth', { realm: 'apps', type: '1', title: 'Login to "apps"' }],
      ['basic', { realm: 'simple' }],
    ],
  },
  {
    header: 'Negotiate YWJj==, Bearer error="invalid_token"',
    read: [
      ['negotiate', {}, 'YWJj=='],
      ['bearer', { error: 'invalid_token' }],
    ],
  },
  { header: 'Bearer a="x, Bearer error=b", c=d', read: [['bearer', { a: 'x, Bearer error=b', c: 'd' }]] },
  { header: ', ,Bearer realm="a",, error="b",,', read: [['bearer', { realm: 'a', error: 'b' }]] },
  // By the grammar this is a token68, and no parameter without a value.
  { header: 'Bearer realm=', read: [['bearer', {}, 'realm=']] },
  { header: 'Bearer a = b , c="d\\\\e\\"f" ', read: [['bearer', { a: 'b', c: 'd\\e"f' }]] },
  { header: 'Bearer realm=""', read: [['bearer', { realm: '' }]] },
  {
    header: 'DPoP algs="ES256 EdDSA", Bearer error="invalid_token"',
    read: [
      ['dpop', { algs: 'ES256 EdDSA' }],
      ['bearer', { error: 'invalid_token' }],
    ],
  },
]

for (const { header, read } of good) {
  test(`the challenges of this header are read: ${header}`, () => {
    assert.deepEqual(
      parseChallenges(header).map(({ scheme, parameters, token68 }) =>
        token68 === undefined
          ? [scheme, Object.fromEntries(parameters)]
          : [scheme, Object.fromEntries(parameters), token68],
      ),
      read,
    )
  })
}

const bad: readonly string[] = [
  '',
  '"Bearer"',
  'Bearer realm="a',
  'Bearer realm="a" error="b"',
  'Bearer realm="a", realm="b"',
  'Bearer realm="a\\"',
  'Bearer realm="\u0000"',
  'Bearer realm="é€"',
  'Bearer =a',
  'Bearer a="b"c="d"',
  'Bearer a=b"c"',
  'Bearer"a"',
  'Bearer Basic realm="a"',
  'Bearer abc== def',
  'Bearer error="invalid_token"; realm="a"',
  `Bearer a="${'b'.repeat(20_000)}"`,
  Array.from({ length: 40 }, () => 'Bearer').join(', '),
]

for (const header of bad) {
  test(`a header outside of the grammar says nothing: ${header.slice(0, 40)}`, () => {
    assert.deepEqual(parseChallenges(header), [])
    assert.equal(challengeOf(header, 'bearer'), undefined)
  })
}

test('a header may have 16,384 characters, and 32 challenges', () => {
  const longest = `Bearer a="${'b'.repeat(16_384 - 'Bearer a=""'.length)}"`
  assert.deepEqual([longest.length, parseChallenges(longest).length], [16_384, 1])
  assert.deepEqual(parseChallenges(longest.replace('b', 'bb')), [])
  const challenges = (count: number) => Array.from({ length: count }, () => 'Bearer').join(', ')
  assert.equal(parseChallenges(challenges(32)).length, 32)
  assert.deepEqual(parseChallenges(challenges(33)), [])
})

test('of two bearer challenges, the one with an error speaks', () => {
  const header = 'Bearer realm="a", Bearer realm="b", error="invalid_token"'
  assert.equal(challengeOf(header, 'bearer')?.get('realm'), 'b')
  assert.equal(challengeOf('Bearer realm="a"', 'bearer')?.get('realm'), 'a')
  assert.equal(challengeOf('Basic realm="a"', 'bearer'), undefined)
  assert.equal(challengeOf(null, 'bearer'), undefined)
})

test('however a header is made, reading it takes no longer than its length', () => {
  for (const piece of ['a', 'a=', 'a =', '"', '\\"', ' ', ',', 'Bearer ', 'a="b",', 'a=b ']) {
    const header = `Bearer ${piece.repeat(16_000 / piece.length)}`
    const began = process.cpuUsage()
    parseChallenges(header)
    const { user, system } = process.cpuUsage(began)
    // A quadratic reader takes over a second; a linear one under a millisecond.
    assert.ok(user + system < 500_000, JSON.stringify(piece))
  }
})
