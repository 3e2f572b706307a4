import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import type { AnswerBody } from '../../test/answer-body.ts'
import { openTestApp, type SignedIn, type TestApp } from '../../test/app.ts'
import { takeLetters } from '../../test/letters.ts'
import { openBeside } from '../../test/second-app.ts'
import { engines } from '../../test/storages.ts'
import { setSignInRule } from '../accounts/user-types/sign-in-rule.ts'
import type { EventName, More, Target, Who } from '../activity/events.ts'
import { insertDevice } from '../devices/store.ts'
import { operator } from '../identity.ts'
import { createAlarms } from './alarms.ts'
import type { AlarmHands } from './ground.ts'

const minute = 60_000
const hour = 60 * minute
const inGermany = '84.128.0.1'
const inJapan = '133.11.0.1'
const inFrance = '90.0.0.1'

/** As much of an alarm and of a rule as the tests go on with. */
interface ShownAlarm {
  readonly id: string
  readonly rule: string
  readonly subject: string | null
  readonly state: string
  readonly severity: string
  readonly times: number
  readonly subjects: number
  readonly flapping: boolean
  readonly close_reason: string | null
  readonly facts: Readonly<Record<string, number>>
  readonly events: readonly string[]
  readonly members: readonly unknown[]
}
interface ShownRule {
  readonly on: boolean
  readonly threshold: number
  readonly window_seconds: number
  readonly severity: string
  readonly shipped: { readonly threshold: number }
}

/** Something that happens: whose doing, which event, to what, and how it ended. */
type Happening = readonly [
  who: Who,
  event: EventName | 'log.backup' | 'log.retention',
  target?: Target,
  more?: More,
]

