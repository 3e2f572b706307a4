import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { parse } from 'valibot'
import { openTestApp } from '../../../test/app.ts'
import { type EventName, outcomes } from '../events.ts'
import { eventView } from '../views.ts'
import { ecs, ecsCategories, ecsOf } from './ecs.ts'
import { exampleOf } from './examples.ts'
import { members } from './members.ts'
import { ocsf, ocsfClasses, ocsfOf } from './ocsf.ts'
import { activitySchema, membersOf, schemaPath } from './schema.ts'
import { owaspOf, vocabulary } from './vocabulary.ts'

const names = Object.keys(vocabulary) as EventName[] // the keys of a table of event names

test('the schema is served to everybody, and says what it is', async (t) => {
  const house = await openTestApp()
  t.after(() => house.close())
  const answer = await house.call('GET', schemaPath)
  assert.equal(answer.status, 200)
  assert.equal(answer.headers.get('content-type'), 'application/schema+json')
  assert.deepEqual(answer.body, JSON.parse(JSON.stringify(activitySchema())))
})

test('the schema has the members that a search gives, and no others', () => {
  const { properties, required } = activitySchema() as { properties: object; required: string[] }
  const given = Object.keys(eventView.schema.entries)
  assert.deepEqual(Object.keys(properties), given)
  assert.deepEqual(required, given)
})

for (const name of names) {
  test(`${name} has a line, an example that a search could give, and names elsewhere`, () => {
    const example = exampleOf(name)
    parse(eventView.schema, example)
    assert.match(vocabulary[name].about, /^[A-Z].+\.$/)
    assert.deepEqual(
      Object.keys(example.details).filter((member) => !membersOf(name).some((known) => known === member)),
      [],
    )
    for (const category of ecs[name].category) {
      for (const type of ecs[name].type) {
        assert.ok(
          (ecsCategories[category] as readonly string[]).includes(type),
          `ECS has no ${category}: ${type}`,
        )
      }
    }
    const [className, activity] = ocsf[name]
    assert.ok(Object.hasOwn(ocsfClasses[className].activities, activity))
  })
}

test('the page of events says of each member what it is, with its example', () => {
  const page = readFileSync(new URL('../../../../../docs/events.md', import.meta.url), 'utf8')
  for (const [name, { about, example }] of Object.entries(members)) {
    const row = `| \`${name}\` | ${about} | \`${JSON.stringify(example)}\` |`
    assert.ok(page.includes(`${row}\n`), row)
  }
})

/** What OCSF 1.8.0 requires beside the members of every event. */
const required: Readonly<Record<number, readonly string[]>> = {
  3001: ['user'],
  3002: ['user', 'service'],
  3004: ['entity'],
  6002: ['app'],
  6003: ['actor', 'api', 'src_endpoint'],
}
const always = ['activity_id', 'category_uid', 'class_uid', 'metadata', 'severity_id', 'time', 'type_uid']

test('every event has what its class of OCSF requires, also where it has neither subject nor target nor address', () => {
  const nobody = {
    subject: null,
    subject_kind: null,
    target: null,
    target_kind: null,
    address: null,
    region: null,
  }
  for (const name of names) {
    for (const event of [exampleOf(name), { ...exampleOf(name), ...nobody }]) {
      const written = ocsfOf(event)
      const wanted = [...always, ...(required[Number(written.class_uid)] ?? assert.fail(name))]
      assert.deepEqual(
        wanted.filter((member) => written[member] === undefined),
        [],
        name,
      )
      assert.equal(written.type_uid, Number(written.class_uid) * 100 + Number(written.activity_id))
      assert.deepEqual(written.unmapped, event)
    }
  }
})

test('an alarm is an alert for ECS and of high severity for OCSF, and a refusal is a failure for both', () => {
  const event = exampleOf('user.sign_in')
  for (const outcome of outcomes) {
    const { event: written } = ecsOf({ ...event, outcome }) as { event: Record<string, unknown> }
    assert.equal(written.kind, outcome === 'alarm' ? 'alert' : 'event')
    assert.equal(written.outcome, outcome === 'success' ? 'success' : 'failure')
    const { severity_id, status_id } = ocsfOf({ ...event, outcome })
    assert.deepEqual(
      [severity_id, status_id],
      [{ success: 1, alarm: 4, refused: 3, failure: 3 }[outcome], outcome === 'success' ? 1 : 2],
    )
  }
})

test('names of OWASP follow the outcome, and a region that is no country stands in no field for one', () => {
  assert.equal(owaspOf('user.sign_in', 'success'), 'authn_login_success')
  assert.equal(owaspOf('user.sign_in', 'refused'), 'authn_login_fail')
  assert.equal(owaspOf('session.refresh', 'alarm'), 'authn_token_reuse')
  assert.equal(owaspOf('session.refresh', 'failure'), null)
  assert.equal(owaspOf('mail.send', 'success'), null)
  const { source } = ecsOf({ ...exampleOf('user.sign_in'), region: 'local' })
  assert.deepEqual(source, { ip: '203.0.113.7' })
})

