import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parse } from 'valibot'
import { openTestApp } from '../../../test/app.ts'
import { type EventName, outcomes } from '../events.ts'
import { eventView } from '../views.ts'
import { ecs, ecsCategories, ecsOf } from './ecs.ts'
import { exampleOf } from './examples.ts'
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