for (const engine of engines) {
  describe(`alarms on ${engine}`, () => {
    let house: TestApp
    let admin: SignedIn
    before(async () => {
      // A year without a rotation is an alarm of its own.
      house = await openTestApp(engine, { LATCHKEY_KEY_ROTATION_DAYS: '0' })
      await setSignInRule(house.app, operator, 'administrator', { mailCode: false })
      admin = await house.signedIn('admin', 'administrator')
      const address = 'admin@example.com'
      const body = { address, current_password: admin.password }
      await house.call('POST', '/v1/me/addresses', { token: admin.token, body })
      const [letter] = await takeLetters(house.app)
      await house.call('POST', '/v1/addresses/prove', { body: { proof: letter!.secret } })
      await look()
    })
    after(() => house.close())
    beforeEach(async () => {
      // Each begins with nothing open, and long after the one before.
      house.world.advance(400 * 24 * hour)
      await house.app.db.transaction(async (tx) => {
        for (const table of ['alarms', 'alarm_windows', 'alarm_places', 'alarm_silences', 'alarm_rules']) {
          await tx.query(`DELETE FROM ${table}`)
        }
      })
      await look()
      await takeLetters(house.app)
    })

    /** Read the log, and tell what is due. */
    const look = (app = house.app) => app.jobs.runNow(5_000)
    let signedInAt = 0
    /** A token lives for five minutes, and the clock is moved by hours. */
    const signIn = async () => {
      if (house.world.now() - signedInAt < 2 * minute) return
      signedInAt = house.world.now()
      const { username, password } = admin
      const { body } = await house.call('POST', '/v1/login', { body: { username, password } })
      admin = { ...admin, token: body.access_token }
    }
    const ask = async (method: string, path: string, body?: object, status = 200): Promise<AnswerBody> => {
      await signIn()
      const answer = await house.call(method, path, { token: admin.token, ...(body && { body }) })
      assert.equal(answer.status, status, answer.text)
      return answer.body
    }
    const happen = async (...[who, event, target, more]: Happening) =>
      // Another part brings these events.
      house.app.activity.recordAlone(who, event as EventName, target, more)
    const alarms = async (query = ''): Promise<readonly ShownAlarm[]> =>
      (await ask('GET', `/v1/alarms${query}`)).items as unknown as readonly ShownAlarm[]
    const first = async (query = '') => (await alarms(query))[0] ?? assert.fail('there is no alarm')
    const whole = async (id: string) => (await ask('GET', `/v1/alarms/${id}`)) as unknown as ShownAlarm
    const openOnes = async () =>
      (await alarms()).filter(({ state }) => state !== 'closed').map(({ rule, subject }) => [rule, subject])
    const by = (id: string, address = inGermany): Who => ({
      ...{ subject: id, subjectKind: 'user', client: { address } },
    })
    const wrong = (id: string, count = 1, address = inGermany) =>
      happen(by(id, address), 'user.sign_in', undefined, {
        ...{ outcome: 'refused', reason: 'password_wrong', details: { count } },
      })
    /** Letters about alarms, after the time in which they gather. */
    const letters = async (waitMs = 10_000) => {
      await look()
      house.world.advance(waitMs)
      await look()
      return (await takeLetters(house.app)).map(({ to, subject }) => `${to} ${subject}`)
    }

    test('wrong sign-ins of one account open one alarm at the threshold, which links to them', async () => {
      await wrong('usr_a', 9)
      await look()
      assert.deepEqual(await openOnes(), [])
      const id = await wrong('usr_a')
      await wrong('usr_b')
      await look()
      await wrong('usr_a')
      await look()
      const alarm = await first()
      assert.deepEqual(
        [alarm.rule, alarm.subject, alarm.state, alarm.severity, alarm.times, (await alarms()).length],
        ['brute_force', 'usr_a', 'open', 'high', 11, 1],
      )
      const { events } = await whole(alarm.id)
      assert.ok(events.includes(id))
      assert.equal(events.length, 2)
    })

    test('what is older than the window is not counted', async () => {
      await wrong('usr_a', 9)
      await look()
      house.world.advance(15 * minute)
      await wrong('usr_a', 9)
      await look()
      assert.deepEqual(await openOnes(), [])
    })

    for (const [what, happening, rule, subject] of [
      [
        'the limit of an account',
        [by('usr_a'), 'user.sign_in', undefined, { outcome: 'alarm', reason: 'failures_exhausted' }],
        'brute_force',
        'usr_a',
      ],
      [
        'a refresh token that came twice',
        [by('usr_a'), 'session.refresh', undefined, { outcome: 'alarm' }],
        'refresh_reuse',
        'usr_a',
      ],
      [
        'somebody who passes for a device',
        [{}, 'device.impersonation', { id: 'uid', kind: 'device' }, { outcome: 'alarm' }],
        'device_impersonation',
        'uid',
      ],
      [
        'a hundred refusals',
        [by('usr_a'), 'access.refuse', undefined, { outcome: 'refused', details: { count: 100 } }],
        'refused_burst',
        'usr_a',
      ],
      [
        'a hundred refusals of a stranger',
        [
          { client: { address: '9.9.9.9' } },
          'access.refuse',
          undefined,
          { outcome: 'refused', details: { count: 100 } },
        ],
        'refused_burst',
        '9.9.9.9',
      ],
      [
        'a witness that disagrees',
        [{}, 'log.witness', undefined, { outcome: 'alarm' }],
        'witness_disagrees',
        'server',
      ],
      [
        'a backup that failed',
        [{}, 'log.backup', undefined, { outcome: 'failure' }],
        'backup_failed',
        'server',
      ],
      [
        'retention that failed',
        [{}, 'log.retention', undefined, { outcome: 'failure' }],
        'retention_missed',
        'server',
      ],
      [
        'a webhook that was switched off',
        [{}, 'webhook.switch_off', { id: 'whk_1', kind: 'webhook' }, { outcome: 'failure' }],
        'webhook_off',
        'whk_1',
      ],
      [
        'a part of the archive that is damaged',
        [
          {},
          'log.damage',
          { id: '2026-01-15/log/0', kind: 'segment' },
          { outcome: 'alarm', details: { consumer: 'statistics' } },
        ],
        'segment_damaged',
        '2026-01-15/log/0',
      ],
      [
        'any other alarm of the log',
        [by('usr_a'), 'user.disown_session', undefined, { outcome: 'alarm' }],
        'other_alarm',
        'usr_a',
      ],
    ] as readonly (readonly [string, Happening, string, string])[]) {
      test(`${what} is an alarm: ${rule}`, async () => {
        await happen(...happening)
        await look()
        assert.deepEqual(await openOnes(), [[rule, subject]])
      })
    }

    for (const [what, happening] of [
      [
        '99 refusals',
        [by('usr_a'), 'access.refuse', undefined, { outcome: 'refused', details: { count: 99 } }],
      ],
      [
        'a sign-in that another factor is asked of',
        [
          by('usr_a'),
          'user.sign_in',
          undefined,
          { outcome: 'refused', reason: 'factor_required', details: { count: 50 } },
        ],
      ],
      [
        'a wrong sign-in of nobody',
        [
          {},
          'user.sign_in',
          undefined,
          { outcome: 'refused', reason: 'user_unknown', details: { count: 50 } },
        ],
      ],
      ['a backup that succeeded', [{}, 'log.backup']],
      ['a refresh that was refused', [by('usr_a'), 'session.refresh', undefined, { outcome: 'refused' }]],
      ['a webhook that somebody switched off', [{}, 'webhook.switch_off', { id: 'whk_1', kind: 'webhook' }]],
    ] as readonly (readonly [string, Happening])[]) {
      test(`${what} is no alarm`, async () => {
        await happen(...happening)
        await look()
        assert.deepEqual(await openOnes(), [])
      })
    }

    for (const [name, end] of [
      ['log.backup', 'log.backup'],
      ['log.retention', 'log.retention'],
      ['webhook.switch_off', 'webhook.switch_on'],
    ] as const) {
      test(`${name} that failed closes by ${end}, and that is told once`, async () => {
        const target = { id: 'whk_1', kind: 'webhook' } as const
        await happen({}, name, target, { outcome: 'failure' })
        assert.equal((await letters()).length, 1)
        await happen({}, end, target)
        assert.match((await letters())[0] ?? '', /\(over\)$/)
        assert.deepEqual(await openOnes(), [])
        await happen({}, end, target)
        assert.deepEqual(await letters(), [])
      })
    }

    test('wrong sign-ins from one address over many accounts are counted by account', async () => {
      for (let at = 0; at < 9; at++) await wrong(`usr_${at}`)
      for (let at = 0; at < 9; at++) await wrong('usr_0')
      await wrong('usr_9', 1, '84.128.0.2')
      await look()
      const stuffing = async () => (await openOnes()).filter(([rule]) => rule === 'credential_stuffing')
      assert.deepEqual(await stuffing(), [])
      await wrong('usr_9')
      await look()
      assert.deepEqual(await stuffing(), [['credential_stuffing', inGermany]])
    })

    test('addresses of one IPv6 network are one', async () => {
      for (let at = 0; at < 10; at++) await wrong(`usr_${at}`, 1, `2003:1:2:3::${at + 1}`)
      await look()
      assert.equal((await openOnes()).length, 1)
    })

    test('a new country and a way that nobody travels are told, with distance and speed', async () => {
      const comesFrom = (address: string) => happen(by('usr_a', address), 'user.sign_in')
      await comesFrom(inGermany)
      await comesFrom(inGermany)
      // Neither this machine nor the network of a carrier is a country.
      await comesFrom('127.0.0.1')
      await comesFrom('100.64.3.4')
      await look()
      assert.deepEqual(await openOnes(), [])
      house.world.advance(hour)
      await comesFrom(inFrance)
      await look()
      assert.deepEqual(await openOnes(), [['new_country', 'usr_a']])
      house.world.advance(hour)
      await comesFrom(inJapan)
      await look()
      const travel = await first('?rule=impossible_travel')
      assert.deepEqual([travel.facts.from, travel.facts.to, travel.facts.minutes], ['FR', 'JP', 60])
      const { distance_km: distance = 0, speed_kmh: speed = 0 } = travel.facts
      assert.ok(distance > 9_000 && speed > 6_000, JSON.stringify(travel.facts))
      // A country that is known, a day later.
      house.world.advance(25 * hour)
      await comesFrom(inGermany)
      await look()
      assert.equal((await alarms()).length, 2)
    })

    test('a country is new until one was there within the window, and never the first one', async () => {
      const day = 24 * hour
      const comesFrom = (address: string) => happen(by('usr_a', address), 'user.sign_in')
      await comesFrom(inGermany)
      await look()
      house.world.advance(365 * day)
      await comesFrom(inFrance)
      await look()
      assert.deepEqual(await openOnes(), [])
      house.world.advance(365 * day - 1)
      await comesFrom(inJapan)
      await look()
      assert.deepEqual(await openOnes(), [['new_country', 'usr_a']])
    })

    test('a way is too fast above the threshold, and not behind the window', async () => {
      const limit = (body: object) => ask('PATCH', '/v1/alarm-rules/impossible_travel', body)
      const travels = async (id: string, ms: number) => {
        await happen(by(id, inGermany), 'user.sign_in')
        await look()
        house.world.advance(ms)
        await happen(by(id, inJapan), 'user.sign_in')
        await look()
        return (await alarms(`?rule=impossible_travel&subject=${id}`))[0]
      }
      const { facts } = (await travels('usr_a', hour)) ?? assert.fail('there is no alarm')
      await limit({ threshold: facts.speed_kmh })
      assert.equal(await travels('usr_b', hour), undefined)
      await limit({ threshold: facts.speed_kmh! - 1 })
      assert.ok(await travels('usr_c', hour))
      await limit({ threshold: 100 })
      assert.ok(await travels('usr_d', 24 * hour - 1))
      assert.equal(await travels('usr_e', 24 * hour), undefined)
    })

    test('many at once are one alarm that names the first and counts all', async () => {
      for (let at = 10; at < 14; at++) await wrong(`usr_${at}`, 10, `84.128.0.${at}`)
      await look()
      assert.equal((await openOnes()).length, 4)
      for (let at = 14; at < 30; at++) await wrong(`usr_${at}`, 10, `84.128.0.${at}`)
      await look()
      assert.deepEqual(await openOnes(), [['brute_force', null]])
      const group = await first()
      assert.deepEqual([group.subjects, group.times], [20, 200])
      const { members } = await whole(group.id)
      assert.equal(members.length, 20)
      assert.equal((await alarms('?subject=usr_20')).length, 1)
      assert.deepEqual(
        (await letters()).map((line) => line.slice(18)),
        ['[high] Many wrong sign-ins of one account: 20 of them'],
      )
      await wrong('usr_20', 1)
      await wrong('usr_31', 10)
      await look()
      assert.equal((await first()).subjects, 21)
    })

    for (const { window, apart, what } of [
      { window: 3_600, apart: hour, what: 'an hour' },
      { window: 30 * 86_400, apart: 24 * hour, what: 'a day, however long the rule remembers,' },
    ]) {
      test(`alarms of ${what} apart are not made one`, async () => {
        await ask('PATCH', '/v1/alarm-rules/refresh_reuse', { window_seconds: window })
        const reuse = (id: string) => happen(by(id), 'session.refresh', undefined, { outcome: 'alarm' })
        for (let at = 0; at < 5; at++) await reuse(`usr_${at}`)
        await look()
        house.world.advance(apart)
        await reuse('usr_5')
        await look()
        assert.equal((await openOnes()).length, 6)
        for (let at = 6; at < 10; at++) await reuse(`usr_${at}`)
        await look()
        assert.equal((await openOnes()).length, 10)
        house.world.advance(apart - 1)
        await reuse('usr_10')
        await look()
        assert.equal((await openOnes()).filter(([, subject]) => subject === null).length, 1)
      })
    }

    test('two processes count an event once, and tell once', async () => {
      const beside = await openBeside(house)
      await beside.jobs.runNow(5_000)
      for (let at = 0; at < 9; at++) await wrong('usr_a')
      await Promise.all([look(), look(beside)])
      assert.deepEqual(await openOnes(), [])
      await wrong('usr_a')
      await Promise.all([look(), look(beside)])
      assert.deepEqual((await first()).times, 10)
      house.world.advance(10_000)
      await Promise.all([look(), look(beside)])
      assert.equal((await takeLetters(house.app)).length, 1)
      await beside.stop()
    })

    test('what a killed process had begun is read once', async () => {
      await wrong('usr_a', 10)
      const { db } = house.app
      const failing = {
        ...house.app,
        db: {
          ...db,
          query: db.query.bind(db),
          transaction: async () => assert.fail('killed'),
        },
      }
      const killed = createAlarms(
        { ...failing, hands: house.app.alarms.ground.hands },
        house.app.proof.ground.sequencer,
      )
      await assert.rejects(killed.jobs[0]!.run(AbortSignal.any([])), /killed/)
      await look()
      await look()
      assert.equal((await first()).times, 10)
    })

    test('one alarm is told once, then at most once an hour while it goes on, and its end once', async () => {
      await wrong('usr_a', 10)
      assert.deepEqual(await letters(), [
        'admin@example.com [high] Many wrong sign-ins of one account: usr_a',
      ])
      for (let at = 0; at < 5; at++) {
        await wrong('usr_a', 10)
        assert.deepEqual(await letters(10 * minute), [])
      }
      await wrong('usr_a', 10)
      assert.match((await letters(11 * minute))[0] ?? '', /\(goes on\)$/)
      house.world.advance(16 * minute)
      await house.app.jobs.runNow(30_000)
      assert.deepEqual(await openOnes(), [])
      assert.match((await letters())[0] ?? '', /\(over\)$/)
      assert.deepEqual(await letters(hour), [])
    })

    test('one that comes and goes is said to do so once, and is quiet until it has been calm for an hour', async () => {
      const said: string[] = []
      const flaps: boolean[] = []
      for (let at = 0; at < 8; at++) {
        await wrong('usr_a', 10)
        said.push(...(await letters(minute)))
        flaps.push((await first()).flapping)
        house.world.advance(15 * minute)
        await house.app.jobs.runNow(30_000)
        said.push(...(await letters(minute)))
      }
      assert.deepEqual(
        said.map((line) => /\((.*)\)$/.exec(line)?.[1] ?? 'open'),
        ['open', 'over', 'comes and goes'],
      )
      // It has come back three times.
      assert.deepEqual(flaps, [false, false, false, true, true, true, true, true])
      assert.equal((await alarms()).length, 1)
      assert.match((await letters(hour)).join(), /\(over\)$/)
    })

    test('acknowledged by somebody, it is not told any more; closed, a new one opens', async () => {
      await wrong('usr_a', 10)
      await letters()
      const { id } = await first()
      const acknowledged = await ask('POST', `/v1/alarms/${id}/acknowledge`)
      assert.deepEqual([acknowledged.state, acknowledged.acknowledged_by], ['acknowledged', admin.id])
      assert.equal((await ask('POST', `/v1/alarms/${id}/acknowledge`)).state, 'acknowledged')
      assert.deepEqual(await ask('GET', '/v1/alarms/count'), { open: 0, acknowledged: 1 })
      await wrong('usr_a', 10)
      assert.deepEqual(await letters(2 * hour), [])
      const closed = await ask('POST', `/v1/alarms/${id}/close`)
      assert.deepEqual([closed.state, closed.closed_by, closed.close_reason], ['closed', admin.id, 'closed'])
      for (const verb of ['close', 'acknowledge']) {
        assert.equal((await ask('POST', `/v1/alarms/${id}/${verb}`, undefined, 409)).code, 'alarm_closed')
      }
      await wrong('usr_a', 10)
      await look()
      assert.deepEqual(
        (await alarms()).map(({ state }) => state),
        ['open', 'closed'],
      )
      const events = await ask('GET', '/v1/activity?event=alarm.open,alarm.acknowledge,alarm.close&limit=5')
      assert.deepEqual(
        events.items.slice(0, 4).map(({ event, subject }) => [event, subject]),
        [
          ['alarm.open', null],
          ['alarm.close', admin.id],
          ['alarm.acknowledge', admin.id],
          ['alarm.open', null],
        ],
      )
    })

    test('of 64 who close an alarm at once, one does', async () => {
      await wrong('usr_a', 10)
      await look()
      const { id } = await first()
      const answers = await Promise.all(
        Array.from({ length: 64 }, () =>
          house.call('POST', `/v1/alarms/${id}/close`, { token: admin.token }),
        ),
      )
      assert.equal(answers.filter(({ status }) => status === 200).length, 1)
    })

    test('a silence tells nothing of its rule and subject until it ends, and then what is open', async () => {
      const ends_at = new Date(house.world.now() + 20 * minute).toISOString()
      const silence = { rule: 'brute_force', subject: 'usr_a', reason: 'a test', ends_at }
      const { id, owner } = await ask('POST', '/v1/alarm-silences', silence, 201)
      assert.equal(owner, admin.id)
      await wrong('usr_a', 10)
      await wrong('usr_b', 10, inJapan)
      assert.deepEqual(
        (await letters()).map((line) => line.slice(-5)),
        ['usr_b'],
      )
      assert.equal((await openOnes()).length, 2)
      await wrong('usr_a', 10)
      house.world.advance(10 * minute)
      await wrong('usr_a', 10)
      assert.match((await letters(10 * minute)).join(), /usr_a$/)
      assert.deepEqual((await ask('GET', '/v1/alarm-silences')).items, [])
      assert.equal(await ask('DELETE', `/v1/alarm-silences/${id}`, undefined, 204), undefined)
      assert.equal(
        (await ask('DELETE', `/v1/alarm-silences/${id}`, undefined, 404)).code,
        'silence_not_found',
      )
    })

    test('a silence that is ended early tells what is open', async () => {
      const ends_at = new Date(house.world.now() + 24 * hour).toISOString()
      const { id } = await ask(
        'POST',
        '/v1/alarm-silences',
        { rule: 'brute_force', reason: 'a test', ends_at },
        201,
      )
      await wrong('usr_a', 10)
      assert.deepEqual(await letters(), [])
      await ask('DELETE', `/v1/alarm-silences/${id}`, undefined, 204)
      assert.equal((await letters()).length, 1)
    })

    test('a silence ends in the future, within 90 days', async () => {
      const { now } = house.world
      const most = 90 * 24 * hour
      for (const [ms, status] of [
        [0, 400],
        [1, 201],
        [most, 201],
        [most + 1, 400],
      ] as const) {
        const ends_at = new Date(now() + ms).toISOString()
        await ask('POST', '/v1/alarm-silences', { rule: 'brute_force', reason: 'a test', ends_at }, status)
      }
    })

    for (const [what, body, code] of [
      ['no end', { rule: 'brute_force', reason: 'x' }, 'request_invalid'],
      [
        'an end that is over',
        { rule: 'brute_force', reason: 'x', ends_at: '2020-01-01T00:00:00Z' },
        'request_invalid',
      ],
      [
        'an end that never comes',
        { rule: 'brute_force', reason: 'x', ends_at: '9999-01-01T00:00:00Z' },
        'request_invalid',
      ],
      [
        'a rule that there is not',
        { rule: 'none', reason: 'x', ends_at: '2026-02-01T00:00:00Z' },
        'alarm_rule_not_found',
      ],
      ['no reason', { rule: 'brute_force', ends_at: '2026-02-01T00:00:00Z' }, 'request_invalid'],
    ] as const) {
      test(`refuses a silence with ${what}`, async () => {
        const status = code === 'request_invalid' ? 400 : 404
        assert.equal((await ask('POST', '/v1/alarm-silences', body, status)).code, code)
      })
    }

    test('a rule is changed, and goes by what it says from then on; null is as it ships', async () => {
      const path = '/v1/alarm-rules/brute_force'
      const set = async (at: string, body: object) => (await ask('PATCH', at, body)) as unknown as ShownRule
      const changed = await set(path, { threshold: 3, window_seconds: 60, severity: 'low' })
      assert.deepEqual(
        [changed.threshold, changed.window_seconds, changed.severity, changed.on, changed.shipped.threshold],
        [3, 60, 'low', true, 10],
      )
      await wrong('usr_a', 3)
      await look()
      assert.equal((await first()).severity, 'low')
      await ask('PATCH', path, { sends_mail: false })
      assert.deepEqual(await letters(), [])
      const off = await set(path, { on: false })
      assert.equal(off.threshold, 3)
      assert.deepEqual(
        (await alarms()).map(({ close_reason: reason }) => reason),
        ['rule_off'],
      )
      await wrong('usr_a', 30)
      await look()
      assert.deepEqual(await openOnes(), [])
      const again = await set(path, {
        on: null,
        threshold: null,
        window_seconds: null,
        severity: null,
      })
      assert.deepEqual(
        [again.on, again.threshold, again.window_seconds, again.severity],
        [true, 10, 900, 'high'],
      )
      const { items } = await ask('GET', '/v1/alarm-rules')
      assert.equal(items.length, 16)
    })

    for (const [name, body] of [
      ['brute_force', { threshold: 0 }],
      ['brute_force', { threshold: 1.5 }],
      ['brute_force', { threshold: 1_001 }],
      ['brute_force', { window_seconds: 59 }],
      ['brute_force', { window_seconds: 40_000_000 }],
      ['brute_force', { severity: 'loud' }],
      ['brute_force', { products: ['lamp'] }],
      ['brute_force', { window_seconds: 34_560_001 }],
      ['impossible_travel', { threshold: 99 }],
      ['impossible_travel', { threshold: 100_001 }],
      ['device_offline', { products: Array.from({ length: 21 }, (_, at) => `p${at}`) }],
      ['device_offline', { products: ['a,b'] }],
    ] as const) {
      test(`refuses ${JSON.stringify(body)} of ${name}`, async () => {
        const answer = await ask('PATCH', `/v1/alarm-rules/${name}`, body, 400)
        assert.equal(answer.code, 'request_invalid')
      })
    }

    for (const [name, body] of [
      ['brute_force', { threshold: 1, window_seconds: 60 }],
      ['brute_force', { threshold: 1_000, window_seconds: 34_560_000 }],
      ['impossible_travel', { threshold: 100 }],
      ['impossible_travel', { threshold: 100_000 }],
      ['device_offline', { products: Array.from({ length: 20 }, (_, at) => `p${at}`) }],
    ] as const) {
      test(`takes the least and the most of ${name}: ${JSON.stringify(body).slice(0, 50)}`, async () => {
        const rule: object = await ask('PATCH', `/v1/alarm-rules/${name}`, body)
        assert.deepEqual({ ...rule, ...body }, rule)
      })
    }

    test('refuses a rule and an alarm that there are not', async () => {
      assert.equal((await ask('PATCH', '/v1/alarm-rules/none', {}, 404)).code, 'alarm_rule_not_found')
      for (const [method, path] of [
        ['GET', ''],
        ['POST', '/acknowledge'],
        ['POST', '/close'],
      ] as const) {
        assert.equal(
          (await ask(method, `/v1/alarms/alm_none${path}`, undefined, 404)).code,
          'alarm_not_found',
        )
      }
    })

    test('whoever may only read the log changes nothing', async () => {
      const body = { name: 'auditor', description: '', permissions: ['activity:read'] }
      await ask('POST', '/v1/user-types', body, 201)
      const { token } = await house.signedIn(`auditor-${house.world.now()}`, 'auditor')
      assert.equal((await house.call('GET', '/v1/alarms', { token })).status, 200)
      for (const [method, path, given] of [
        ['POST', '/v1/alarms/alm_none/acknowledge'],
        ['POST', '/v1/alarms/alm_none/close'],
        ['PATCH', '/v1/alarm-rules/brute_force', {}],
        ['POST', '/v1/alarm-silences', {}],
        ['DELETE', '/v1/alarm-silences/sil_none'],
      ] as const) {
        const { status } = await house.call(method, path, { token, ...(given && { body: given }) })
        assert.equal(status, 403, path)
      }
      const customer = await house.signedIn(`customer-${house.world.now()}`)
      assert.equal((await house.call('GET', '/v1/alarms', { token: customer.token })).status, 403)
    })

    test('whoever is deleted is forgotten here as well', async () => {
      await wrong('usr_gone', 10)
      await happen(by('usr_gone'), 'user.sign_in')
      await look()
      await house.app.db.transaction((tx) => house.app.alarms.forget(tx, ['usr_gone']))
      for (const table of ['alarms', 'alarm_subjects', 'alarm_windows']) {
        const rows = await house.app.db.query(`SELECT * FROM ${table} WHERE subject = 'usr_gone'`)
        assert.deepEqual(rows, [], table)
      }
      assert.deepEqual(await house.app.db.query(`SELECT * FROM alarm_places WHERE user_id = 'usr_gone'`), [])
    })

    describe('of states', () => {
      const states: { -readonly [Hand in keyof AlarmHands]?: AlarmHands[Hand] } = {}
      /** A process whose devices, keys and jobs are what a test says. */
      const watching = () => {
        const { app } = house
        const hands = {
          ...app.alarms.ground.hands,
          endings: async () => [],
          jobStates: () => [],
          lostAt: async () => 0,
          ...states,
        }
        const alarmsHere = createAlarms({ ...app, hands }, app.proof.ground.sequencer)
        const job = alarmsHere.jobs.find(({ name }) => name === 'alarms.look')!
        return async (times = 1) => {
          for (let at = 0; at < times; at++) {
            house.world.advance(30_000)
            await job.run(AbortSignal.any([]))
          }
          house.world.advance(10_000)
          await look()
          return (await takeLetters(app)).map(({ subject }) => subject)
        }
      }
      beforeEach(() => {
        for (const name of Object.keys(states)) delete states[name as keyof AlarmHands]
      })

      async function devices(count: number, product = 'lamp'): Promise<string[]> {
        const uids = Array.from({ length: count }, (_, at) => `${product}-${house.world.now()}-${at}`)
        await house.app.db.transaction(async (tx) => {
          await tx.query('DELETE FROM devices')
          for (const uid of uids) {
            const row = {
              uid,
              name: uid,
              product,
              state: 'bound',
              created_at: 1,
            } as const
            await insertDevice(tx, {
              ...row,
              bound_at: 1,
              history_after: null,
              last_seen_at: null,
              tokens_version: 0,
            })
          }
        })
        return uids
      }
      const set = (body: object) => ask('PATCH', '/v1/alarm-rules/device_offline', body)

      test('many devices that are away are one alarm, and one letter when they are back', async () => {
        const uids = await devices(2_800)
        await set({ on: true, window_seconds: 600 })
        states.connected = () => uids
        const watch = watching()
        assert.deepEqual(await watch(21), [])
        states.connected = () => []
        const away = watching()
        assert.deepEqual(await away(19), [])
        assert.deepEqual(await away(3), ['[medium] Device offline for long: 2800 of them'])
        assert.deepEqual(await away(3), [])
        states.connected = () => uids.slice(1)
        assert.deepEqual(await watching()(2), [])
        states.connected = () => uids
        assert.deepEqual(await watching()(2), ['[medium] Device offline for long: 2800 of them (over)'])
      })

      test('when this server was away, nobody is said to have been', async () => {
        const uids = await devices(3)
        await set({ on: true, window_seconds: 600 })
        states.connected = () => uids
        await watching()(21)
        // It was down for a day.
        house.world.advance(24 * hour)
        states.connected = () => []
        const watch = watching()
        assert.deepEqual(await watch(19), [])
        assert.equal((await watch(4)).length, 3)
      })

      test('when a process was lost, the devices have their time to come back', async () => {
        const uids = await devices(3)
        await set({ on: true, window_seconds: 600 })
        states.connected = () => uids
        await watching()(21)
        states.connected = () => []
        await watching()(19)
        const lostAt = house.world.now()
        states.lostAt = async () => lostAt
        const watch = watching()
        assert.deepEqual(await watch(18), [])
        house.world.advance(lostAt + 600_000 - house.world.now() - 30_001)
        assert.deepEqual(await watch(1), [])
        assert.equal((await watch(4)).length, 3)
      })

      test('only devices that somebody has, that were once here, and of the products that are watched', async () => {
        const [lamp] = await devices(1)
        await house.app.db.transaction(async (tx) => {
          const row = {
            name: '',
            created_at: 1,
            bound_at: 1,
            history_after: null,
          } as const
          const more = { ...row, last_seen_at: null, tokens_version: 0 }
          await insertDevice(tx, { ...more, uid: 'never-seen', product: 'lamp', state: 'bound' })
          await insertDevice(tx, { ...more, uid: 'a-door', product: 'door', state: 'bound' })
          await insertDevice(tx, { ...more, uid: 'unbound', product: 'lamp', state: 'claimable' })
        })
        await set({ on: true, window_seconds: 600, products: ['lamp'] })
        states.connected = () => [lamp!, 'a-door', 'unbound', 'removed']
        await watching()(1)
        states.connected = () => []
        await watching()(25)
        assert.deepEqual(await openOnes(), [['device_offline', lamp]])
      })

      test('a key is told from the very moment on that the window says', async () => {
        const due = house.world.now() + 30_000 + 14 * 24 * hour
        states.endings = async () => [
          { subject: 'later', kind: 'certificate', endsAt: due + 1 },
          { subject: 'now', kind: 'certificate', endsAt: due },
        ]
        await watching()(1)
        assert.deepEqual(await openOnes(), [['key_ending', 'now']])
      })

      for (const [count, told] of [
        [5, 5],
        [6, 1],
      ] as const) {
        test(`of ${count} keys that end at once there ${told === 1 ? 'is one alarm' : `are ${told}`}`, async () => {
          const endsAt = house.world.now()
          const keys = Array.from({ length: count }, (_, at) => ({
            subject: `k${at}`,
            kind: 'certificate' as const,
            endsAt,
          }))
          states.endings = async () => keys
          await watching()(1)
          assert.equal((await openOnes()).length, told)
        })
      }

      test('a key that ends and has no next one is told before, and its end when there is one', async () => {
        const day = 24 * hour
        const endsAt = house.world.now() + 15 * day
        states.endings = async () => [{ subject: 'mqtt', kind: 'certificate', endsAt }]
        assert.deepEqual(await watching()(1), [])
        house.world.advance(day)
        assert.deepEqual(await watching()(1), ['[high] A key or certificate is about to end: mqtt'])
        assert.equal((await first()).facts.ends_at, new Date(endsAt).toISOString())
        states.endings = async () => [{ subject: 'mqtt', kind: 'certificate', endsAt: endsAt + 90 * day }]
        assert.deepEqual(await watching()(1), ['[high] A key or certificate is about to end: mqtt (over)'])
      })

      const known = { lastSuccessAt: null, failingSince: null, failures: 0, isRunning: false }
      test('a job that fails three times is told, and when it goes well again', async () => {
        let failed = true
        let runs = 0
        const job = { name: 'keys.rotate', everyMs: 1, tookMs: 1, nextAt: null, ...known }
        states.jobStates = () => [{ ...job, lastRunAt: ++runs, lastError: failed ? 'no' : null }]
        const watch = watching()
        assert.deepEqual(await watch(2), [])
        assert.deepEqual(await watch(1), ['[high] Background work fails: keys.rotate'])
        // Another process, where it goes well, says nothing of it.
        failed = false
        await watching()(1)
        assert.equal((await openOnes()).length, 1)
        assert.deepEqual(await watch(1), ['[high] Background work fails: keys.rotate (over)'])
      })

      test('a job that fails in a process that has ended is over in the end', async () => {
        let runs = 0
        const job = { name: 'keys.rotate', everyMs: 1, tookMs: 1, nextAt: null, lastError: 'no', ...known }
        states.jobStates = () => [{ ...job, lastRunAt: ++runs }]
        await watching()(3)
        assert.equal((await openOnes()).length, 1)
        states.jobStates = () => []
        await watching()(11)
        assert.deepEqual(await openOnes(), [])
      })
    })

    test('has met no bug in all of this', () => assert.deepEqual(house.log.errors, []))
  })
}
