import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { thumbprint, toJwk } from 'latchkey/token'
import type { SignedIn } from '../../../test/app.ts'
import { type Home, type Lamp, newKey, openHome, publicJwk } from '../../../test/home.ts'
import { engines } from '../../../test/storages.ts'
import { realWorld } from '../../world.ts'
import { newUid } from '../uid.ts'
import { createDeviceTokenTest } from './authenticate.ts'

const es256 = publicJwk(newKey())
const rsa = (modulusLength: number, publicExponent?: number) =>
  generateKeyPairSync('rsa', { modulusLength, ...(publicExponent && { publicExponent }) }).publicKey.export({
    format: 'jwk',
  })
const curve = (namedCurve: string) =>
  generateKeyPairSync('ec', { namedCurve }).publicKey.export({ format: 'jwk' })

const badKeys: readonly { name: string; key: object }[] = [
  { name: 'nothing', key: {} },
  { name: 'a secret', key: { kty: 'oct', k: 'c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0' } },
  { name: 'a secret inside a public key', key: { ...es256, k: 'c2VjcmV0' } },
  { name: 'a private ES256 key', key: { ...toJwk(newKey()) } },
  { name: 'a private Ed25519 key', key: { ...toJwk(newKey('EdDSA')) } },
  { name: 'a private RSA key', key: { ...toJwk(newKey('RS256')) } },
  { name: 'a prime of an RSA key', key: { ...rsa(2048), p: 'AQAB' } },
  { name: 'the other prime of an RSA key', key: { ...rsa(2048), q: 'AQAB' } },
  { name: 'an exponent of an RSA key', key: { ...rsa(2048), dp: 'AQAB' } },
  { name: 'RSA of 1024 bits', key: rsa(1024) },
  { name: 'RSA with the exponent 1', key: { ...rsa(2048), e: 'AQ' } },
  { name: 'RSA without a modulus', key: { kty: 'RSA', e: 'AQAB' } },
  { name: 'the curve P-384', key: curve('P-384') },
  { name: 'the curve secp256k1', key: curve('secp256k1') },
  { name: 'the curve X25519', key: { kty: 'OKP', crv: 'X25519', x: 'A'.repeat(43) } },
  { name: 'a point that is not on the curve', key: { ...es256, y: es256.x } },
  { name: 'a point of small order', key: { kty: 'OKP', crv: 'Ed25519', x: `AQ${'A'.repeat(41)}` } },
  { name: 'a coordinate too short', key: { ...es256, x: 'AQAB' } },
  { name: 'a coordinate in hexadecimal', key: { ...es256, x: `0x${'ab'.repeat(32)}` } },
  { name: 'a coordinate that is a number', key: { ...es256, x: 1 } },
  { name: 'a curve that is a list', key: { ...es256, crv: ['P-256', 'P-384'] } },
  { name: 'a type in lower case', key: { ...es256, kty: 'ec' } },
  { name: 'the name of something every object has', key: { kty: 'constructor' } },
  { name: 'an alg of another kind', key: { ...es256, alg: 'RS256' } },
  { name: 'the alg none', key: { ...es256, alg: 'none' } },
  { name: 'an alg for secrets', key: { ...es256, alg: 'HS256' } },
  { name: 'a use of encryption', key: { ...es256, use: 'enc' } },
  { name: 'key_ops without verify', key: { ...es256, key_ops: ['sign'] } },
  { name: 'key_ops that are no list', key: { ...es256, key_ops: 'verify' } },
]

