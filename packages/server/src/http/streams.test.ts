import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { openTestApp, type SignedIn, type TestApp } from '../../test/app.ts'
import { eventually, openBeside, post } from '../../test/second-app.ts'
import { engines } from '../../test/storages.ts'
import { disableUser } from '../accounts/users/users.ts'
import { operator } from '../identity.ts'
import { type HttpListener, listenHttp } from './listener.ts'

const path = '/v1/activity/tail'

for (const engine of engines) {
  describe(`a stream that needs a token, on ${engine}`, () => {
    let app: TestApp
    let listener: HttpListener
    let witness: Stream
    before(async () => {
      app = await openTestApp(engine)
      await app.call('POST', '/v1/user-types', {
        token: (await app.signedIn('root', 'administrator')).token,
        body: { name: 'auditor', description: 'reads', permissions: ['activity:read'] },
      })
      listener = await listenHttp(app.app.edge, '127.0.0.1', 0)
      witness = await opened(await app.signedIn('witness', 'administrator'))
      // A revocation concerns what was issued before it.
      app.world.advance(1_000)
    })
    after(async () => {
      witness.leave()
      await listener.stop(0)
      await app.close()
    })

    const ask = (token: string, signal?: AbortSignal) =>
      fetch(`http://127.0.0.1:${listener.port}${path}`, {
        headers: { authorization: `Bearer ${token}` },
        ...(signal && { signal }),
      })

    /** A stream as its reader has it: what came, and whether it ended in an orderly way. */
    interface Stream {
      readonly text: () => string
      readonly state: () => 'open' | 'ended' | 'broken'
      leave(): void
    }
    async function opened({ token }: { token: string }): Promise<Stream> {
      const leaving = new AbortController()
      const answer = await ask(token, leaving.signal)
      assert.equal(answer.status, 200)
      let text = ''
      let state: ReturnType<Stream['state']> = 'open'
      const read = async () => {
        for await (const chunk of (answer.body ?? assert.fail()).pipeThrough(new TextDecoderStream()))
          text += chunk
      }
      read().then(
        () => (state = 'ended'),
        () => (state = 'broken'),
      )
      await eventually(() => text.includes('event: open'))
      return { text: () => text, state: () => state, leave: () => leaving.abort() }
    }

    let happenings = 0
    /** Something happens, and who still follows hears of it. */
    async function heardBy(stream: Stream): Promise<void> {
      const target = `happening ${++happenings}`
      await app.app.activity.recordAlone({}, 'device.state', { id: target, kind: 'device' })
      await eventually(() => stream.text().includes(`"${target}"`))
    }
    async function ended(stream: Stream): Promise<void> {
      await eventually(() => stream.state() !== 'open')
      assert.equal(stream.state(), 'ended')
    }
    const refusal = async (token: string) => {
      const answer = await ask(token)
      return [answer.status, ((await answer.json()) as { code: string }).code]
    }

    const revoked: { name: string; revoke: (person: SignedIn) => Promise<unknown> }[] = [
      {
        name: 'its session ends',
        revoke: ({ token }) => app.call('POST', '/v1/logout', { token }),
      },
      { name: 'the user is disabled', revoke: ({ id }) => disableUser(app.app, operator, id) },
      {
        name: 'the user type is revoked',
        revoke: () => app.app.db.transaction((tx) => app.app.revocations.revoke(tx, 'user_type', 'auditor')),
      },
      {
        name: 'all that was issued to the user is revoked',
        revoke: ({ id }) => app.app.db.transaction((tx) => app.app.revocations.revoke(tx, 'subject', id)),
      },
      {
        name: 'another process ends its session',
        async revoke({ token }) {
          const beside = await openBeside(app)
          const answer = await beside.edge.request('/v1/logout', {
            method: 'POST',
            headers: { authorization: `Bearer ${token}` },
          })
          assert.equal(answer.status, 204)
          await beside.stop()
        },
      },
    ]
    for (const [index, { name, revoke }] of revoked.entries()) {
      test(`ends when ${name}, is not opened again, and those of others go on`, async () => {
        const person = await app.signedIn(`revoked ${index}`, 'auditor')
        app.world.advance(1_000)
        const stream = await opened(person)
        await heardBy(stream)
        await revoke(person)
        await ended(stream)
        assert.deepEqual(await refusal(person.token), [401, 'token_revoked'])
        await heardBy(witness)
        assert.equal(app.app.streams.size, 1)
      })
    }

    test('of a service ends when the service is disabled', async () => {
      const root = await app.signedIn('rita', 'administrator')
      const made = await app.call('POST', '/v1/services', {
        token: root.token,
        body: { name: 'collector', scopes: ['activity:read'] },
      })
      const { id: client_id, secret: client_secret } = made.body
      const { body } = await app.call('POST', '/oauth/token', {
        form: { grant_type: 'client_credentials', client_id, client_secret },
      })
      const stream = await opened({ token: body.access_token })
      app.world.advance(1_000)
      await app.call('POST', `/v1/services/${client_id}/disable`, { token: root.token })
      await ended(stream)
    })

    test('ends when its token expires, and goes on with one that was renewed', async () => {
      const person = await app.signedIn('ada', 'auditor')
      const stream = await opened(person)
      app.world.advance(329_999)
      await app.app.jobs.runNow(1_000)
      await heardBy(stream)
      app.world.advance(1)
      await app.app.jobs.runNow(1_000)
      await ended(stream)
      assert.deepEqual(await refusal(person.token), [401, 'token_invalid'])
      const renewed = await post(app.app, '/v1/refresh', { refresh_token: person.refreshToken })
      const next = await opened({ token: renewed.body.access_token })
      await heardBy(next)
      next.leave()
    })

    test('leaves nothing behind when its client has gone, nor when only its head is asked for', async (t) => {
      await eventually(() => app.app.streams.size === 0)
      const { db } = app.app
      const { count, counting } = listenerCount()
      // All the streams of one process share what looks for events of others.
      t.mock.method(db, 'onChangeElsewhere', counting(db.onChangeElsewhere.bind(db)))
      const { token } = await app.signedIn('ben', 'auditor')
      const head = await fetch(`http://127.0.0.1:${listener.port}${path}`, {
        method: 'HEAD',
        headers: { authorization: `Bearer ${token}` },
      })
      assert.equal(head.status, 200)
      assert.equal(app.app.streams.size, 0)
      const streams = [await opened({ token }), await opened({ token })]
      assert.deepEqual([app.app.streams.size, count()], [2, 1])
      for (const stream of streams) stream.leave()
      await eventually(() => app.app.streams.size === 0)
      assert.equal(count(), 0)
    })

    test('is one of 32 that a caller may have; others have their own', async () => {
      const [cleo, dora] = [await app.signedIn('cleo', 'auditor'), await app.signedIn('dora', 'auditor')]
      const streams = await Promise.all(Array.from({ length: 32 }, () => opened(cleo)))
      assert.deepEqual(await refusal(cleo.token), [429, 'too_many_requests'])
      streams.push(await opened(dora))
      streams[0]?.leave()
      await eventually(() => app.app.streams.size === 32)
      streams.push(await opened(cleo))
      for (const stream of streams) stream.leave()
      await eventually(() => app.app.streams.size === 0)
    })

    test('has met no bug in all of this', () => assert.deepEqual(app.log.errors, []))
  })
}

/** Counts who listens by a method that returns the way to stop. */
function listenerCount() {
  let count = 0
  return {
    count: () => count,
    counting:
      <Given extends unknown[]>(listen: (...given: Given) => () => void) =>
      (...given: Given) => {
        const stop = listen(...given)
        count += 1
        return () => {
          count -= 1
          stop()
        }
      },
  }
}
