import type { Transaction } from '../../src/database/database.ts'
import * as requests from '../../src/oauth/authorize/store.ts'
import * as consents from '../../src/oauth/consents/store.ts'
import * as devices from '../../src/oauth/device/store.ts'
import * as opened from '../../src/oauth/sessions/store.ts'
import * as sessions from '../../src/sessions/store.ts'
import { now } from '../neighbours.ts'
import type { Row } from './row.ts'

const newCode: requests.CodeRow = {
  ...{ hash: 'code_3', application: 'cli_b', user_id: 'usr_bob', session_id: 'ses_bob_1' },
  ...{ redirect_uri: 'https://b.example', scopes: ['a', 'b'], resource: 'pages', code_challenge: 'c' },
  ...{
    nonce: 'n',
    jkt: 'j',
    claims: '{}',
    details: '[]',
    created_at: now,
    expires_at: 1060,
    used_at: null,
    opened: null,
  },
}
const newDeviceCode: devices.DeviceCodeRow = {
  ...{ hash: 'dev_3', user_code: 'user_3', application: 'cli_b', scopes: ['a', 'b'], resource: 'pages' },
  ...{
    details: '[1]',
    address: '192.0.2.9',
    region: 'DE',
    user_agent: 'tv',
    created_at: now,
    expires_at: 1600,
  },
  ...{ next_poll_at: now, interval_ms: 5, decided_at: null, is_allowed: null, user_id: null },
  ...{ session_id: null, used_at: null },
}
const said = { isAllowed: true, details: '[]', userId: 'usr_bob', sessionId: 'ses_bob_1', now }

/** One code of another application, and one of another person. */
async function codesOfOthers(tx: Transaction): Promise<void> {
  await tx.query("UPDATE authorization_codes SET application = 'cli_b' WHERE hash = 'code_2'")
  await requests.insertCode(tx, { ...newCode, hash: 'code_bob', application: 'cli_a' })
}
const devicesOfOthers = (tx: Transaction) =>
  tx.query("UPDATE device_codes SET application = 'cli_b' WHERE hash = 'dev_2'")

