import * as userTypes from '../../src/accounts/user-types/store.ts'
import type { Transaction } from '../../src/database/database.ts'
import * as rights from '../../src/rights/store.ts'
import * as sessions from '../../src/sessions/store.ts'
import { now } from '../neighbours.ts'
import type { Row } from './row.ts'

/** What is asked while somebody acts as another one in a session. */
async function asActed<T>(
  tx: Transaction,
  ask: () => Promise<T>,
  id = 'ses_bob_1',
  by = 'ses_ada_1',
): Promise<T> {
  const sql = `UPDATE sessions SET acted_by = 'usr_ada', acted_by_session = $2, ends_at = $3 WHERE id = $1`
  await tx.query(sql, id, by, now)
  return ask()
}

const asActedChanges = ['sessions ses_bob_1: acted_by=usr_ada acted_by_session=ses_ada_1 ends_at=1000']
const noLimits = { self_registration: 0, mail_code: 1, session_idle_ms: null, session_longest_ms: null }

/** The statements of sessions, and of rights that have ended. */
export const sessionsRows: readonly Row[] = [
  {
    store: 'sessions',
    statement: 'findSessionsOf',
    run: (tx) => sessions.findSessionsOf(tx, 'usr_ada', 'ses_ada_3', 5),
    gives: ['ses_ada_2', 'ses_ada_1'],
  },
  {
    store: 'sessions',
    statement: 'findSessionsOf',
    of: 'of which one is over',
    run: (tx) => sessions.findSessionsOf(tx, 'usr_ada', '~', 1),
    gives: ['ses_ada_3'],
  },
  {
    store: 'sessions',
    statement: 'hasSessionFrom',
    run: (tx) => sessions.hasSessionFrom(tx, 'usr_bob', '192.0.2.1', 0),
    gives: true,
  },
  {
    store: 'sessions',
    statement: 'hasSessionFrom',
    of: 'of a moment too long ago',
    run: (tx) => sessions.hasSessionFrom(tx, 'usr_bob', '192.0.2.1', 1),
    gives: false,
  },
  {
    store: 'sessions',
    statement: 'hasSessionFrom',
    of: 'of another address',
    run: (tx) => sessions.hasSessionFrom(tx, 'usr_bob', '192.0.2.2', 0),
    gives: false,
  },
  {
    store: 'sessions',
    statement: 'hasSessionFrom',
    of: 'of another user',
    run: (tx) => sessions.hasSessionFrom(tx, 'usr_cyd', '192.0.2.1', 0),
    gives: false,
  },
  {
    store: 'sessions',
    statement: 'hasSessionFrom',
    of: 'of one that has ended',
    run: async (tx) => {
      for (const id of ['ses_ada_1', 'ses_ada_2']) await sessions.markEnded(tx, id, now, 'password_set')
      return sessions.hasSessionFrom(tx, 'usr_ada', '192.0.2.1', 0)
    },
    gives: true,
    changes: [
      'sessions ses_ada_1: ended_at=1000 end_reason=password_set',
      'sessions ses_ada_2: ended_at=1000 end_reason=password_set',
    ],
  },
  {
    store: 'sessions',
    statement: 'hasSessionFrom',
    of: 'of one that ended with its password',
    run: async (tx) => {
      await sessions.markEnded(tx, 'ses_bob_1', now, 'password_set')
      return sessions.hasSessionFrom(tx, 'usr_bob', '192.0.2.1', 0)
    },
    gives: false,
    changes: ['sessions ses_bob_1: ended_at=1000 end_reason=password_set'],
  },
  {
    store: 'rights',
    statement: 'insertRightChange',
    run: (tx) => rights.insertRightChange(tx, { id: 'rgt_4', subject: 'usr_bob', at: now }),
    changes: ['+ right_changes rgt_4: id=rgt_4 subject=usr_bob at=1000'],
  },
  {
    store: 'rights',
    statement: 'findRightChanges',
    run: (tx) => rights.findRightChanges(tx, 'rgt_2'),
    gives: ['rgt_2', 'rgt_3'],
  },
  {
    store: 'rights',
    statement: 'findRightChanges',
    of: 'with whose they are',
    run: (tx) => rights.findRightChanges(tx, 'rgt_3').then(([row]) => ({ ...row, id: null })),
    gives: 'usr_ada',
  },
  {
    store: 'rights',
    statement: 'deleteRightChanges',
    run: (tx) => rights.deleteRightChanges(tx, now),
    changes: ['- right_changes rgt_1', '- right_changes rgt_2'],
  },
  {
    store: 'sessions',
    statement: 'insertSession',
    run: (tx) =>
      sessions.insertSession(tx, {
        id: 'ses_bob_2',
        user_id: 'usr_bob',
        client_id: 'a client',
        created_at: now,
        last_used_at: 1001,
        address: '192.0.2.9',
        region: 'DE',
        user_agent: 'curl',
        amr: ['pwd', 'otp'],
        within_session: null,
        by_application: 0,
        ended_at: null,
        end_reason: null,
        acted_by: 'usr_ada',
        acted_by_session: 'ses_ada_1',
        ends_at: 1002,
      }),
    changes: [
      '+ sessions ses_bob_2: id=ses_bob_2 user_id=usr_bob client_id=a client created_at=1000 last_used_at=1001 address=192.0.2.9 region=DE user_agent=curl amr=pwd otp acted_by=usr_ada acted_by_session=ses_ada_1 ends_at=1002 by_application=0',
    ],
  },
  {
    store: 'sessions',
    statement: 'findSession',
    run: (tx) => sessions.findSession(tx, 'ses_ada_2'),
    gives: 'ses_ada_2',
  },
  {
    store: 'sessions',
    statement: 'findSession',
    of: 'with how they proved who they are',
    run: (tx) => sessions.findSession(tx, 'ses_ada_2').then((row) => row?.amr),
    gives: ['pwd', 'otp'],
  },
  {
    store: 'sessions',
    statement: 'deleteActingSessions',
    writes: 3,
    async run(tx) {
      for (const [id, actor] of [
        ['ses_cyd_1', 'usr_ada'],
        ['ses_cyd_2', 'usr_bob'],
      ] as const) {
        await sessions.insertSession(tx, {
          ...{ id, user_id: 'usr_cyd', client_id: null, created_at: 1, last_used_at: 1, ends_at: null },
          ...{ address: '', region: null, user_agent: '', amr: [], within_session: null },
          ...{ by_application: 0, ended_at: null, end_reason: null },
          ...{ acted_by: actor, acted_by_session: 'ses_ada_1' },
        })
      }
      await sessions.deleteActingSessions(tx, 'usr_ada')
    },
    changes: [
      '+ sessions ses_cyd_2: id=ses_cyd_2 user_id=usr_cyd created_at=1 last_used_at=1 address= user_agent= amr= acted_by=usr_bob acted_by_session=ses_ada_1 by_application=0',
    ],
  },
  {
    store: 'sessions',
    statement: 'findSessionsActedBy',
    run: (tx) => asActed(tx, () => sessions.findSessionsActedBy(tx, 'ses_ada_1')),
    gives: ['ses_bob_1'],
    changes: asActedChanges,
  },
  {
    store: 'sessions',
    statement: 'findSessionsActedBy',
    of: 'of another session',
    run: (tx) => asActed(tx, () => sessions.findSessionsActedBy(tx, 'ses_ada_2')),
    gives: [],
    changes: asActedChanges,
  },
  {
    store: 'sessions',
    statement: 'findSessionsActedBy',
    of: 'one that has ended',
    run: (tx) => asActed(tx, () => sessions.findSessionsActedBy(tx, 'ses_ada_2'), 'ses_ada_3', 'ses_ada_2'),
    gives: [],
    changes: asActedChanges.map((line) =>
      line.replace('ses_bob_1', 'ses_ada_3').replace('=ses_ada_1', '=ses_ada_2'),
    ),
  },
  {
    store: 'sessions',
    statement: 'findOverdueSessions',
    run: (tx) => asActed(tx, () => sessions.findOverdueSessions(tx, now)),
    gives: ['ses_bob_1'],
    changes: asActedChanges,
  },
  {
    store: 'sessions',
    statement: 'findOverdueSessions',
    of: 'before the time is over',
    run: (tx) => asActed(tx, () => sessions.findOverdueSessions(tx, now - 1)),
    gives: [],
    changes: asActedChanges,
  },
  {
    store: 'sessions',
    statement: 'findOverdueSessions',
    of: 'one that has ended',
    run: (tx) => asActed(tx, () => sessions.findOverdueSessions(tx, now), 'ses_ada_3'),
    gives: [],
    changes: asActedChanges.map((line) => line.replace('ses_bob_1', 'ses_ada_3')),
  },
  {
    store: 'sessions',
    statement: 'findSurplusSessions',
    run: (tx) => sessions.findSurplusSessions(tx, 'usr_ada', 1),
    gives: ['ses_ada_1'],
  },
  {
    store: 'sessions',
    statement: 'findSurplusSessions',
    of: 'by their last use, not by their age',
    async run(tx) {
      await sessions.touchSession(tx, 'ses_ada_1', now)
      return sessions.findSurplusSessions(tx, 'usr_ada', 1)
    },
    gives: ['ses_ada_2'],
    changes: ['sessions ses_ada_1: last_used_at=1000'],
  },
  {
    store: 'sessions',
    statement: 'findOverlongSessions',
    of: 'of a type whose sessions are over by their age',
    async run(tx) {
      await userTypes.updateSignInRule(tx, 'customer', { ...noLimits, session_longest_ms: 999 })
      return sessions.findOverlongSessions(tx, now, 9)
    },
    gives: ['ses_bob_1'],
    changes: ['user_types customer: session_longest_ms=999'],
  },
  {
    store: 'sessions',
    statement: 'findOverlongSessions',
    of: 'of a type whose sessions are over by their last use, no more than are asked for',
    async run(tx) {
      await userTypes.updateSignInRule(tx, 'administrator', { ...noLimits, session_idle_ms: 999 })
      return sessions.findOverlongSessions(tx, now, 1)
    },
    gives: ['ses_ada_1'],
    changes: ['user_types administrator: session_idle_ms=999'],
  },
  {
    store: 'sessions',
    statement: 'findOverlongSessions',
    of: 'of a type whose limits are a moment away',
    async run(tx) {
      const limits = { session_idle_ms: 1000, session_longest_ms: 1000 }
      await userTypes.updateSignInRule(tx, 'administrator', { ...noLimits, ...limits })
      return sessions.findOverlongSessions(tx, now, 9)
    },
    gives: [],
    changes: ['user_types administrator: session_idle_ms=1000 session_longest_ms=1000'],
  },
  {
    store: 'sessions',
    statement: 'findLiveSessions',
    run: (tx) => sessions.findLiveSessions(tx, 'usr_ada'),
    gives: ['ses_ada_2', 'ses_ada_1'],
  },
  {
    store: 'sessions',
    statement: 'holdSession',
    run: (tx) => sessions.holdSession(tx, 'ses_ada_1'),
    gives: 'ses_ada_1',
    writes: 1,
  },
  {
    store: 'sessions',
    statement: 'holdSession',
    of: 'of one that has ended',
    run: (tx) => sessions.holdSession(tx, 'ses_ada_3'),
    gives: 'ses_ada_3',
    writes: 1,
  },
  {
    store: 'sessions',
    statement: 'touchSession',
    run: (tx) => sessions.touchSession(tx, 'ses_ada_1', now),
    gives: true,
    changes: ['sessions ses_ada_1: last_used_at=1000'],
  },
  {
    store: 'sessions',
    statement: 'touchSession',
    of: 'of one that has ended',
    run: (tx) => sessions.touchSession(tx, 'ses_ada_3', now),
    gives: false,
  },
  {
    store: 'sessions',
    statement: 'markEnded',
    run: (tx) => sessions.markEnded(tx, 'ses_ada_1', now, 'revoked'),
    gives: 'ses_ada_1',
    changes: ['sessions ses_ada_1: ended_at=1000 end_reason=revoked'],
  },
  {
    store: 'sessions',
    statement: 'markEnded',
    of: 'of one that has ended',
    run: (tx) => sessions.markEnded(tx, 'ses_ada_3', now, 'revoked'),
  },
  {
    ...{ store: 'sessions', statement: 'hasSessionFrom', of: 'where somebody acted for them', gives: false },
    before: (tx) =>
      tx.query(`UPDATE sessions SET acted_by = 'usr_bob', acted_by_session = 'ses_bob_1', ends_at = 2000
        WHERE user_id = 'usr_ada'`),
    run: (tx) => sessions.hasSessionFrom(tx, 'usr_ada', '192.0.2.1', 0),
  },
  {
    ...{ store: 'sessions', statement: 'findOverlongSessions', of: 'beside those that have ended' },
    before: (tx) => tx.query("UPDATE user_types SET session_idle_ms = 1 WHERE name = 'administrator'"),
    run: (tx) => sessions.findOverlongSessions(tx, now, 9),
    gives: ['ses_ada_1', 'ses_ada_2', 'ses_app_1', 'ses_app_3'],
  },
]
