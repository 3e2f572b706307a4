import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { createSigner, generateKey, type PrivateKey } from 'latchkey/token'
import { identify, openTestApp, type TestApp } from '../../test/app.ts'
import { beforeQuery } from '../../test/meanwhile.ts'
import { eventually, openBeside } from '../../test/second-app.ts'
import { engines } from '../../test/storages.ts'
import { keysOfRing, revocationFeed } from './feed.ts'

for (const engine of engines) {
  describe(`revocations on ${engine}`, () => {
    let app: TestApp
    before(async () => {
      app = await openTestApp(engine)
    })
    after(() => app.close())

    const revoke = (kind: 'session' | 'subject' | 'token', value: string) =>
      app.app.db.transaction((tx) => app.app.revocations.revoke(tx, kind, value))

    test('are known to another process within the second', async () => {
      const beside = await openBeside(app)
      const person = await app.signedIn('ada')
      assert.equal(identify(beside, person.token).subject, person.id)
      await app.call('POST', '/v1/logout', { token: person.token })
      await eventually(() => beside.revocations.list.size === app.app.revocations.list.size)
      assert.throws(() => identify(beside, person.token), { code: 'token_revoked' })
      await beside.stop()
    })

    test('are known to another process within the minute where its read failed that their announcement led to', async (t) => {
      const beside = await openBeside(app)
      const person = await app.signedIn('cleo')
      const away = beforeQuery(t, { app: beside }, /FROM revocations/, () =>
        Promise.reject(new Error('the database is away')),
      )
      await app.call('POST', '/v1/logout', { token: person.token })
      await eventually(() => away() && app.log.errors.length > 0)
      assert.match(String(app.log.errors.splice(0)), /is away/)
      await beside.jobs.runNow(60_000)
      assert.throws(() => identify(beside, person.token), { code: 'token_revoked' })
      await beside.stop()
    })

    test('are known to another process where the clock of both steps back', async () => {
      const person = await app.signedIn('dora')
      const beside = await openBeside(app)
      app.world.advance(-200_000)
      await app.app.db.transaction((tx) => app.app.revocations.revoke(tx, 'subject', person.id))
      const known = (await app.app.revocations.alive()).length
      await eventually(() => beside.revocations.list.size === known)
      await beside.stop()
      app.world.advance(200_000)
    })

    test('survive a restart', async () => {
      const person = await app.signedIn('ben')
      await app.call('POST', '/v1/logout', { token: person.token })
      const restarted = await openBeside(app)
      assert.throws(() => identify(restarted, person.token), { code: 'token_revoked' })
      await restarted.stop()
    })

    test('are not told where the transaction is undone', async () => {
      const before = app.app.revocations.list.size
      await assert.rejects(
        app.app.db.transaction(async (tx) => {
          await app.app.revocations.revoke(tx, 'subject', 'usr_undone')
          throw new Error('undone')
        }),
      )
      assert.equal(app.app.revocations.list.size, before)
      assert.equal((await app.app.revocations.alive()).length, before)
    })

    test('are heard from a process whose clock is a minute behind', async () => {
      app.world.advance(120_000)
      await app.app.revocations.refresh()
      const late = await openBeside({ ...app, world: { ...app.world, now: () => app.world.now() - 50_000 } })
      await late.db.transaction((tx) => late.revocations.revoke(tx, 'subject', 'usr_late'))
      const known = (await late.revocations.alive()).length
      await eventually(() => app.app.revocations.list.size === known)
      await late.stop()
    })

    test('end with the last token they concern, tolerance included', async () => {
      await revoke('subject', 'usr_gone')
      app.world.advance(359_999)
      assert.ok((await app.app.revocations.alive()).length > 0)
      app.world.advance(1)
      assert.deepEqual(await app.app.revocations.alive(), [])
      await app.app.revocations.sweep()
      assert.deepEqual(await app.app.db.query('SELECT id FROM revocations'), [])
      assert.equal(app.app.revocations.list.size, 0)
    })

    test('are listed for whoever cannot follow, without saying whom they concern', async () => {
      await revoke('subject', 'usr_listed')
      const { status, body, text } = await app.call('GET', '/v1/revocations')
      assert.equal(status, 200)
      assert.equal(body.complete, true)
      assert.equal(body.revocations.length, 1)
      assert.match(body.revocations[0]?.key ?? '', /^[\w-]{22}$/)
      assert.ok(!text.includes('usr_'))
    })

    test('has met no bug in all of this', () => assert.deepEqual(app.log.errors, []))
  })
}

