import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, describe, mock, test } from 'node:test'
import { Webhook } from 'standardwebhooks'
import { openTestApp, type SignedIn, type TestApp } from '../../test/app.ts'
import { openBeside } from '../../test/second-app.ts'
import { engines } from '../../test/storages.ts'
import { openWebhookReceiver, type Received, type WebhookReceiver } from '../../test/webhook-receiver.ts'
import { setSignInRule } from '../accounts/user-types/sign-in-rule.ts'
import type { App } from '../app.ts'
import { operator } from '../identity.ts'
import { realWorld } from '../world.ts'
import { matches, patternForm } from './patterns.ts'
import { deliveryOf } from './queue.ts'
import { createSender, delayMs } from './send.ts'
import { signedHeaders } from './sign.ts'

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

for (const [pattern, type, isFor] of [
  ['*', 'user.sign_in', true],
  ['user.*', 'user.sign_in', true],
  ['user.sign_in', 'user.sign_in', true],
  ['user.sign', 'user.sign_in', false],
  ['user.*', 'user_type.create', false],
  ['user_type.*', 'user.create', false],
  ['alarm.notice', 'alarm.open', false],
] as const) {
  test(`${pattern} is ${isFor ? '' : 'not '}for ${type}`, () => {
    assert.ok(patternForm.test(pattern))
    assert.equal(matches([pattern], type), isFor)
  })
}

test('what is no pattern is refused', () => {
  for (const text of ['', 'user', '*.sign_in', 'user.**', 'User.sign_in', 'user.sign in', 'a.b.c', '**']) {
    assert.ok(!patternForm.test(text), text)
  }
})

test('the delays grow, a fifth more or less, and reach five days in a dozen attempts or so', () => {
  const least = { random: () => Buffer.alloc(4) }
  const most = { random: () => Buffer.alloc(4, 255) }
  assert.deepEqual([delayMs(1, least), delayMs(1, most)], [4_000, 6_000])
  let total = 0
  for (let attempts = 1; attempts <= 11; attempts++) {
    if (attempts > 1 && attempts <= 10) assert.ok(delayMs(attempts, least) > delayMs(attempts - 1, least))
    total += delayMs(attempts, least)
  }
  assert.ok(total > 3 * day && total < 5 * day)
  assert.equal(delayMs(99, most), 1.2 * day)
})

