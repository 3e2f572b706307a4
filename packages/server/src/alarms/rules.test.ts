import assert from 'node:assert/strict'
import { test } from 'node:test'
import { countries } from './countries.ts'
import { type Counted, counted } from './remembered/windows.ts'
import { type RuleName, ruleNames, shippedRules } from './rules.ts'
import type { AlarmRow } from './store.ts'
import { calmMs, type Decision, decide, flapsAfter, periodMs } from './telling.ts'
import { travelBetween } from './travel.ts'

const minute = 60_000

const happened = {
  ...{ id: 'evt_1', at: 0, event: 'user.sign_in', outcome: 'refused', reason: 'password_wrong' },
  ...{ subject: 'usr_ada', subject_kind: 'user', target: null, target_kind: null },
  ...{ address: '192.0.2.1', region: null, details: null },
}

const windows: readonly {
  readonly name: string
  readonly before: readonly Counted[]
  readonly next: Counted
  readonly threshold?: number
  readonly total: number
  readonly kept: number
}[] = [
  { name: 'the first one', before: [], next: [100, 1], total: 1, kept: 1 },
  { name: 'one of just before', before: [[41, 1]], next: [100, 1], total: 2, kept: 2 },
  { name: 'not one that is a whole window old', before: [[40, 1]], next: [100, 1], total: 1, kept: 1 },
  {
    name: 'several that one row tells of',
    before: [[90, 2]],
    next: [100, 5],
    threshold: 9,
    total: 7,
    kept: 2,
  },
  {
    name: 'no more than reach the threshold',
    before: [
      [90, 1],
      [91, 1],
      [92, 1],
    ],
    next: [100, 1],
    total: 3,
    kept: 3,
  },
  { name: 'an account once', before: [[90, 1, 'ada']], next: [100, 1, 'ada'], total: 1, kept: 1 },
  { name: 'each account', before: [[90, 1, 'ada']], next: [100, 1, 'ben'], total: 2, kept: 2 },
  { name: 'one that was committed late', before: [[100, 1]], next: [90, 1], total: 2, kept: 2 },
]
for (const { name, before, next, threshold = 3, total, kept } of windows) {
  test(`a window counts ${name}`, () => {
    const window = counted(before, next, { threshold, windowMs: 60 })
    assert.deepEqual([window.total, window.recent.length], [total, kept])
    assert.deepEqual(
      window.recent.toSorted((a, b) => a[0] - b[0]),
      window.recent,
    )
  })
}

const travels: readonly (readonly [from: string, to: string, minutes: number, isFast: boolean])[] = [
  ['DE', 'JP', 60, true],
  ['JP', 'DE', 0, true],
  ['DE', 'AU', 300, true],
  ['DE', 'AU', 26 * 60, false],
  // Neighbours, however far their middles are from each other.
  ['FI', 'RU', 1, false],
  ['US', 'CA', 1, false],
  ['BE', 'NL', 1, false],
  ['CN', 'RU', 1, false],
  ['FR', 'DE', 1, false],
  ['SG', 'MY', 1, false],
  // Across the line where days begin.
  ['NZ', 'FJ', 240, false],
]
for (const [from, to, minutes, isFast] of travels) {
  test(`from ${from} to ${to} in ${minutes} minutes is ${isFast ? 'faster' : 'not faster'} than 1,000 km/h`, () => {
    const travel = travelBetween(from, to, minutes * minute)
    assert.ok(travel)
    assert.equal(travel.speedKmh > 1_000, isFast, JSON.stringify(travel))
    assert.ok(travel.leastKm <= travel.distanceKm)
  })
}

test('nothing is said of a country that is not known, nor of one alone', () => {
  for (const [from, to] of [
    ['DE', 'ZZ'],
    ['ZZ', 'DE'],
    ['DE', 'DE'],
    ['local', 'DE'],
  ] as const) {
    assert.equal(travelBetween(from, to, minute), undefined)
  }
})

test('every country has a place on the globe', () => {
  assert.ok(Object.keys(countries).length > 245)
  const names = new Intl.DisplayNames('en', { type: 'region' })
  for (const [code, [latitude, longitude, reach]] of Object.entries(countries)) {
    assert.notEqual(names.of(code), code)
    assert.ok(Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180 && reach >= 100, code)
  }
})