describe('the revocation feed', () => {
  let app: TestApp
  before(async () => {
    app = await openTestApp('sqlite')
  })
  after(() => app.close())

  const revoke = (value: string) =>
    app.app.db.transaction((tx) => app.app.revocations.revoke(tx, 'subject', value))

  /** The stream as a client reads it, event by event. */
  async function follow(headers: Record<string, string> = {}) {
    const leave = new AbortController()
    const answer = await app.app.edge.fetch(
      new Request('http://127.0.0.1:8484/v1/revocations/stream', { headers, signal: leave.signal }),
    )
    assert.equal(answer.headers.get('content-type'), 'text/event-stream')
    const reader = (answer.body ?? assert.fail()).getReader()
    return {
      leave: () => leave.abort(),
      async next() {
        const { done, value } = await reader.read()
        if (done) return undefined
        const fields = new TextDecoder()
          .decode(value)
          .trimEnd()
          .split('\n')
          .map((row) => [row.slice(0, row.indexOf(':')), row.slice(row.indexOf(':') + 2)])
        const { event, id, data = '{}' }: Record<string, string | undefined> = Object.fromEntries(fields)
        return { event, id, data: JSON.parse(data) }
      },
    }
  }

  test('begins with all that is alive, and goes on with each as it comes', async () => {
    await revoke('usr_1')
    const stream = await follow()
    const snapshot = await stream.next()
    assert.equal(snapshot?.event, 'snapshot')
    assert.equal(snapshot?.data.complete, true)
    assert.equal(snapshot?.data.revocations.length, 1)
    await revoke('usr_2')
    const second = await stream.next()
    assert.equal(second?.event, 'revocation')
    assert.match(second?.id ?? '', /^rev_\w{26}$/)
    stream.leave()
    assert.equal(await stream.next(), undefined)
  })

  test('goes on after Last-Event-ID, missing nothing', async () => {
    const first = await follow()
    const { id = '', data } = (await first.next()) ?? {}
    first.leave()
    app.world.advance(70_000)
    await revoke('usr_3')
    const resumed = await (await follow({ 'last-event-id': id })).next()
    assert.equal(resumed?.data.complete, false)
    assert.ok(resumed?.data.revocations.length <= data.revocations.length + 1)
    assert.ok(resumed?.id !== undefined && resumed.id > id)
  })

  for (const id of [
    '',
    'rev_',
    'rev_0000000000000000000000000U',
    'evt_00000000000000000000000000',
    'x'.repeat(100),
  ]) {
    test(`begins anew where Last-Event-ID is ${JSON.stringify(id.slice(0, 30))}`, async () => {
      const stream = await follow({ 'last-event-id': id })
      assert.equal((await stream.next())?.data.complete, true)
      stream.leave()
    })
  }

  test('beats every five seconds, so that silence means that it is dead', async (context) => {
    context.mock.timers.enable({ apis: ['setInterval'] })
    const leave = new AbortController()
    const events = revocationFeed(app.app.revocations, keysOfRing(app.app.ring), undefined, leave.signal)
    assert.equal((await events.next()).value?.event, 'snapshot')
    for (let beat = 0; beat < 3; beat++) {
      const next = events.next()
      context.mock.timers.tick(5_000)
      assert.equal((await next).value?.event, 'heartbeat')
    }
    leave.abort()
    assert.equal((await events.next()).done, true)
  })

  test('leaves no listener behind, whether it is followed, asked for its head, or refused', async () => {
    let listeners = 0
    const { follow: really } = app.app.revocations
    const counted = {
      ...app.app.revocations,
      follow(listener: Parameters<typeof really>[0]) {
        listeners += 1
        const stop = really(listener)
        return () => {
          listeners -= 1
          stop()
        }
      },
    }
    for (let i = 0; i < 10; i++) {
      const leave = new AbortController()
      const events = revocationFeed(counted, keysOfRing(app.app.ring), undefined, leave.signal)
      await events.next()
      const pending = events.next()
      assert.equal(listeners, 1)
      leave.abort()
      await pending
      assert.equal(listeners, 0)
    }
    const unread = revocationFeed(counted, keysOfRing(app.app.ring), undefined, new AbortController().signal)
    await unread.return(undefined)
    assert.equal(listeners, 0)
  })
})

