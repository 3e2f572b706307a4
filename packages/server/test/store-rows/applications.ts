import * as documents from '../../src/applications/documents/store.ts'
import * as applications from '../../src/applications/store.ts'
import * as workloads from '../../src/applications/workloads/store.ts'
import * as services from '../../src/services/store.ts'
import { now } from '../neighbours.ts'
import type { Row } from './row.ts'

const newApplication: applications.ApplicationRow = {
  ...{ id: 'cli_d', name: 'app of d', type: 'web', authentication: 'key', jwks: '{}', jwks_uri: null },
  ...{
    redirect_uris: ['https://d.example/'],
    logout_uris: [],
  },
  ...{ backchannel_logout_uri: null, backchannel_logout_session_required: true },
  ...{ frontchannel_logout_uri: null, frontchannel_logout_session_required: true },
  ...{
    grants: ['a', 'b'],
    scopes: ['c', 'd'],
    is_first_party: true,
    requires_pkce: true,
    requires_push: false,
  },
  ...{ requires_dpop: false, subject_type: 'pairwise', subject_salt: 's', home_uri: null, policy_uri: null },
  ...{
    made_by: 'administrator',
    registration_hash: null,
    likeness: null,
    created_at: now,
    disabled_at: null,
  },
  ...{ last_used_at: null, version: 1 },
}

