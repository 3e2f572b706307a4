import * as apiKeys from '../../src/api-keys/store.ts'
import type { Transaction } from '../../src/database/database.ts'
import { now } from '../neighbours.ts'
import type { Row } from './row.ts'

const newApiKey: apiKeys.ApiKeyRow = {
  ...{ id: 'key_new', owner: 'usr_bob', name: 'new', scopes: ['a:b', 'c:d'], audience: 'here' },
  ...{ user_type: 'customer', service: 'svc_b', kid: 'own_b_active', signer: 'own', created_at: now },
  ...{
    ends_at: 1700,
    look_at: 1600,
    last_used_at: 1,
    last_address: 'a',
    last_region: 'b',
    last_user_agent: 'c',
  },
  ...{ revoked_at: 1, revoked_by: 'd', revoke_reason: 'e' },
}

const apiKeyIds = (rows: readonly apiKeys.ApiKeyRow[]) => rows.map(({ id }) => id)

/** The statements of API keys. */
export const apiKeysRows: readonly Row[] = [
  {
    store: 'api-keys',
    statement: 'insertApiKey',
    run: (tx) => apiKeys.insertApiKey(tx, newApiKey),
    changes: [
      '+ api_keys key_new: id=key_new owner=usr_bob name=new scopes=a:b c:d audience=here user_type=customer service=svc_b kid=own_b_active signer=own created_at=1000 ends_at=1700 look_at=1600',
    ],
  },
  {
    store: 'api-keys',
    statement: 'findApiKey',
    run: async (tx) => [
      (await apiKeys.findApiKey(tx, 'key_bob_2'))?.scopes,
      await apiKeys.findApiKey(tx, 'key_bob'),
    ],
    gives: [['devices:read', 'pages:read'], undefined],
  },
  {
    store: 'api-keys',
    statement: 'findApiKeyNames',
    run: async (tx) =>
      [...(await apiKeys.findApiKeyNames(tx, ['key_ada_3', 'key_none']))].map(
        ([id, { owner }]) => `${id} ${owner}`,
      ),
    gives: ['key_ada_3 usr_ada'],
  },
  {
    store: 'api-keys',
    statement: 'findApiKeysOf',
    run: async (tx) => apiKeyIds(await apiKeys.findApiKeysOf(tx, 'usr_ada')),
    gives: ['key_ada_3', 'key_ada_2', 'key_ada_1'],
  },
  {
    store: 'api-keys',
    statement: 'countApiKeys',
    run: (tx) => apiKeys.countApiKeys(tx, 'usr_ada', now),
    gives: { live: 1, remembered: 2 },
  },
  {
    store: 'api-keys',
    statement: 'countApiKeys',
    of: 'of somebody without any',
    run: (tx) => apiKeys.countApiKeys(tx, 'usr_dan', now),
    gives: { live: 0, remembered: 0 },
  },
  {
    store: 'api-keys',
    statement: 'findLiveKeysOf',
    run: async (tx) => apiKeyIds(await apiKeys.findLiveKeysOf(tx, 'usr_ada', now)),
    gives: ['key_ada_1'],
  },
  {
    store: 'api-keys',
    statement: 'findLiveKeysOfType',
    run: async (tx) => apiKeyIds(await apiKeys.findLiveKeysOfType(tx, 'administrator', now)),
    gives: ['key_ada_1', 'key_cyd_1'],
  },
  {
    store: 'api-keys',
    statement: 'findLiveKeysFor',
    run: async (tx) => apiKeyIds(await apiKeys.findLiveKeysFor(tx, 'svc_a', now)),
    gives: ['key_bob_1'],
  },
  {
    store: 'api-keys',
    statement: 'findLiveKeysBySigner',
    run: async (tx) => [
      apiKeyIds(await apiKeys.findLiveKeysBySigner(tx, 'es_edge', now)),
      apiKeyIds(await apiKeys.findLiveKeysBySigner(tx, 'es_over', now)),
    ],
    gives: [['key_cyd_1', 'key_cyd_2'], []],
  },
  {
    store: 'api-keys',
    statement: 'findDueKeys',
    run: async (tx) => apiKeyIds(await apiKeys.findDueKeys(tx, now, 9)),
    gives: ['key_bob_2', 'key_cyd_2'],
  },
  {
    store: 'api-keys',
    statement: 'findDueKeys',
    of: 'the first',
    run: async (tx) => apiKeyIds(await apiKeys.findDueKeys(tx, now, 1)),
    gives: ['key_bob_2'],
  },
  {
    store: 'api-keys',
    statement: 'setLook',
    run: (tx) => apiKeys.setLook(tx, 'key_bob_2', 1300),
    changes: ['api_keys key_bob_2: look_at=1300'],
  },
  {
    store: 'api-keys',
    statement: 'setLook',
    of: 'to never',
    run: (tx) => apiKeys.setLook(tx, 'key_bob_2', null),
    changes: ['api_keys key_bob_2: look_at=null'],
  },
  {
    store: 'api-keys',
    statement: 'lookWhenSignerEnds',
    run: (tx) => apiKeys.lookWhenSignerEnds(tx, 'es_edge', 950),
    changes: ['api_keys key_cyd_1: look_at=950'],
  },
  {
    store: 'api-keys',
    statement: 'lookWhenSignerEnds',
    of: 'earlier than what was to be looked at',
    run: (tx) => apiKeys.lookWhenSignerEnds(tx, 'own_a_over', 1050),
    changes: ['api_keys key_bob_1: look_at=1050'],
  },
  {
    store: 'api-keys',
    statement: 'markKeyRevoked',
    run: (tx) => apiKeys.markKeyRevoked(tx, 'key_ada_1', { now, by: 'usr_bob', reason: 'why' }),
    gives: true,
    changes: ['api_keys key_ada_1: revoked_at=1000 revoked_by=usr_bob revoke_reason=why'],
  },
  ...['key_ada_2', 'key_ada_3', 'key_none'].map((id) => ({
    store: 'api-keys',
    statement: 'markKeyRevoked',
    of: id,
    run: (tx: Transaction) => apiKeys.markKeyRevoked(tx, id, { now, by: null, reason: 'why' }),
    gives: false,
  })),
  {
    store: 'api-keys',
    statement: 'forgetRevoker',
    writes: 3,
    async run(tx) {
      await apiKeys.markKeyRevoked(tx, 'key_ada_1', { now, by: 'usr_bob', reason: 'why' })
      await apiKeys.markKeyRevoked(tx, 'key_bob_1', { now, by: 'usr_ada', reason: 'why' })
      await apiKeys.forgetRevoker(tx, 'usr_bob')
    },
    changes: [
      'api_keys key_ada_1: revoked_at=1000 revoke_reason=why',
      'api_keys key_bob_1: revoked_at=1000 revoked_by=usr_ada revoke_reason=why',
    ],
  },
  {
    store: 'api-keys',
    statement: 'noteKeyUse',
    run: (tx) =>
      apiKeys.noteKeyUse(tx, 'key_ada_1', { at: 7, address: '::1', region: 'local', userAgent: 'curl' }),
    changes: ['api_keys key_ada_1: last_used_at=7 last_address=::1 last_region=local last_user_agent=curl'],
  },
  {
    store: 'api-keys',
    statement: 'noteKeyUse',
    of: 'before another one',
    run: (tx) => apiKeys.noteKeyUse(tx, 'key_cyd_1', { at: 899, address: '', region: null, userAgent: null }),
  },
  {
    store: 'api-keys',
    statement: 'noteKeyUse',
    of: 'after another one',
    run: (tx) =>
      apiKeys.noteKeyUse(tx, 'key_cyd_1', { at: 901, address: 'b', region: null, userAgent: null }),
    changes: ['api_keys key_cyd_1: last_used_at=901 last_address=b'],
  },
  {
    store: 'api-keys',
    statement: 'deleteKeysEndedBefore',
    run: (tx) => apiKeys.deleteKeysEndedBefore(tx, 1100),
    changes: ['- api_keys key_ada_3'],
  },
  {
    store: 'api-keys',
    statement: 'findSharedKeyEnd',
    run: async (tx) => [
      await apiKeys.findSharedKeyEnd(tx, 'shk_a1'),
      await apiKeys.findSharedKeyEnd(tx, 'shk_b1'),
      await apiKeys.findSharedKeyEnd(tx, 'shk_none'),
    ],
    gives: [now, null, undefined],
  },
  {
    ...{
      store: 'api-keys',
      statement: 'findLiveKeysFor',
      of: 'beside one that was revoked, and one that has ended',
    },
    before: (tx) => tx.query("UPDATE api_keys SET service = 'svc_a' WHERE owner = 'usr_ada'"),
    run: (tx) => apiKeys.findLiveKeysFor(tx, 'svc_a', now).then(apiKeyIds),
    gives: ['key_ada_1', 'key_bob_1'],
  },
  {
    ...{ store: 'api-keys', statement: 'lookWhenSignerEnds', of: 'beside one that was revoked' },
    run: (tx) => apiKeys.lookWhenSignerEnds(tx, 'es_over', 800),
    changes: ['api_keys key_ada_3: look_at=800'],
  },
  {
    ...{ store: 'api-keys', statement: 'lookWhenSignerEnds', of: 'at the very moment that is noted' },
    run: (tx) => apiKeys.lookWhenSignerEnds(tx, 'es_over', 900),
  },
  {
    ...{ store: 'api-keys', statement: 'noteKeyUse', of: 'at the very moment that is noted' },
    run: (tx) => apiKeys.noteKeyUse(tx, 'key_cyd_1', { at: 900, address: 'a', region: 'b', userAgent: 'c' }),
  },
]