/** The statements of the authorization server. */
export const authorizationRows: readonly Row[] = [
  {
    store: 'sessions',
    statement: 'findSessionsWithin',
    run: (tx) => sessions.findSessionsWithin(tx, 'ses_other'),
    gives: ['ses_app_1'],
  },
  {
    store: 'sessions',
    statement: 'findSessionsOfClient',
    run: (tx) => sessions.findSessionsOfClient(tx, 'cli_a'),
    gives: ['ses_app_1', 'ses_app_3'],
  },
  {
    store: 'sessions',
    statement: 'findSessionsOfClient',
    of: 'of one person',
    run: (tx) => sessions.findSessionsOfClient(tx, 'cli_a', 'usr_ada'),
    gives: [],
  },
  {
    store: 'sessions',
    statement: 'insertSignedInBrowser',
    run: (tx) => sessions.insertSignedInBrowser(tx, { hash: 'new', sessionId: 'ses_bob_1', createdAt: now }),
    changes: ['+ signed_in_browsers new: hash=new session_id=ses_bob_1 created_at=1000'],
  },
  {
    store: 'sessions',
    statement: 'findSessionOfBrowser',
    run: async (tx) => [
      (await sessions.findSessionOfBrowser(tx, 'in_bob'))?.id,
      await sessions.findSessionOfBrowser(tx, 'in_ada_over'),
    ],
    gives: ['ses_bob_1', undefined],
  },
  {
    store: 'sessions',
    statement: 'deleteSignedOutBrowsers',
    run: (tx) => sessions.deleteSignedOutBrowsers(tx),
    changes: ['- signed_in_browsers in_ada_over'],
  },
  {
    store: 'oauth/authorize',
    statement: 'insertPushed',
    run: (tx) =>
      requests.insertPushed(tx, {
        ...{ hash: 'par_3', application: 'cli_b', parameters: 'q=2' },
        ...{ created_at: now, expires_at: 1060, used_at: null },
      }),
    changes: [
      '+ authorization_requests par_3: hash=par_3 application=cli_b parameters=q=2 created_at=1000 expires_at=1060',
    ],
  },
  {
    store: 'oauth/authorize',
    statement: 'usePushed',
    run: async (tx) =>
      (await requests.usePushed(tx, { hash: 'par_1', application: 'cli_a', now }))?.parameters,
    gives: 'p=1',
    changes: ['authorization_requests par_1: used_at=1000'],
  },
  ...(['par_2', 'par_over', 'par_used'] as const).map(
    (hash): Row => ({
      store: 'oauth/authorize',
      statement: 'usePushed',
      of: `of ${hash}`,
      run: (tx) => requests.usePushed(tx, { hash, application: 'cli_a', now }),
    }),
  ),
  {
    store: 'oauth/authorize',
    statement: 'insertCode',
    run: (tx) => requests.insertCode(tx, newCode),
    changes: [
      '+ authorization_codes code_3: hash=code_3 application=cli_b user_id=usr_bob session_id=ses_bob_1 redirect_uri=https://b.example scopes=a b resource=pages code_challenge=c nonce=n jkt=j claims={} details=[] created_at=1000 expires_at=1060',
    ],
  },
  {
    store: 'oauth/authorize',
    statement: 'findCode',
    run: async (tx) => (await requests.findCode(tx, 'code_used'))?.scopes,
    gives: ['a', 'b'],
  },
  {
    store: 'oauth/authorize',
    statement: 'useCode',
    run: (tx) => requests.useCode(tx, 'code_1', { now, opened: 'ses_app_1' }),
    gives: true,
    changes: ['authorization_codes code_1: used_at=1000 opened=ses_app_1'],
  },
  ...(['code_over', 'code_used'] as const).map(
    (hash): Row => ({
      store: 'oauth/authorize',
      statement: 'useCode',
      of: `of ${hash}`,
      run: (tx) => requests.useCode(tx, hash, { now, opened: 'ses_app_1' }),
      gives: false,
    }),
  ),
  {
    store: 'oauth/authorize',
    statement: 'deleteExpired',
    run: (tx) => requests.deleteExpired(tx, now, 0),
    changes: ['- authorization_codes code_over', '- authorization_requests par_over'],
  },
  {
    store: 'oauth/authorize',
    statement: 'deleteExpired',
    of: 'which remembers codes for a while',
    run: (tx) => requests.deleteExpired(tx, now, 1),
    changes: ['- authorization_requests par_over'],
  },
  {
    store: 'oauth/consents',
    statement: 'findConsent',
    run: async (tx) => (await consents.findConsent(tx, 'usr_ada', 'cli_a', 'pages'))?.scopes,
    gives: ['c'],
  },
  {
    store: 'oauth/consents',
    statement: 'findConsents',
    run: async (tx) => (await consents.findConsents(tx, 'usr_ada')).map(({ application }) => application),
    gives: ['cli_a', 'cli_a', 'cli_b'],
  },
  {
    store: 'oauth/consents',
    statement: 'findConsentsTo',
    run: async (tx) =>
      (await consents.findConsentsTo(tx, 'cli_a', { after: '', limit: 9 })).map((row) => [
        row.user_id,
        row.resource,
      ]),
    gives: [
      ['usr_ada', ''],
      ['usr_bob', ''],
    ],
  },
  {
    store: 'oauth/consents',
    statement: 'findConsentsTo',
    of: 'after one of them',
    run: async (tx) =>
      (await consents.findConsentsTo(tx, 'cli_a', { after: 'usr_ada', limit: 9 })).map((row) => row.user_id),
    gives: ['usr_bob'],
  },
  {
    store: 'oauth/consents',
    statement: 'findConsentsTo',
    of: 'of which one is asked for',
    run: async (tx) =>
      (await consents.findConsentsTo(tx, 'cli_a', { after: '', limit: 1 })).map((row) => row.user_id),
    gives: ['usr_ada'],
  },
  {
    store: 'oauth/consents',
    statement: 'putConsent',
    run: (tx) =>
      consents.putConsent(tx, {
        ...{
          user_id: 'usr_bob',
          application: 'cli_a',
          resource: '',
          scopes: ['x'],
          details: '[]',
          given_at: now,
        },
      }),
    changes: ['consents usr_bob cli_a : scopes=x details=[] given_at=1000'],
  },
  {
    store: 'oauth/consents',
    statement: 'deleteConsents',
    run: (tx) => consents.deleteConsents(tx, 'usr_ada', 'cli_a'),
    gives: true,
    changes: ['- consents usr_ada cli_a ', '- consents usr_ada cli_a pages'],
  },
  {
    store: 'oauth/consents',
    statement: 'deleteConsents',
    of: 'where there is none',
    run: (tx) => consents.deleteConsents(tx, 'usr_bob', 'cli_b'),
    gives: false,
  },
  {
    store: 'oauth/consents',
    statement: 'deleteConsentsTo',
    run: (tx) => consents.deleteConsentsTo(tx, 'cli_b'),
    changes: ['- consents usr_ada cli_b '],
  },
  {
    store: 'oauth/consents',
    statement: 'deleteConsentsOf',
    run: (tx) => consents.deleteConsentsOf(tx, 'usr_bob'),
    changes: ['- consents usr_bob cli_a '],
  },
  {
    store: 'oauth/sessions',
    statement: 'insertApplicationSession',
    run: (tx) =>
      opened.insertApplicationSession(tx, {
        ...{ session_id: 'ses_bob_1', application: 'cli_b', scopes: ['a', 'b'], resource: 'pages' },
        ...{ auth_time: 7, claims: '{}', details: '[]' },
      }),
    changes: [
      '+ application_sessions ses_bob_1: session_id=ses_bob_1 application=cli_b scopes=a b resource=pages auth_time=7 claims={} details=[]',
    ],
  },
  {
    store: 'oauth/sessions',
    statement: 'findApplicationSession',
    run: async (tx) => (await opened.findApplicationSession(tx, 'ses_app_1'))?.scopes,
    gives: ['a', 'b'],
  },
  {
    store: 'oauth/sessions',
    statement: 'findUses',
    run: async (tx) =>
      (await opened.findUses(tx, 'usr_cyd')).map((use) => [Number(use.sessions), use.last_used_at]),
    gives: [[2, 990]],
  },
  {
    store: 'oauth/device',
    statement: 'insertDeviceCode',
    run: (tx) => devices.insertDeviceCode(tx, newDeviceCode),
    changes: [
      '+ device_codes dev_3: hash=dev_3 user_code=user_3 application=cli_b scopes=a b resource=pages details=[1] address=192.0.2.9 region=DE user_agent=tv created_at=1000 expires_at=1600 next_poll_at=1000 interval_ms=5',
    ],
  },
  {
    store: 'oauth/device',
    statement: 'findDeviceCode',
    run: async (tx) => (await devices.findDeviceCode(tx, 'dev_over'))?.scopes,
    gives: ['a', 'b'],
  },
  {
    store: 'oauth/device',
    statement: 'findWaiting',
    run: async (tx) =>
      Promise.all(
        ['dev_1', 'dev_over', 'dev_denied'].map(
          async (hash) => (await devices.findWaiting(tx, `user_${hash}`, now))?.hash,
        ),
      ),
    gives: ['dev_1', undefined, undefined],
  },
  {
    store: 'oauth/device',
    statement: 'decide',
    run: (tx) => devices.decide(tx, { hash: 'dev_1', ...said }),
    gives: true,
    changes: [
      'device_codes dev_1: details=[] decided_at=1000 is_allowed=1 user_id=usr_bob session_id=ses_bob_1',
    ],
  },
  ...(['dev_over', 'dev_denied'] as const).map(
    (hash): Row => ({
      store: 'oauth/device',
      statement: 'decide',
      of: `of ${hash}`,
      run: (tx) => devices.decide(tx, { hash, ...said }),
      gives: false,
    }),
  ),
  {
    store: 'oauth/device',
    statement: 'notePoll',
    run: (tx) => devices.notePoll(tx, 'dev_1', now),
    gives: true,
    changes: ['device_codes dev_1: next_poll_at=1005'],
  },
  {
    store: 'oauth/device',
    statement: 'notePoll',
    of: 'too early',
    run: (tx) => devices.notePoll(tx, 'dev_2', now),
    gives: false,
  },
  {
    store: 'oauth/device',
    statement: 'slowDown',
    run: (tx) => devices.slowDown(tx, 'dev_1', now, 7),
    changes: ['device_codes dev_1: next_poll_at=1012 interval_ms=12'],
  },
  {
    store: 'oauth/device',
    statement: 'useDeviceCode',
    run: (tx) => devices.useDeviceCode(tx, 'dev_allowed', now),
    gives: true,
    changes: ['device_codes dev_allowed: used_at=1000'],
  },
  ...(['dev_1', 'dev_denied', 'dev_used', 'dev_late'] as const).map(
    (hash): Row => ({
      store: 'oauth/device',
      statement: 'useDeviceCode',
      of: `of ${hash}`,
      run: (tx) => devices.useDeviceCode(tx, hash, now),
      gives: false,
    }),
  ),
  {
    store: 'oauth/device',
    statement: 'deleteExpiredDeviceCodes',
    run: (tx) => devices.deleteExpiredDeviceCodes(tx, now),
    changes: ['- device_codes dev_late', '- device_codes dev_over'],
  },
  {
    store: 'oauth/authorize',
    statement: 'deleteUnusedCodes',
    before: codesOfOthers,
    run: (tx) => requests.deleteUnusedCodes(tx, 'cli_a', undefined),
    gives: true,
    changes: [
      '- authorization_codes code_1',
      '- authorization_codes code_bob',
      '- authorization_codes code_over',
    ],
  },
  {
    store: 'oauth/authorize',
    statement: 'deleteUnusedCodes',
    of: 'of one person',
    before: codesOfOthers,
    run: (tx) => requests.deleteUnusedCodes(tx, 'cli_a', 'usr_ada'),
    gives: true,
    changes: ['- authorization_codes code_1', '- authorization_codes code_over'],
  },
  {
    store: 'oauth/authorize',
    statement: 'deleteUnusedCodes',
    of: 'where there is none',
    run: (tx) => requests.deleteUnusedCodes(tx, 'cli_a', 'usr_cyd'),
    gives: false,
  },
  {
    store: 'oauth/device',
    statement: 'deleteUnusedDeviceCodes',
    before: devicesOfOthers,
    run: (tx) => devices.deleteUnusedDeviceCodes(tx, 'cli_a', undefined),
    gives: true,
    changes: [
      ...['dev_1', 'dev_allowed', 'dev_denied', 'dev_late', 'dev_over'].map((id) => `- device_codes ${id}`),
    ],
  },
  {
    store: 'oauth/device',
    statement: 'deleteUnusedDeviceCodes',
    of: 'that one person has let in',
    before: async (tx) => {
      await devicesOfOthers(tx)
      await tx.query("UPDATE device_codes SET user_id = 'usr_ada' WHERE hash = 'dev_used'")
    },
    run: (tx) => devices.deleteUnusedDeviceCodes(tx, 'cli_a', 'usr_ada'),
    gives: true,
    changes: ['- device_codes dev_allowed'],
  },
  {
    store: 'oauth/device',
    statement: 'deleteUnusedDeviceCodes',
    of: 'where there is none',
    run: (tx) => devices.deleteUnusedDeviceCodes(tx, 'cli_a', 'usr_cyd'),
    gives: false,
  },
  {
    ...{ store: 'oauth/authorize', statement: 'findCode', of: 'another one' },
    run: (tx) => requests.findCode(tx, 'code_2').then((row) => row?.hash),
    gives: 'code_2',
  },
  {
    ...{
      store: 'oauth/consents',
      statement: 'findConsent',
      of: 'of somebody else, and to another application',
    },
    run: async (tx) => [
      (await consents.findConsent(tx, 'usr_bob', 'cli_a', ''))?.user_id,
      (await consents.findConsent(tx, 'usr_ada', 'cli_b', ''))?.application,
    ],
    gives: ['usr_bob', 'cli_b'],
  },
  {
    ...{ store: 'oauth/consents', statement: 'findConsentsTo', of: 'where the first resource is another' },
    before: async (tx) => {
      await tx.query("UPDATE consents SET resource = 'a' WHERE user_id = 'usr_bob'")
      await tx.query(`INSERT INTO consents (user_id, application, resource, scopes, given_at)
        VALUES ('usr_bob', 'cli_b', '', 'a', 1)`)
    },
    run: (tx) =>
      consents
        .findConsentsTo(tx, 'cli_a', { after: '', limit: 9 })
        .then((rows) => rows.map(({ user_id: id, resource }) => `${id} ${resource}`)),
    gives: ['usr_ada ', 'usr_bob a'],
  },
  {
    ...{ store: 'oauth/sessions', statement: 'findApplicationSession', of: 'another one' },
    run: (tx) => opened.findApplicationSession(tx, 'ses_app_2').then((row) => row?.session_id),
    gives: 'ses_app_2',
  },
  {
    ...{ store: 'oauth/sessions', statement: 'findUses', of: 'of somebody without any' },
    run: (tx) => opened.findUses(tx, 'usr_ada'),
    gives: [],
  },
  {
    ...{ store: 'oauth/device', statement: 'findDeviceCode', of: 'another one' },
    run: (tx) => devices.findDeviceCode(tx, 'dev_2').then((row) => row?.hash),
    gives: 'dev_2',
  },
]
