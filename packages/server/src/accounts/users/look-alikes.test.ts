import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { openTestApp } from '../../../test/app.ts'
import { engines } from '../../../test/storages.ts'
import { skeletonOf } from './look-alikes.ts'
import { usernameKey } from './username-key.ts'

const alike: [string, string][] = [
  ['admin', 'аdmin'],
  ['admin', 'ADMIN'],
  ['admin', 'ａｄｍｉｎ'],
  ['admin', 'αdмin'],
  ['paypal', 'paypa1'],
  ['paypal', 'paypaI'],
  ['paypal', 'раураl'],
  ['bob', 'b0b'],
  ['bob', 'bоb'],
  ['BOB', 'ВОВ'],
  ['maria', 'rnaria'],
  ['wolf', 'vvolf'],
  ['ops', 'ορѕ'],
  ['lily', 'Iіly'],
  ['admin', 'аDMIN'],
  ['admin', 'adm1n'],
  ['admin', 'adrnln'],
]
for (const [one, other] of alike)
  test(`${one} looks like ${other}`, () => {
    assert.equal(skeletonOf(one), skeletonOf(other))
  })

const different: [string, string][] = [
  ['ada', 'ben'],
  ['zoe', 'zoë'],
  ['李四', '李五'],
  ['anna', 'anne'],
  ['user2', 'userz'],
  ['', 'a'],
]
for (const [one, other] of different)
  test(`${one} does not look like ${other}`, () => {
    assert.notEqual(skeletonOf(one), skeletonOf(other))
  })

test('names that are the same by their key look alike', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'abIi1lОоﬁＡ①éẞΣσς') }), (name) => {
      const spelled = name.toUpperCase()
      if (usernameKey(name) === usernameKey(spelled)) assert.equal(skeletonOf(name), skeletonOf(spelled))
    }),
  )
})

for (const engine of engines)
  test(`whoever creates a user is told whom the name looks like, on ${engine}`, async (t) => {
    const house = await openTestApp(engine)
    t.after(() => house.close())
    const root = await house.signedIn('root', 'administrator')
    const create = (username: string) =>
      house.call('POST', '/v1/users', { token: root.token, body: { username } })
    const first = await create('paypal')
    assert.deepEqual([first.status, first.body.warnings], [201, undefined])
    const second = await create('paypa1')
    assert.deepEqual(
      [second.status, second.body.warnings],
      [201, ['the name looks like that of the user paypal']],
    )
    const third = await create('раура1')
    assert.equal((third.body.warnings as string[] | undefined)?.length, 2)
    assert.equal((await create('another')).body.warnings, undefined)
  })

const names = ['\u3164', 'ad\u034fmin', 'a\u202eb', 'a\u009bb', '\u2800', 'a\u200db']
test('no name that somebody chooses hides anything, over HTTP', async (t) => {
  const house = await openTestApp()
  t.after(() => house.close())
  const { token } = await house.signedIn('root', 'administrator')
  const key = { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' }
  for (const name of names) {
    const bodies: [path: string, body: object][] = [
      ['/v1/users', { username: name }],
      ['/v1/users', { username: 'someone', display_name: name }],
      ['/v1/devices', { name, product: 'lamp', key }],
      ['/v1/devices', { name: 'lamp', product: name, key }],
      ['/v1/services', { name }],
      ['/v1/user-types', { name: 'guards', description: name, permissions: [] }],
    ]
    for (const [path, body] of bodies) {
      const answer = await house.call('POST', path, { token, body })
      assert.deepEqual([answer.status, answer.body.code], [400, 'request_invalid'], `${path} ${escape(name)}`)
    }
  }
})
