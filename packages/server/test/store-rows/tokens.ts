import * as statusLists from '../../src/tokens/status-lists/store.ts'
import * as tokens from '../../src/tokens/store.ts'
import { now } from '../neighbours.ts'
import type { Row } from './row.ts'

/** The statements of refresh tokens, revocations and status lists. */
export const tokensRows: readonly Row[] = [
  {
    store: 'tokens',
    statement: 'insertFamily',
    run: (tx) =>
      tokens.insertFamily(tx, {
        id: 'fam_ada_3',
        sessionId: 'ses_ada_2',
        clientId: 'a client',
        createdAt: now,
        absoluteExpiresAt: 9000,
        keyThumbprint: 'a key',
      }),
    changes: [
      '+ refresh_families fam_ada_3: id=fam_ada_3 session_id=ses_ada_2 client_id=a client created_at=1000 absolute_expires_at=9000 key_thumbprint=a key',
    ],
  },
  {
    store: 'tokens',
    statement: 'insertRefreshToken',
    run: (tx) =>
      tokens.insertRefreshToken(tx, {
        hash: 'rt_ada_3',
        familyId: 'fam_ada_1',
        generation: 3,
        createdAt: now,
        expiresAt: 4000,
      }),
    changes: [
      '+ refresh_tokens rt_ada_3: hash=rt_ada_3 family_id=fam_ada_1 generation=3 created_at=1000 expires_at=4000',
    ],
  },
  {
    store: 'tokens',
    statement: 'findRefreshToken',
    run: (tx) => tokens.findRefreshToken(tx, 'rt_ada_2'),
    gives: {
      family_id: 'fam_ada_1',
      generation: 2,
      expires_at: 3000,
      used_at: null,
      successor_sealed: null,
      session_id: 'ses_ada_1',
      client_id: null,
      absolute_expires_at: 5000,
      ended_at: null,
      key_thumbprint: null,
      newest_used: 1,
    },
  },
  {
    store: 'tokens',
    statement: 'useRefreshToken',
    run: (tx) => tokens.useRefreshToken(tx, 'rt_ada_2', now, 'sealed'),
    gives: true,
    changes: ['refresh_tokens rt_ada_2: used_at=1000 successor_sealed=sealed'],
  },
  {
    store: 'tokens',
    statement: 'useRefreshToken',
    of: 'of one that was used',
    run: (tx) => tokens.useRefreshToken(tx, 'rt_ada_1', now, 'sealed'),
    gives: false,
  },
  {
    store: 'tokens',
    statement: 'endFamiliesOfSession',
    run: (tx) => tokens.endFamiliesOfSession(tx, 'ses_ada_1', now, 'signed_out'),
    changes: ['refresh_families fam_ada_1: ended_at=1000 end_reason=signed_out'],
  },
  {
    store: 'tokens',
    statement: 'useProof',
    run: (tx) => tokens.useProof(tx, 'proof_new', 2000),
    gives: true,
    changes: ['+ used_proofs proof_new: hash=proof_new expires_at=2000'],
  },
  {
    store: 'tokens',
    statement: 'useProof',
    of: 'of one that was used',
    run: (tx) => tokens.useProof(tx, 'proof_live', 2000),
    gives: false,
  },
  {
    store: 'tokens',
    statement: 'deleteExpiredProofs',
    run: (tx) => tokens.deleteExpiredProofs(tx, now),
    changes: ['- used_proofs proof_edge', '- used_proofs proof_over'],
  },
  {
    store: 'tokens',
    statement: 'insertRevocation',
    run: (tx) =>
      tokens.insertRevocation(tx, {
        id: 'rev_5',
        key: 'sid:5',
        kind: 'session',
        revoked_at: now,
        expires_at: 2000,
      }),
    gives: true,
    changes: ['+ revocations rev_5: id=rev_5 key=sid:5 kind=session revoked_at=1000 expires_at=2000'],
  },
  {
    store: 'tokens',
    statement: 'insertRevocation',
    of: 'of a token that is revoked until then',
    run: (tx) =>
      tokens.insertRevocation(tx, {
        id: 'rev_6',
        key: 'jti:1',
        kind: 'token',
        revoked_at: now,
        expires_at: 1500,
      }),
    gives: false,
  },
  {
    store: 'tokens',
    statement: 'insertRevocation',
    of: 'of a token that is revoked for less',
    run: (tx) =>
      tokens.insertRevocation(tx, {
        id: 'rev_6',
        key: 'jti:1',
        kind: 'token',
        revoked_at: now,
        expires_at: 1501,
      }),
    gives: true,
    changes: ['+ revocations rev_6: id=rev_6 key=jti:1 kind=token revoked_at=1000 expires_at=1501'],
  },
  ...(
    [
      ['jti:1', 1500, true],
      ['jti:1', 1501, false],
      ['jti:2', 1500, false],
      ['sid:1', 1000, false],
    ] as const
  ).map(
    ([key, at, isRevoked]): Row => ({
      store: 'tokens',
      statement: 'isRevokedUntil',
      of: `of ${key} until ${at}`,
      run: (tx) => tokens.isRevokedUntil(tx, key, at),
      gives: isRevoked,
    }),
  ),
  {
    store: 'tokens/status-lists',
    statement: 'insertStatusEntry',
    run: (tx) =>
      statusLists.insertStatusEntry(tx, {
        ...{ list: 'stl_b', place: 8, service: 'svc_b', claims: '{"jti":"1"}', expires_at: 2000 },
      }),
    changes: [
      '+ status_entries stl_b 8: list=stl_b place=8 service=svc_b claims={"jti":"1"} expires_at=2000',
    ],
  },
  {
    store: 'tokens/status-lists',
    statement: 'findStatusEntries',
    run: async (tx) => (await statusLists.findStatusEntries(tx, 'stl_a', now)).map(({ place }) => place),
    gives: [8, 9],
  },
  {
    store: 'tokens/status-lists',
    statement: 'deleteExpiredStatusEntries',
    run: (tx) => statusLists.deleteExpiredStatusEntries(tx, now),
    changes: ['- status_entries stl_a 7'],
  },
  {
    store: 'tokens',
    statement: 'findRevocations',
    run: (tx) => tokens.findRevocations(tx, 'rev_1', now),
    gives: ['rev_3', 'rev_4', 'rev_t'],
  },
  {
    store: 'tokens',
    statement: 'findRevocations',
    of: 'from an id on',
    run: (tx) => tokens.findRevocations(tx, 'rev_4', now),
    gives: ['rev_4', 'rev_t'],
  },
  {
    store: 'tokens',
    statement: 'deleteExpiredRevocations',
    run: (tx) => tokens.deleteExpiredRevocations(tx, now),
    changes: ['- revocations rev_1', '- revocations rev_2'],
  },
  {
    ...{ store: 'tokens', statement: 'findRefreshToken', of: 'of another session' },
    run: (tx) => tokens.findRefreshToken(tx, 'rt_bob_6').then((row) => row?.session_id),
    gives: 'ses_bob_1',
  },
]