// Of the standard itself: its example of an id, a time and a body, signed by its example of a secret.
test('a signature is that of the standard', () => {
  const headers = signedHeaders(
    { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', atMs: 1_614_265_330_999, body: '{"test": 2432232314}' },
    ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
  )
  assert.equal(headers['webhook-signature'], 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=')
  assert.equal(headers['webhook-timestamp'], '1614265330')
})

test('a message of 20,000 bytes is sent whole, and a longer one as its id, if it has one', () => {
  const bodyOf = (data: { readonly id?: string; readonly long: string }) => {
    const message = { type: 't.t', atMs: 0, subject: '', data }
    return deliveryOf({ world: realWorld }, { id: 'whk_1' }, message).body
  }
  const short = bodyOf({ id: 'evt_1', long: '' })
  const long = 'x'.repeat(20_000 - short.length)
  assert.equal(bodyOf({ id: 'evt_1', long }).length, 20_000)
  assert.deepEqual(JSON.parse(bodyOf({ id: 'evt_1', long: `${long}x` })).data, {
    id: 'evt_1',
    too_long: true,
  })
  assert.deepEqual(JSON.parse(bodyOf({ long: `${long}xxxxxxxxxxxxxxx` })).data, { id: null, too_long: true })
})

for (const engine of engines) {
  describe(`webhooks on ${engine}`, () => {
    let house: TestApp
    let admin: SignedIn
    let receiver: WebhookReceiver
    before(async () => {
      house = await openTestApp(engine, { LATCHKEY_OUTBOUND_NETWORKS: '127.0.0.1' })
      await setSignInRule(house.app, operator, 'administrator', { mailCode: false })
      admin = await house.signedIn('admin', 'administrator')
      await house.app.jobs.runNow(5_000)
    })
    beforeEach(async () => {
      receiver = await openWebhookReceiver()
    })
    afterEach(async () => {
      await house.app.db.transaction((tx) => tx.query('DELETE FROM webhooks'))
      await receiver.close()
    })
    after(() => house.close())

    let signedInAt = 0
    const ask = async (method: string, path: string, body?: object, status = 200) => {
      if (house.world.now() - signedInAt > 2 * minute) {
        const { username, password } = admin
        admin = {
          ...admin,
          token: (await house.call('POST', '/v1/login', { body: { username, password } })).body.access_token,
        }
        signedInAt = house.world.now()
      }
      const answer = await house.call(method, `/v1/webhooks${path}`, {
        token: admin.token,
        ...(body && { body }),
      })
      assert.equal(answer.status, status, answer.text)
      return answer.body
    }
    const add = (events = ['server.start'], url = receiver.url) =>
      ask('POST', '', { name: 'a hook', url, events }, 201)
    const happen = (at: number, subject = 'usr_a') =>
      house.app.activity.recordAlone({ subject, subjectKind: 'user' }, 'server.start', undefined, {
        details: { at },
      })
    /** Read the log and send what is due. */
    const send = async (app: App = house.app) => {
      await app.jobs.runNow(5_000)
      await app.webhooks.settled()
    }
    const deliveries = async (id: string, query = '') => (await ask('GET', `/${id}/deliveries${query}`)).items
    const dataOf = ({ body }: Received) => JSON.parse(body).data
    /** As a receiver verifies it, at the time at which it came. */
    const verify = (secret: string, { body, headers }: Received) => {
      mock.timers.enable({ apis: ['Date'], now: house.world.now() })
      try {
        return new Webhook(secret).verify(body, headers as Record<string, string>)
      } finally {
        mock.timers.reset()
      }
    }

    test('an event is sent to whoever wants it, signed so that standardwebhooks verifies it', async () => {
      const { id, secret } = await add()
      const other = await add(['device.*'])
      const event = await happen(1)
      await send()
      const [one, ...more] = receiver.received
      assert.equal(more.length, 0)
      assert.match(secret, /^whsec_[\w+/]{43}=$/)
      const message = verify(secret, one!) as { type: string; timestamp: string; data: { id: string } }
      assert.equal(message.type, 'server.start')
      assert.equal(message.data.id, event)
      assert.equal(message.timestamp, new Date(house.world.now()).toISOString())
      assert.throws(() => verify(other.secret, one!), /No matching signature/)
      assert.throws(() => verify(secret, { ...one!, body: one!.body.replace('usr_a', 'usr_b') }), /signature/)
      const [delivery] = await deliveries(id)
      assert.deepEqual(
        [delivery?.id, delivery?.state, delivery?.attempts, delivery?.last_status],
        [one!.headers['webhook-id'], 'delivered', 1, 204],
      )
      assert.deepEqual(await deliveries(other.id), [])
    })

    test('a secret is shown once and sealed, and nowhere in the log', async () => {
      const { id, secret } = await add()
      const rotated = await ask('POST', `/${id}/rotate-secret`, {}, 201)
      const rows = await house.app.db.query('SELECT * FROM webhook_secrets')
      const log = await house.app.db.query(`SELECT * FROM activity WHERE event LIKE 'webhook.%'`)
      for (const text of [rows, log, await ask('GET', ''), await ask('GET', `/${id}`), house.log.lines]) {
        assert.ok(!JSON.stringify(text).includes(secret.slice(6)))
        assert.ok(!JSON.stringify(text).includes(rotated.secret.slice(6)))
      }
    })

    test('a turn that breaks off is told to the operator, and the message is sent in a later one', async () => {
      const { id } = await add()
      receiver.answer = 500
      await happen(1)
      await send()
      house.world.advance(hour)
      const sender = createSender(house.app.webhooks.ground, () => {
        throw new Error('nothing carries this')
      })
      await sender.sendDue()
      await sender.settled()
      assert.match(house.log.lines.at(-1) ?? '', /^webhook_failed .*nothing carries this/)
      assert.ok(house.log.lines.at(-1)?.includes(id))
      house.log.errors.pop()
      receiver.answer = 204
      house.world.advance(hour)
      await send()
      assert.equal(receiver.received.length, 2)
    })

    test('two secrets sign while one is replaced, and the older one no longer', async () => {
      const { id, secret } = await add()
      const { secret: second } = await ask('POST', `/${id}/rotate-secret`, { overlap_seconds: 3_600 }, 201)
      await happen(1)
      await send()
      for (const each of [secret, second]) verify(each, receiver.received[0]!)
      const { secret: third } = await ask('POST', `/${id}/rotate-secret`, { overlap_seconds: 3_600 }, 201)
      await happen(2)
      await send()
      for (const each of [second, third]) verify(each, receiver.received[1]!)
      assert.throws(() => verify(secret, receiver.received[1]!))
      house.world.advance(hour)
      await happen(3)
      await send()
      verify(third, receiver.received[2]!)
      assert.throws(() => verify(second, receiver.received[2]!))
      assert.equal(((await ask('GET', `/${id}`)).secrets as unknown[]).length, 1)
      await house.app.jobs.runNow(3_600_000)
      assert.equal((await house.app.db.query('SELECT id FROM webhook_secrets')).length, 1)
    })

    test('a retry has the same id and body, a fresh time and signature, and all headers', async () => {
      const { id, secret } = await add()
      receiver.answer = 500
      await happen(1)
      await send()
      await send()
      assert.equal(receiver.received.length, 1, 'it is not tried at once')
      house.world.advance(30_000)
      receiver.answer = 204
      await send()
      const [first, second] = receiver.received as [Received, Received]
      verify(secret, second)
      assert.equal(second.headers['webhook-id'], first.headers['webhook-id'])
      assert.equal(second.body, first.body)
      assert.notEqual(second.headers['webhook-timestamp'], first.headers['webhook-timestamp'])
      assert.notEqual(second.headers['webhook-signature'], first.headers['webhook-signature'])
      assert.equal(second.headers['content-type'], 'application/json')
      const [delivery] = await deliveries(id)
      assert.deepEqual([delivery?.state, delivery?.attempts], ['delivered', 2])
    })

    for (const [status, error] of [
      [301, 'redirected'],
      [307, 'redirected'],
      [400, 'status_unexpected'],
      [404, 'status_unexpected'],
      [429, 'status_unexpected'],
      [503, 'status_unexpected'],
    ] as const) {
      test(`an answer of ${status} is no success, is followed nowhere, and is tried again`, async () => {
        const { id } = await add()
        receiver.answer = status
        await happen(1)
        await send()
        const [delivery] = await deliveries(id)
        assert.deepEqual(
          [delivery?.state, delivery?.last_error, receiver.received.length],
          ['waiting', error, 1],
        )
        assert.equal((await ask('GET', `/${id}`)).on, true)
      })
    }

    test('410 switches a webhook off at once, with an alarm', async () => {
      const { id } = await add()
      receiver.answer = 410
      await happen(1)
      await send()
      const off = await ask('GET', `/${id}`)
      assert.deepEqual([off.on, off.off_reason, off.dead], [false, 'gone', 1])
      await happen(2)
      await send()
      assert.equal(receiver.received.length, 1)
      const { body } = await house.call('GET', `/v1/alarms?rule=webhook_off&subject=${id}`, {
        token: admin.token,
      })
      assert.equal(body.items.length, 1)
      // Switched on, it is over.
      receiver.answer = 204
      await ask('PATCH', `/${id}`, { on: true })
      await happen(3)
      await send()
      assert.deepEqual(
        receiver.received.map((one) => dataOf(one).details.at),
        [1, 3],
      )
      const closed = await house.call('GET', `/v1/alarms?rule=webhook_off&subject=${id}`, {
        token: admin.token,
      })
      assert.equal((closed.body.items[0] as { state?: string }).state, 'closed')
    })

    test('after five days without success the webhook is off; the last attempt is at their end', async () => {
      const { id } = await add()
      receiver.answer = 500
      const began = house.world.now()
      await happen(1)
      const times: number[] = []
      for (let at = 0; at < 400 && house.world.now() < began + 6 * day; at++) {
        const before = receiver.received.length
        await send()
        if (receiver.received.length > before) times.push(house.world.now() - began)
        const [delivery] = await deliveries(id)
        if (delivery?.state === 'dead') break
        house.world.advance(Math.max(10_000, Date.parse(String(delivery?.next_at)) - house.world.now()))
      }
      assert.ok(times.length >= 10 && times.length <= 15, `${times.length} attempts`)
      assert.equal(times.at(-1), 5 * day)
      const off = await ask('GET', `/${id}`)
      assert.deepEqual([off.on, off.off_reason], [false, 'failing'])
      const events = await house.app.db.query<{ event: string; reason: string }>(
        `SELECT event, reason FROM activity WHERE target = $1 AND outcome = 'failure' ORDER BY id`,
        id,
      )
      assert.deepEqual(
        events.map((row) => `${row.event} ${row.reason}`),
        ['webhook.give_up status_unexpected', 'webhook.switch_off failing'],
      )
    })

    test('one message that nobody takes is dead after five days, and the webhook goes on', async () => {
      const { id } = await add()
      receiver.answer = (response, one) => response.writeHead(dataOf(one).details.at === 1 ? 400 : 204).end()
      await happen(1)
      await send()
      for (let at = 0; at < 20; at++) {
        house.world.advance(day / 2)
        await happen(2, 'usr_b')
        await send()
        house.world.advance(20_000)
        await send()
      }
      const dead = await deliveries(id, '?state=dead')
      assert.equal(dead.length, 1)
      assert.equal((await ask('GET', `/${id}`)).on, true)
    })

    test('dead ones are seen and sent again, one or all since a time, by the same id', async () => {
      const { id } = await add()
      await happen(1)
      await happen(2)
      await send()
      await house.app.db.transaction((tx) =>
        tx.query(`UPDATE webhook_deliveries SET state = 'dead', attempts = 12`),
      )
      const [last, first] = await deliveries(id, '?state=dead')
      const whole = await ask('GET', `/${id}/deliveries/${first!.id}`)
      assert.equal(JSON.parse(String(whole.body)).data.details.at, 1)
      await ask('POST', `/${id}/deliveries/${first!.id}/replay`)
      assert.equal(
        (await ask('POST', `/${id}/deliveries/${first!.id}/replay`, undefined, 409)).code,
        'delivery_waiting',
      )
      await send()
      assert.equal(receiver.received[2]!.headers['webhook-id'], first!.id)
      const since = new Date(house.world.now() - hour).toISOString()
      const later = new Date(house.world.now() + hour).toISOString()
      assert.equal((await ask('POST', `/${id}/replay`, { since: later })).deliveries, 0)
      assert.equal((await ask('POST', `/${id}/replay`, { since })).deliveries, 1)
      await send()
      assert.equal(receiver.received[3]!.headers['webhook-id'], last!.id)
      assert.equal((await deliveries(id))[0]?.attempts, 1)
    })

    test('a test is sent at once, also while the webhook is off, and tells what came of it', async () => {
      const { id, secret } = await add()
      assert.equal((await ask('POST', `/${id}/test`)).state, 'delivered')
      assert.equal((verify(secret, receiver.received[0]!) as { type: string }).type, 'webhook.test')
      await ask('PATCH', `/${id}`, { on: false })
      receiver.answer = 410
      const failed = await ask('POST', `/${id}/test`)
      assert.deepEqual([failed.state, failed.last_status, failed.attempts], ['dead', 410, 1])
      receiver.answer = (response) => response.destroy()
      const broken = await ask('POST', `/${id}/test`)
      assert.deepEqual(
        [broken.state, broken.last_status, broken.last_error],
        ['dead', null, 'connection_failed'],
      )
      assert.equal((await ask('GET', `/${id}`)).off_reason, 'switched_off')
    })

    test('what is about one is sent one after the other, in the order of the log', async () => {
      await add()
      let open = 0
      let most = 0
      receiver.answer = (response) => {
        most = Math.max(most, ++open)
        setImmediate(() => {
          open -= 1
          response.writeHead(204).end()
        })
      }
      for (let at = 0; at < 30; at++) await happen(at)
      await send()
      assert.deepEqual(
        receiver.received.map((one) => dataOf(one).details.at),
        [...Array(30).keys()],
      )
      assert.equal(most, 1)
    })

    test('two processes send each message once, and count each attempt once', async () => {
      const { id } = await add()
      const beside = await openBeside(house)
      await beside.jobs.runNow(5_000)
      for (let at = 0; at < 60; at++) await happen(at, `usr_${at}`)
      await Promise.all([send(), send(beside), send(), send(beside)])
      await send()
      assert.equal(receiver.received.length, 60)
      assert.equal(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size, 60)
      const { items } = await ask('GET', `/${id}/deliveries?limit=200`)
      assert.ok(items.every((one) => one.attempts === 1))
      await beside.stop()
    })

    test('one that never answers holds up no other, and is left to others when the process stops', async () => {
      const slow = await openWebhookReceiver()
      slow.answer = () => {}
      const beside = await openBeside(house)
      const { id } = await add(['server.start'], slow.url)
      await add()
      await happen(1)
      await house.app.jobs.runNow(5_000)
      await beside.jobs.runNow(5_000)
      while (receiver.received.length < 1 || slow.received.length < 1) await new Promise(setImmediate)
      await happen(2)
      await house.app.jobs.runNow(5_000)
      await beside.jobs.runNow(5_000)
      while (receiver.received.length < 2) await new Promise(setImmediate)
      await Promise.all([beside.webhooks.stop(), house.app.webhooks.stop()])
      const waiting = await deliveries(id)
      assert.deepEqual(
        waiting.map(({ state }) => state),
        ['waiting', 'waiting'],
      )
      assert.equal(slow.received.length, 1)
      await beside.stop()
      // Another process goes on when the attempt of the first is over.
      slow.answer = 204
      house.world.advance(6 * minute)
      const next = await openBeside(house)
      await send(next)
      assert.equal(slow.received.length, 3)
      assert.equal(slow.received[0]!.headers['webhook-id'], slow.received[1]!.headers['webhook-id'])
      await next.stop()
      await slow.close()
      await house.close()
      house = await openTestApp(engine, { LATCHKEY_OUTBOUND_NETWORKS: '127.0.0.1' })
      await setSignInRule(house.app, operator, 'administrator', { mailCode: false })
      admin = await house.signedIn('admin', 'administrator')
      signedInAt = house.world.now()
      await house.app.jobs.runNow(5_000)
    })

    test('several webhooks may have one address, each with its own secret', async () => {
      const [one, two] = [await add(), await add()]
      await happen(1)
      await send()
      assert.equal(receiver.received.length, 2)
      const verified = (secret: string) =>
        receiver.received.filter((each) => {
          try {
            return verify(secret, each)
          } catch {
            return false
          }
        })
      assert.deepEqual([verified(one.secret).length, verified(two.secret).length], [1, 1])
    })

    test('a webhook that is too far behind gets nothing more, and the log says how much it missed', async () => {
      const { id } = await add()
      await ask('PATCH', `/${id}`, { url: receiver.url, name: 'another' })
      await house.app.db.transaction(async (tx) => {
        const rows = Array.from(
          { length: 9_999 },
          (_, at) => `('x${at}', $1, 't.t', '', '{}', 1, 'waiting', 0, 9e15, 9e15)`,
        )
        const columns = 'id, webhook, type, subject, body, created_at, state, attempts, next_at, until_at'
        await tx.query(
          `INSERT INTO webhook_deliveries (${columns}) VALUES ${rows.join(', ').replaceAll('9e15', '9000000000000000')}`,
          id,
        )
      })
      await happen(1)
      await happen(2)
      await send()
      assert.equal(receiver.received.length, 1)
      const [row] = await house.app.db.query<{ reason: string; details: string }>(
        `SELECT reason, details FROM activity WHERE event = 'webhook.give_up' AND target = $1`,
        id,
      )
      assert.deepEqual([row?.reason, row?.details], ['queue_full', '{"messages":1}'])
    })

    test('each webhook counts its own messages that wait and that are dead', async () => {
      const counts = [
        { waiting: 1, dead: 2 },
        { waiting: 3, dead: 0 },
        { waiting: 0, dead: 4 },
        { waiting: 0, dead: 0 },
      ]
      const made: { id: string; waiting: number; dead: number }[] = []
      for (const count of counts) made.push({ ...count, id: (await add()).id })
      await house.app.db.transaction(async (tx) => {
        const columns = 'id, webhook, type, subject, body, created_at, state, attempts, next_at, until_at'
        for (const { id, ...count } of made) {
          for (const [state, many] of Object.entries(count)) {
            for (let at = 0; at < many; at++) {
              await tx.query(
                `INSERT INTO webhook_deliveries (${columns}) VALUES ($1, $2, 't.t', '', '{}', 1, $3, 0, $4, $4)`,
                `${id} ${state} ${at}`,
                id,
                state,
                Number.MAX_SAFE_INTEGER,
              )
            }
          }
        }
      })
      const listed = await ask('GET', '')
      for (const { id, ...count } of made) {
        for (const one of [listed.items.find((item) => item.id === id), await ask('GET', `/${id}`)]) {
          assert.deepEqual({ waiting: one?.waiting, dead: one?.dead }, count)
        }
      }
    })

    test('what is long is sent without its data', async () => {
      await add()
      await house.app.activity.recordAlone({}, 'server.start', undefined, {
        details: { long: 'x'.repeat(30_000) },
      })
      await send()
      const [row] = await house.app.db.query<{ id: string }>(
        `SELECT id FROM activity WHERE event = 'server.start' ORDER BY id DESC LIMIT 1`,
      )
      assert.deepEqual(dataOf(receiver.received[0]!), { id: row?.id, too_long: true })
    })

    test('whoever is deleted is forgotten here as well', async () => {
      const { id } = await add(['*'])
      await happen(1, 'usr_gone')
      const target = { id: 'usr_gone', kind: 'user' } as const
      await house.app.activity.recordAlone({ subject: admin.id, subjectKind: 'user' }, 'user.update', target)
      const device = { id: 'uid_1', kind: 'device' } as const
      await house.app.activity.recordAlone(
        { subject: 'usr_gone', subjectKind: 'user' },
        'device.bind',
        device,
      )
      await house.app.db.transaction((tx) => house.app.webhooks.forget(tx, ['usr_other']))
      await house.app.jobs.runNow(1_000)
      await house.app.webhooks.settled()
      await house.app.db.transaction((tx) => house.app.webhooks.forget(tx, ['usr_gone']))
      const rows = await house.app.db.query<{ body: string }>(
        'SELECT body FROM webhook_deliveries WHERE webhook = $1',
        id,
      )
      assert.ok(rows.length > 0)
      assert.ok(rows.every(({ body }) => !body.includes('usr_gone')))
    })

    test('what has ended is kept for thirty days, and what waited for one that is off for five is dead', async () => {
      const { id } = await add()
      await happen(1)
      await send()
      receiver.answer = 500
      await happen(2)
      await send()
      await ask('PATCH', `/${id}`, { on: false })
      house.world.advance(5 * day)
      await house.app.jobs.runNow(3_600_000)
      assert.deepEqual(
        (await deliveries(id)).map(({ state }) => state),
        ['dead', 'delivered'],
      )
      house.world.advance(25 * day + 1)
      await house.app.jobs.runNow(3_600_000)
      assert.equal((await deliveries(id)).length, 1)
    })

    test('an alarm is sent as a notice', async () => {
      await add(['alarm.notice'])
      await house.app.activity.recordAlone(
        { subject: admin.id, subjectKind: 'user' },
        'session.refresh',
        undefined,
        {
          outcome: 'alarm',
        },
      )
      await send()
      house.world.advance(10_000)
      await send()
      await send()
      const [one, ...more] = receiver.received
      assert.equal(more.length, 0)
      const { notice, alarm, subjects } = dataOf(one!)
      assert.deepEqual(
        [notice, alarm.rule, alarm.state, subjects],
        ['open', 'refresh_reuse', 'open', [{ id: admin.id, name: 'admin' }]],
      )
    })

    for (const [what, body, code] of [
      ['an address in the clear', { url: 'http://hook.example/' }, 'webhook_url_not_allowed'],
      ['an address with a password', { url: 'https://a:b@hook.example/' }, 'webhook_url_not_allowed'],
      ['an address with a fragment', { url: 'https://hook.example/#x' }, 'webhook_url_not_allowed'],
      ['what is no address', { url: 'hook' }, 'webhook_url_not_allowed'],
      ['a file', { url: 'file:///etc/passwd' }, 'webhook_url_not_allowed'],
      ['no events', { events: [] }, 'request_invalid'],
      ['what is no event', { events: ['sign in'] }, 'request_invalid'],
      [
        'too many events',
        { events: Array.from({ length: 51 }, (_, at) => `user.a${'b'.repeat(at % 30)}`) },
        'request_invalid',
      ],
      ['no name', { name: '' }, 'request_invalid'],
      ['a member that there is not', { secret: 'mine' }, 'request_invalid'],
    ] as const) {
      test(`refuses a webhook with ${what}`, async () => {
        const whole = { name: 'a hook', url: 'https://hook.example/', events: ['*'], ...body }
        assert.equal((await ask('POST', '', whole, 400)).code, code)
      })
    }

    for (const address of ['10.0.0.1', '169.254.169.254', '[::1]', '192.168.1.1']) {
      test(`sends nothing to ${address}, which is not public`, async () => {
        const { id } = await add(['*'], `https://${address}/`)
        const tried = await ask('POST', `/${id}/test`)
        assert.deepEqual([tried.state, tried.last_error], ['dead', 'address_not_allowed'])
      })
    }

    test('there are fifty webhooks at most', async () => {
      for (let at = 0; at < 50; at++) await add()
      const body = { name: 'a hook', url: receiver.url, events: ['*'] }
      assert.equal((await ask('POST', '', body, 409)).code, 'webhook_limit_reached')
    })

    test('refuses a webhook and a delivery that there are not, also of another webhook', async () => {
      for (const [method, path, body] of [
        ['GET', ''],
        ['PATCH', '', {}],
        ['DELETE', ''],
        ['POST', '/rotate-secret', {}],
        ['POST', '/test'],
        ['GET', '/deliveries'],
        ['POST', '/replay', { since: '2026-01-01T00:00:00Z' }],
      ] as const) {
        assert.equal((await ask(method, `/whk_none${path}`, body, 404)).code, 'webhook_not_found')
      }
      const [one, two] = [await add(), await add(['device.*'])]
      await happen(1)
      await send()
      const [delivery] = await deliveries(one.id)
      for (const [method, path] of [
        ['GET', ''],
        ['POST', '/replay'],
      ] as const) {
        const asked = await ask(method, `/${two.id}/deliveries/${delivery!.id}${path}`, undefined, 404)
        assert.equal(asked.code, 'delivery_not_found')
      }
      const overlap = await ask('POST', `/${one.id}/rotate-secret`, { overlap_seconds: 700_000 }, 400)
      assert.equal(overlap.code, 'request_invalid')
      await ask('DELETE', `/${one.id}`, undefined, 204)
      assert.equal(
        (await house.app.db.query('SELECT id FROM webhook_secrets WHERE webhook = $1', one.id)).length,
        0,
      )
    })

    test('whoever may not write webhooks does not see them either', async () => {
      const { id } = await add()
      const body = {
        name: `auditor-${house.world.now()}`,
        description: '',
        permissions: ['activity:read', 'alarms:write'],
      }
      await house.call('POST', '/v1/user-types', { token: admin.token, body })
      const { token } = await house.signedIn(`auditor-${house.world.now()}`, body.name)
      for (const path of ['', `/${id}`, `/${id}/deliveries`]) {
        assert.equal((await house.call('GET', `/v1/webhooks${path}`, { token })).status, 403)
      }
    })

    test('has met no bug in all of this', () => assert.deepEqual(house.log.errors, []))
  })
}