/** The statements about applications and what they publish. */
export const applicationRows: readonly Row[] = [
  {
    store: 'applications',
    statement: 'insertApplication',
    run: (tx) => applications.insertApplication(tx, newApplication),
    changes: [
      '+ applications cli_d: id=cli_d name=app of d type=web authentication=key jwks={} redirect_uris=["https://d.example/"] logout_uris=[] grants=a b scopes=c d is_first_party=1 requires_pkce=1 requires_push=0 requires_dpop=0 subject_type=pairwise subject_salt=s made_by=administrator created_at=1000 version=1 backchannel_logout_session_required=1 frontchannel_logout_session_required=1',
    ],
  },
  {
    store: 'applications',
    statement: 'findApplication',
    run: async (tx) => [
      (await applications.findApplication(tx, 'cli_c'))?.disabled_at,
      await applications.findApplication(tx, 'cli'),
    ],
    gives: [500, undefined],
  },
  {
    store: 'applications',
    statement: 'findApplications',
    run: (tx) => applications.findApplications(tx, 'cli_a', 1),
    gives: ['cli_b'],
  },
  {
    store: 'applications',
    statement: 'findApplicationsByName',
    run: async (tx) => [
      await applications.findApplicationsByName(tx, 'app of b'),
      await applications.findApplicationsByName(tx, 'APP of b'),
    ],
    gives: [['cli_b'], []],
  },
  {
    store: 'applications',
    statement: 'holdApplication',
    run: (tx) => applications.holdApplication(tx, 'cli_b'),
    gives: 'cli_b',
    writes: 1,
  },
  {
    store: 'applications',
    statement: 'updateApplication',
    run: (tx) =>
      applications.updateApplication(tx, {
        ...{ ...newApplication, id: 'cli_c', disabled_at: null, version: 2 },
        last_used_at: 7,
      }),
    changes: [
      'applications cli_c: name=app of d authentication=key jwks={} redirect_uris=["https://d.example/"] grants=a b scopes=c d is_first_party=1 requires_pkce=1 subject_type=pairwise subject_salt=s registration_hash=null disabled_at=null version=2 likeness=null',
    ],
  },
  {
    store: 'applications',
    statement: 'deleteApplication',
    run: (tx) => applications.deleteApplication(tx, 'cli_c'),
    changes: [
      '- application_secrets sec_c1',
      '- applications cli_c',
      '- signal_exclusions str_other usr_ada',
      '- signal_streams str_other',
    ],
  },
  {
    store: 'applications',
    statement: 'findApplications',
    of: 'by who made them',
    run: (tx) => applications.findApplications(tx, '', 9, 'registration'),
    gives: ['cli_a'],
  },
  {
    store: 'applications',
    statement: 'countRegistered',
    run: (tx) => applications.countRegistered(tx),
    gives: 1,
  },
  {
    store: 'applications',
    statement: 'findAlike',
    run: async (tx) =>
      (await applications.findAlike(tx, 'a', 9)).map(({ count, likeness, last_made_at }) => [
        ...[count, likeness, last_made_at],
      ]),
    gives: [
      [1, 'as a', 1],
      [1, 'as c', 1],
    ],
  },
  {
    store: 'applications',
    statement: 'findUnused',
    run: (tx) => applications.findUnused(tx, { now, before: 400, limit: 9 }),
    gives: ['cli_c'],
  },
  {
    store: 'applications',
    statement: 'findUnused',
    of: 'that was used a moment later, or has a session',
    run: (tx) => applications.findUnused(tx, { now, before: 399, limit: 9 }),
    gives: [],
  },
  {
    store: 'applications',
    statement: 'findUnused',
    of: 'of one that an administrator has registered',
    run: (tx) => applications.findUnused(tx, { now, before: 400, limit: 9, id: 'cli_b' }),
    gives: [],
  },
  {
    store: 'applications',
    statement: 'countWithoutPkce',
    run: (tx) => applications.countWithoutPkce(tx),
    gives: 1,
  },
  {
    store: 'applications',
    statement: 'setSecretEnd',
    run: (tx) => applications.setSecretEnd(tx, 'sec_b2', 1500),
    changes: ['application_secrets sec_b2: ends_at=1500'],
  },
  {
    store: 'applications',
    statement: 'deleteSecretsOf',
    run: (tx) => applications.deleteSecretsOf(tx, 'cli_b'),
    changes: ['- application_secrets sec_b1', '- application_secrets sec_b2'],
  },
  {
    store: 'applications',
    statement: 'deleteSecretsEndedBefore',
    run: (tx) => applications.deleteSecretsEndedBefore(tx, now),
    changes: ['- application_secrets sec_b1'],
  },
  {
    store: 'applications/workloads',
    statement: 'insertWorkload',
    run: (tx) =>
      workloads.insertWorkload(tx, {
        ...{ id: 'wid_b2', client: 'cli_b', issuer: 'https://i', subject: 's', audience: 'a', reuse: 'once' },
        ...{ created_at: now, last_used_at: null },
      }),
    changes: [
      '+ workload_identities wid_b2: id=wid_b2 client=cli_b issuer=https://i subject=s audience=a reuse=once created_at=1000',
    ],
  },
  {
    store: 'applications/workloads',
    statement: 'findWorkloads',
    run: (tx) => workloads.findWorkloads(tx, 'svc_a'),
    gives: ['wid_a1', 'wid_a2'],
  },
  {
    store: 'applications/workloads',
    statement: 'deleteWorkload',
    run: (tx) => workloads.deleteWorkload(tx, 'svc_a', 'wid_a1'),
    gives: true,
    changes: ['- workload_identities wid_a1'],
  },
  {
    store: 'applications/workloads',
    statement: 'deleteWorkload',
    of: 'of another client',
    run: (tx) => workloads.deleteWorkload(tx, 'cli_b', 'wid_a1'),
    gives: false,
  },
  {
    store: 'applications/workloads',
    statement: 'deleteWorkloadsOf',
    run: (tx) => workloads.deleteWorkloadsOf(tx, 'svc_a'),
    changes: ['- workload_identities wid_a1', '- workload_identities wid_a2'],
  },
  {
    store: 'applications/workloads',
    statement: 'noteWorkloadUse',
    run: (tx) => workloads.noteWorkloadUse(tx, 'wid_a1', now),
    changes: ['workload_identities wid_a1: last_used_at=1000'],
  },
  {
    store: 'applications/workloads',
    statement: 'noteWorkloadUse',
    of: 'at a time before the last',
    run: (tx) => workloads.noteWorkloadUse(tx, 'wid_a2', 399),
  },
  {
    store: 'services',
    statement: 'findKnownScopes',
    run: async (tx) => [...(await services.findKnownScopes(tx))].sort(),
    gives: ['pages:read', 'pages:write'],
  },
  {
    store: 'services',
    statement: 'findKnownScopes',
    of: 'of those for which there are tokens',
    async run(tx) {
      await tx.query("UPDATE services SET audience = NULL WHERE id IN ('svc_a', 'svc_b')")
      return [...(await services.findKnownScopes(tx))]
    },
    gives: [],
    changes: ['services svc_a: audience=null', 'services svc_b: audience=null'],
  },
  {
    store: 'applications',
    statement: 'insertSecret',
    run: (tx) =>
      applications.insertSecret(tx, {
        ...{
          id: 'sec_b3',
          application: 'cli_b',
          hash: 'h',
          created_at: now,
          ends_at: 2000,
          last_used_at: null,
        },
      }),
    changes: [
      '+ application_secrets sec_b3: id=sec_b3 application=cli_b hash=h created_at=1000 ends_at=2000',
    ],
  },
  {
    store: 'applications',
    statement: 'findSecrets',
    run: (tx) => applications.findSecrets(tx, 'cli_b'),
    gives: ['sec_b1', 'sec_b2'],
  },
  {
    store: 'applications',
    statement: 'noteApplicationUse',
    run: (tx) => applications.noteApplicationUse(tx, 'cli_b', now),
    changes: ['applications cli_b: last_used_at=1000'],
  },
  {
    store: 'applications',
    statement: 'noteApplicationUse',
    of: 'at a time before the last',
    run: (tx) => applications.noteApplicationUse(tx, 'cli_c', 399),
  },
  {
    store: 'applications',
    statement: 'noteSecretUse',
    run: (tx) => applications.noteSecretUse(tx, 'sec_b2', now),
    changes: ['application_secrets sec_b2: last_used_at=1000'],
  },
  {
    store: 'applications',
    statement: 'noteSecretUse',
    of: 'at a time before the last',
    run: (tx) => applications.noteSecretUse(tx, 'sec_b1', 399),
  },
  {
    store: 'applications/documents',
    statement: 'findDocument',
    run: async (tx) => [
      (await documents.findDocument(tx, 'https://b.example/keys'))?.body,
      await documents.findDocument(tx, 'https://b.example/key'),
    ],
    gives: ['of b', undefined],
  },
  {
    store: 'applications/documents',
    statement: 'beginRead',
    run: (tx) => documents.beginRead(tx, 'https://b.example/keys', { now, before: 600 }),
    gives: 4,
    changes: ['client_documents https://b.example/keys: reads=4 tried_at=1000'],
  },
  {
    store: 'applications/documents',
    statement: 'beginRead',
    of: 'within the pause',
    run: (tx) => documents.beginRead(tx, 'https://b.example/keys', { now, before: 599 }),
    gives: undefined,
  },
  {
    store: 'applications/documents',
    statement: 'beginRead',
    of: 'the first time',
    run: (tx) => documents.beginRead(tx, 'https://d.example/keys', { now, before: 0 }),
    gives: 1,
    changes: [
      '+ client_documents https://d.example/keys: url=https://d.example/keys reads=1 tried_at=1000 fresh_until=0 usable_until=0',
    ],
  },
  {
    store: 'applications/documents',
    statement: 'noteRead',
    run: (tx) =>
      documents.noteRead(tx, {
        ...{ url: 'https://a.example/keys', body: 'new', reads: 3, read_at: now },
        ...{ fresh_until: 1500, usable_until: 2500 },
      }),
    changes: [
      'client_documents https://a.example/keys: body=new read_at=1000 fresh_until=1500 usable_until=2500',
    ],
  },
  {
    store: 'applications/documents',
    statement: 'noteRead',
    of: 'of a read that another has overtaken',
    run: (tx) =>
      documents.noteRead(tx, {
        ...{ url: 'https://a.example/keys', body: 'old', reads: 2, read_at: now },
        ...{ fresh_until: 1500, usable_until: 2500 },
      }),
  },
  {
    store: 'applications/documents',
    statement: 'noteFailure',
    run: (tx) => documents.noteFailure(tx, { url: 'https://a.example/keys', reads: 3, cause: 'why' }),
    changes: ['client_documents https://a.example/keys: cause=why'],
  },
  {
    store: 'applications/documents',
    statement: 'noteFailure',
    of: 'of a read that another has overtaken',
    run: (tx) => documents.noteFailure(tx, { url: 'https://a.example/keys', reads: 2, cause: 'why' }),
  },
  {
    store: 'applications/documents',
    statement: 'countDocuments',
    run: (tx) => documents.countDocuments(tx),
    gives: 3,
  },
  {
    store: 'applications/documents',
    statement: 'deleteDocumentsBefore',
    run: (tx) => documents.deleteDocumentsBefore(tx, 300),
    changes: ['- client_documents https://a.example/keys'],
  },
  {
    ...{ store: 'applications', statement: 'updateApplication', of: 'that is another one altogether' },
    before: (tx) =>
      tx.query(`UPDATE applications SET type = 'native', jwks_uri = 'old', logout_uris = '["old"]',
        backchannel_logout_uri = 'old', backchannel_logout_session_required = 0, frontchannel_logout_uri = 'old',
        frontchannel_logout_session_required = 0, requires_push = 1, requires_dpop = 1, home_uri = 'old', policy_uri = 'old'
        WHERE id = 'cli_c'`),
    run: (tx) => applications.updateApplication(tx, { ...newApplication, id: 'cli_c', version: 2 }),
    changes: [
      'applications cli_c: name=app of d type=web authentication=key jwks={} jwks_uri=null redirect_uris=["https://d.example/"] logout_uris=[] grants=a b scopes=c d is_first_party=1 requires_pkce=1 requires_push=0 requires_dpop=0 subject_type=pairwise subject_salt=s home_uri=null policy_uri=null registration_hash=null disabled_at=null version=2 likeness=null backchannel_logout_uri=null backchannel_logout_session_required=1 frontchannel_logout_uri=null frontchannel_logout_session_required=1',
    ],
  },
  {
    ...{ store: 'applications', statement: 'findAlike', of: 'where two are alike' },
    before: (tx) =>
      tx.query(
        "UPDATE applications SET likeness = 'as c', created_at = 5, last_used_at = 300 WHERE id = 'cli_b'",
      ),
    run: async (tx) => (await applications.findAlike(tx, 'as a', 9)).map((row) => JSON.stringify(row)),
    gives: ['{"likeness":"as c","count":2,"last_used_at":400,"last_made_at":5,"id":"cli_c"}'],
  },
  ...(
    [
      ['made just now', "UPDATE applications SET created_at = 991 WHERE id = 'cli_a'", ['cli_c']],
      [
        'made at that moment',
        "UPDATE applications SET created_at = 990 WHERE id = 'cli_a'",
        ['cli_a', 'cli_c'],
      ],
      ['with a session used at that moment', 'SELECT 1', ['cli_a', 'cli_c']],
      ['with one used later', "UPDATE sessions SET last_used_at = 991 WHERE id = 'ses_app_1'", ['cli_c']],
      [
        'beside a session of another',
        "UPDATE sessions SET last_used_at = 995 WHERE id = 'ses_ada_1'",
        ['cli_a', 'cli_c'],
      ],
      [
        'with one that ended at that moment',
        "UPDATE sessions SET ended_at = 990 WHERE id = 'ses_app_2'",
        ['cli_a', 'cli_c'],
      ],
      ['with one that ended later', "UPDATE sessions SET ended_at = 991 WHERE id = 'ses_app_2'", ['cli_c']],
      [
        'with a token that may be used until now',
        "UPDATE refresh_families SET session_id = 'ses_app_1', absolute_expires_at = 1000 WHERE id = 'fam_bob_1'",
        ['cli_a', 'cli_c'],
      ],
      [
        'with a token that may be used',
        "UPDATE refresh_families SET session_id = 'ses_app_1', absolute_expires_at = 1001 WHERE id = 'fam_bob_1'",
        ['cli_c'],
      ],
    ] as const
  ).map(
    ([of, change, gives]): Row => ({
      ...{ store: 'applications', statement: 'findUnused', of, gives },
      before: (tx) => tx.query(change),
      run: (tx) => applications.findUnused(tx, { now, before: 990, limit: 9 }),
    }),
  ),
  {
    ...{ store: 'applications', statement: 'noteApplicationUse', of: 'at the very moment that is noted' },
    run: (tx) => applications.noteApplicationUse(tx, 'cli_c', 400),
  },
  {
    ...{ store: 'applications', statement: 'noteSecretUse', of: 'at the very moment that is noted' },
    run: (tx) => applications.noteSecretUse(tx, 'sec_b1', 400),
  },
  {
    ...{
      store: 'applications/workloads',
      statement: 'noteWorkloadUse',
      of: 'at the very moment that is noted',
    },
    run: (tx) => workloads.noteWorkloadUse(tx, 'wid_a2', 400),
  },
  {
    ...{ store: 'applications/documents', statement: 'noteRead', of: 'after one that failed' },
    before: (tx) =>
      tx.query("UPDATE client_documents SET cause = 'old' WHERE url = 'https://a.example/keys'"),
    run: (tx) =>
      documents.noteRead(tx, {
        ...{ url: 'https://a.example/keys', body: 'new', reads: 3, read_at: now },
        ...{ fresh_until: 1500, usable_until: 2500 },
      }),
    changes: [
      'client_documents https://a.example/keys: body=new cause=null read_at=1000 fresh_until=1500 usable_until=2500',
    ],
  },
]
