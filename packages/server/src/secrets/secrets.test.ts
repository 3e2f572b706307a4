import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { realWorld } from '../world.ts'
import { hashSecret, isSecret, newSecret, type SecretKind, sameHash } from './secrets.ts'

const kinds: SecretKind[] = ['rt', 'invite', 'claim', 'service']
const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** As anybody can compute it: SHA-256 of words and the body. */
const withChecksum = (body: string) => body + hashSecret(`latchkey checksum ${body}`).slice(0, 6)

describe('a secret', () => {
  for (const kind of kinds) {
    test(`says that it is Latchkey’s and what it is for: ${kind}`, () => {
      const secret = newSecret(kind, realWorld)
      assert.match(secret, new RegExp(`^lk_${kind}_[\\w-]{49}$`))
      assert.ok(isSecret(kind, secret))
      for (const other of kinds) assert.equal(isSecret(other, secret), other === kind)
    })
  }

  test('holds 256 bits from the world’s randomness and nothing else', () => {
    const fixed = { ...realWorld, random: (count: number) => Buffer.alloc(count, 7) }
    assert.equal(newSecret('rt', fixed), newSecret('rt', fixed))
    assert.equal(
      Buffer.from(newSecret('rt', fixed).slice(6, 49), 'base64url').toString('hex'),
      '07'.repeat(32),
    )
    assert.notEqual(newSecret('rt', realWorld), newSecret('rt', realWorld))
  })

  test('with any one character changed is no secret, at every place and for every other letter', () => {
    const secret = newSecret('rt', realWorld)
    for (let place = 0; place < secret.length; place++) {
      for (const letter of letters) {
        if (letter === secret[place]) continue
        const changed = secret.slice(0, place) + letter + secret.slice(place + 1)
        assert.equal(isSecret('rt', changed), false, changed)
      }
    }
  })

  const wrong = [
    '',
    'lk_rt_',
    `${newSecret('rt', realWorld)} `,
    newSecret('rt', realWorld).slice(1),
    'x'.repeat(55),
  ]
  for (const text of wrong)
    test(`is not ${JSON.stringify(text)}`, () => assert.equal(isSecret('rt', text), false))

  test('has the length of a secret and its beginning, however right the checksum', () => {
    // Anybody can compute the checksum: two secrets in one, and one that begins with those of another kind.
    for (const body of ['', 'A', 'A'.repeat(42), 'A'.repeat(44), 'A'.repeat(92)]) {
      assert.equal(isSecret('rt', withChecksum(`lk_rt_${body}`)), false, body)
    }
    const right = withChecksum(`lk_rt_${'A'.repeat(43)}`)
    assert.deepEqual([isSecret('rt', right), isSecret('invite', right)], [true, false])
  })

  test('with two neighbours exchanged is no secret', () => {
    const secret = newSecret('invite', realWorld)
    for (let place = 10; place < secret.length - 1; place++) {
      const [a, b] = [secret.charAt(place), secret.charAt(place + 1)]
      if (a !== b)
        assert.equal(isSecret('invite', secret.slice(0, place) + b + a + secret.slice(place + 2)), false)
    }
  })

  test('is stored as its SHA-256, from which it cannot be read', () => {
    assert.equal(hashSecret('abc'), 'ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0')
  })

  test('is compared by hash: equal only where all is equal', () => {
    const hash = hashSecret('one')
    assert.ok(sameHash(hash, hashSecret('one')))
    for (const other of [hashSecret('two'), '', hash.slice(1), `${hash}=`]) assert.ok(!sameHash(hash, other))
  })
})
