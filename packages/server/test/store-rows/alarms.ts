import * as alarmConcerned from '../../src/alarms/concerned/store.ts'
import * as ownRules from '../../src/alarms/own-rules/store.ts'
import * as alarmMemory from '../../src/alarms/remembered/store.ts'
import * as alarmSilences from '../../src/alarms/silences/store.ts'
import * as alarms from '../../src/alarms/store.ts'
import { now } from '../neighbours.ts'
import type { Row } from './row.ts'

const newRule: ownRules.OwnRuleRow = {
  ...{ name: 'own.new', title: 't', events: '', outcomes: 'alarm', reasons: '', group_by: 'server' },
  ...{ is_on: 1, threshold: 3, window_ms: 1, severity: 'high', sends_mail: 0, created_at: 1, changed_at: 2 },
}

const newAlarm = (subject: string): alarms.NewAlarm => ({
  ...{ id: 'alm_new', rule: 'brute_force', subject, subject_kind: 'user', severity: 'high', facts: null },
  ...{ opened_at: now, last_at: now, times: 1, subjects: 1, holds_until: null, tell_at: now },
})

const growth = { times: 2, lastAt: now, holdsUntil: 2000, facts: '{}', tellAt: 1500 }

/** As the row has it. */
const due = { id: 'alm_2', told: 'nothing', told_at: null, tell_at: now, times: 3, closed_at: null } as const

