import type { Transaction } from '../../src/database/database.ts'
import * as keyFetches from '../../src/keys/fetches/store.ts'
import * as keys from '../../src/keys/store.ts'
import { now } from '../neighbours.ts'
import type { Row } from './row.ts'

const networksOf = (rows: readonly keyFetches.FetchRow[]) => rows.map(({ network }) => network)

const fetchOf = (network: string, at: number): keyFetches.FetchRow => ({
  ...{ key_set: 'main', network, user_agent: 'a', key_ids: 'es_next', first_at: at, last_at: at },
})

/** The statements of signing keys, and of who fetches the key set. */
export const keysRows: readonly Row[] = [
  {
    store: 'keys',
    statement: 'findSignedApiKeys',
    run: async (tx) =>
      (await keys.findSignedApiKeys(tx, now)).map(({ kid, count, until }) => [kid, count, until]),
    gives: [
      ['es_edge', 2, 1500],
      ['es_late', 1, 2000],
      ['own_a_over', 1, 2000],
      ['shk_b1', 1, 2000],
    ],
  },
  ...(
    [
      ['es_next', true],
      ['none', false],
    ] as const
  ).map(([kid, gives]) => ({
    store: 'keys',
    statement: 'holdSigningKey',
    of: kid,
    run: (tx: Transaction) => keys.holdSigningKey(tx, kid),
    gives,
    writes: gives ? 1 : 0,
  })),
  {
    store: 'keys',
    statement: 'findLongestLife',
    run: (tx) => keys.findLongestLife(tx),
    gives: 600,
  },
  {
    store: 'keys',
    statement: 'findSigningKeys',
    run: (tx) => keys.findSigningKeys(tx, now, now),
    gives: ['es_next', 'rs_next', 'es_active', 'rs_active', 'es_late', 'es_edge'],
  },
  {
    store: 'keys',
    statement: 'insertSigningKey',
    run: (tx) =>
      keys.insertSigningKey(tx, {
        kid: 'ed_next',
        algorithm: 'EdDSA',
        status: 'next',
        public_jwk: '{}',
        private_sealed: 'sealed',
        created_at: now,
        activated_at: 1,
        retired_at: 2,
        revoked_at: null,
      }),
    changes: [
      '+ signing_keys ed_next: kid=ed_next algorithm=EdDSA status=next public_jwk={} private_sealed=sealed created_at=1000 activated_at=1 retired_at=2',
    ],
  },
  { store: 'keys', statement: 'holdKeys', run: (tx) => keys.holdKeys(tx, 'ES256'), writes: 2 },
  {
    store: 'keys',
    statement: 'retireActiveKeys',
    run: (tx) => keys.retireActiveKeys(tx, 'ES256', now),
    gives: true,
    changes: ['signing_keys es_active: status=retired retired_at=1000'],
  },
  {
    store: 'keys',
    statement: 'activateNextKeys',
    run: (tx) => keys.retireActiveKeys(tx, 'ES256', 1).then(() => keys.activateNextKeys(tx, 'ES256', now)),
    gives: ['es_next'],
    changes: [
      'signing_keys es_active: status=retired retired_at=1',
      'signing_keys es_next: status=active activated_at=1000',
    ],
  },
  {
    store: 'keys',
    statement: 'retireActiveKeys',
    of: 'since a time at which it did not sign yet',
    run: (tx) => keys.retireActiveKeys(tx, 'ES256', now, 3),
    gives: false,
  },
  {
    store: 'keys',
    statement: 'revokeKey',
    run: (tx) => keys.revokeKey(tx, 'es_active', now),
    gives: { algorithm: 'ES256', status: 'active' },
    changes: ['signing_keys es_active: revoked_at=1000'],
  },
  {
    store: 'keys',
    statement: 'revokeKey',
    of: 'one that retired before',
    run: (tx) => keys.revokeKey(tx, 'es_late', now),
    gives: { algorithm: 'ES256', status: 'retired' },
    changes: ['signing_keys es_late: revoked_at=1000'],
  },
  {
    store: 'keys',
    statement: 'retireKey',
    run: (tx) => keys.retireKey(tx, 'es_next', now),
    changes: ['signing_keys es_next: status=retired retired_at=1000'],
  },
  {
    store: 'keys',
    statement: 'retireKey',
    of: 'one that retired before',
    run: (tx) => keys.retireKey(tx, 'es_late', now),
    writes: 1,
  },
  {
    store: 'keys',
    statement: 'revokeKey',
    of: 'an unknown one',
    run: (tx) => keys.revokeKey(tx, 'es_none', now),
    gives: undefined,
  },
  {
    store: 'keys/fetches',
    statement: 'touchFetch',
    run: (tx) => keyFetches.touchFetch(tx, fetchOf('10.0.0.0/24', now)),
    gives: true,
    changes: ['key_set_fetches main 10.0.0.0/24 a: key_ids=es_next last_at=1000'],
  },
  {
    store: 'keys/fetches',
    statement: 'touchFetch',
    of: 'earlier than what is noted',
    run: (tx) => keyFetches.touchFetch(tx, fetchOf('10.0.2.0/24', now)),
    gives: true,
    writes: 1,
  },
  {
    store: 'keys/fetches',
    statement: 'touchFetch',
    of: 'by somebody unknown',
    run: (tx) => keyFetches.touchFetch(tx, fetchOf('10.0.3.0/24', now)),
    gives: false,
  },
  {
    store: 'keys/fetches',
    statement: 'insertFetch',
    run: (tx) => keyFetches.insertFetch(tx, fetchOf('10.0.3.0/24', now)),
    changes: [
      '+ key_set_fetches main 10.0.3.0/24 a: key_set=main network=10.0.3.0/24 user_agent=a key_ids=es_next first_at=1000 last_at=1000',
    ],
  },
  {
    store: 'keys/fetches',
    statement: 'findFetches',
    run: async (tx) => networksOf(await keyFetches.findFetches(tx, now, 10)),
    gives: ['10.0.2.0/24', '10.0.1.0/24'],
  },
  {
    store: 'keys/fetches',
    statement: 'findFetches',
    of: 'one at most',
    run: async (tx) => networksOf(await keyFetches.findFetches(tx, 0, 1)),
    gives: ['10.0.2.0/24'],
  },
  { store: 'keys/fetches', statement: 'countFetches', run: (tx) => keyFetches.countFetches(tx), gives: 3 },
  {
    store: 'keys/fetches',
    statement: 'deleteFetchesBefore',
    run: (tx) => keyFetches.deleteFetchesBefore(tx, now),
    changes: ['- key_set_fetches main 10.0.0.0/24 a'],
  },
  {
    store: 'keys',
    statement: 'findSealedKeys',
    run: (tx) => keys.findSealedKeys(tx, 'es_edge', 2),
    gives: ['es_late', 'es_next'],
  },
  {
    store: 'keys',
    statement: 'replaceSealedKey',
    run: (tx) => keys.replaceSealedKey(tx, { id: 'es_late', sealed: 'sealed' }, 'anew'),
    gives: true,
    changes: ['signing_keys es_late: private_sealed=anew'],
  },
  {
    store: 'keys',
    statement: 'replaceSealedKey',
    of: 'where somebody has changed it',
    run: (tx) => keys.replaceSealedKey(tx, { id: 'es_late', sealed: 'another' }, 'anew'),
    gives: false,
  },
  ...(
    [
      ['holdSigningKey', false, (tx) => keys.holdSigningKey(tx, 'es_next')],
      ['revokeKey', undefined, (tx) => keys.revokeKey(tx, 'es_next', now)],
    ] satisfies [string, unknown, Row['run']][]
  ).map(
    ([statement, gives, run]): Row => ({
      ...{ store: 'keys', statement, of: 'of one that was revoked', gives, run },
      before: (tx) => tx.query("UPDATE signing_keys SET revoked_at = 5 WHERE kid = 'es_next'"),
    }),
  ),
  {
    ...{ store: 'keys', statement: 'findSigningKeys', of: 'beside one that has just retired' },
    run: (tx) => keys.findSigningKeys(tx, now, 5000),
    gives: ['es_next', 'rs_next', 'es_active', 'rs_active', 'es_late'],
  },
  {
    ...{ store: 'keys', statement: 'retireActiveKeys', of: 'beside one that retired before' },
    before: (tx) => tx.query("UPDATE signing_keys SET activated_at = 1 WHERE kid = 'es_over'"),
    run: (tx) => keys.retireActiveKeys(tx, 'ES256', now, 4),
    gives: true,
    changes: ['signing_keys es_active: status=retired retired_at=1000'],
  },
  {
    ...{ store: 'keys/fetches', statement: 'touchFetch', of: 'at the very moment that is noted' },
    run: (tx) => keyFetches.touchFetch(tx, fetchOf('10.0.0.0/24', 800)),
    gives: true,
    changes: ['key_set_fetches main 10.0.0.0/24 a: key_ids=es_next'],
  },
  ...[{ key_set: 'other' }, { user_agent: 'b' }].map(
    (other): Row => ({
      ...{ store: 'keys/fetches', statement: 'touchFetch', of: `of ${JSON.stringify(other)}`, gives: false },
      run: (tx) => keyFetches.touchFetch(tx, { ...fetchOf('10.0.0.0/24', 900), ...other }),
    }),
  ),
]
