import assert from 'node:assert/strict'
import { createHmac, createPrivateKey, createPublicKey, sign, type webcrypto } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { createSigner, type PrivateKey, privateKey, thumbprint, toJwk } from 'latchkey/token'
import type { SignedIn } from '../../../test/app.ts'
import { type Home, type Lamp, type Listening, newKey, openHome, publicJwk } from '../../../test/home.ts'
import { Refused } from '../../mqtt/client.ts'
import { newUid } from '../uid.ts'

/*
 * CVE-2021-28372: cameras of a large platform registered with their uid alone. Whoever had read it off a label
 * registered as the camera, drove the real one away, and was sent its owner's password. Here is everything that
 * somebody may try who knows a uid, and more than they should, at both edges of the server.
 */

describe('an impersonator who knows the uid of a lamp', () => {
  let house: Home
  let lamp: Lamp
  let other: Lamp
  let retired: Lamp
  let suspended: Lamp
  let revokedKey: PrivateKey
  let alone: Lamp
  let ada: SignedIn
  let mallory: SignedIn
  let live: Listening

  before(async () => {
    house = await openHome()
    ada = await house.signedIn('ada')
    mallory = await house.signedIn('mallory')
    lamp = await house.lampOf(ada)
    other = await house.lampOf(mallory)
    retired = await house.lamp()
    suspended = await house.lamp()
    await house.app.db.transaction(async (tx) => {
      await tx.query("UPDATE devices SET state = 'retired' WHERE uid = $1", retired.uid)
      await tx.query("UPDATE devices SET state = 'suspended' WHERE uid = $1", suspended.uid)
    })
    revokedKey = newKey()
    await giveAndRevoke(lamp, revokedKey)
    alone = await house.lamp()
    await revoke(alone, alone.kid)
    live = await lamp.connect()
    await live.subscribe(`d/${lamp.uid}/cmd/+/+`)
  })
  after(() => house.close())

  async function revoke({ uid }: Lamp, kid: string): Promise<void> {
    const { status } = await house.call('DELETE', `/v1/devices/${uid}/keys/${kid}`, {
      token: house.admin.token,
    })
    assert.equal(status, 204)
  }
  async function giveAndRevoke(device: Lamp, key: PrivateKey): Promise<void> {
    const body = { key: publicJwk(key) }
    const { status } = await house.call('POST', `/v1/devices/${device.uid}/keys`, {
      token: house.admin.token,
      body,
    })
    assert.equal(status, 201)
    await revoke(device, thumbprint(key))
  }

  const seconds = () => Math.floor(house.world.now() / 1000)
  const claims = (more: object = {}) => ({
    ...{ iss: lamp.uid, sub: lamp.uid, aud: house.app.config.audience },
    ...{ iat: seconds(), exp: seconds() + 3600, ...more },
  })
  const encode = (value: unknown) =>
    Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')
  /** By the lamp's own key, so that nothing but what the row says is wrong. */
  const signed = (body: unknown, header: object = {}, key: PrivateKey = lamp.key) => {
    const input = `${encode({ alg: key.algorithm, typ: 'device+jwt', ...header })}.${encode(body)}`
    const handle = createPrivateKey({ key: jsonKey({ ...toJwk(key) }), format: 'jwk' })
    const hash = key.algorithm === 'EdDSA' ? null : 'sha256'
    const signature = sign(hash, Buffer.from(input), { key: handle, dsaEncoding: 'ieee-p1363' })
    return `${input}.${signature.toString('base64url')}`
  }
  /** By nobody: the header says what it likes. */
  const forged = (header: object, signature: string | ((input: string) => string) = '') => {
    const input = `${encode({ typ: 'device+jwt', ...header })}.${encode(claims())}`
    return `${input}.${typeof signature === 'string' ? signature : signature(input)}`
  }
  const jsonKey = (jwk: object) => jwk as webcrypto.JsonWebKey // toJwk made it
  const hmac = (secret: string | Buffer) => (input: string) =>
    createHmac('sha256', secret).update(input).digest('base64url')
  const publicKeyObject = () => createPublicKey({ key: jsonKey(publicJwk(lamp.key)), format: 'jwk' })
  const accessToken = (more: object = {}, type = 'at+jwt') =>
    createSigner({ key: lamp.key, type, now: house.world.now })(claims({ kind: 'user', ...more }))

  /** `alarm`: the key is not the device's, so somebody is at work who is not the device. */
  interface Attempt {
    readonly name: string
    readonly token: () => string | Promise<string>
    readonly alarm?: string
  }
  const attempts: readonly Attempt[] = [
    // nothing but the uid
    { name: 'the uid as password', token: () => lamp.uid },
    { name: 'a word as password', token: () => 'admin' },
    { name: 'the uid three times, with dots', token: () => `${lamp.uid}.${lamp.uid}.${lamp.uid}` },
    {
      name: 'a token that is not signed',
      token: () => forged({ alg: 'none' }),
      alarm: 'algorithm_not_allowed',
    },
    {
      name: 'a token that is not signed, None',
      token: () => forged({ alg: 'None' }),
      alarm: 'algorithm_not_allowed',
    },
    {
      name: 'a good header without a signature',
      token: () => forged({ alg: 'ES256', kid: lamp.kid }),
      alarm: 'signature_invalid',
    },
    {
      name: 'a signature of zeros (CVE-2022-21449)',
      token: () => forged({ alg: 'ES256', kid: lamp.kid }, Buffer.alloc(64).toString('base64url')),
      alarm: 'signature_invalid',
    },
    {
      name: 'another token’s signature',
      token: () => `${lamp.token().split('.', 2).join('.')}.${lamp.token({ jti: 'x' }).split('.')[2]}`,
      alarm: 'signature_invalid',
    },

    // a key that is not the lamp's
    {
      name: 'a key made for the purpose',
      token: () => lamp.token({}, newKey()),
      alarm: 'key_not_found',
    },
    {
      name: 'a key made for the purpose, under the name of the lamp’s',
      token: () => signed(claims(), { kid: lamp.kid }, newKey()),
      alarm: 'signature_invalid',
    },
    {
      name: 'a key made for the purpose, without a name',
      token: () => signed(claims(), {}, newKey()),
      alarm: 'signature_invalid',
    },
    {
      name: 'the key of another device',
      token: () => lamp.token({}, other.key),
      alarm: 'key_not_found',
    },
    {
      name: 'the key of another device, under the name of the lamp’s',
      token: () => signed(claims(), { kid: lamp.kid }, other.key),
      alarm: 'signature_invalid',
    },
    {
      name: 'a key of the lamp that was revoked',
      token: () => lamp.token({}, revokedKey),
      alarm: 'key_not_found',
    },
    {
      name: 'an Ed25519 key',
      token: () => signed(claims(), { kid: lamp.kid }, newKey('EdDSA')),
      alarm: 'algorithm_not_allowed',
    },
    {
      name: 'an RSA key',
      token: () => signed(claims(), { kid: lamp.kid }, newKey('RS256')),
      alarm: 'algorithm_not_allowed',
    },

    // the public key, which is no secret, as one
    {
      name: 'HS256 with the public key in PEM',
      token: () =>
        forged({ alg: 'HS256' }, hmac(publicKeyObject().export({ type: 'spki', format: 'pem' }) as string)),
      alarm: 'algorithm_not_allowed',
    },
    {
      name: 'HS256 with the public key in DER',
      token: () =>
        forged(
          { alg: 'HS256', kid: lamp.kid },
          hmac(publicKeyObject().export({ type: 'spki', format: 'der' })),
        ),
      alarm: 'algorithm_not_allowed',
    },
    {
      name: 'HS256 with the public key as JWK',
      token: () => forged({ alg: 'HS256', kid: lamp.kid }, hmac(JSON.stringify(publicJwk(lamp.key)))),
      alarm: 'algorithm_not_allowed',
    },
    {
      name: 'HS256 with the uid as secret',
      token: () => forged({ alg: 'HS256' }, hmac(lamp.uid)),
      alarm: 'algorithm_not_allowed',
    },

    // a name of a key that leads elsewhere
    ...[
      '../../../../dev/null',
      'https://mallory.example/key.json',
      "x' UNION SELECT 'oct' --",
      '',
      '__proto__',
    ].map((kid) => ({
      name: `the kid ${JSON.stringify(kid)}`,
      token: () => signed(claims(), { kid }, newKey()),
      alarm: 'key_not_found',
    })),
    {
      name: 'the kid of another device',
      token: () => signed(claims(), { kid: other.kid }, other.key),
      alarm: 'key_not_found',
    },
    {
      name: 'a kid that is not text',
      token: () => forged({ alg: 'ES256', kid: [lamp.kid] }),
    },
    {
      name: 'its own key in the header (jwk)',
      token: () => {
        const key = newKey()
        return signed(claims(), { jwk: publicJwk(key) }, key)
      },
      alarm: 'signature_invalid',
    },
    {
      name: 'the address of its own keys in the header (jku)',
      token: () => signed(claims(), { jku: 'https://mallory.example/jwks.json' }, newKey()),
      alarm: 'signature_invalid',
    },
    {
      name: 'its own certificate in the header (x5c)',
      token: () => signed(claims(), { x5c: ['MIIB'] }, newKey()),
      alarm: 'signature_invalid',
    },
    {
      name: 'an extension that must be understood (crit)',
      token: () => forged({ alg: 'ES256', kid: lamp.kid, crit: ['exp'] }),
    },

    // a token of the lamp, at the wrong time
    {
      name: 'a token of yesterday, recorded and sent again',
      token: () => lamp.token({ iat: seconds() - 90_000, exp: seconds() - 86_400 }),
    },
    {
      name: 'a token that has just expired for the poorest clock',
      token: () => lamp.token({ iat: seconds() - 3660, exp: seconds() - 60 }),
    },
    { name: 'a token without an end', token: () => signed(claims({ exp: undefined })) },
    { name: 'a token whose end is null', token: () => signed(claims({ exp: null })) },
    { name: 'a token that ends in text', token: () => signed(claims({ exp: String(seconds() + 3600) })) },
    { name: 'a token for more than a day', token: () => lamp.token({ exp: seconds() + 86_401 }) },
    {
      name: 'a token of two days, in the middle of them',
      token: () => lamp.token({ iat: seconds() - 86_000, exp: seconds() + 86_000 }),
    },
    { name: 'a token for ever', token: () => signed(claims({ exp: 9_007_199_254_740_991 })) },
    { name: 'a token without a beginning', token: () => signed(claims({ iat: undefined })) },
    { name: 'a token of the future', token: () => lamp.token({ iat: seconds() + 61 }) },
    { name: 'a token that is not valid yet', token: () => lamp.token({ nbf: seconds() + 61 }) },

    // a token of the lamp, for something else
    { name: 'a token for another server', token: () => lamp.token({ aud: 'https://other.example' }) },
    { name: 'a token for no server', token: () => signed(claims({ aud: undefined })) },
    { name: 'a token for a list of no servers', token: () => lamp.token({ aud: [] }) },
    {
      name: 'a token for a server in capitals',
      token: () => lamp.token({ aud: house.app.config.audience.toUpperCase() }),
    },
    { name: 'a token of another issuer', token: () => lamp.token({ iss: house.app.config.issuer }) },
    { name: 'a token of the issuer that is another device', token: () => lamp.token({ iss: other.uid }) },
    { name: 'a token without an issuer', token: () => signed(claims({ iss: undefined })) },
    { name: 'a token about another subject', token: () => lamp.token({ sub: ada.id }) },
    { name: 'a token about nobody', token: () => signed(claims({ sub: undefined })) },
    {
      name: 'a token about the uid in capitals',
      token: () => lamp.token({ sub: lamp.uid.toUpperCase(), iss: lamp.uid.toUpperCase() }),
    },
    {
      name: 'a token about the uid and a suffix',
      token: () => lamp.token({ sub: `${lamp.uid}/2`, iss: `${lamp.uid}/2` }),
    },
    { name: 'a token about a list of uids', token: () => signed(claims({ sub: [lamp.uid] })) },
    {
      name: 'a token that names two subjects',
      token: () => signed(`{"sub":"${other.uid}",${JSON.stringify(claims()).slice(1)}`),
    },
    {
      name: 'a token that names two ends',
      token: () => signed(`{"exp":1,${JSON.stringify(claims()).slice(1)}`),
    },
    { name: 'a token of no type', token: () => signed(claims(), { typ: undefined }) },
    { name: 'a token of the type JWT', token: () => signed(claims(), { typ: 'JWT' }) },
    { name: 'a token that looks like an access token', token: () => accessToken() },
    {
      name: 'a token that looks like an access token of an administrator',
      token: () => accessToken({ scope: 'devices:write devices:read', iss: house.app.config.issuer }),
    },
    {
      name: 'an access token that says that it is a device’s',
      token: () => {
        const [, payload, signature] = mallory.token.split('.')
        return `${encode({ alg: 'ES256', typ: 'device+jwt' })}.${payload}.${signature}`
      },
    },
    { name: 'an encrypted token', token: () => 'eyJhbGciOiJkaXIiLCJlbmMiOiJBMTI4R0NNIn0..a.b.c' },
  ]

  for (const { name, token, alarm } of attempts) {
    for (const protocol of [4, 5] as const) {
      test(`is refused over MQTT ${protocol === 5 ? '5' : '3.1.1'}: ${name}`, async () => {
        await house.app.activity.flushRefusals(true)
        const alarms = house.events.filter(({ event }) => event === 'device.impersonation').length
        const password = await token()
        await assert.rejects(house.connect({ protocol, clientId: lamp.uid, username: lamp.uid, password }), {
          name: 'Refused',
          reason: 'bad_user_name_or_password',
          message: 'refused: bad_user_name_or_password',
        })
        await raised(alarms, alarm)
        await stillThere()
      })
    }

    test(`is refused over HTTPS: ${name}`, async () => {
      await house.app.activity.flushRefusals(true)
      const alarms = house.events.filter(({ event }) => event === 'device.impersonation').length
      const path = `/v1/devices/${lamp.uid}/telemetry`
      const answer = await house.call('POST', path, { token: await token(), body: { celsius: 99 } })
      assert.equal(answer.status, 401)
      assert.equal(answer.body.code, 'token_invalid')
      assert.equal(answer.body.detail, 'this token is not valid here')
      await raised(alarms, alarm)
    })
  }

  /** The alarm, if there has to be one, and no other. */
  async function raised(before: number, reason: string | undefined): Promise<void> {
    const all = await house.written({ event: 'device.impersonation' }, before + (reason ? 1 : 0))
    assert.equal(all.length, before + (reason ? 1 : 0))
    if (!reason) return
    const last = all.at(-1)
    assert.equal(last?.outcome, 'alarm')
    assert.equal(last?.target, lamp.uid)
    assert.equal(last?.reason, reason)
  }

  /** The lamp is connected as before, and its owner reaches it. */
  async function stillThere(): Promise<void> {
    assert.equal(house.app.connections.broker.counts.connections, 1)
    assert.equal(house.app.connections.isOnline(lamp.uid), true)
    await live.publish(`d/${lamp.uid}/log`, '{"message":"here"}', { qos: 1 })
  }

  test('finds that all of this is tried at least 25 times', () => assert.ok(attempts.length >= 25))

  const elsewhere: readonly (Attempt & { readonly clientId: () => string; readonly reason: string })[] = [
    {
      name: 'a token of another device',
      clientId: () => lamp.uid,
      token: () => other.token(),
      reason: 'client_identifier_not_valid',
    },
    {
      name: 'the access token of a stranger',
      clientId: () => lamp.uid,
      token: () => mallory.token,
      reason: 'client_identifier_not_valid',
    },
    {
      name: 'the access token of its own owner',
      clientId: () => lamp.uid,
      token: () => ada.token,
      reason: 'client_identifier_not_valid',
    },
    {
      name: 'the access token of an administrator',
      clientId: () => lamp.uid,
      token: () => house.admin.token,
      reason: 'client_identifier_not_valid',
    },
    {
      name: 'the access token of a stranger, under the uid in capitals',
      clientId: () => lamp.uid.toUpperCase(),
      token: () => mallory.token,
      reason: 'client_identifier_not_valid',
    },
    {
      name: 'the lamp’s own token, under the uid in capitals',
      clientId: () => lamp.uid.toUpperCase(),
      token: () => lamp.token(),
      reason: 'client_identifier_not_valid',
    },
    {
      name: 'the lamp’s own token, under the uid and a suffix',
      clientId: () => `${lamp.uid}/2`,
      token: () => lamp.token(),
      reason: 'client_identifier_not_valid',
    },
    {
      name: 'the lamp’s own token, under a client id that the server chooses',
      clientId: () => '',
      token: () => lamp.token(),
      reason: 'client_identifier_not_valid',
    },
    {
      name: 'a token of a device that was retired',
      clientId: () => retired.uid,
      token: () => retired.token(),
      reason: 'bad_user_name_or_password',
    },
    {
      name: 'a token of a device that is suspended',
      clientId: () => suspended.uid,
      token: () => suspended.token(),
      reason: 'bad_user_name_or_password',
    },
    {
      name: 'a token of a device whose only key was revoked',
      clientId: () => alone.uid,
      token: () => alone.token(),
      reason: 'bad_user_name_or_password',
    },
  ]
  for (const { name, clientId, token, reason } of elsewhere) {
    for (const protocol of [4, 5] as const) {
      test(`is refused over MQTT ${protocol === 5 ? '5' : '3.1.1'}: ${name}`, async () => {
        const password = await token()
        await assert.rejects(house.connect({ protocol, clientId: clientId(), username: 'any', password }), {
          reason,
        })
        await stillThere()
      })
    }
  }

  test('is refused over MQTT with no password at all', async () => {
    await assert.rejects(house.connect({ clientId: lamp.uid, username: lamp.uid }), {
      reason: 'bad_user_name_or_password',
    })
    await stillThere()
  })

  for (const { name, of } of [
    { name: 'retired', of: () => retired },
    { name: 'suspended', of: () => suspended },
    { name: 'without a live key', of: () => alone },
  ]) {
    test(`is refused over HTTPS with a token of a device that is ${name}`, async () => {
      const { uid, token } = of()
      const answer = await house.call('GET', `/v1/devices/${uid}/state`, { token: token() })
      assert.equal(answer.status, 401)
      assert.equal(answer.body.code, 'token_invalid')
    })
  }

  test('raises the alarm also where the device has no key left', async () => {
    await house.app.activity.flushRefusals(true)
    const alarms = house.events.filter(({ target }) => target === alone.uid).length
    await assert.rejects(house.connect({ clientId: alone.uid, password: alone.token() }))
    await house.written({ target: alone.uid, event: 'device.impersonation' })
    assert.ok(house.events.filter(({ target }) => target === alone.uid).length > alarms)
  })

  test('learns nothing of which uids exist: the answers are the same', async () => {
    const nobody = newUid('lamp', house.world)
    const tokenFor = (uid: string) =>
      createSigner({ key: newKey(), type: 'device+jwt', now: house.world.now })({
        ...claims(),
        iss: uid,
        sub: uid,
      })
    const overMqtt = (uid: string, password: string) =>
      house.connect({ clientId: uid, password }).then(
        () => assert.fail('let in'),
        (error: unknown) => {
          assert.ok(error instanceof Refused)
          return [error.reason, error.message]
        },
      )
    const overHttp = async (uid: string) => {
      const answers = await Promise.all([
        house.call('POST', `/v1/devices/${uid}/telemetry`, { token: tokenFor(uid), body: 1 }),
        house.call('GET', `/v1/devices/${uid}`, { token: mallory.token }),
        house.call('GET', `/v1/devices/${uid}/telemetry`, { token: mallory.token }),
        house.call('GET', `/v1/devices/${uid}/state`, { token: mallory.token }),
        house.call('PATCH', `/v1/devices/${uid}/state`, { token: mallory.token, body: { desired: {} } }),
        house.call('POST', `/v1/devices/${uid}/commands/on`, { token: mallory.token, body: {} }),
        house.call('GET', `/v1/devices/${uid}/connections`, { token: mallory.token }),
        house.call('DELETE', `/v1/devices/${uid}/claim`, { token: mallory.token }),
        house.call('GET', `/v1/devices/${uid}/shares`, { token: mallory.token }),
        house.call('DELETE', `/v1/devices/${uid}/shares/${mallory.id}`, { token: mallory.token }),
        house.call('POST', `/v1/devices/${uid}/claim`, { token: mallory.token }),
        house.call('POST', `/v1/devices/${uid}/claim`, { token: other.token() }),
        house.call('POST', '/v1/devices/claims', { token: mallory.token, body: { uid, code: 'x' } }),
      ])
      return answers.map(({ status, body }) => [status, body.code, body.detail])
    }
    assert.deepEqual(await overMqtt(lamp.uid, tokenFor(lamp.uid)), await overMqtt(nobody, tokenFor(nobody)))
    assert.deepEqual(await overMqtt(lamp.uid, mallory.token), await overMqtt(nobody, mallory.token))
    const known = await overHttp(lamp.uid)
    assert.deepEqual(known, await overHttp(nobody))
    assert.ok(known.every(([status]) => Number(status) >= 400))
  })

  test('gets nothing for a uid that no device has by the key that stands in for it', async () => {
    // RFC 7515 section A.3: the private half is printed there.
    const nobody = newUid('lamp', house.world)
    const jwk = {
      ...{ kty: 'EC', crv: 'P-256', x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU' },
      ...{
        y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
        d: 'jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI',
      },
    }
    const token = createSigner({
      key: privateKey(jwk, { algorithm: 'ES256', keyId: 'decoy' }),
      type: 'device+jwt',
      now: house.world.now,
    })({ ...claims(), iss: nobody, sub: nobody })
    await assert.rejects(house.connect({ clientId: nobody, password: token }), {
      reason: 'bad_user_name_or_password',
    })
  })

  test('has never once made the lamp look gone', () => {
    const ended = house.events.filter(
      ({ event, target }) => event === 'device.disconnect' && target === lamp.uid,
    )
    assert.deepEqual(ended, [])
    assert.deepEqual(house.log.errors, [])
  })

  test('leaves a line for each attempt, with an address and a reason, and no token in any of them', async () => {
    const refused = house.events.filter(
      ({ event, outcome }) => event === 'device.connect' && outcome === 'refused',
    )
    assert.ok(refused.length >= 2 * attempts.length)
    for (const { address, reason, target } of refused) {
      assert.equal(address, '127.0.0.1')
      assert.match(String(reason), /^[a-z_]+$/)
      assert.match(String(target), /^[0-9a-z]{21}$/)
    }
    // Longer than a key id, which may hold any of these letters by chance.
    const secret = /eyJ[\w-]{41}|lk_(rt|invite|claim|service)_/
    assert.doesNotMatch(JSON.stringify(house.events) + house.log.lines.join(), secret)
  })
})

describe('a device that writes more into its token than is checked', () => {
  let house: Home
  let lamp: Lamp
  before(async () => {
    house = await openHome()
    lamp = await house.lamp()
  })
  after(() => house.close())

  const everything = { scope: 'users:read users:write devices:read devices:write devices:bind keys:write' }
  for (const { method, path, body } of [
    { method: 'GET', path: '/v1/users' },
    { method: 'POST', path: '/v1/users', body: { username: 'mallory', user_type: 'administrator' } },
    { method: 'GET', path: '/v1/devices?all=true' },
    { method: 'POST', path: '/v1/devices', body: { name: 'x', product: 'x', key: {} } },
    { method: 'GET', path: '/v1/activity' },
    { method: 'POST', path: '/v1/keys/rotate', body: {} },
  ]) {
    test(`has no permission for it: ${method} ${path}`, async () => {
      const token = lamp.token({ ...everything, kind: 'user', user_type: 'administrator', sid: 'ses_1' })
      const answer = await house.call(method, path, { token, ...(body && { body }) })
      assert.equal(answer.status, 403)
      assert.equal(answer.body.code, 'permission_missing')
    })
  }

  test('does not speak or ask for another device', async () => {
    const other = await house.lamp()
    const token = lamp.token(everything)
    for (const [method, path, body] of [
      ['POST', `/v1/devices/${other.uid}/telemetry`, 1],
      ['POST', `/v1/devices/${other.uid}/logs`, { message: 'x' }],
      ['POST', `/v1/devices/${other.uid}/claim`, undefined],
      ['POST', `/v1/devices/${other.uid}/keys`, { key: publicJwk(newKey()) }],
    ] as const) {
      const answer = await house.call(method, path, { token, ...(body !== undefined && { body }) })
      assert.equal(answer.body.code, 'permission_missing', path)
    }
    for (const path of ['telemetry', 'state', 'logs']) {
      const answer = await house.call('GET', `/v1/devices/${other.uid}/${path}`, { token })
      assert.ok(['permission_missing', 'device_not_found'].includes(answer.body.code), path)
    }
    const client = await lamp.connect({ password: token })
    for (const filter of [`d/${other.uid}/#`, 'd/+/tele', '#', 'd/#', '+/+/+', '$SYS/#', `d/${lamp.uid}`]) {
      await assert.rejects(client.subscribe(filter), { reason: 'not_authorized' }, filter)
    }
    for (const topic of [`d/${other.uid}/tele`, `d/${other.uid}/cmd/r/on`, `d/${lamp.uid}/presence`, 'x']) {
      await assert.rejects(client.publish(topic, '{}', { qos: 1 }), { reason: 'not_authorized' }, topic)
    }
  })
})

describe('the device itself', () => {
  let house: Home
  before(async () => {
    house = await openHome()
  })
  after(() => house.close())

  for (const algorithm of ['ES256', 'EdDSA', 'RS256'] as const) {
    for (const protocol of [4, 5] as const) {
      test(`is let in with its ${algorithm} key over MQTT ${protocol === 5 ? '5' : '3.1.1'} and HTTPS`, async () => {
        const lamp = await house.lamp(newKey(algorithm))
        const client = await lamp.connect({ protocol })
        const answer = await house.call('POST', `/v1/devices/${lamp.uid}/telemetry`, {
          token: lamp.token(),
          body: 1,
        })
        assert.equal(answer.status, 202)
        await client.end()
      })
    }
  }

  test('is let in with a clock that is a minute wrong, either way, for a day at most', async () => {
    const lamp = await house.lamp()
    const now = Math.floor(house.world.now() / 1000)
    for (const claims of [
      { iat: now + 60, exp: now + 3660 },
      { iat: now - 3659, exp: now - 59 },
      { iat: now, exp: now + 86_400 },
    ]) {
      const client = await lamp.connect({ password: lamp.token(claims) })
      await client.end()
    }
  })

  test('with two keys and a token that is over raises no alarm, by whichever key it comes', async () => {
    const lamp = await house.lamp()
    const second = newKey()
    const { status } = await house.call('POST', `/v1/devices/${lamp.uid}/keys`, {
      token: house.admin.token,
      body: { key: publicJwk(second) },
    })
    assert.equal(status, 201)
    const now = Math.floor(house.world.now() / 1000)
    for (const key of [lamp.key, second]) {
      const claims = { iss: lamp.uid, sub: lamp.uid, aud: house.app.config.audience, iat: now - 7200 }
      // Without a name of a key, each of the two may have signed it.
      const { kid: _, ...jwk } = toJwk(key)
      const unnamed = privateKey(jwk, { algorithm: 'ES256' })
      for (const signing of [key, unnamed]) {
        const sign = createSigner({ key: signing, type: 'device+jwt', now: house.world.now })
        const token = sign({ ...claims, exp: now - 3600 })
        const answer = await house.call('POST', `/v1/devices/${lamp.uid}/telemetry`, { token, body: 1 })
        assert.equal(answer.status, 401)
      }
    }
    await house.app.activity.flushRefusals(true)
    const rows = await house.app.db.query<{ outcome: string; reason: string }>(
      'SELECT DISTINCT outcome, reason FROM activity WHERE target = $1 AND outcome <> $2',
      lamp.uid,
      'success',
    )
    assert.deepEqual(rows, [{ outcome: 'refused', reason: 'token_expired' }])
  })

  test('takes its connection over with a second one by the same key, and both are logged', async () => {
    const lamp = await house.lamp()
    const first = await lamp.connect()
    const second = await lamp.connect()
    assert.equal((await first.closed).reason, 'session_taken_over')
    await second.publish(`d/${lamp.uid}/tele`, '1', { qos: 1 })
    await house.written({ event: 'device.connect', outcome: 'success', target: lamp.uid }, 2)
    const [ended] = await house.written({ event: 'device.disconnect', target: lamp.uid })
    assert.equal(ended?.reason, 'session_taken_over')
    assert.equal(ended?.address, '127.0.0.1')
    assert.equal(house.app.connections.isOnline(lamp.uid), true)
  })

  test('leaves in the log by which key it came', async () => {
    const lamp = await house.lamp()
    await lamp.connect()
    const [line] = await house.written({ event: 'device.connect', target: lamp.uid })
    assert.equal(JSON.parse(line?.details ?? '').key_id, lamp.kid)
  })
})
