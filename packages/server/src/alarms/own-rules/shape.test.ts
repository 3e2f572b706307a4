import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ruleOf } from './shape.ts'
import type { OwnRuleRow } from './store.ts'

const row: OwnRuleRow = {
  ...{ name: 'own.tries', title: 'Tries', is_on: 1, severity: 'high', threshold: 3, window_ms: 60_000 },
  ...{ sends_mail: 1, events: '', outcomes: '', reasons: '', group_by: 'server', changed_at: 0 },
} as OwnRuleRow // a row of the table
const event = {
  ...{ id: 'evt_1', at: 0, event: 'user.sign_in', outcome: 'refused', reason: 'password_wrong' },
  ...{ subject: 'usr_1', subject_kind: 'user', target: null, target_kind: null },
  ...{ address: '192.0.2.1', region: null, details: null },
}
type Event = Parameters<Exclude<ReturnType<typeof ruleOf>['by'], string>['matches']>[0]
const programOf = (more: Partial<OwnRuleRow>) => {
  const { by } = ruleOf({ ...row, ...more })
  if (typeof by === 'string') assert.fail('it goes by events')
  return by
}

const counted: readonly (readonly [rule: Partial<OwnRuleRow>, event: Partial<Event>, isCounted: boolean])[] =
  [
    [{}, {}, true],
    [{}, { event: 'alarm.open' }, false],
    [{ events: 'user.sign_in' }, {}, true],
    [{ events: 'user.sign_in' }, { event: 'user.update' }, false],
    [{ outcomes: 'refused' }, {}, true],
    [{ outcomes: 'refused' }, { outcome: 'alarm' }, false],
    [{ reasons: 'password_wrong' }, {}, true],
    [{ reasons: 'password_wrong' }, { reason: 'user_unknown' }, false],
    [{ reasons: 'password_wrong' }, { reason: null }, false],
    [{ events: 'user.sign_in', outcomes: 'refused', reasons: 'password_wrong' }, {}, true],
  ]
for (const [rule, more, isCounted] of counted) {
  test(`a rule of ${JSON.stringify(rule)} ${isCounted ? 'counts' : 'does not count'} ${JSON.stringify(more)}`, () => {
    assert.equal(programOf(rule).matches({ ...event, ...more }), isCounted)
  })
}

const groups: readonly (readonly [
  group: OwnRuleRow['group_by'],
  event: Partial<Event>,
  of: string | undefined,
])[] = [
  ['subject', {}, 'user usr_1'],
  ['target', { target: 'dev_1', target_kind: 'device' }, 'device dev_1'],
  ['target', {}, undefined],
  ['address', {}, 'address 192.0.2.1'],
  ['region', { region: 'DE' }, 'region DE'],
  ['region', {}, undefined],
  ['service', { subject: 'svc_1', subject_kind: 'service' }, 'service svc_1'],
  ['service', { target: 'svc_2', target_kind: 'service' }, 'service svc_2'],
  ['service', { target: 'usr_2', target_kind: 'user', details: '{"service":"svc_3"}' }, 'service svc_3'],
  ['service', { subject: null, subject_kind: 'service', target: null, target_kind: 'service' }, undefined],
  ['service', { details: '{"service":7}' }, undefined],
  ['service', {}, undefined],
  ['server', {}, 'server server'],
]
for (const [group_by, more, of] of groups) {
  test(`by ${group_by}, ${JSON.stringify(more)} concerns ${of ?? 'nothing'}`, () => {
    const found = programOf({ group_by }).concerns({ ...event, ...more })
    assert.equal(found && `${found.kind} ${found.subject}`, of)
  })
}

test('a rule says what its row says', () => {
  const { by: _, ...said } = ruleOf(row)
  assert.deepEqual(said, {
    ...{ isOn: true, severity: 'high', threshold: 3, counts: 'times', windowMs: 60_000 },
    ...{ windowIs: 'counts_within', closesWhenQuiet: true },
  })
  assert.equal(ruleOf({ ...row, is_on: 0 }).isOn, false)
})