const now = 100 * periodMs
const open: AlarmRow = {
  ...{
    id: 'alm_1',
    rule: 'brute_force',
    subject: 'usr_1',
    subject_kind: 'user',
    severity: 'high',
    facts: null,
  },
  ...{ opened_at: now, last_at: now, times: 3, subjects: 1, holds_until: null, acknowledged_at: null },
  ...{ acknowledged_by: null, closed_at: null, closed_by: null, close_reason: null, returns: 0 },
  ...{ told: 'nothing', told_at: null, told_times: 0, tell_at: now },
}
const told: Partial<AlarmRow> = { told: 'open', told_at: now - periodMs, told_times: 3 }
const over: Partial<AlarmRow> = { closed_at: now, close_reason: 'over' }
const decisions: readonly (readonly [
  what: string,
  alarm: Partial<AlarmRow>,
  decision: string,
  silentUntil?: number,
])[] = [
  ['is open', {}, 'open'],
  ['is silent', {}, `wait until ${now + 7}`, now + 7],
  ['was told and has not grown', told, 'nothing'],
  ['was told and has grown', { ...told, times: 4 }, 'continues'],
  ['was told and has grown, and is silent', { ...told, times: 4 }, `wait until ${now + 7}`, now + 7],
  [
    'was told a moment ago and has grown',
    { ...told, told_at: now - 1, times: 4 },
    `wait until ${now - 1 + periodMs}`,
  ],
  ['has grown and is acknowledged', { ...told, times: 4, acknowledged_at: now }, 'nothing'],
  ['is over and was told', { ...told, ...over }, 'over'],
  ['is over and silent', { ...told, ...over }, `wait until ${now + 7}`, now + 7],
  ['is over and was never told', over, 'nothing'],
  ['is over and that was told', { ...over, told: 'over', told_at: now - 1 }, 'nothing'],
  ['was closed by a person', { ...told, closed_at: now, close_reason: 'closed' }, 'nothing'],
  ['is part of a group now', { ...told, closed_at: now, close_reason: 'grouped' }, 'nothing'],
  ['came back long after it was told', { told: 'over', told_at: now - periodMs, returns: 1 }, 'open'],
  ['came back soon', { told: 'over', told_at: now - 1, returns: 1 }, `wait until ${now - 1 + periodMs}`],
  ['came back often', { told: 'over', told_at: now - periodMs, returns: flapsAfter }, 'flapping'],
  [
    'came back often, soon',
    { told: 'over', told_at: now - 1, returns: flapsAfter },
    `wait until ${now - 1 + periodMs}`,
  ],
  [
    'comes and goes, which was told',
    { told: 'flapping', told_at: now - periodMs, returns: 9, times: 99 },
    'nothing',
  ],
  [
    'came back often, and was over before that was told',
    { ...told, ...over, returns: flapsAfter },
    `wait until ${now + calmMs}`,
  ],
  ['came back, and is over', { ...told, ...over, returns: flapsAfter - 1 }, 'over'],
  ['came and went, and is over', { ...over, told: 'flapping', returns: 9 }, `wait until ${now + calmMs}`],
  ['came and went, and is calm', { ...over, told: 'flapping', returns: 9, closed_at: now - calmMs }, 'over'],
]
const said = (decision: Decision) =>
  decision.kind === 'tell'
    ? decision.notice
    : decision.kind === 'wait'
      ? `wait until ${decision.until}`
      : 'nothing'
for (const [what, alarm, decision, silentUntil] of decisions) {
  test(`of an alarm that ${what}: ${decision.replace(/ until.*/, '')}`, () => {
    assert.equal(said(decide({ ...open, ...alarm }, silentUntil, now)), decision)
  })
}

