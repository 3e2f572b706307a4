import * as approvals from '../../src/devices/approvals/store.ts'
import { now } from '../neighbours.ts'
import type { Row } from './row.ts'

const store = 'devices/approvals'
const decided = (id: string, userId: string, isAllowed: boolean) => ({ id, userId, isAllowed, now })

/** The statements of commands that agents ask for. */
export const approvalRows: readonly Row[] = [
  {
    store,
    statement: 'insertApproval',
    run: (tx) =>
      approvals.insertApproval(tx, {
        ...{ id: 'apv_5', user_id: 'usr_bob', session_id: 'ses_bob_1', application: 'cli_b', uid: 'dev_b' },
        ...{ method: 'open', payload: '1', address: '192.0.2.9', region: 'DE', user_agent: 'agent' },
        ...{ created_at: now, expires_at: 1600 },
      }),
    changes: [
      '+ command_approvals apv_5: id=apv_5 user_id=usr_bob session_id=ses_bob_1 application=cli_b uid=dev_b method=open payload=1 address=192.0.2.9 region=DE user_agent=agent created_at=1000 expires_at=1600',
    ],
  },
  {
    store,
    statement: 'findApproval',
    run: async (tx) => (await approvals.findApproval(tx, 'usr_ada', 'apv_1'))?.id,
    gives: 'apv_1',
  },
  {
    store,
    statement: 'findApproval',
    of: 'of somebody else',
    run: (tx) => approvals.findApproval(tx, 'usr_bob', 'apv_1'),
    gives: undefined,
  },
  {
    store,
    statement: 'findApprovals',
    run: async (tx) => (await approvals.findApprovals(tx, 'usr_ada', '~', 3)).map(({ id }) => id),
    gives: ['apv_over', 'apv_denied', 'apv_3'],
  },
  {
    store,
    statement: 'findApprovals',
    of: 'before one',
    run: async (tx) => (await approvals.findApprovals(tx, 'usr_ada', 'apv_3', 1)).map(({ id }) => id),
    gives: ['apv_2'],
  },
  {
    store,
    statement: 'countAsked',
    run: (tx) => approvals.countAsked(tx, { userId: 'usr_ada', application: 'cli_a' }, { since: 3, now }),
    gives: { asked: 2, waiting: 0 },
  },
  {
    store,
    statement: 'countAsked',
    of: 'from a moment before',
    run: (tx) => approvals.countAsked(tx, { userId: 'usr_ada', application: 'cli_a' }, { since: 2, now }),
    gives: { asked: 3, waiting: 1 },
  },
  {
    store,
    statement: 'countAsked',
    of: 'where there is none',
    run: (tx) => approvals.countAsked(tx, { userId: 'usr_cyd', application: 'cli_a' }, { since: 0, now }),
    gives: { asked: 0, waiting: 0 },
  },
  {
    store,
    statement: 'decideApproval',
    run: (tx) => approvals.decideApproval(tx, decided('apv_1', 'usr_ada', true)),
    gives: true,
    changes: ['command_approvals apv_1: decided_at=1000 is_allowed=1'],
  },
  ...[
    { of: 'of somebody else', id: 'apv_1', userId: 'usr_bob' },
    { of: 'that is over', id: 'apv_over', userId: 'usr_ada' },
    { of: 'that was allowed', id: 'apv_2', userId: 'usr_ada' },
    { of: 'that was denied', id: 'apv_denied', userId: 'usr_ada' },
  ].map(
    ({ of, id, userId }): Row => ({
      ...{ store, statement: 'decideApproval', of },
      run: (tx) => approvals.decideApproval(tx, decided(id, userId, false)),
      gives: false,
    }),
  ),
  {
    store,
    statement: 'endApproval',
    run: (tx) => approvals.endApproval(tx, 'apv_2', { status: 200, reply: '1', failure: null, now }),
    changes: ['command_approvals apv_2: ended_at=1000 status=200 reply=1'],
  },
  {
    store,
    statement: 'endApproval',
    of: 'that was not allowed',
    run: (tx) => approvals.endApproval(tx, 'apv_denied', { status: 200, reply: '1', failure: null, now }),
    changes: [],
  },
  {
    store,
    statement: 'deleteApprovals',
    run: (tx) => approvals.deleteApprovals(tx, 3),
    changes: [
      '- command_approvals apv_1',
      '- command_approvals apv_3',
      '- command_approvals apv_4',
      '- command_approvals apv_denied',
    ],
  },
  {
    store,
    ...{ statement: 'endApproval', of: 'that came to nothing' },
    run: (tx) => approvals.endApproval(tx, 'apv_2', { status: null, reply: null, failure: 'timeout', now }),
    changes: ['command_approvals apv_2: ended_at=1000 failure=timeout'],
  },
]