describe('an access token', () => {
  let app: TestApp
  let foreign: PrivateKey
  before(async () => {
    app = await openTestApp('sqlite')
    foreign = generateKey('ES256') as PrivateKey // ES256 is not symmetric
  })
  after(() => app.close())

  const good = () => {
    const { config, ring, world } = app.app
    return {
      key: ring.signingKey(),
      issuer: config.issuer,
      audience: config.audience,
      type: 'at+jwt',
      expiresIn: 300,
      now: world.now,
    }
  }
  const claims = { sub: 'usr_x', kind: 'user', jti: 'jti_x', client_id: 'latchkey', scope: '' }

  test('of ours is taken', () => {
    assert.equal(identify(app.app, createSigner(good())(claims)).subject, 'usr_x')
  })

  const refused: { name: string; sign: () => string; reason: string }[] = [
    {
      name: 'of another type',
      sign: () => createSigner({ ...good(), type: 'JWT' })(claims),
      reason: 'type_mismatch',
    },
    {
      name: 'of a device',
      sign: () => createSigner({ ...good(), type: 'device+jwt' })(claims),
      reason: 'type_mismatch',
    },
    {
      name: 'for another audience',
      sign: () => createSigner({ ...good(), audience: 'lamps' })(claims),
      reason: 'audience_mismatch',
    },
    {
      name: 'of another issuer',
      sign: () => createSigner({ ...good(), issuer: 'https://evil.example' })(claims),
      reason: 'issuer_mismatch',
    },
    {
      name: 'signed by a key that is not ours',
      sign: () => createSigner({ ...good(), key: foreign })(claims),
      reason: 'key_not_found',
    },
    {
      name: 'that has expired',
      sign: () => createSigner({ ...good(), now: () => app.world.now() - 330_000 })(claims),
      reason: 'token_expired',
    },
    {
      name: 'of a kind that nobody knows',
      sign: () => createSigner(good())({ ...claims, kind: 'ghost' }),
      reason: 'kind_unknown',
    },
    { name: 'without a kind', sign: () => createSigner(good())({ sub: 'usr_x' }), reason: 'kind_unknown' },
    { name: 'without a subject', sign: () => createSigner(good())({ kind: 'user' }), reason: 'kind_unknown' },
    {
      name: 'with another payload',
      sign: () => changed(createSigner(good())(claims)),
      reason: 'signature_invalid',
    },
    { name: 'that is none', sign: () => 'x', reason: 'token_malformed' },
  ]
  for (const { name, sign, reason } of refused) {
    test(`${name} is refused as token_invalid, and only the log may know: ${reason}`, async () => {
      const token = sign()
      assert.throws(() => identify(app.app, token), { code: 'token_invalid', reason })
      const answer = await app.call('POST', '/v1/verify', { body: { token } })
      assert.deepEqual([answer.status, answer.body.code], [401, 'token_invalid'])
      assert.ok(!answer.text.includes(reason) || reason === 'token_expired')
    })
  }

  function changed(token: string): string {
    const [header, , signature] = token.split('.')
    const payload = Buffer.from(JSON.stringify({ ...claims, scope: 'keys:write' })).toString('base64url')
    return [header, payload, signature].join('.')
  }
})