/** The statements of alarms. */
export const alarmsRows: readonly Row[] = [
  {
    store: 'alarms',
    statement: 'findRuleChanges',
    run: (tx) => alarms.findRuleChanges(tx),
    gives: ['brute_force', 'device_offline'],
  },
  {
    store: 'alarms',
    statement: 'putRuleChange',
    run: (tx) =>
      alarms.putRuleChange(tx, {
        ...{ name: 'brute_force', is_on: 1, threshold: 7, window_ms: 8, severity: 'low' },
        ...{ sends_mail: 0, products: 'lamp', changed_at: now },
      }),
    changes: [
      'alarm_rules brute_force: is_on=1 threshold=7 window_ms=8 severity=low sends_mail=0 products=lamp changed_at=1000',
    ],
  },
  {
    store: 'alarms',
    statement: 'insertAlarm',
    run: (tx) => alarms.insertAlarm(tx, newAlarm('usr_new')),
    gives: true,
    changes: [
      '+ alarms alm_new: id=alm_new rule=brute_force subject=usr_new subject_kind=user severity=high opened_at=1000 last_at=1000 times=1 subjects=1 returns=0 told=nothing told_times=0 tell_at=1000',
    ],
  },
  {
    store: 'alarms',
    statement: 'insertAlarm',
    of: 'where one is open',
    run: (tx) => alarms.insertAlarm(tx, newAlarm('usr_ada')),
    gives: false,
  },
  { store: 'alarms', statement: 'findAlarm', run: (tx) => alarms.findAlarm(tx, 'alm_2'), gives: 'alm_2' },
  ...(
    [
      ['that are open', { state: 'open' }, ['alm_5', 'alm_2', 'alm_1']],
      ['that are acknowledged', { state: 'acknowledged' }, ['alm_4']],
      ['that are not closed', { state: 'live' }, ['alm_5', 'alm_4', 'alm_2', 'alm_1']],
      ['that are closed', { state: 'closed' }, ['alm_3', 'alm_0']],
      ['of a rule', { rule: 'device_offline' }, ['alm_4']],
      ['of a severity', { severity: 'low' }, ['alm_5']],
      ['about somebody', { subject: 'usr_ada' }, ['alm_5', 'alm_1']],
      ['about one of a group', { subject: 'dev_a' }, ['alm_4']],
      ['behind one', { after: 'alm_3' }, ['alm_2', 'alm_1', 'alm_0']],
    ] as const
  ).map(
    ([of, filter, gives]): Row => ({
      ...{ store: 'alarms', statement: 'findAlarms', of, gives },
      run: (tx) => alarms.findAlarms(tx, filter, 10),
    }),
  ),
  {
    store: 'alarms',
    statement: 'countOpenAlarms',
    run: (tx) => alarms.countOpenAlarms(tx),
    gives: { open: 3, acknowledged: 1 },
  },
  {
    store: 'alarms',
    statement: 'findOpenOfRule',
    run: (tx) => alarms.findOpenOfRule(tx, 'brute_force'),
    gives: ['alm_1', 'alm_2'],
  },
  {
    store: 'alarms',
    statement: 'findOpenAlarm',
    run: (tx) => alarms.findOpenAlarm(tx, 'brute_force', 'usr_ada'),
    gives: 'alm_1',
  },
  {
    store: 'alarms',
    statement: 'findOpenAlarm',
    of: 'of one that is closed',
    run: (tx) => alarms.findOpenAlarm(tx, 'brute_force', 'usr_cyd'),
  },
  {
    store: 'alarms',
    statement: 'findOpenAlarm',
    of: 'of another rule',
    run: (tx) => alarms.findOpenAlarm(tx, 'device_offline', 'usr_ada'),
  },
  {
    store: 'alarms',
    statement: 'growAlarm',
    run: (tx) => alarms.growAlarm(tx, 'alm_2', { ...growth, subjects: 1 }),
    changes: ['alarms alm_2: facts={} last_at=1000 times=5 subjects=2 holds_until=2000'],
  },
  {
    store: 'alarms',
    statement: 'growAlarm',
    of: 'of one that is closed',
    run: (tx) => alarms.growAlarm(tx, 'alm_3', { ...growth, subjects: 1 }),
  },
  {
    store: 'alarms',
    statement: 'reopenAlarm',
    run: (tx) => alarms.reopenAlarm(tx, { rule: 'brute_force', subject: 'usr_cyd' }, 899, growth),
    gives: 'alm_3',
    changes: [
      'alarms alm_3: facts={} last_at=1000 times=5 holds_until=2000 acknowledged_at=null acknowledged_by=null closed_at=null closed_by=null close_reason=null returns=1 tell_at=1500',
    ],
  },
  {
    store: 'alarms',
    statement: 'reopenAlarm',
    of: 'of the last of several',
    async run(tx) {
      await alarms.insertAlarm(tx, { ...newAlarm('usr_cyd'), id: 'alm_00' })
      await alarms.closeAlarm(tx, 'alm_00', { now: 950, by: null, reason: 'over', tellAt: null })
      return alarms.reopenAlarm(tx, { rule: 'brute_force', subject: 'usr_cyd' }, 899, growth)
    },
    gives: 'alm_3',
    changes: [
      '+ alarms alm_00: id=alm_00 rule=brute_force subject=usr_cyd subject_kind=user severity=high opened_at=1000 last_at=1000 times=1 subjects=1 closed_at=950 close_reason=over returns=0 told=nothing told_times=0',
      'alarms alm_3: facts={} last_at=1000 times=5 holds_until=2000 acknowledged_at=null acknowledged_by=null closed_at=null closed_by=null close_reason=null returns=1 tell_at=1500',
    ],
    writes: 3,
  },
  {
    store: 'alarms',
    statement: 'reopenAlarm',
    of: 'of one that closed too long ago',
    run: (tx) => alarms.reopenAlarm(tx, { rule: 'brute_force', subject: 'usr_cyd' }, 900, growth),
  },
  {
    store: 'alarms',
    statement: 'reopenAlarm',
    of: 'of one that somebody closed, or that became part of a group',
    run: (tx) => alarms.reopenAlarm(tx, { rule: 'brute_force', subject: 'usr_dan' }, 0, growth),
  },
  ...(
    [
      ['another rule', 'device_offline', 'usr_cyd'],
      ['somebody else', 'brute_force', 'usr_eve'],
    ] as const
  ).map(
    ([of, rule, subject]): Row => ({
      ...{ store: 'alarms', statement: 'reopenAlarm', of: `of ${of}` },
      run: (tx) => alarms.reopenAlarm(tx, { rule, subject }, 899, growth),
    }),
  ),
  {
    store: 'alarms',
    statement: 'closeAlarm',
    run: (tx) => alarms.closeAlarm(tx, 'alm_1', { now, by: 'usr_bob', reason: 'closed', tellAt: null }),
    gives: 'alm_1',
    changes: ['alarms alm_1: closed_at=1000 closed_by=usr_bob close_reason=closed'],
  },
  {
    store: 'alarms',
    statement: 'closeAlarm',
    of: 'of one that is closed',
    run: (tx) => alarms.closeAlarm(tx, 'alm_3', { now, by: null, reason: 'closed', tellAt: null }),
  },
  {
    store: 'alarms',
    statement: 'closeQuietAlarms',
    run: (tx) => alarms.closeQuietAlarms(tx, now),
    gives: ['alm_2'],
    changes: ['alarms alm_2: closed_at=1000 close_reason=over'],
  },
  {
    store: 'alarms',
    statement: 'acknowledgeAlarm',
    run: (tx) => alarms.acknowledgeAlarm(tx, 'alm_1', 'usr_bob', now),
    gives: 'alm_1',
    changes: ['alarms alm_1: acknowledged_at=1000 acknowledged_by=usr_bob'],
  },
  ...['alm_3', 'alm_4'].map(
    (id): Row => ({
      ...{ store: 'alarms', statement: 'acknowledgeAlarm', of: `of ${id}` },
      run: (tx) => alarms.acknowledgeAlarm(tx, id, 'usr_bob', now),
    }),
  ),
  {
    store: 'alarms',
    statement: 'findAlarmsToTell',
    run: (tx) => alarms.findAlarmsToTell(tx, now, 9),
    gives: ['alm_2'],
  },
  {
    store: 'alarms',
    statement: 'noteTold',
    run: (tx) => alarms.noteTold(tx, due, { told: 'open', toldAt: now, times: 3, tellAt: null }),
    gives: true,
    changes: ['alarms alm_2: told=open told_at=1000 told_times=3 tell_at=null'],
  },
  ...(
    [
      ['was told already', { told: 'open' }],
      ['was told at another time', { told_at: 1 }],
      ['is due at another time', { tell_at: 999 }],
      ['has grown', { times: 2 }],
      ['was closed', { closed_at: 1 }],
    ] as const
  ).map(
    ([of, more]): Row => ({
      ...{ store: 'alarms', statement: 'noteTold', of: `where it ${of}`, gives: false },
      run: (tx) =>
        alarms.noteTold(tx, { ...due, ...more }, { told: 'open', toldAt: now, times: 3, tellAt: null }),
    }),
  ),
  {
    store: 'alarms',
    statement: 'deleteAlarmsClosedBefore',
    run: (tx) => alarms.deleteAlarmsClosedBefore(tx, 900),
    changes: ['- alarms alm_0'],
  },
  {
    store: 'alarms/concerned',
    statement: 'linkEvent',
    run: (tx) => alarmConcerned.linkEvent(tx, 'alm_1', 'evt_3', 2),
    changes: ['+ alarm_events alm_1 evt_3: alarm=alm_1 event=evt_3'],
  },
  {
    store: 'alarms/concerned',
    statement: 'linkEvent',
    of: 'beyond what is remembered',
    run: (tx) => alarmConcerned.linkEvent(tx, 'alm_1', 'evt_3', 1),
  },
  {
    store: 'alarms/concerned',
    statement: 'findAlarmEvents',
    run: (tx) => alarmConcerned.findAlarmEvents(tx, 'alm_2'),
    gives: ['evt_1', 'evt_2'],
  },
  {
    store: 'alarms/concerned',
    statement: 'addAlarmSubjects',
    run: (tx) => alarmConcerned.addAlarmSubjects(tx, 'alm_4', ['dev_a', 'dev_b', 'dev_c'], now),
    gives: ['dev_b', 'dev_c'],
    changes: [
      'alarm_subjects alm_4 dev_b: at=1000 ended_at=null',
      '+ alarm_subjects alm_4 dev_c: alarm=alm_4 subject=dev_c at=1000',
    ],
  },
  {
    store: 'alarms/concerned',
    statement: 'clearAlarmSubjects',
    run: (tx) => alarmConcerned.clearAlarmSubjects(tx, 'alm_4'),
    changes: ['- alarm_subjects alm_4 dev_a', '- alarm_subjects alm_4 dev_b'],
  },
  {
    store: 'alarms/concerned',
    statement: 'endAlarmSubject',
    run: (tx) => alarmConcerned.endAlarmSubject(tx, 'alm_4', 'dev_a', now),
    changes: ['alarm_subjects alm_4 dev_a: ended_at=1000'],
  },
  {
    store: 'alarms/concerned',
    statement: 'endAlarmSubject',
    of: 'of one for whom it is over',
    run: (tx) => alarmConcerned.endAlarmSubject(tx, 'alm_4', 'dev_b', now),
  },
  {
    store: 'alarms/concerned',
    statement: 'findAlarmSubjects',
    run: (tx) => alarmConcerned.findAlarmSubjects(tx, 'alm_4', 9),
    gives: ['dev_b', 'dev_a'],
  },
  {
    store: 'alarms/concerned',
    statement: 'findLiveSubjects',
    run: (tx) => alarmConcerned.findLiveSubjects(tx, 'alm_4'),
    gives: ['dev_a'],
  },
  {
    store: 'alarms/remembered',
    statement: 'findWindow',
    run: (tx) => alarmMemory.findWindow(tx, 'brute_force', 'usr_ada'),
    gives: '[[1,1]]',
  },
  {
    store: 'alarms/remembered',
    statement: 'findWindow',
    of: 'of somebody else',
    run: (tx) => alarmMemory.findWindow(tx, 'brute_force', 'usr_bob'),
    gives: '[[2,1]]',
  },
  {
    store: 'alarms/remembered',
    statement: 'putWindows',
    run: (tx) =>
      alarmMemory.putWindows(tx, [
        { rule: 'brute_force', subject: 'usr_ada', recent: '[]', at: now },
        { rule: 'brute_force', subject: 'usr_new', recent: '[]', at: now },
      ]),
    changes: [
      'alarm_windows brute_force usr_ada: recent=[] at=1000',
      '+ alarm_windows brute_force usr_new: rule=brute_force subject=usr_new recent=[] at=1000',
    ],
  },
  {
    store: 'alarms/remembered',
    statement: 'sweepWindows',
    run: (tx) => alarmMemory.sweepWindows(tx, 'brute_force', now),
    changes: ['- alarm_windows brute_force usr_ada'],
  },
  {
    store: 'alarms/remembered',
    statement: 'findPlaces',
    run: async (tx) => (await alarmMemory.findPlaces(tx, 'usr_ada')).map(({ region }) => region),
    gives: ['FR', 'DE'],
  },
  ...(
    [
      ['', now, ['alarm_places usr_ada DE: at=1000']],
      ['of one that came late', 1, []],
    ] as const
  ).map(
    ([of, at, changes]): Row => ({
      ...{ store: 'alarms/remembered', statement: 'putPlace', changes, ...(of && { of }) },
      run: (tx) => alarmMemory.putPlace(tx, { user_id: 'usr_ada', region: 'DE', at }),
    }),
  ),
  {
    store: 'alarms/remembered',
    statement: 'sweepPlaces',
    run: (tx) => alarmMemory.sweepPlaces(tx, 500),
    changes: ['- alarm_places usr_ada DE', '- alarm_places usr_bob DE'],
  },
  {
    store: 'alarms/remembered',
    statement: 'noteDevices',
    run: (tx) => alarmMemory.noteDevices(tx, ['dev_a', 'dev_c', 'dev_none'], now),
    changes: ['alarm_devices dev_a: seen_at=1000', '+ alarm_devices dev_c: uid=dev_c seen_at=1000'],
  },
  {
    store: 'alarms/remembered',
    statement: 'noteDevices',
    of: 'by a process whose clock is behind',
    run: (tx) => alarmMemory.noteDevices(tx, ['dev_a', 'dev_b'], 501),
    changes: ['alarm_devices dev_a: seen_at=501'],
  },
  {
    store: 'alarms/remembered',
    statement: 'noteDevices',
    of: 'by a process whose clock is behind that of all others',
    run: (tx) => alarmMemory.noteDevices(tx, ['dev_a', 'dev_b'], 500),
    changes: [],
  },
  {
    store: 'alarms/remembered',
    statement: 'findOfflineDevices',
    run: (tx) => alarmMemory.findOfflineDevices(tx, 500, [], 9),
    gives: ['dev_a'],
  },
  {
    store: 'alarms/remembered',
    statement: 'findOfflineDevices',
    of: 'of another product',
    run: (tx) => alarmMemory.findOfflineDevices(tx, 500, ['door'], 9),
    gives: [],
  },
  ...(
    [
      ['at that moment', 500, ['dev_a']],
      ['a moment later', 501, []],
    ] as const
  ).map(
    ([when, at, gives]): Row => ({
      ...{ store: 'alarms/remembered', statement: 'findOfflineDevices', of: `that were seen ${when}`, gives },
      async run(tx) {
        await tx.query("UPDATE devices SET last_seen_at = $1 WHERE uid = 'dev_a'", at)
        return alarmMemory.findOfflineDevices(tx, 500, [], 9)
      },
      changes: [`devices dev_a: last_seen_at=${at}`],
    }),
  ),
  {
    store: 'alarms/remembered',
    statement: 'stayAwake',
    run: (tx) => alarmMemory.stayAwake(tx, now, 100),
    gives: 5,
    changes: ['alarm_watch 1: awake_at=1000'],
  },
  {
    store: 'alarms/remembered',
    statement: 'stayAwake',
    of: 'behind a gap',
    run: (tx) => alarmMemory.stayAwake(tx, now, 99),
    gives: now,
    changes: ['alarm_watch 1: since=1000 awake_at=1000'],
  },
  {
    store: 'alarms/remembered',
    statement: 'watchSince',
    run: (tx) => alarmMemory.watchSince(tx, 6),
    changes: ['alarm_watch 1: since=6'],
  },
  { store: 'alarms', statement: 'watchSince', of: 'of before', run: (tx) => alarmMemory.watchSince(tx, 4) },
  {
    store: 'alarms/own-rules',
    statement: 'insertOwnRule',
    run: (tx) => ownRules.insertOwnRule(tx, newRule),
    gives: true,
    changes: [
      '+ alarm_own_rules own.new: name=own.new title=t events= outcomes=alarm reasons= group_by=server is_on=1 threshold=3 window_ms=1 severity=high sends_mail=0 created_at=1 changed_at=2',
    ],
  },
  {
    store: 'alarms/own-rules',
    statement: 'insertOwnRule',
    of: 'of a name that there is',
    run: (tx) => ownRules.insertOwnRule(tx, { ...newRule, name: 'own.one' }),
    gives: false,
  },
  {
    store: 'alarms/own-rules',
    statement: 'updateOwnRule',
    run: (tx) => ownRules.updateOwnRule(tx, { ...newRule, name: 'own.two', threshold: 2 }),
    changes: [
      'alarm_own_rules own.two: events= outcomes=alarm group_by=server window_ms=1 severity=high sends_mail=0 changed_at=2',
    ],
  },
  {
    store: 'alarms/own-rules',
    statement: 'findOwnRules',
    run: async (tx) => (await ownRules.findOwnRules(tx)).map(({ name }) => name),
    gives: ['own.two', 'own.one'],
  },
  {
    store: 'alarms/own-rules',
    statement: 'holdOwnRule',
    run: async (tx) => (await ownRules.holdOwnRule(tx, 'own.one'))?.name,
    gives: 'own.one',
    writes: 1,
  },
  {
    store: 'alarms/own-rules',
    statement: 'deleteOwnRule',
    run: (tx) => ownRules.deleteOwnRule(tx, 'own.one'),
    changes: ['- alarm_own_rules own.one'],
  },
  {
    store: 'alarms/silences',
    statement: 'deleteSilencesOf',
    run: (tx) => alarmSilences.deleteSilencesOf(tx, 'brute_force'),
    changes: ['- alarm_silences sil_1', '- alarm_silences sil_2', '- alarm_silences sil_4'],
  },
  {
    store: 'alarms/silences',
    statement: 'insertSilence',
    run: (tx) =>
      alarmSilences.insertSilence(tx, {
        ...{ id: 'sil_new', rule: 'brute_force', subject: null, reason: 'r', created_at: now, owner: null },
        ends_at: 2000,
      }),
    changes: ['+ alarm_silences sil_new: id=sil_new rule=brute_force reason=r created_at=1000 ends_at=2000'],
  },
  {
    store: 'alarms/silences',
    statement: 'findSilences',
    run: (tx) => alarmSilences.findSilences(tx, now, 'sil_1', 9),
    gives: ['sil_2', 'sil_3', 'sil_4'],
  },
  ...(
    [
      ['usr_ada', 'brute_force', 2000],
      ['usr_bob', 'brute_force', 1500],
      ['usr_bob', 'device_offline', 3000],
    ] as const
  ).map(
    ([subject, rule, gives]): Row => ({
      ...{ store: 'alarms/silences', statement: 'findSilentUntil', of: `of ${rule} about ${subject}`, gives },
      run: (tx) => alarmSilences.findSilentUntil(tx, { rule, subject }, now),
    }),
  ),
  {
    store: 'alarms/silences',
    statement: 'deleteSilence',
    run: (tx) => alarmSilences.deleteSilence(tx, 'sil_2'),
    gives: 'sil_2',
    changes: ['- alarm_silences sil_2'],
  },
  {
    store: 'alarms/silences',
    statement: 'sweepSilences',
    run: (tx) => alarmSilences.sweepSilences(tx, now),
    changes: ['- alarm_silences sil_1'],
  },
  {
    store: 'alarms',
    statement: 'tellAgain',
    run: (tx) => alarms.tellAgain(tx, 'device_offline', now),
    changes: ['alarms alm_4: tell_at=1000'],
  },
  {
    store: 'alarms',
    statement: 'forgetAlarms',
    run: (tx) => alarms.forgetAlarms(tx, 'usr_ada'),
    changes: [
      '- alarm_events alm_1 evt_1',
      '- alarms alm_1',
      'alarms alm_3: closed_by=null',
      'alarms alm_4: acknowledged_by=null',
    ],
  },
  {
    store: 'alarms/concerned',
    statement: 'forgetConcerned',
    run: (tx) => alarmConcerned.forgetConcerned(tx, 'usr_ada'),
    changes: ['- alarm_subjects alm_5 usr_ada'],
  },
  {
    store: 'alarms/remembered',
    statement: 'forgetRemembered',
    run: (tx) => alarmMemory.forgetRemembered(tx, 'usr_ada'),
    changes: [
      '- alarm_places usr_ada DE',
      '- alarm_places usr_ada FR',
      '- alarm_windows brute_force usr_ada',
      '- alarm_windows refused_burst usr_ada',
    ],
  },
  {
    store: 'alarms/silences',
    statement: 'forgetSilences',
    run: (tx) => alarmSilences.forgetSilences(tx, 'usr_ada'),
    changes: ['alarm_silences sil_1: owner=null', '- alarm_silences sil_2'],
  },
  {
    ...{ store: 'alarms', statement: 'growAlarm', of: 'that nobody is to be told of yet' },
    run: (tx) => alarms.growAlarm(tx, 'alm_1', { ...growth, subjects: 0 }),
    changes: ['alarms alm_1: facts={} last_at=1000 times=5 holds_until=2000 tell_at=1500'],
  },
  {
    ...{ store: 'alarms', statement: 'reopenAlarm', of: 'of many subjects' },
    before: (tx) => tx.query("UPDATE alarms SET subjects = 3 WHERE id = 'alm_3'"),
    run: (tx) => alarms.reopenAlarm(tx, { rule: 'brute_force', subject: 'usr_cyd' }, 899, growth),
    gives: 'alm_3',
    changes: [
      'alarms alm_3: facts={} last_at=1000 times=5 subjects=1 holds_until=2000 acknowledged_at=null acknowledged_by=null closed_at=null closed_by=null close_reason=null returns=1 tell_at=1500',
    ],
  },
  {
    ...{ store: 'alarms', statement: 'closeQuietAlarms', of: 'beside one that is closed' },
    before: async (tx) => {
      await tx.query("UPDATE alarms SET tell_at = NULL WHERE id = 'alm_2'")
      await tx.query("UPDATE alarms SET holds_until = 900 WHERE id = 'alm_3'")
    },
    run: (tx) => alarms.closeQuietAlarms(tx, now),
    gives: ['alm_2'],
    changes: ['alarms alm_2: closed_at=1000 close_reason=over tell_at=1000'],
  },
  {
    ...{ store: 'alarms', statement: 'acknowledgeAlarm', of: 'that is closed' },
    run: (tx) => alarms.acknowledgeAlarm(tx, 'alm_0', 'usr_ada', now),
  },
  {
    ...{ store: 'alarms', statement: 'noteTold', of: 'of another', gives: false },
    run: (tx) =>
      alarms.noteTold(tx, { ...due, id: 'alm_1' }, { told: 'open', toldAt: now, times: 3, tellAt: null }),
  },
  {
    ...{ store: 'alarms', statement: 'tellAgain', of: 'where one is told of at this very moment' },
    run: (tx) => alarms.tellAgain(tx, 'brute_force', now),
  },
  {
    ...{ store: 'alarms', statement: 'findAlarms', of: 'beside one that another stands for' },
    before: (tx) => tx.query("UPDATE alarms SET close_reason = 'grouped' WHERE id = 'alm_3'"),
    run: (tx) => alarms.findAlarms(tx, { rule: 'brute_force' }, 9),
    gives: ['alm_2', 'alm_1', 'alm_0'],
  },
  {
    ...{ store: 'alarms/concerned', statement: 'endAlarmSubject', of: 'of another alarm' },
    run: (tx) => alarmConcerned.endAlarmSubject(tx, 'alm_5', 'dev_a', now),
  },
  {
    ...{ store: 'alarms/remembered', statement: 'findWindow', of: 'of another rule' },
    run: (tx) => alarmMemory.findWindow(tx, 'refused_burst', 'usr_ada'),
    gives: '[[3,1]]',
  },
  {
    ...{ store: 'alarms/remembered', statement: 'putPlace', of: 'at the very moment that is noted' },
    run: (tx) => alarmMemory.putPlace(tx, { user_id: 'usr_ada', region: 'DE', at: 400 }),
  },
  {
    ...{ store: 'alarms/remembered', statement: 'noteDevices', of: 'at the very moment that is noted' },
    run: (tx) => alarmMemory.noteDevices(tx, ['dev_a'], 500),
  },
  {
    ...{ store: 'alarms/remembered', statement: 'watchSince', of: 'that very moment' },
    run: (tx) => alarmMemory.watchSince(tx, 5),
  },
  {
    ...{ store: 'alarms/remembered', statement: 'findOfflineDevices', of: 'beside one that was never seen' },
    before: (tx) => tx.query("DELETE FROM alarm_devices WHERE uid = 'dev_b'"),
    run: (tx) => alarmMemory.findOfflineDevices(tx, 500, ['lamp'], 9),
    gives: ['dev_a'],
  },
  {
    ...{ store: 'alarms/own-rules', statement: 'updateOwnRule', of: 'that is another one altogether' },
    before: (tx) =>
      tx.query(`UPDATE alarm_own_rules SET title = 'old', reasons = 'old', is_on = 0, threshold = 9
        WHERE name = 'own.two'`),
    run: (tx) => ownRules.updateOwnRule(tx, { ...newRule, name: 'own.two' }),
    changes: [
      'alarm_own_rules own.two: title=t events= outcomes=alarm reasons= group_by=server is_on=1 threshold=3 window_ms=1 severity=high sends_mail=0 changed_at=2',
    ],
  },
  {
    ...{ store: 'alarms/silences', statement: 'findSilences', of: 'beside one that has ended' },
    run: (tx) => alarmSilences.findSilences(tx, now, '', 9),
    gives: ['sil_2', 'sil_3', 'sil_4'],
  },
  {
    ...{ store: 'alarms/silences', statement: 'findSilences', of: 'behind one' },
    run: (tx) => alarmSilences.findSilences(tx, 999, 'sil_1', 9),
    gives: ['sil_2', 'sil_3', 'sil_4'],
  },
  {
    ...{ store: 'alarms/silences', statement: 'findSilentUntil', of: 'where it has just ended' },
    before: (tx) => tx.query("DELETE FROM alarm_silences WHERE id = 'sil_4'"),
    run: async (tx) => [
      await alarmSilences.findSilentUntil(tx, { rule: 'brute_force', subject: 'usr_bob' }, 999),
      await alarmSilences.findSilentUntil(tx, { rule: 'brute_force', subject: 'usr_bob' }, now),
    ],
    gives: [now, undefined],
  },
]