const whole: ReturnType<typeof exampleOf> = {
  ...exampleOf('user.sign_in'),
  ...{ outcome: 'refused', reason: 'password_wrong', seq: 0, target: 'usr_2', target_kind: 'user' },
}
const empty = {
  ...whole,
  ...{ seq: null, reason: null, subject: null, subject_kind: null, target: null, target_kind: null },
  ...{ address: null, region: null, region_date: null, session_id: null, request_id: null },
}

test('an event in ECS has a member for what it has, and none for what it has not', () => {
  const { latchkey, '@timestamp': at, ecs: version, ...written } = ecsOf(whole)
  assert.deepEqual([latchkey, at, version], [whole, whole.at, { version: '9.4.0' }])
  const said = {
    ...{ kind: 'event', category: ['authentication'], type: ['start'], action: 'user.sign_in' },
    ...{ outcome: 'failure', dataset: 'latchkey.activity', module: 'latchkey' },
  }
  assert.deepEqual(written, {
    event: { id: whole.id, ...said, sequence: 0, reason: 'password_wrong' },
    user: { id: whole.subject },
    source: { ip: whole.address, geo: { country_iso_code: 'TW' } },
    http: { request: { id: whole.request_id } },
    tags: ['authn_login_fail'],
    service: { name: 'latchkey', type: 'latchkey' },
  })
  const { latchkey: _, '@timestamp': __, ecs: ___, ...little } = ecsOf(empty)
  assert.deepEqual(little, {
    event: { id: whole.id, ...said },
    tags: ['authn_login_fail'],
    service: { name: 'latchkey', type: 'latchkey' },
  })
  assert.equal(ecsOf({ ...whole, subject_kind: 'device' }).user, undefined)
  assert.equal(ecsOf({ ...whole, subject: null }).user, undefined)
  assert.equal(ecsOf(exampleOf('mail.send')).tags, undefined)
  assert.deepEqual(ecsOf({ ...whole, region: null }).source, { ip: whole.address })
})

test('an event in OCSF has a member for what it has, and none for what it has not', () => {
  const product = { name: 'Latchkey', vendor_name: 'Latchkey' }
  const said = {
    class_uid: 3002,
    category_uid: 3,
    activity_id: 1,
    type_uid: 300_201,
    severity_id: 3,
    status_id: 2,
  }
  const metadata = {
    ...{ version: '1.8.0', product, uid: whole.id, event_code: 'user.sign_in', log_name: 'activity' },
    labels: ['authn_login_fail'],
  }
  assert.deepEqual(ocsfOf(whole), {
    ...{ ...said, time: Date.parse(whole.at), status_detail: 'password_wrong' },
    metadata: { ...metadata, sequence: 0, correlation_uid: whole.request_id },
    actor: { app_name: 'latchkey', user: { uid: whole.subject }, session: { uid: whole.session_id } },
    ...{ src_endpoint: { ip: whole.address }, user: { uid: whole.subject }, service: { name: 'latchkey' } },
    unmapped: whole,
  })
  assert.deepEqual(ocsfOf(empty), {
    ...{ ...said, time: Date.parse(whole.at), metadata, actor: { app_name: 'latchkey' } },
    ...{ src_endpoint: { name: 'unknown' }, user: { uid: 'unknown' }, service: { name: 'latchkey' } },
    unmapped: empty,
  })
})

for (const [name, event, user] of [
  ['whom it was done to', {}, 'usr_2'],
  ['who did it, where it was done to nobody', { target: null, target_kind: null }, whole.subject],
  ['who did it, where it was done to something', { target: 'dev_1', target_kind: 'device' }, whole.subject],
  ['whom it was done to, also where nobody did it', { subject: null }, 'usr_2'],
  ['somebody unknown', { subject: null, target: 'dev_1', target_kind: 'device' }, 'unknown'],
] as const) {
  test(`a change of an account is of ${name}`, () => {
    const written = ocsfOf({ ...whole, event: 'user.disable', ...event })
    assert.deepEqual([written.class_uid, written.user], [3001, { uid: user }])
  })
}

for (const [name, event, entity] of [
  ['of what it is', { target: 'svc_1', target_kind: 'service' }, { type: 'service', uid: 'svc_1' }],
  ['of what its event is about', { target: null, target_kind: null }, { type: 'webhook', uid: 'unknown' }],
] as const) {
  test(`a change of a thing is ${name}`, () => {
    assert.deepEqual(ocsfOf({ ...whole, event: 'webhook.test', ...event }).entity, entity)
  })
}