const [minutes, hours, days] = [minute, 60 * minute, 24 * 60 * minute]
const ships: Readonly<Record<RuleName, readonly unknown[]>> = {
  brute_force: [10, 'times', 15 * minutes, 'counts_within', 'high', 'when quiet'],
  credential_stuffing: [10, 'accounts', 10 * minutes, 'counts_within', 'high', 'when quiet'],
  new_country: [1, 'times', 365 * days, 'remembers_for', 'medium'],
  impossible_travel: [1_000, 'km/h', days, 'counts_within', 'high'],
  refresh_reuse: [1, 'times', hours, 'counts_within', 'high'],
  device_impersonation: [1, 'times', hours, 'counts_within', 'high'],
  refused_burst: [100, 'times', 5 * minutes, 'counts_within', 'medium', 'when quiet'],
  device_offline: [1, 'times', hours, 'lasts_for', 'medium', 'when quiet', 'off'],
  key_ending: [1, 'times', 14 * days, 'warns_before', 'high', 'when quiet'],
  job_failing: [3, 'times', days, 'counts_within', 'high', 'when quiet'],
  witness_disagrees: [1, 'times', hours, 'counts_within', 'critical'],
  backup_failed: [1, 'times', hours, 'counts_within', 'high'],
  retention_missed: [1, 'times', hours, 'counts_within', 'high'],
  segment_damaged: [1, 'times', hours, 'counts_within', 'critical'],
  webhook_off: [1, 'times', hours, 'counts_within', 'high'],
  other_alarm: [1, 'times', hours, 'counts_within', 'medium'],
}
for (const name of ruleNames) {
  test(`${name} ships as the page of alarms says`, () => {
    const { threshold, counts, windowMs, windowIs, severity, closesWhenQuiet, isOn } = shippedRules[name]
    const said = [threshold, counts, windowMs, windowIs, severity, ...(closesWhenQuiet ? ['when quiet'] : [])]
    assert.deepEqual(isOn ? said : [...said, 'off'], ships[name])
  })
}

const other = { ...happened, event: 'user.disown_session', outcome: 'alarm', reason: null }
for (const [rule, more, of] of [
  ['refused_burst', { event: 'access.refuse', outcome: 'refused' }, 'usr_ada'],
  ['refused_burst', { event: 'access.refuse', outcome: 'refused', subject: null }, '192.0.2.1'],
  ['other_alarm', {}, 'usr_ada'],
  ['other_alarm', { subject: null, target: 'dev_1', target_kind: 'device' }, 'dev_1'],
  ['other_alarm', { subject: null }, '192.0.2.1'],
  ['other_alarm', { subject: null, address: null }, 'server'],
] as const) {
  test(`${rule} counts ${JSON.stringify(more)}, which concerns ${of}`, () => {
    const event = { ...other, ...more }
    const { matches, concerns } = shippedRules[rule].by
    assert.deepEqual([matches(event), concerns(event)?.subject], [true, of])
  })
}
for (const [rule, more] of [
  ['refused_burst', { event: 'user.sign_in', outcome: 'refused' }],
  ['refused_burst', { event: 'access.refuse', outcome: 'alarm' }],
  ['other_alarm', { outcome: 'failure' }],
  ...['session.refresh', 'device.impersonation', 'log.witness', 'log.damage', 'user.sign_in'].map(
    (event) => ['other_alarm', { event }] as const,
  ),
] as const) {
  test(`${rule} does not count ${JSON.stringify(more)}`, () => {
    assert.equal(shippedRules[rule].by.matches({ ...other, ...more }), false)
  })
}

for (const [count, weight] of [
  [undefined, 1],
  [0, 1],
  [2, 2],
  ['2', 1],
] as const) {
  test(`a refusal that says it came ${JSON.stringify(count)} times weighs ${weight}`, () => {
    const details = count === undefined ? null : JSON.stringify({ count })
    const event = { ...happened, details }
    assert.equal(shippedRules.brute_force.by.weighs(event, 10), weight)
    assert.equal(shippedRules.brute_force.by.weighs({ ...event, outcome: 'alarm' }, 10), 10)
    assert.equal(shippedRules.credential_stuffing.by.weighs(event), 1)
    assert.equal(shippedRules.credential_stuffing.by.weighs({ ...event, subject: null }), weight)
  })
}

for (const [name, more, isCounted] of [
  ['a wrong password', {}, true],
  ['one that was the last that is taken', { outcome: 'alarm', reason: 'failures_exhausted' }, true],
  ['a wrong code that is no sign-in', { event: 'access.refuse', reason: 'code_wrong' }, false],
  ['a sign-in that succeeds', { outcome: 'success', reason: null }, false],
  ['a sign-in that says why it succeeds', { outcome: 'success' }, false],
  ['a sign-in that is refused to whoever knows the password', { reason: 'factor_required' }, false],
] as const) {
  test(`brute force and stuffing ${isCounted ? 'count' : 'do not count'} ${name}`, () => {
    const event = { ...happened, ...more }
    for (const rule of ['brute_force', 'credential_stuffing'] as const) {
      assert.equal(shippedRules[rule].by.matches(event), isCounted, rule)
    }
  })
}
