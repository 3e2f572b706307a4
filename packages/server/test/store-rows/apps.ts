import * as appNonces from '../../src/apps/nonces/store.ts'
import * as appPeople from '../../src/apps/people/store.ts'
import * as apps from '../../src/apps/store.ts'
import { now } from '../neighbours.ts'
import type { Row } from './row.ts'

const newApp: apps.AppRow = {
  ...{ id: 'app_d', name: 'app d', user_type: 'auditor', longest_session_seconds: 700 },
  ...{ created_at: now, disabled_at: null, version: 3 },
  ...{ jwks_uri: 'https://d.example/keys', ...apps.setNeverRead },
}

const setKey = (kid: string): apps.SetKeyRow => ({
  ...{ app: 'app_b', kid, algorithm: 'ES256', public_jwk: '{}', read_at: 7 },
})

interface TakenNonce {
  readonly of: string
  readonly nonce: object
  readonly kid: string
  readonly publicJwk?: string
  readonly gives: boolean
  readonly changes?: readonly string[]
}

/** The statements of apps whose accounts sign in here. */
export const appsRows: readonly Row[] = [
  {
    store: 'apps',
    statement: 'insertApp',
    run: (tx) => apps.insertApp(tx, newApp),
    changes: [
      '+ apps app_d: id=app_d name=app d user_type=auditor longest_session_seconds=700 created_at=1000 version=3 jwks_uri=https://d.example/keys set_reads=0',
    ],
  },
  {
    store: 'apps',
    statement: 'findApp',
    run: async (tx) => [(await apps.findApp(tx, 'app_b'))?.disabled_at, await apps.findApp(tx, 'app')],
    gives: [900, undefined],
  },
  {
    store: 'apps',
    statement: 'findAppNames',
    run: async (tx) =>
      [...(await apps.findAppNames(tx, ['app_b', 'app_none']))].map(([id, name]) => `${id} ${name}`).sort(),
    gives: ['app_b the app_b'],
  },
  {
    store: 'apps',
    statement: 'findAppByName',
    run: async (tx) => [
      (await apps.findAppByName(tx, 'the app_b'))?.id,
      await apps.findAppByName(tx, 'THE app_b'),
    ],
    gives: ['app_b', undefined],
  },
  {
    store: 'apps',
    statement: 'findApps',
    run: (tx) => apps.findApps(tx, 'app_a', 1),
    gives: ['app_b'],
  },
  {
    store: 'apps',
    statement: 'holdApp',
    run: (tx) => apps.holdApp(tx, 'app_b'),
    gives: 'app_b',
    writes: 1,
  },
  {
    store: 'apps',
    statement: 'updateApp',
    run: (tx) => apps.updateApp(tx, { ...newApp, id: 'app_a', disabled_at: 8 }),
    changes: [
      'apps app_a: name=app d user_type=auditor longest_session_seconds=700 disabled_at=8 version=3 jwks_uri=https://d.example/keys',
    ],
  },
  {
    store: 'apps',
    statement: 'insertAppKey',
    run: (tx) =>
      apps.insertAppKey(tx, {
        ...{ app: 'app_b', kid: 'two', algorithm: 'RS256', public_jwk: '{}', created_at: now, revoked_at: 9 },
      }),
    changes: [
      '+ app_keys app_b two: app=app_b kid=two algorithm=RS256 public_jwk={} created_at=1000 revoked_at=9',
    ],
  },
  ...[
    { of: 'of an app whose set rests', app: 'app_a', before: 499 },
    {
      ...{ of: 'of an app whose set was read long ago', app: 'app_a', before: 500 },
      gives: { jwks_uri: 'https://a.example/keys', set_reads: 4 },
      changes: ['apps app_a: set_reads=4 set_tried_at=1000'],
    },
    { of: 'of a disabled app', app: 'app_b', before: 500 },
    { of: 'of an app without a set', app: 'app_c', before: 500 },
  ].map(
    ({ app, before, ...row }): Row => ({
      ...{ store: 'apps', statement: 'beginSetRead', gives: undefined, ...row },
      run: (tx) => apps.beginSetRead(tx, app, { now, before }),
    }),
  ),
  {
    store: 'apps',
    statement: 'noteSetFailure',
    run: async (tx) => {
      await apps.noteSetFailure(tx, { app: 'app_a', read: 3, now, cause: 'timed_out' })
      await apps.noteSetFailure(tx, { app: 'app_a', read: 2, now: 7, cause: 'too late' })
    },
    changes: ['apps app_a: set_ended_at=1000 set_cause=timed_out'],
  },
  {
    store: 'apps',
    statement: 'noteSetRead',
    run: async (tx) => {
      const set = { app: 'app_a', now, skipped: 2, freshUntil: 3000, usableUntil: 4000 }
      return [
        await apps.noteSetRead(tx, { ...set, read: 2 }),
        await apps.noteSetRead(tx, { ...set, read: 3 }),
      ]
    },
    gives: [false, true],
    changes: ['apps app_a: set_ended_at=1000 set_skipped=2 set_fresh_until=3000 set_usable_until=4000'],
  },
  {
    store: 'apps',
    statement: 'replaceSetKeys',
    run: (tx) => apps.replaceSetKeys(tx, 'app_b', [setKey('new')]),
    changes: [
      '+ app_set_keys app_b new: app=app_b kid=new algorithm=ES256 public_jwk={} read_at=7',
      '- app_set_keys app_b published',
    ],
  },
  {
    store: 'apps',
    statement: 'forgetSet',
    run: (tx) => apps.forgetSet(tx, 'app_a'),
    changes: [
      '- app_set_keys app_a one',
      '- app_set_keys app_a published',
      '- app_set_keys app_a two',
      'apps app_a: set_reads=4 set_tried_at=null set_fresh_until=null set_usable_until=null',
    ],
  },
  {
    store: 'apps',
    statement: 'findSetKeys',
    run: async (tx) => (await apps.findSetKeys(tx, 'app_a')).map(({ kid }) => kid),
    gives: ['one', 'published', 'two'],
  },
  {
    store: 'apps',
    statement: 'findSetKey',
    run: async (tx) => [
      (await apps.findSetKey(tx, 'app_a', 'published'))?.app,
      await apps.findSetKey(tx, 'app_c', 'published'),
    ],
    gives: ['app_a', undefined],
  },
  {
    store: 'apps',
    statement: 'findAppKeys',
    run: async (tx) => (await apps.findAppKeys(tx, 'app_a')).map(({ kid }) => kid),
    gives: ['one', 'two'],
  },
  {
    store: 'apps',
    statement: 'findAppKey',
    run: async (tx) => (await apps.findAppKey(tx, 'app_a', 'two'))?.revoked_at,
    gives: 900,
  },
  {
    store: 'apps',
    statement: 'revokeAppKey',
    run: (tx) => apps.revokeAppKey(tx, 'app_a', 'one', now),
    gives: true,
    changes: ['app_keys app_a one: revoked_at=1000'],
  },
  {
    store: 'apps',
    statement: 'revokeAppKey',
    of: 'that is revoked',
    run: (tx) => apps.revokeAppKey(tx, 'app_a', 'two', now),
    gives: false,
  },
  {
    store: 'apps/people',
    statement: 'insertAppPerson',
    run: (tx) =>
      appPeople.insertAppPerson(tx, {
        ...{ app: 'app_c', sub: 'ada', user_id: 'usr_ada', created_at: now, last_sign_in_at: 7, is_made: 1 },
      }),
    changes: [
      '+ app_people app_c ada: app=app_c sub=ada user_id=usr_ada created_at=1000 last_sign_in_at=7 is_made=1',
    ],
  },
  {
    store: 'apps/people',
    statement: 'noteAppSignIn',
    run: async (tx) => [
      await appPeople.noteAppSignIn(tx, 'app_a', 'ada', now),
      await appPeople.noteAppSignIn(tx, 'app_c', 'ada', now),
    ],
    gives: ['usr_ada', undefined],
    changes: ['app_people app_a ada: last_sign_in_at=1000'],
  },
  {
    store: 'apps/people',
    statement: 'findAppPeople',
    run: async (tx) =>
      (await appPeople.findAppPeople(tx, 'app_a', 'usr_ada', 1)).map(({ sub, username }) => [sub, username]),
    gives: [['bob', 'bob']],
  },
  {
    store: 'apps/people',
    statement: 'findAppsOfPerson',
    run: async (tx) =>
      (await appPeople.findAppsOfPerson(tx, 'usr_bob')).map(({ app, sub, name }) => [app, sub, name]),
    gives: [
      ['app_a', 'bob', 'the app_a'],
      ['app_b', 'ada', 'the app_b'],
    ],
  },
  {
    store: 'apps/people',
    statement: 'findAppPerson',
    run: async (tx) => [
      (await appPeople.findAppPerson(tx, 'app_b', 'ada'))?.user_id,
      await appPeople.findAppPerson(tx, 'app_c', 'ada'),
    ],
    gives: ['usr_bob', undefined],
  },
  {
    store: 'apps/people',
    statement: 'deleteAppPerson',
    run: (tx) => appPeople.deleteAppPerson(tx, 'app_a', 'usr_bob'),
    gives: true,
    changes: ['- app_people app_a bob'],
  },
  {
    store: 'apps/nonces',
    statement: 'insertNonce',
    run: (tx) =>
      appNonces.insertNonce(tx, {
        ...{ nonce_hash: 'new', app: 'app_c', device_id: 'd', key_thumbprint: 'k', expires_at: 7 },
      }),
    changes: ['+ app_nonces new: nonce_hash=new app=app_c device_id=d key_thumbprint=k expires_at=7'],
  },
  {
    store: 'apps/nonces',
    statement: 'findNonce',
    run: async (tx) => (await appNonces.findNonce(tx, 'nonce_a_bound'))?.device_id,
    gives: 'phone',
  },
  ...[
    { of: 'that is good', nonce: {}, kid: 'one', gives: true, changes: ['- app_nonces nonce_a'] },
    { of: 'of another app', nonce: { app: 'app_c' }, kid: 'one', gives: false },
    { of: 'of a disabled app', nonce: { nonce_hash: 'nonce_b', app: 'app_b' }, kid: 'one', gives: false },
    { of: 'of another device', nonce: { device_id: 'phone' }, kid: 'one', gives: false },
    { of: 'of another key', nonce: { key_thumbprint: 'key' }, kid: 'one', gives: false },
    { of: 'that is stale', nonce: { nonce_hash: 'nonce_a_stale' }, kid: 'one', gives: false },
    { of: 'signed by a revoked key', nonce: {}, kid: 'two', gives: false },
    { of: 'signed by a key of a name that there is not', nonce: {}, kid: 'none', gives: false },
    { of: 'signed by another key of this name', nonce: {}, kid: 'one', publicJwk: '{ }', gives: false },
    {
      ...{ of: 'signed by a key of the set', nonce: {}, kid: 'published', gives: true },
      changes: ['- app_nonces nonce_a'],
    },
    {
      ...{ of: 'signed by a key of the set that another one stands for', nonce: {}, kid: 'one' },
      ...{ publicJwk: '{"set":1}', gives: false },
    },
    {
      of: 'signed by a key of the set of another app',
      nonce: { nonce_hash: 'nonce_c', app: 'app_c' },
      kid: 'published',
      gives: false,
    },
    {
      of: 'signed by a key of another app',
      nonce: { nonce_hash: 'nonce_c', app: 'app_c' },
      kid: 'one',
      gives: false,
    },
  ].map(
    ({ of, nonce, kid, publicJwk = '{}', gives, changes }: TakenNonce): Row => ({
      ...{ store: 'apps/nonces', statement: 'takeNonce', of, gives, ...(changes && { changes }) },
      run: (tx) => {
        const asked = { nonce_hash: 'nonce_a', app: 'app_a', device_id: '', key_thumbprint: '', ...nonce }
        return appNonces.takeNonce(tx, asked, { kid, publicJwk, now })
      },
    }),
  ),
  {
    store: 'apps/nonces',
    statement: 'deleteNoncesOf',
    run: (tx) => appNonces.deleteNoncesOf(tx, 'app_b'),
    changes: ['- app_nonces nonce_b'],
  },
  {
    store: 'apps/nonces',
    statement: 'deleteStaleNonces',
    run: (tx) => appNonces.deleteStaleNonces(tx, now),
    changes: ['- app_nonces nonce_a_stale'],
  },
  {
    store: 'apps',
    statement: 'findSessionsOfDisabled',
    run: async (tx) => {
      await tx.query(`UPDATE sessions SET client_id = 'app_b' WHERE id = 'ses_bob_1'`)
      await tx.query(`UPDATE sessions SET client_id = 'app_a' WHERE id = 'ses_ada_1'`)
      return apps.findSessionsOfDisabled(tx, 5)
    },
    gives: ['ses_bob_1'],
    changes: ['sessions ses_ada_1: client_id=app_a', 'sessions ses_bob_1: client_id=app_b'],
  },
  {
    store: 'apps',
    statement: 'findSessionsBy',
    run: async (tx) => {
      await tx.query(`UPDATE sessions SET client_id = 'app_a' WHERE id IN ('ses_bob_1', 'ses_ada_1')`)
      return apps.findSessionsBy(tx, 'app_a', 'usr_bob')
    },
    gives: ['ses_bob_1'],
    changes: ['sessions ses_ada_1: client_id=app_a', 'sessions ses_bob_1: client_id=app_a'],
  },
  {
    ...{ store: 'apps', statement: 'noteSetRead', of: 'after one that failed' },
    before: (tx) => tx.query("UPDATE apps SET set_cause = 'old' WHERE id = 'app_a'"),
    run: (tx) =>
      apps.noteSetRead(tx, { app: 'app_a', read: 3, now, skipped: 2, freshUntil: 3000, usableUntil: 4000 }),
    gives: true,
    changes: [
      'apps app_a: set_ended_at=1000 set_cause=null set_skipped=2 set_fresh_until=3000 set_usable_until=4000',
    ],
  },
  {
    ...{ store: 'apps', statement: 'forgetSet', of: 'of a set that could not be read' },
    before: (tx) =>
      tx.query("UPDATE apps SET set_ended_at = 5, set_cause = 'old', set_skipped = 1 WHERE id = 'app_b'"),
    run: (tx) => apps.forgetSet(tx, 'app_b'),
    changes: [
      '- app_set_keys app_b published',
      'apps app_b: set_reads=4 set_ended_at=null set_cause=null set_skipped=null',
    ],
  },
  {
    ...{ store: 'apps', statement: 'findSetKey', of: 'of another name' },
    run: (tx) => apps.findSetKey(tx, 'app_a', 'two'),
    gives: 'two',
  },
  {
    ...{ store: 'apps', statement: 'findAppKey', of: 'of another app' },
    run: (tx) => apps.findAppKey(tx, 'app_b', 'one').then((row) => row?.app),
    gives: 'app_b',
  },
  {
    ...{ store: 'apps/people', statement: 'findAppPeople', of: 'of another app' },
    run: (tx) =>
      appPeople.findAppPeople(tx, 'app_b', '', 9).then((rows) => rows.map(({ user_id: id }) => id)),
    gives: ['usr_bob'],
  },
  {
    ...{ store: 'apps/people', statement: 'findAppPerson', of: 'of another name' },
    run: (tx) => appPeople.findAppPerson(tx, 'app_a', 'bob').then((row) => row?.user_id),
    gives: 'usr_bob',
  },
  {
    ...{ store: 'apps/nonces', statement: 'takeNonce', of: 'that another app was given', gives: false },
    run: (tx) =>
      appNonces.takeNonce(
        tx,
        { nonce_hash: 'nonce_c', app: 'app_a', device_id: '', key_thumbprint: '' },
        { kid: 'one', publicJwk: '{}', now },
      ),
  },
  {
    ...{ store: 'apps', statement: 'findSessionsOfDisabled', of: 'beside one that has ended' },
    before: (tx) => tx.query("UPDATE sessions SET client_id = 'app_b' WHERE user_id = 'usr_ada'"),
    run: (tx) => apps.findSessionsOfDisabled(tx, 5),
    gives: ['ses_ada_1', 'ses_ada_2'],
  },
  {
    ...{ store: 'apps', statement: 'findSessionsBy', of: 'beside one that has ended' },
    before: (tx) => tx.query("UPDATE sessions SET client_id = 'app_a' WHERE user_id = 'usr_ada'"),
    run: (tx) => apps.findSessionsBy(tx, 'app_a', 'usr_ada'),
    gives: ['ses_ada_1', 'ses_ada_2'],
  },
  {
    ...{ store: 'apps', statement: 'findSessionsBy', of: 'beside one of another app' },
    before: (tx) => tx.query("UPDATE sessions SET client_id = 'app_b' WHERE id = 'ses_bob_1'"),
    run: (tx) => apps.findSessionsBy(tx, 'app_a', 'usr_bob'),
    gives: [],
  },
]
