import assert from 'node:assert/strict'
import { argon2Sync } from 'node:crypto'
import { registerHooks } from 'node:module'
import { availableParallelism } from 'node:os'
import { describe, test } from 'node:test'
import { realWorld } from '../../world.ts'
import { createPasswords } from './passwords.ts'
import { createPasswordRules } from './rules.ts'

const rules = createPasswordRules([])
const passwords = createPasswords(realWorld, rules)
const good = 'correct horse battery'

describe('a password', () => {
  test('is stored as argon2id with 19 MiB and two passes, in the PHC format, under a salt of its own', async () => {
    const [one, two] = await Promise.all([passwords.hash(good, []), passwords.hash(good, [])])
    assert.match(one, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/)
    assert.notEqual(one, two)
    assert.ok(await passwords.matches(good, one))
    assert.ok(await passwords.matches(good, two))
  })

  test('that the rules refuse is never hashed', async () => {
    const idle = createPasswords(realWorld, rules, () => assert.fail('nothing is derived'))
    await assert.rejects(idle.hash('x'.repeat(14), []), { code: 'password_unacceptable' })
  })

  test('that is too long to be set is nobody’s, and costs nothing', async () => {
    const stored = await passwords.hash(good, [])
    const idle = createPasswords(realWorld, rules, () => assert.fail('nothing is derived'))
    assert.equal(await idle.matches('x'.repeat(1025), stored), false)
  })

  for (const password of ['lamp latch keys', '🔑'.repeat(15), 'x'.repeat(1024)]) {
    test(`of ${[...password].length} characters is taken: ${password.slice(0, 4)}…`, async () => {
      assert.ok(await passwords.matches(password, await passwords.hash(password, [])))
    })
  }

  const pairs = [
    {
      name: 'composed or not (NFKC)',
      set: 'Café au lait, s’il vous plaît',
      typed: 'Café au lait, s’il vous plaît'.normalize('NFD'),
      same: true,
    },
    { name: 'full width or half', set: 'ｌａｔｃｈ key latch key', typed: 'latch key latch key', same: true },
    { name: 'other case', set: good, typed: good.toUpperCase(), same: false },
    {
      name: 'other from the 64th character on',
      set: `${'x'.repeat(63)}a`,
      typed: `${'x'.repeat(63)}b`,
      same: false,
    },
    { name: 'longer by one', set: 'x'.repeat(72), typed: 'x'.repeat(73), same: false },
  ]
  for (const { name, set, typed, same } of pairs) {
    test(`${name} is ${same ? 'the same' : 'another'}`, async () => {
      assert.equal(await passwords.matches(typed, await passwords.hash(set, [])), same)
    })
  }

  test('that is not set never matches, not even the decoy, and costs as much', async () => {
    let derivations = 0
    const always = createPasswords(
      { ...realWorld, random: (count) => Buffer.alloc(count) },
      rules,
      async (_p, _s, cost) => {
        derivations += 1
        assert.deepEqual(cost, {
          variant: 'argon2id',
          memory: 19_456,
          passes: 2,
          parallelism: 1,
          tagLength: 32,
        })
        return Buffer.alloc(cost.tagLength)
      },
    )
    for (const stored of [undefined, null]) assert.equal(await always.matches(good, stored), false)
    assert.equal(derivations, 2)
  })

  test('has the same tag from Node’s own argon2, where the addon does not load', async () => {
    const stored = await passwords.hash(good, [])
    const [, , , , salt = '', tag = ''] = stored.split('$')
    const nonce = Buffer.from(salt, 'base64')
    const cost = { nonce, memory: 19_456, passes: 2, parallelism: 1, tagLength: 32 }
    assert.equal(
      argon2Sync('argon2id', { message: good, ...cost })
        .toString('base64')
        .replaceAll('=', ''),
      tag,
    )

    const hooks = registerHooks({
      resolve(specifier, context, next) {
        if (specifier === '@node-rs/argon2') throw new Error('there is no addon for this machine')
        return next(specifier, context)
      },
    })
    try {
      const elsewhere = await import(`./hashes/argon2.ts?${'without-addon'}`)
      const fallback = createPasswords(realWorld, rules, elsewhere.platformArgon2)
      assert.ok(await fallback.matches(good, stored))
      assert.ok(await passwords.matches(good, await fallback.hash(good, [])))
    } finally {
      hooks.deregister()
    }
  })

  test('is derived in as many places as there are cores, and beyond a bounded line refused as overloaded', async () => {
    const gate = Promise.withResolvers<void>()
    const width = availableParallelism()
    let running = 0
    let most = 0
    const slow = createPasswords(realWorld, rules, async (_password, _salt, { tagLength }) => {
      most = Math.max(most, ++running)
      await gate.promise
      running -= 1
      return Buffer.alloc(tagLength)
    })
    const taken = Array.from({ length: width * 65 }, () => slow.matches(good, undefined))
    await assert.rejects(slow.matches(good, undefined), { code: 'overloaded', retryAfterSeconds: 2 })
    assert.throws(() => slow.requireRoom(), { code: 'overloaded', retryAfterSeconds: 2 })
    gate.resolve()
    assert.ok((await Promise.all(taken)).every((matches) => !matches))
    assert.equal(most, width)
    slow.requireRoom()
    assert.equal(await slow.matches(good, undefined), false, 'and then it takes more')
  })

  test('is not derived any more for somebody who has waited for more than ten seconds', async () => {
    const gate = Promise.withResolvers<void>()
    let now = 0
    const world = { ...realWorld, now: () => now }
    const slow = createPasswords(world, rules, async (_password, _salt, { tagLength }) => {
      await gate.promise
      return Buffer.alloc(tagLength)
    })
    const running = Array.from({ length: availableParallelism() }, () => slow.matches(good, undefined))
    const tooLate = assert.rejects(slow.matches(good, undefined), {
      code: 'overloaded',
      retryAfterSeconds: 2,
    })
    now = 1
    const inTime = slow.matches(good, undefined)
    now = 10_001
    gate.resolve()
    await tooLate
    assert.deepEqual(await Promise.all([...running, inTime]), [...running.map(() => false), false])
  })

  test('that could not be derived gives its place back', async () => {
    const broken = createPasswords(realWorld, rules, () => Promise.reject(new Error('no memory')))
    for (let i = 0; i < 3 * availableParallelism(); i++)
      await assert.rejects(broken.matches(good, undefined), /no memory/)
  })
})
