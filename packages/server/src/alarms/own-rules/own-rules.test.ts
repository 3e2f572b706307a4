import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { openTestApp, type SignedIn, type TestApp } from '../../../test/app.ts'
import { takeLetters } from '../../../test/letters.ts'
import { engines } from '../../../test/storages.ts'
import { device, type More, service, type Target, user, type Who } from '../../activity/events.ts'
import { reasons as everyReason } from '../../activity/schema/reasons.ts'

const rule = {
  ...{ name: 'own.tries', title: 'Tries of one address', events: ['user.sign_in', 'session.refresh'] },
  ...{ outcomes: ['refused'], reasons: ['password_wrong', 'token_invalid'], group_by: 'address' },
  ...{ threshold: 3, window_seconds: 600, severity: 'high' },
}

for (const engine of engines) {
  describe(`rules of one’s own on ${engine}`, () => {
    let house: TestApp
    let admin: SignedIn
    let ada: SignedIn
    before(async () => {
      house = await openTestApp(engine)
      admin = await house.signedIn('root', 'administrator')
      ada = await house.signedIn('ada')
      await look()
    })
    after(() => house.close())
    beforeEach(async () => {
      await house.app.db.transaction(async (tx) => {
        for (const table of ['alarms', 'alarm_windows', 'alarm_silences', 'alarm_own_rules'])
          await tx.query(`DELETE FROM ${table}`)
      })
      await look()
    })

    const look = () => house.app.jobs.runNow(5_000)
    let signedInAt = 0
    /** A token lives for five minutes, and the clock is moved. */
    const signIn = async () => {
      if (house.world.now() - signedInAt < 60_000) return
      signedInAt = house.world.now()
      for (const who of [admin, ada]) {
        const { username, password } = who
        const { body } = await house.call('POST', '/v1/login', { body: { username, password } })
        Object.assign(who, { token: body.access_token })
      }
    }
    const ask = async (method: string, path: string, body?: object, who = admin) => {
      await signIn()
      return house.call(method, path, { token: who.token, ...(body && { body }) })
    }
    const add = async (more: object = {}) => {
      const answer = await ask('POST', '/v1/alarm-rules', { ...rule, ...more })
      assert.equal(answer.status, 201, answer.text)
      return answer.body
    }
    const happen = (who: Who, more: More, target?: Target, count = 1) =>
      house.app.activity.recordAlone(who, 'user.sign_in', target, {
        ...{ outcome: 'refused', reason: 'password_wrong', details: { count } },
        ...more,
      })
    const from = (address: string, subject = ada.id): Who => ({
      ...{ subject, subjectKind: 'user', client: { address } },
    })
    const open = async () => {
      await look()
      const { body } = await ask('GET', '/v1/alarms?state=open')
      return body.items
        .filter((alarm) => String(alarm.rule).startsWith('own.'))
        .map((alarm) => [alarm.rule, alarm.subject, alarm.subject_kind, alarm.times])
    }

    test('it holds at its threshold for each of what it groups by, and is listed behind those that ship', async () => {
      const { own, shipped, name } = await add()
      assert.deepEqual([name, shipped], ['own.tries', null])
      assert.deepEqual(own, {
        ...{ title: rule.title, events: rule.events, outcomes: rule.outcomes, reasons: rule.reasons },
        group_by: 'address',
      })
      const { body } = await ask('GET', '/v1/alarm-rules')
      assert.equal(body.items.at(-1)?.name, 'own.tries')
      await happen(from('203.0.113.1'), {}, undefined, 2)
      await happen(from('203.0.113.2'), {})
      assert.deepEqual(await open(), [])
      await happen(from('203.0.113.1'), {})
      assert.deepEqual(await open(), [['own.tries', '203.0.113.1', 'address', 3]])
      house.world.advance(11 * 60_000)
      await house.app.jobs.runNow(60_000)
      assert.deepEqual(await open(), [])
    })

    for (const [what, more] of [
      ['another outcome', { outcome: 'success' }],
      ['another reason', { reason: 'user_unknown' }],
      ['no reason', { reason: undefined }],
    ] as const satisfies readonly (readonly [string, More])[]) {
      test(`an event of ${what} is not counted`, async () => {
        await add({ threshold: 1 })
        await happen(from('203.0.113.1'), more)
        assert.deepEqual(await open(), [])
      })
    }

    for (const [group, target, expected] of [
      ['subject', undefined, ['usr', 'user']],
      ['target', device('dev_1'), ['dev_1', 'device']],
      ['region', undefined, ['local', 'region']],
      ['service', service('svc_1'), ['svc_1', 'service']],
      ['server', undefined, ['server', 'server']],
    ] as const) {
      test(`it may count for each ${group}`, async () => {
        await add({ group_by: group, threshold: 1 })
        await happen(from('10.0.0.1'), {}, target)
        const [[, subject, kind] = []] = await open()
        assert.deepEqual([subject === ada.id ? 'usr' : subject, kind], expected)
      })
    }

    for (const [group, who, target] of [
      ['subject', {}, undefined],
      ['target', from('10.0.0.1', 'usr_1'), undefined],
      ['address', { subject: 'usr_1', subjectKind: 'user' }, undefined],
      ['region', { subject: 'usr_1', subjectKind: 'user' }, undefined],
      ['service', from('10.0.0.1', 'usr_1'), user('usr_2')],
    ] as const satisfies readonly (readonly [string, Who, Target | undefined])[]) {
      test(`by ${group}, what concerns none is not counted`, async () => {
        await add({ group_by: group, threshold: 1 })
        await happen(who, {}, target)
        assert.deepEqual(await open(), [])
      })
    }

    test('what a service was asked for by a token is of that service', async () => {
      await add({ group_by: 'service', threshold: 1 })
      await happen(from('10.0.0.1'), { details: { service: 'svc_9' } })
      assert.deepEqual(await open(), [['own.tries', 'svc_9', 'service', 1]])
    })

    test('what alarms do opens no alarm, and a rule of every reason counts what has none', async () => {
      await add({ events: [], outcomes: ['success'], reasons: [], group_by: 'server', threshold: 1 })
      await happen(from('10.0.0.1'), { outcome: 'success', reason: undefined })
      const [[, , , times] = []] = await open()
      await look()
      const [[, , , later] = []] = await open()
      assert.equal(later, times)
    })

    test('its alarms are told by its title, and are silenced', async () => {
      const address = 'root@example.com'
      const body = { address, current_password: admin.password }
      await ask('POST', '/v1/me/addresses', body)
      const [proof] = await takeLetters(house.app)
      await house.call('POST', '/v1/addresses/prove', { body: { proof: proof!.secret } })
      await takeLetters(house.app)
      await add({ threshold: 1 })
      await happen(from('203.0.113.7'), {})
      await look()
      house.world.advance(10_000)
      await look()
      const letters = await takeLetters(house.app)
      assert.deepEqual(
        letters.map(({ subject }) => subject),
        ['[high] Tries of one address: 203.0.113.7'],
      )
      const until = new Date(house.world.now() + 3_600_000).toISOString()
      const silence = { rule: 'own.tries', reason: 'works', ends_at: until }
      assert.equal((await ask('POST', '/v1/alarm-silences', silence)).status, 201)
      assert.equal((await ask('POST', '/v1/alarm-silences', { ...silence, rule: 'own.none' })).status, 404)
      assert.equal((await ask('DELETE', '/v1/alarm-rules/own.tries')).status, 204)
      assert.deepEqual((await ask('GET', '/v1/alarm-silences')).body.items, [])
    })

    test('it is changed: what it counts is counted anew, and turned off its alarms close', async () => {
      await add()
      await happen(from('203.0.113.1'), {}, undefined, 2)
      await look()
      const changed = await ask('PATCH', '/v1/alarm-rules/own.tries', { group_by: 'subject' })
      assert.deepEqual(
        [changed.status, (changed.body.own as { group_by: string }).group_by],
        [200, 'subject'],
      )
      await happen(from('203.0.113.1'), {})
      assert.deepEqual(await open(), [])
      await ask('PATCH', '/v1/alarm-rules/own.tries', { threshold: 1 })
      await happen(from('203.0.113.1'), {})
      assert.equal((await open()).length, 1)
      const off = await ask('PATCH', '/v1/alarm-rules/own.tries', { on: false })
      assert.equal(off.body.on, false)
      assert.deepEqual(await open(), [])
      await happen(from('203.0.113.1'), {})
      assert.deepEqual(await open(), [])
    })

    test('removed, its open alarms close and nothing more opens', async () => {
      await add({ threshold: 1 })
      await happen(from('203.0.113.1'), {})
      assert.equal((await open()).length, 1)
      assert.equal((await ask('DELETE', '/v1/alarm-rules/own.tries')).status, 204)
      await happen(from('203.0.113.2'), {})
      assert.deepEqual(await open(), [])
      assert.equal((await ask('DELETE', '/v1/alarm-rules/own.tries')).body.code, 'alarm_rule_not_found')
    })

    for (const [what, more, field] of [
      ['of a name that ships', { name: 'brute_force' }, '/name'],
      ['of a name with other letters', { name: 'own.Tries' }, '/name'],
      ['of no word', { name: 'own.' }, '/name'],
      ['of an event that there is not', { events: ['user.sign_in', 'user.dance'] }, '/events/1'],
      ['of what alarms do', { events: ['alarm.open'] }, '/events/0'],
      ['of a member of every object', { events: ['constructor'] }, '/events/0'],
      ['of a mistyped reason', { reasons: ['password_wrong', 'pasword_wrong'] }, '/reasons/1'],
      ['of too many reasons', { reasons: Array(21).fill('password_wrong') }, '/reasons'],
      ['of every event', { events: [], outcomes: [], reasons: [] }, '/events'],
      ['of no threshold', { threshold: 0 }, '/threshold'],
      ['of half a time', { threshold: 1.5 }, '/threshold'],
      ['of more than are remembered', { threshold: 1_001 }, '/threshold'],
      ['of a window that is too short', { window_seconds: 59 }, '/window_seconds'],
      ['of a window that is too long', { window_seconds: 400 * 86_400 + 1 }, '/window_seconds'],
      ['of an outcome that there is not', { outcomes: ['odd'] }, '/outcomes/0'],
      ['by what there is not', { group_by: 'colour' }, '/group_by'],
      ['without a title', { title: '' }, '/title'],
    ] as const) {
      test(`a rule ${what} is refused`, async () => {
        const { status, body } = await ask('POST', '/v1/alarm-rules', { ...rule, ...more })
        assert.equal(status, 400)
        assert.ok(
          body.errors.some((error) => error.field === field),
          JSON.stringify(body.errors),
        )
      })
    }

    test('a rule of the least and the most is added', async () => {
      const reasons = Object.keys(everyReason).slice(0, 20)
      await add({ name: 'own.most', threshold: 1_000, window_seconds: 400 * 86_400, reasons })
      await add({ name: 'own.least', threshold: 1, window_seconds: 60, reasons: [] })
    })

    for (const [name, change, code] of [
      ['own.none', { threshold: 2 }, 'alarm_rule_not_found'],
      ['own.tries', { threshold: null }, 'request_invalid'],
      ['own.tries', { products: ['lamp'] }, 'request_invalid'],
      ['own.tries', { events: ['user.dance'] }, 'request_invalid'],
      ['own.tries', { events: [], outcomes: [], reasons: [] }, 'request_invalid'],
      ['brute_force', { title: 'mine' }, 'request_invalid'],
      ['brute_force', { group_by: 'region' }, 'request_invalid'],
    ] as const) {
      test(`${name} cannot be changed so: ${JSON.stringify(change)}`, async () => {
        await add()
        const { body } = await ask('PATCH', `/v1/alarm-rules/${name}`, change)
        assert.equal(body.code, code)
      })
    }

    test('two have two names, there are fifty at most, and a shipped one cannot be removed', async () => {
      await add()
      assert.equal((await ask('POST', '/v1/alarm-rules', rule)).body.code, 'alarm_rule_exists')
      for (let at = 1; at < 50; at++) await add({ name: `own.rule_${at}` })
      const more = await ask('POST', '/v1/alarm-rules', { ...rule, name: 'own.more' })
      assert.deepEqual([more.status, more.body.code], [409, 'alarm_rule_limit_reached'])
      assert.equal((await ask('DELETE', '/v1/alarm-rules/brute_force')).body.code, 'alarm_rule_not_found')
    })

    test('whoever may not set rules adds, changes and removes none', async () => {
      await add()
      for (const [method, path, body] of [
        ['POST', '/v1/alarm-rules', rule],
        ['PATCH', '/v1/alarm-rules/own.tries', { threshold: 2 }],
        ['DELETE', '/v1/alarm-rules/own.tries', undefined],
      ] as const)
        assert.equal((await ask(method, path, body, ada)).status, 403)
    })
  })
}