for (const engine of engines) {
  describe(`registering a device on ${engine}`, () => {
    let house: Home
    let ada: SignedIn
    before(async () => {
      house = await openHome(engine)
      ada = await house.signedIn('ada')
    })
    after(() => house.close())

    const register = (more: object, token = house.admin.token) =>
      house.call('POST', '/v1/devices', {
        token,
        body: { name: 'a lamp', product: 'lamp', key: publicJwk(newKey()), ...more },
      })
    const count = async () =>
      (await house.app.db.query<{ n: number }>('SELECT COUNT(*) AS n FROM devices'))[0]?.n

    test('gives it a uid, no owner and a line in the log', async () => {
      const { status, body } = await register({})
      assert.equal(status, 201)
      assert.match(body.uid, /^[0-9a-z]{21}$/)
      assert.deepEqual([body.state, body.relation, body.online], ['manufactured', null, false])
      await house.written({ event: 'device.register', target: body.uid, subject: house.admin.id })
    })

    test('takes the uid that the maker has printed already, in any case', async () => {
      const uid = newUid('lamp', realWorld)
      assert.equal((await register({ uid: uid.toUpperCase() })).body.uid, uid)
    })

    test('is done once for a uid, also of 16 at once', async () => {
      const uid = newUid('lamp', realWorld)
      const all = await Promise.all(Array.from({ length: 16 }, () => register({ uid })))
      assert.deepEqual(all.map(({ status }) => status).sort(), [201, ...Array(15).fill(409)])
      assert.ok(all.every(({ status, body }) => status === 201 || body.code === 'device_exists'))
    })

    for (const product of ['', ' lamp', 'lamp ', 'Lamp', '-lamp', 'lamp\n', 'a/lamp', 'x'.repeat(41)]) {
      test(`is refused for a product that is no name: ${JSON.stringify(product)}`, async () => {
        assert.equal((await register({ product })).body.code, 'request_invalid')
      })
    }

    test('takes a product of forty characters', async () => {
      assert.equal((await register({ product: 'x'.repeat(40) })).status, 201)
    })

    for (const { name, key } of badKeys) {
      test(`is refused with a bad key, and nothing of it is stored: ${name}`, async () => {
        const before = await count()
        const { status, body } = await register({ key })
        assert.deepEqual([status, body.code], [400, 'key_unacceptable'])
        assert.equal(await count(), before)
      })
    }

    test('keeps of a key what makes it one, and drops whatever else stands in it', async () => {
      const key = {
        ...publicJwk(newKey()),
        kid: 'x',
        x5c: ['MII'],
        jku: 'https://x.example',
        d2: 1,
        use: 'sig',
      }
      const { body } = await register({ key })
      const [row] = await house.app.db.query<{ public_jwk: string; kid: string }>(
        'SELECT public_jwk, kid FROM device_keys WHERE uid = $1',
        body.uid,
      )
      assert.deepEqual(Object.keys(JSON.parse(row?.public_jwk ?? '')).sort(), [
        'alg',
        'crv',
        'kty',
        'use',
        'x',
        'y',
      ])
      assert.notEqual(row?.kid, 'x')
    })

    test('is refused with the key of another device: each could pass for the other', async () => {
      const other = await house.lamp()
      assert.equal((await register({ key: publicJwk(other.key) })).body.code, 'key_exists')
    })

    const wrong = [
      { name: 'a uid with a wrong character', more: { uid: `${'0'.repeat(20)}1` } },
      { name: 'a uid that is too short', more: { uid: '0' } },
      { name: 'a product in capitals', more: { product: 'Lamp' } },
      { name: 'a product that begins with a dash', more: { product: '-lamp' } },
      { name: 'a product that ends with a blank', more: { product: 'lamp ' } },
      { name: 'a product with something behind it', more: { product: 'lamp/2' } },
      { name: 'a product of 41 characters', more: { product: 'x'.repeat(41) } },
      { name: 'no product', more: { product: '' } },
      { name: 'no name', more: { name: '' } },
      { name: 'a name of two lines', more: { name: 'a\nb' } },
      { name: 'a key in PEM', more: { key: '-----BEGIN PUBLIC KEY-----' } },
      { name: 'a member that is not known', more: { owner: 'usr_x' } },
    ]
    for (const { name, more } of wrong) {
      test(`is refused with ${name}`, async () => {
        assert.equal((await register(more)).body.code, 'request_invalid')
      })
    }

    test('is for who has devices:write', async () => {
      const other = await house.lamp()
      assert.equal((await register({}, ada.token)).body.code, 'permission_missing')
      assert.equal((await register({}, other.token())).body.code, 'permission_missing')
    })
  })

  describe(`the keys of a device on ${engine}`, () => {
    let house: Home
    before(async () => {
      house = await openHome(engine)
    })
    after(() => house.close())

    const add = ({ uid }: Lamp, key: object, token = house.admin.token) =>
      house.call('POST', `/v1/devices/${uid}/keys`, { token, body: { key } })
    const revoke = ({ uid }: Lamp, kid: string) =>
      house.call('DELETE', `/v1/devices/${uid}/keys/${kid}`, { token: house.admin.token })

    test('are three at most at a time, also of 16 that are added at once', async () => {
      const lamp = await house.lamp()
      const all = await Promise.all(Array.from({ length: 16 }, () => add(lamp, publicJwk(newKey()))))
      assert.deepEqual(all.map(({ status }) => status).sort(), [201, 201, ...Array(14).fill(400)])
      assert.equal((await revoke(lamp, lamp.kid)).status, 204)
      assert.equal((await add(lamp, publicJwk(newKey()))).status, 201)
    })

    test('differ: one that the device has, had, or another has is refused', async () => {
      const [lamp, other] = [await house.lamp(), await house.lamp()]
      const had = newKey()
      await add(lamp, publicJwk(had))
      await revoke(lamp, thumbprint(had))
      for (const key of [lamp.key, had, other.key])
        assert.equal((await add(lamp, publicJwk(key))).body.code, 'key_exists')
    })

    test('are added by the device itself, and listed without their values', async () => {
      const lamp = await house.lamp()
      const next = newKey('EdDSA')
      const { status, body } = await add(lamp, publicJwk(next), lamp.token())
      assert.deepEqual([status, body.kid], [201, thumbprint(next)])
      const listed = await house.call('GET', `/v1/devices/${lamp.uid}/keys`, { token: house.admin.token })
      assert.deepEqual(listed.body.items.map(({ kid }) => kid).sort(), [lamp.kid, thumbprint(next)].sort())
      assert.deepEqual(Object.keys(listed.body.items[0] ?? {}), [
        'kid',
        'algorithm',
        'created_at',
        'expires_at',
        'revoked_at',
      ])
    })

    test('are ended once; a key that is none is not', async () => {
      const lamp = await house.lamp()
      const other = await house.lamp()
      assert.equal((await revoke(lamp, other.kid)).body.code, 'device_not_found')
      assert.equal((await revoke(lamp, lamp.kid)).status, 204)
      assert.equal((await revoke(lamp, lamp.kid)).status, 404)
      await (await other.connect()).end()
    })

    test('with an end are refused from then on', async () => {
      const lamp = await house.lamp()
      const until = house.world.now() + 1000
      await house.app.db.transaction((tx) =>
        tx.query('UPDATE device_keys SET expires_at = $1 WHERE uid = $2', until, lamp.uid),
      )
      await (await lamp.connect()).end()
      house.world.advance(1000)
      await assert.rejects(lamp.connect(), { reason: 'bad_user_name_or_password' })
    })

    test('are not added to a device that does not exist', async () => {
      const uid = newUid('lamp', realWorld)
      const answer = await house.call('POST', `/v1/devices/${uid}/keys`, {
        token: house.admin.token,
        body: { key: publicJwk(newKey()) },
      })
      assert.equal(answer.body.code, 'device_not_found')
    })

    test('have met no bug in all of this', () => assert.deepEqual(house.log.errors, []))
  })
}

for (const { name, header, payload = 'e30', isOfDevice } of [
  { name: 'of the type of devices', header: '{"typ":"device+jwt"}', isOfDevice: true },
  {
    name: 'of the type of devices, whatever follows',
    header: '{"typ":"device+jwt"}',
    payload: '!',
    isOfDevice: true,
  },
  { name: 'of another type', header: '{"typ":"at+jwt"}', isOfDevice: false },
  { name: 'of no type', header: '{}', isOfDevice: false },
  { name: 'whose header is a list', header: '["device+jwt"]', isOfDevice: false },
  { name: 'whose header is no JSON', header: 'device+jwt', isOfDevice: false },
]) {
  test(`a token ${name} is ${isOfDevice ? '' : 'not '}one that a device signed, also the second time`, () => {
    const isDeviceToken = createDeviceTokenTest()
    const token = `${Buffer.from(header).toString('base64url')}.${payload}.AA`
    assert.deepEqual([isDeviceToken(`${token}x`), isDeviceToken(token)], [isOfDevice, isOfDevice])
  })
}
