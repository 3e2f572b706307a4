import assert from 'node:assert/strict'
import { globSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import * as addresses from '../src/accounts/addresses/store.ts'
import * as attributes from '../src/accounts/attributes/store.ts'
import * as remembered from '../src/accounts/factors/remembered/store.ts'
import * as factors from '../src/accounts/factors/store.ts'
import * as identities from '../src/accounts/identities/store.ts'
import * as invitations from '../src/accounts/invitations/store.ts'
import * as notices from '../src/accounts/notices/store.ts'
import * as passkeys from '../src/accounts/passkeys/store.ts'
import * as passwords from '../src/accounts/passwords/store.ts'
import * as permissions from '../src/accounts/permissions/store.ts'
import * as recovery from '../src/accounts/recovery/store.ts'
import * as registration from '../src/accounts/registration/store.ts'
import * as search from '../src/accounts/search/store.ts'
import * as signIn from '../src/accounts/sign-in/store.ts'
import * as transfer from '../src/accounts/transfer/store.ts'
import * as userTypes from '../src/accounts/user-types/store.ts'
import * as users from '../src/accounts/users/store.ts'
import * as archive from '../src/activity/archive/store.ts'
import * as backups from '../src/activity/backup/store.ts'
import * as consumers from '../src/activity/consumers/store.ts'
import * as proof from '../src/activity/proof/store.ts'
import * as witnesses from '../src/activity/proof/witness/store.ts'
import * as searches from '../src/activity/searches/store.ts'
import * as statistics from '../src/activity/statistics/store.ts'
import * as activity from '../src/activity/store.ts'
import * as alarmConcerned from '../src/alarms/concerned/store.ts'
import * as ownRules from '../src/alarms/own-rules/store.ts'
import * as alarmMemory from '../src/alarms/remembered/store.ts'
import * as alarmSilences from '../src/alarms/silences/store.ts'
import * as alarms from '../src/alarms/store.ts'
import * as apiKeys from '../src/api-keys/store.ts'
import * as appNonces from '../src/apps/nonces/store.ts'
import * as appPeople from '../src/apps/people/store.ts'
import * as apps from '../src/apps/store.ts'
import type { Database, Transaction } from '../src/database/database.ts'
import { migrations } from '../src/database/migrations/index.ts'
import { migrate } from '../src/database/migrations.ts'
import * as deviceKeys from '../src/devices/keys/store.ts'
import * as relations from '../src/devices/relations/store.ts'
import * as shadow from '../src/devices/shadow/store.ts'
import * as devices from '../src/devices/store.ts'
import * as telemetry from '../src/devices/telemetry/store.ts'
import * as keyFetches from '../src/keys/fetches/store.ts'
import * as keys from '../src/keys/store.ts'
import * as mail from '../src/mail/store.ts'
import * as operations from '../src/operations/store.ts'
import * as rights from '../src/rights/store.ts'
import * as serviceKeys from '../src/services/own-keys/store.ts'
import * as serviceScopes from '../src/services/scopes/store.ts'
import * as sharedKeys from '../src/services/shared-keys/store.ts'
import * as services from '../src/services/store.ts'
import * as sessions from '../src/sessions/store.ts'
import * as sinks from '../src/sinks/store.ts'
import * as statusLists from '../src/tokens/status-lists/store.ts'
import * as tokens from '../src/tokens/store.ts'
import * as providers from '../src/upstream/providers/store.ts'
import * as providerSignIns from '../src/upstream/sign-in/store.ts'
import * as webhookDeliveries from '../src/webhooks/deliveries/store.ts'
import * as webhookSecrets from '../src/webhooks/secrets/store.ts'
import * as webhooks from '../src/webhooks/store.ts'
import { changesOf, insertNeighbours, now } from './neighbours.ts'
import { engines, type Storage, temporaryStorage } from './storages.ts'
import { applicationRows } from './store-rows/applications.ts'
import { approvalRows } from './store-rows/approvals.ts'
import { authorizationRows } from './store-rows/authorization.ts'
import type { Row } from './store-rows/row.ts'
import { signalRows } from './store-rows/shared-signals.ts'

/** Whole rows, in whatever order they come. */
const sorted = (rows: readonly object[]) => rows.map((row) => JSON.stringify(row)).sort()

const failed = { next_at: 6, last_error: 'e', failing_since: 5 }
const networksOf = (rows: readonly keyFetches.FetchRow[]) => rows.map(({ network }) => network)
const fetchOf = (network: string, at: number): keyFetches.FetchRow => ({
  ...{ key_set: 'main', network, user_agent: 'a', key_ids: 'es_next', first_at: at, last_at: at },
})

const shownSegments = (rows: readonly Pick<archive.SegmentRow, 'first' | 'kind'>[]) =>
  rows.map(({ first, kind }) => `${first} ${kind}`)

const newRule: ownRules.OwnRuleRow = {
  ...{ name: 'own.new', title: 't', events: '', outcomes: 'alarm', reasons: '', group_by: 'server' },
  ...{ is_on: 1, threshold: 3, window_ms: 1, severity: 'high', sends_mail: 0, created_at: 1, changed_at: 2 },
}
const newSearch: searches.SearchRow = {
  ...{ id: 'sch_new', owner: 'usr_bob', name: 'new', shared: 0, query: '{}' },
  ...{ created_at: now, changed_at: now },
}
const damage: consumers.DamageRow = {
  ...{ segment: '2026-01-01/log/10', consumer: 'b', segment_id: 85 },
  ...{ first: 10, until: 20, says: 'no', found_at: now },
}
const restoredEvent: activity.ActivityRow = {
  ...{ id: 'evt_9', at: 5, event: 'device.bind', outcome: 'success', reason: null, subject: null },
  ...{ subject_kind: null, target: null, target_kind: null, address: null, region: null, client_id: null },
  ...{
    region_day: 20_000,
    session_id: null,
    request_id: null,
    details: null,
    seq: 7,
    who_proof: '1:a',
    place_proof: null,
    whom_proof: null,
  },
}
const runningBackup: backups.BackupRow = {
  ...{ id: 'bak_3', began_at: 500, beat_at: now, ended_at: now, place: 'here', outcome: 'success' },
  ...{ reason: null, size: 9, files: 8, bytes: 7 },
}

const newProvider: providers.ProviderRow = {
  ...{ key: 'new', name: 'New', issuer: 'https://new.example', clientId: 'us', authentication: 'apple' },
  ...{ secretSealed: 'sealed', teamId: 'team', keyId: 'key', scopes: ['openid', 'name'] },
  ...{ responseMode: 'form_post', userType: 'customer', emailDomains: ['a.example', 'b.example'] },
  ...{ usernameClaim: 'nick', displayNameClaim: null, factorAmr: ['mfa'], factorAcr: ['a', 'b'] },
  ...{ createdAt: now, disabledAt: null, version: 7 },
}
const changedProvider =
  'name=New client_id=us authentication=apple secret_sealed=sealed team_id=team key_id=key scopes=openid name response_mode=form_post user_type=customer email_domains=a.example b.example username_claim=nick display_name_claim=null factor_amr=mfa factor_acr=a b'
const takeState = (tx: Transaction, state: string, more: object = {}) =>
  providerSignIns
    .takeBegun(tx, { state_hash: state, provider: 'here', browser_hash: 'browser', ...more }, now)
    .then((row) => row?.state_hash)

const providerRows: readonly Row[] = [
  {
    store: 'accounts/identities',
    statement: 'insertIdentity',
    run: (tx) =>
      identities.insertIdentity(tx, {
        ...{ id: 'idn_new', issuer: 'https://here.example', subject: 'cyd', user_id: 'usr_cyd' },
        ...{ label: 'Cyd', created_at: now, last_used_at: 9 },
      }),
    changes: [
      '+ identities idn_new: id=idn_new issuer=https://here.example subject=cyd user_id=usr_cyd label=Cyd created_at=1000 last_used_at=9',
    ],
  },
  {
    store: 'accounts/identities',
    statement: 'findIdentity',
    run: async (tx) => {
      const at = (issuer: string, subject: string) => identities.findIdentity(tx, { issuer, subject })
      const [here, gone] = [await at('https://here.example', 'ada'), await at('https://gone.example', 'ada')]
      return [
        ...[here?.id, here?.provider, here?.provider_name, gone?.id, gone?.provider],
        await at('https://here.example', 'ADA'),
        await at('https://there.example', 'ada'),
      ]
    },
    gives: ['idn_ada_1', 'here', 'name of here', 'idn_gone', null, undefined, undefined],
  },
  {
    store: 'accounts/identities',
    statement: 'findIdentitiesOf',
    run: async (tx) =>
      (await identities.findIdentitiesOf(tx, 'usr_ada')).map(({ id, provider_disabled_at: at }) => [id, at]),
    gives: [
      ['idn_ada_1', null],
      ['idn_ada_2', 900],
      ['idn_gone', null],
    ],
  },
  {
    store: 'accounts/identities',
    statement: 'noteIdentityUse',
    run: async (tx) => [
      await identities.noteIdentityUse(tx, 'idn_ada_1', now),
      await identities.noteIdentityUse(tx, 'idn_none', now),
    ],
    gives: ['usr_ada', undefined],
    changes: ['identities idn_ada_1: last_used_at=1000'],
  },
  {
    store: 'accounts/identities',
    statement: 'deleteIdentity',
    run: (tx) => identities.deleteIdentity(tx, 'usr_ada', 'idn_ada_2'),
    gives: true,
    changes: ['- identities idn_ada_2', '- identity_sessions ses_ada_2'],
  },
  {
    store: 'accounts/identities',
    statement: 'deleteIdentity',
    of: 'of somebody else',
    run: (tx) => identities.deleteIdentity(tx, 'usr_bob', 'idn_ada_2'),
    gives: false,
  },
  {
    store: 'accounts/identities',
    statement: 'deleteIdentitiesOf',
    run: (tx) => identities.deleteIdentitiesOf(tx, 'https://here.example'),
    gives: 2,
    changes: [
      ...['- identities idn_ada_1', '- identities idn_bob'],
      ...['- identity_sessions ses_ada_1', '- identity_sessions ses_ada_3', '- identity_sessions ses_bob_1'],
    ],
  },
  {
    store: 'accounts/identities',
    statement: 'countIdentities',
    run: async (tx) => [
      await identities.countIdentities(tx, 'https://here.example'),
      await identities.countIdentities(tx, 'https://there.example'),
    ],
    gives: [2, 0],
  },
  {
    store: 'accounts/identities',
    statement: 'insertIdentitySession',
    run: async (tx) => {
      await tx.query("DELETE FROM identity_sessions WHERE session_id = 'ses_ada_2'")
      await identities.insertIdentitySession(tx, {
        ...{ session_id: 'ses_ada_2', identity: 'idn_ada_1', proven_at: 7 },
      })
    },
    changes: ['identity_sessions ses_ada_2: identity=idn_ada_1 proven_at=7'],
  },
  {
    store: 'accounts/identities',
    statement: 'findIdentityOfSession',
    run: async (tx) => {
      const found = await identities.findIdentityOfSession(tx, 'ses_ada_1')
      return [
        found?.identity,
        found?.issuer,
        found?.proven_at,
        await identities.findIdentityOfSession(tx, 'x'),
      ]
    },
    gives: ['idn_ada_1', 'https://here.example', 400, undefined],
  },
  {
    store: 'accounts/identities',
    statement: 'findSessionsByIdentity',
    run: (tx) => identities.findSessionsByIdentity(tx, 'idn_ada_1', 10),
    gives: ['ses_ada_1'],
  },
  {
    store: 'accounts/identities',
    statement: 'findSessionsByIssuer',
    run: async (tx) => [
      await identities.findSessionsByIssuer(tx, 'https://here.example', 10),
      await identities.findSessionsByIssuer(tx, 'https://here.example', 1),
    ],
    gives: [['ses_ada_1', 'ses_bob_1'], ['ses_ada_1']],
  },
  {
    store: 'upstream/providers',
    statement: 'insertProvider',
    run: (tx) => providers.insertProvider(tx, newProvider),
    changes: [
      `+ providers new: key=new name=New issuer=https://new.example ${changedProvider.replace('name=New ', '').replace(' display_name_claim=null', '')} created_at=1000 version=7`,
    ],
  },
  {
    store: 'upstream/providers',
    statement: 'updateProvider',
    run: (tx) =>
      providers.updateProvider(tx, {
        ...newProvider,
        key: 'there',
        issuer: 'https://there.example',
        disabledAt: 8,
      }),
    changes: [`providers there: ${changedProvider} disabled_at=8 version=7`],
  },
  {
    store: 'upstream/providers',
    statement: 'findProviders',
    run: async (tx) => (await providers.findProviders(tx)).map(({ key, scopes }) => [key, ...scopes]),
    gives: [
      ['here', 'openid', 'email'],
      ['there', 'openid', 'email'],
      ['work', 'openid', 'email'],
    ],
  },
  {
    store: 'upstream/providers',
    statement: 'findProvider',
    run: async (tx) => {
      const work = await providers.findProvider(tx, 'work')
      return [work?.disabledAt, work?.emailDomains, await providers.findProvider(tx, 'WORK')]
    },
    gives: [900, [], undefined],
  },
  {
    store: 'upstream/providers',
    statement: 'holdProvider',
    run: async (tx) => (await providers.holdProvider(tx, 'there'))?.key,
    gives: 'there',
  },
  {
    store: 'upstream/providers',
    statement: 'deleteProvider',
    run: (tx) => providers.deleteProvider(tx, 'there'),
    changes: ['- provider_sign_ins state_there', '- providers there'],
  },
  {
    store: 'upstream/providers',
    statement: 'findSealedSecrets',
    run: async (tx) => [
      await providers.findSealedSecrets(tx, '', 10),
      await providers.findSealedSecrets(tx, 'here', 10),
      await providers.findSealedSecrets(tx, '', 1),
    ],
    gives: [['here', 'work'], ['work'], ['here']],
  },
  {
    store: 'upstream/providers',
    statement: 'replaceSealedSecret',
    run: async (tx) => [
      await providers.replaceSealedSecret(tx, { id: 'here', sealed: 'of here' }, 'anew'),
      await providers.replaceSealedSecret(tx, { id: 'work', sealed: 'another' }, 'anew'),
    ],
    gives: [true, false],
    changes: ['providers here: secret_sealed=anew'],
  },
  {
    store: 'upstream/sign-in',
    statement: 'insertBegun',
    run: (tx) =>
      providerSignIns.insertBegun(tx, {
        ...{ state_hash: 'state_new', provider: 'work', browser_hash: 'b', next: '/x', is_fresh: 1 },
        ...{ link_session: 'ses_bob_1', created_at: now, expires_at: 2000 },
      }),
    changes: [
      '+ provider_sign_ins state_new: state_hash=state_new provider=work browser_hash=b next=/x is_fresh=1 link_session=ses_bob_1 created_at=1000 expires_at=2000',
    ],
  },
  {
    store: 'upstream/sign-in',
    statement: 'takeBegun',
    run: (tx) => takeState(tx, 'state_live'),
    gives: 'state_live',
    changes: ['provider_sign_ins state_live: used_at=1000'],
  },
  ...(
    [
      ['of another browser', 'state_other'],
      ['that is over', 'state_over'],
      ['that was used', 'state_used'],
      ['of another provider', 'state_there'],
      ['that nobody has', 'state_none'],
    ] as const
  ).map(
    ([of, state]): Row => ({
      ...{ store: 'upstream/sign-in', statement: 'takeBegun', of, gives: undefined },
      run: (tx) => takeState(tx, state),
    }),
  ),
  {
    store: 'upstream/sign-in',
    statement: 'findBegun',
    run: async (tx) => [
      (await providerSignIns.findBegun(tx, 'state_used'))?.used_at,
      await providerSignIns.findBegun(tx, 'state_none'),
    ],
    gives: [500, undefined],
  },
  {
    store: 'upstream/sign-in',
    statement: 'sweepBegun',
    run: (tx) => providerSignIns.sweepBegun(tx, now),
    changes: ['- provider_sign_ins state_over'],
  },
]

const backupRows: readonly Row[] = [
  {
    store: 'activity',
    statement: 'insertRestored',
    run: (tx) => activity.insertRestored(tx, [restoredEvent]),
    changes: [
      '+ activity evt_9: id=evt_9 at=5 event=device.bind outcome=success seq=7 who_proof=1:a region_day=20000',
    ],
  },
  {
    store: 'activity/archive',
    statement: 'hasSegments',
    run: (tx) => archive.hasSegments(tx),
    gives: true,
  },
  {
    store: 'activity/proof',
    statement: 'findSubjects',
    run: async (tx) => (await proof.findSubjects(tx, '', 9)).map(({ id }) => id),
    gives: [1, 2, 3, 4, 5],
  },
  {
    store: 'activity/proof',
    statement: 'findSubjects',
    of: 'behind one',
    run: async (tx) => {
      const [, second] = await proof.findSubjects(tx, '', 2)
      return (await proof.findSubjects(tx, second!.name_hash, 1)).map(({ id }) => id)
    },
    gives: [3],
  },
  {
    store: 'activity/backup',
    statement: 'insertBackup',
    run: async (tx) => {
      await backups.endSilentBackups(tx, 900, now)
      await backups.insertBackup(tx, { ...runningBackup, id: 'bak_4' })
    },
    changes: [
      'activity_backups bak_3: ended_at=1000 outcome=failure reason=ended_early',
      '+ activity_backups bak_4: id=bak_4 began_at=500 beat_at=1000 ended_at=1000 place=here outcome=success size=9 files=8 bytes=7',
    ],
  },
  {
    store: 'activity/backup',
    statement: 'endSilentBackups',
    run: (tx) => backups.endSilentBackups(tx, 900, now),
    changes: ['activity_backups bak_3: ended_at=1000 outcome=failure reason=ended_early'],
  },
  {
    store: 'activity/backup',
    statement: 'endSilentBackups',
    of: 'of whom was heard since then',
    run: (tx) => backups.endSilentBackups(tx, 899, now),
  },
  {
    store: 'activity/backup',
    statement: 'setBackup',
    run: (tx) => backups.setBackup(tx, runningBackup),
    gives: true,
    changes: ['activity_backups bak_3: beat_at=1000 ended_at=1000 outcome=success size=9 files=8 bytes=7'],
  },
  {
    store: 'activity/backup',
    statement: 'setBackup',
    of: 'one that has ended',
    run: (tx) => backups.setBackup(tx, { ...runningBackup, id: 'bak_2' }),
    gives: false,
  },
  {
    store: 'activity/backup',
    statement: 'findBackups',
    run: (tx) => backups.findBackups(tx, undefined, 2),
    gives: ['bak_3', 'bak_2'],
  },
  {
    store: 'activity/backup',
    statement: 'findBackups',
    of: 'before one',
    run: (tx) => backups.findBackups(tx, 'bak_2', 9),
    gives: ['bak_1'],
  },
]

/** The rows of the archive: 0 to 10 and 10 to 20 of connections and the log, of which the first was dropped, and 20 to 30. */
const archiveRows: readonly Row[] = [
  {
    store: 'activity/archive',
    statement: 'findArchive',
    run: (tx) => archive.findArchive(tx),
    gives: { moved: 0, copied: 0 },
  },
  {
    store: 'activity/archive',
    statement: 'holdArchive',
    run: (tx) => archive.holdArchive(tx),
    gives: { moved: 0, copied: 0 },
  },
  {
    store: 'activity/archive',
    statement: 'setArchive',
    run: (tx) => archive.setArchive(tx, { moved: 3, copied: 4 }),
    changes: ['activity_archive activity: moved=3 copied=4'],
  },
  {
    store: 'activity/archive',
    statement: 'findNextSegments',
    run: async (tx) => shownSegments(await archive.findNextSegments(tx, 0, 99)),
    gives: ['0 log', '10 connections', '10 log', '20 connections'],
  },
  {
    store: 'activity/archive',
    statement: 'findNextSegments',
    of: 'from within one, before another',
    run: async (tx) => shownSegments(await archive.findNextSegments(tx, 10, 20)),
    gives: ['10 connections', '10 log'],
  },
  {
    store: 'activity/archive',
    statement: 'findDroppedSegments',
    run: async (tx) => shownSegments(await archive.findDroppedSegments(tx, 0, 99)),
    gives: ['0 connections'],
  },
  {
    store: 'activity/archive',
    statement: 'findDroppedSegments',
    of: 'before the next, which was dropped as well',
    async run(tx) {
      await archive.dropSegment(tx, 80, now)
      return [
        shownSegments(await archive.findDroppedSegments(tx, 0, 10)),
        shownSegments(await archive.findDroppedSegments(tx, 9, 11)),
        shownSegments(await archive.findDroppedSegments(tx, 10, 11)),
      ]
    },
    gives: [['0 connections'], ['0 connections', '10 connections'], ['10 connections']],
    changes: ['activity_segments 10 connections: dropped_at=1000'],
  },
  {
    store: 'activity/archive',
    statement: 'findDroppedSegments',
    of: 'behind it',
    run: async (tx) => shownSegments(await archive.findDroppedSegments(tx, 10, 99)),
    gives: [],
  },
  {
    store: 'activity/archive',
    statement: 'findSegmentsByTime',
    run: async (tx) => shownSegments(await archive.findSegmentsByTime(tx, {}, 9)),
    gives: ['20 connections', '10 log', '10 connections', '0 log'],
  },
  {
    store: 'activity/archive',
    statement: 'findSegmentsByTime',
    of: 'of some ids',
    run: async (tx) =>
      shownSegments(await archive.findSegmentsByTime(tx, { from: 'evt_0mlog', before: 'evt_2a' }, 9)),
    gives: ['10 log', '10 connections', '0 log'],
  },
  {
    store: 'activity/archive',
    statement: 'findSegmentsByTime',
    of: 'through an id, behind one',
    run: async (tx) =>
      shownSegments(await archive.findSegmentsByTime(tx, { through: 'evt_1a', behind: 'evt_1mlog' }, 9)),
    gives: ['10 connections', '0 log'],
  },
  {
    store: 'activity/archive',
    statement: 'findSegmentsByTime',
    of: 'by names, of each set one',
    run: async (tx) => shownSegments(await archive.findSegmentsByTime(tx, { names: [[1, 5], [2]] }, 9)),
    gives: ['10 connections'],
  },
  {
    store: 'activity/archive',
    statement: 'findSegment',
    run: async (tx) => shownSegments([(await archive.findSegment(tx, 85))!]),
    gives: ['10 log'],
  },
  {
    store: 'activity/archive',
    statement: 'findSegmentStates',
    run: (tx) => archive.findSegmentStates(tx, [85, 0, 9_999]),
    gives: [0, 85],
  },
  {
    store: 'activity/archive',
    statement: 'findOldestSegment',
    run: (tx) => archive.findOldestSegment(tx),
    gives: { min_at: 1 },
  },
  {
    store: 'activity/archive',
    statement: 'findSegmentsNamingAfter',
    run: (tx) => archive.findSegmentsNamingAfter(tx, 1, 80, 9),
    gives: [160],
  },
  {
    store: 'activity/archive',
    statement: 'findSegmentsNaming',
    run: (tx) => archive.findSegmentsNaming(tx, 1, 9),
    gives: [80, 160],
  },
  {
    store: 'activity/archive',
    statement: 'replaceContent',
    run: (tx) =>
      archive.replaceContent(tx, 85, 'sha', {
        content: Buffer.of(1),
        length: 3,
        sha256: 'b',
      }),
    gives: true,
    changes: ['activity_segments 10 log: length=3 sha256=b content=01'],
  },
  {
    store: 'activity/archive',
    statement: 'replaceContent',
    of: 'that is another by now',
    run: (tx) =>
      archive.replaceContent(tx, 85, 'x', {
        content: Buffer.of(1),
        length: 3,
        sha256: 'b',
      }),
    gives: false,
  },
  {
    store: 'activity/archive',
    statement: 'deleteSegmentNames',
    run: (tx) => archive.deleteSegmentNames(tx, [{ name: 1, segment: 80 }]),
    changes: ['- activity_segment_names 1 80'],
  },
  {
    store: 'activity/archive',
    statement: 'deleteAllSegmentNames',
    run: (tx) => archive.deleteAllSegmentNames(tx, 80),
    changes: ['- activity_segment_names 1 80', '- activity_segment_names 2 80'],
  },
  {
    store: 'activity/archive',
    statement: 'findDue',
    run: (tx) => archive.findDue(tx, { kind: 'connections', before: 30, held: [] }, 9),
    gives: [80, 160],
  },
  {
    store: 'activity/archive',
    statement: 'findDue',
    of: 'of which one is held',
    run: (tx) => archive.findDue(tx, { kind: 'connections', before: 30, held: [2] }, 9),
    gives: [160],
  },
  {
    store: 'activity/archive',
    statement: 'findDue',
    of: 'before a moment',
    run: (tx) => archive.findDue(tx, { kind: 'connections', before: 29, held: [] }, 9),
    gives: [80],
  },
  {
    store: 'activity/archive',
    statement: 'dropSegment',
    run: (tx) => archive.dropSegment(tx, 80, now),
    gives: true,
    changes: ['activity_segments 10 connections: dropped_at=1000'],
  },
  {
    store: 'activity/archive',
    statement: 'findHalfDropped',
    run: (tx) => archive.findHalfDropped(tx),
    gives: undefined,
  },
  {
    store: 'activity/archive',
    statement: 'findHalfDropped',
    of: 'the first of two that were dropped a moment ago',
    run: async (tx) => {
      for (const id of [160, 80]) await archive.dropSegment(tx, id, now)
      return archive.findHalfDropped(tx)
    },
    gives: 80,
    changes: [
      'activity_segments 10 connections: dropped_at=1000',
      'activity_segments 20 connections: dropped_at=1000',
    ],
  },
  {
    store: 'activity/archive',
    statement: 'deleteContent',
    run: async (tx) => {
      await archive.dropSegment(tx, 80, now)
      await archive.deleteContent(tx, 80)
    },
    changes: ['activity_segments 10 connections: sha256=null dropped_at=1000 content=null'],
  },
  {
    store: 'activity/archive',
    statement: 'deleteContent',
    of: 'of one that was not dropped',
    run: (tx) => archive.deleteContent(tx, 80),
    changes: [],
  },
  {
    store: 'activity/archive',
    statement: 'dropSegment',
    of: 'one that was dropped before',
    run: (tx) => archive.dropSegment(tx, 0, now),
    gives: false,
  },
  {
    store: 'activity/archive',
    statement: 'findDroppedUntil',
    run: (tx) => archive.findDroppedUntil(tx, 'connections'),
    gives: 9,
  },
  {
    store: 'activity/archive',
    statement: 'findDroppedUntil',
    of: 'a kind of which nothing was',
    run: (tx) => archive.findDroppedUntil(tx, 'log'),
    gives: null,
  },
  {
    store: 'activity/archive',
    statement: 'findDroppedUntil',
    of: 'a kind of which several were',
    async run(tx) {
      await archive.dropSegment(tx, 80, now)
      return archive.findDroppedUntil(tx, 'connections')
    },
    gives: 19,
    changes: ['activity_segments 10 connections: dropped_at=1000'],
  },
  {
    store: 'activity/archive',
    statement: 'findPeriods',
    run: (tx) => archive.findPeriods(tx, 9),
    gives: [
      { month: '2026-02', kind: 'connections', events: 1, bytes: 3, dropped: 0 },
      { month: '2026-01', kind: 'connections', events: 1, bytes: 3, dropped: 1 },
      { month: '2026-01', kind: 'log', events: 2, bytes: 6, dropped: 0 },
    ],
  },
]

const newUser = (name: string, id: string): users.UserRow => ({
  ...{ id, username: name, username_key: name, username_skeleton: name, display_name: 'Eve' },
  ...{ user_type: 'customer', password_hash: 'of eve', created_at: 7, last_sign_in_at: null, disabled_at: 9 },
  permissions_version: 0,
  version: 0,
  delete_at: null,
})

const newAlarm = (subject: string): alarms.NewAlarm => ({
  ...{ id: 'alm_new', rule: 'brute_force', subject, subject_kind: 'user', severity: 'high', facts: null },
  ...{ opened_at: now, last_at: now, times: 1, subjects: 1, holds_until: null, tell_at: now },
})
const growth = { times: 2, lastAt: now, holdsUntil: 2000, facts: '{}', tellAt: 1500 }
/** As the row has it. */
const due = { id: 'alm_2', told: 'nothing', told_at: null, tell_at: now, times: 3, closed_at: null } as const

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

const newService: services.ServiceRow = {
  ...{ id: 'svc_d', name: 'service d', secret_hash: 'of d', created_at: now, disabled_at: null, version: 3 },
  ...{ scopes: ['devices:read', 'keys:read'], audience: 'for d', known_scopes: ['pages:read', 'pages:see'] },
  ...{ profile: { name: 'plain' }, longest_life_seconds: 7, scopes_version: 4 },
}

const newServiceKey: serviceKeys.ServiceKeyRow = {
  ...{ kid: 'own_c', service: 'svc_c', algorithm: 'ES256', status: 'active', public_jwk: '{}' },
  ...{ private_sealed: 'sealed', created_at: now, activated_at: 1, retired_at: 2, last_used_at: 3 },
  revoked_at: null,
}

const newScope: serviceScopes.ServiceScopeRow = {
  ...{ service: 'svc_a', holder_kind: 'service', holder: 'svc_c', scope: 'pages:read', given_at: now },
}

const newAttribute: attributes.AttributeRow = {
  ...{ key: 'new', label: 'New', kind: 'date', bounds: {}, person_may: 'change' },
  ...{ is_required: true, is_searchable: true, created_at: now },
}

const strictRule: userTypes.SignInRuleRow = {
  ...{ self_registration: 1, mail_code: 0, session_idle_ms: 600, session_longest_ms: 700 },
}
const strictRuleSet = 'self_registration=1 mail_code=0 session_idle_ms=600 session_longest_ms=700'
const noLimits = { self_registration: 0, mail_code: 1, session_idle_ms: null, session_longest_ms: null }

const newPasskey: passkeys.PasskeyRow = {
  ...{
    id: 'pk_9',
    user_id: 'usr_ada',
    credential_id: 'credential_new',
    algorithm: 'EdDSA',
    public_key: '{}',
  },
  ...{ rp_id: 'two', sign_count: 3, is_backup_eligible: 0, is_backed_up: 1, is_factor: 0 },
  ...{ transports: 'usb', aaguid: '7', name: 'new', created_at: now, last_used_at: 7 },
}

const idsOf = ({ rows }: search.FoundPeople) => rows.map(({ id }) => id)

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

const rows: readonly Row[] = [
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
  })),
  {
    store: 'accounts/passwords',
    statement: 'notePepper',
    run: (tx) => passwords.notePepper(tx, 'c', now),
    changes: ['+ password_peppers c: name=c used_at=1000'],
  },
  {
    store: 'accounts/passwords',
    statement: 'notePepper',
    of: 'that was noted before',
    run: (tx) => passwords.notePepper(tx, 'a', now),
  },
  {
    store: 'accounts/passwords',
    statement: 'findPeppers',
    run: (tx) => passwords.findPeppers(tx),
    gives: ['a', 'b'],
  },
  {
    store: 'accounts/passwords',
    statement: 'forgetPepper',
    run: (tx) => passwords.forgetPepper(tx, 'a'),
    changes: ['- password_peppers a'],
  },
  {
    store: 'accounts/users',
    statement: 'countPasswordsBeginning',
    run: async (tx) => [
      await users.countPasswordsBeginning(tx, 'of '),
      await users.countPasswordsBeginning(tx, 'of b'),
      await users.countPasswordsBeginning(tx, 'OF'),
      await users.countPasswordsBeginning(tx, '%'),
    ],
    gives: [3, 1, 0, 0],
  },
  {
    store: 'accounts/registration',
    statement: 'insertRegistrationRequest',
    run: (tx) => registration.insertRegistrationRequest(tx, { id: 'rgr_3', sealed: 'text', created_at: now }),
    changes: ['+ registration_requests rgr_3: id=rgr_3 sealed=text created_at=1000'],
  },
  {
    store: 'accounts/registration',
    statement: 'takeRegistrationRequest',
    run: async (tx) => (await registration.takeRegistrationRequest(tx))?.sealed,
    gives: 'one',
    changes: ['- registration_requests rgr_1'],
  },
  {
    store: 'accounts/registration',
    statement: 'insertRegistration',
    run: (tx) =>
      registration.insertRegistration(tx, {
        ...{ secret_hash: 'registration_new', user_type: 'guest', address: 'N@one', address_key: 'n@one' },
        ...{ language: 'zh-Hant', attempts: 0, created_at: now, expires_at: 2000 },
      }),
    changes: [
      '+ registrations registration_new: secret_hash=registration_new user_type=guest address=N@one address_key=n@one language=zh-Hant attempts=0 created_at=1000 expires_at=2000',
    ],
  },
  {
    store: 'accounts/registration',
    statement: 'findRegistration',
    run: async (tx) => [
      (await registration.findRegistration(tx, 'registration_open', now))?.address,
      await registration.findRegistration(tx, 'registration_over', now),
    ],
    gives: ['new@one', undefined],
  },
  {
    store: 'accounts/registration',
    statement: 'takeRegistrationAttempt',
    run: async (tx) =>
      (await registration.takeRegistrationAttempt(tx, 'registration_open', now, 20))?.attempts,
    gives: 1,
    changes: ['registrations registration_open: attempts=1'],
  },
  {
    store: 'accounts/registration',
    statement: 'takeRegistrationAttempt',
    of: 'at a link that is over, and at one that was tried too often',
    run: async (tx) => [
      await registration.takeRegistrationAttempt(tx, 'registration_over', now, 20),
      await registration.takeRegistrationAttempt(tx, 'registration_tried', now, 20),
    ],
    gives: [undefined, undefined],
  },
  {
    store: 'accounts/registration',
    statement: 'useRegistration',
    run: (tx) => registration.useRegistration(tx, 'registration_open', now),
    gives: true,
    changes: ['- registrations registration_open'],
  },
  {
    store: 'accounts/registration',
    statement: 'useRegistration',
    of: 'that is over',
    run: (tx) => registration.useRegistration(tx, 'registration_over', now),
    gives: false,
  },
  {
    store: 'accounts/registration',
    statement: 'endRegistrations',
    run: (tx) => registration.endRegistrations(tx, 'new@one'),
    changes: ['- registrations registration_open', '- registrations registration_over'],
  },
  {
    store: 'accounts/registration',
    statement: 'sweepRegistrations',
    run: (tx) => registration.sweepRegistrations(tx, now),
    changes: ['- registrations registration_over'],
  },
  {
    store: 'accounts/users',
    statement: 'setDeletion',
    run: (tx) => users.setDeletion(tx, 'usr_bob', 2000),
    gives: true,
    changes: ['users usr_bob: delete_at=2000'],
  },
  {
    store: 'accounts/users',
    statement: 'setDeletion',
    of: 'to never',
    run: (tx) => users.setDeletion(tx, 'usr_dan', null),
    gives: true,
    changes: ['users usr_dan: delete_at=null'],
  },
  {
    store: 'accounts/users',
    statement: 'setDeletion',
    of: 'to never, where it is so',
    run: (tx) => users.setDeletion(tx, 'usr_bob', null),
    gives: false,
  },
  {
    store: 'accounts/users',
    statement: 'findDueDeletions',
    run: (tx) => users.findDueDeletions(tx, now, 5),
    gives: ['usr_dan'],
  },
  {
    store: 'accounts/users',
    statement: 'findDueDeletions',
    of: 'a moment before',
    run: (tx) => users.findDueDeletions(tx, now - 1, 5),
    gives: [],
  },
  {
    store: 'accounts/users',
    statement: 'holdDueDeletion',
    run: (tx) => users.holdDueDeletion(tx, 'usr_dan', now),
    gives: 'usr_dan',
  },
  ...[
    { of: 'a moment before', id: 'usr_dan', at: now - 1 },
    { of: 'of somebody who stays', id: 'usr_bob', at: now },
  ].map(
    ({ of, id, at }): Row => ({
      store: 'accounts/users',
      statement: 'holdDueDeletion',
      of,
      run: (tx) => users.holdDueDeletion(tx, id, at),
    }),
  ),
  {
    store: 'accounts/users',
    statement: 'deleteUser',
    run: (tx) => users.deleteUser(tx, 'usr_dan'),
    changes: ['- user_grants grt_dan_1', '- users usr_dan'],
  },
  {
    store: 'accounts/addresses',
    statement: 'insertAddresses',
    run: (tx) =>
      addresses.insertAddresses(tx, [
        {
          ...{ id: 'adr_new', user_id: 'usr_dan', address: 'Dan@one', address_key: 'dan@one', is_primary: 1 },
          ...{ language: 'en', created_at: now, proven_at: now },
        },
      ]),
    changes: [
      '+ user_addresses adr_new: id=adr_new user_id=usr_dan address=Dan@one address_key=dan@one is_primary=1 language=en created_at=1000 proven_at=1000',
    ],
  },
  {
    store: 'accounts/addresses',
    statement: 'findAddressesByKeys',
    run: (tx) =>
      addresses
        .findAddressesByKeys(tx, ['both@one', 'bob@one', 'none@one'])
        .then((rows) => rows.map(({ user_id, proven_at }) => [user_id, proven_at])),
    gives: [
      ['usr_ada', null],
      ['usr_bob', null],
      ['usr_bob', 7],
      ['usr_cyd', null],
    ],
  },
  {
    store: 'accounts/addresses',
    statement: 'findProvenOf',
    run: (tx) =>
      addresses.findProvenOf(tx, ['usr_ada', 'usr_cyd']).then((rows) => rows.map(({ address }) => address)),
    gives: ['ada@one', 'ada@two'],
  },
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
    store: 'accounts/sign-in',
    statement: 'findKnownBrowsers',
    run: (tx) =>
      signIn.findKnownBrowsers(tx, 'usr_ada').then((rows) => rows.map(({ last_used_at }) => last_used_at)),
    gives: [900, 1100],
  },
  {
    store: 'accounts/attributes',
    statement: 'findAttributes',
    run: (tx) => attributes.findAttributes(tx).then((rows) => rows.map(({ key }) => key)),
    gives: ['team', 'floor'],
  },
  {
    store: 'accounts/attributes',
    statement: 'findAttribute',
    run: (tx) => attributes.findAttribute(tx, 'team'),
    gives: {
      ...{ key: 'team', label: 'team', kind: 'text', bounds: { longest: 20 }, person_may: 'see' },
      ...{ is_required: true, is_searchable: false, created_at: 1 },
    },
  },
  {
    store: 'accounts/attributes',
    statement: 'holdAttribute',
    run: (tx) => attributes.holdAttribute(tx, 'floor').then((row) => [row?.key, row?.is_searchable]),
    gives: ['floor', true],
  },
  {
    store: 'accounts/attributes',
    statement: 'holdAttribute',
    of: 'of one that there is not',
    run: (tx) => attributes.holdAttribute(tx, 'none'),
  },
  {
    store: 'accounts/attributes',
    statement: 'insertAttribute',
    run: (tx) => attributes.insertAttribute(tx, newAttribute),
    changes: [
      '+ attributes new: key=new label=New kind=date bounds={} person_may=change is_required=1 is_searchable=1 created_at=1000',
    ],
  },
  {
    store: 'accounts/attributes',
    statement: 'updateAttribute',
    run: (tx) =>
      attributes.updateAttribute(tx, {
        ...newAttribute,
        key: 'floor',
        bounds: { least: 1 },
        is_required: true,
        is_searchable: false,
      }),
    changes: [
      'attributes floor: label=New bounds={"least":1} person_may=change is_required=1 is_searchable=0',
    ],
  },
  {
    store: 'accounts/attributes',
    statement: 'deleteAttribute',
    run: (tx) => attributes.deleteAttribute(tx, 'team'),
    changes: ['- attributes team', '- user_attributes usr_ada team'],
  },
  {
    store: 'accounts/attributes',
    statement: 'countValues',
    run: async (tx) => [await attributes.countValues(tx, 'floor'), await attributes.countValues(tx, 'none')],
    gives: [3, 0],
  },
  {
    store: 'accounts/attributes',
    statement: 'findValues',
    run: (tx) =>
      attributes
        .findValues(tx, ['usr_ada', 'usr_cyd'])
        .then((rows) => rows.map(({ key, value }) => [key, value])),
    gives: [
      ['floor', '3'],
      ['team', 'one'],
      ['floor', '4'],
    ],
  },
  {
    store: 'accounts/attributes',
    statement: 'insertValues',
    run: (tx) => attributes.insertValues(tx, [{ user_id: 'usr_bob', key: 'team', value: 'two' }]),
    changes: ['+ user_attributes usr_bob team: user_id=usr_bob key=team value=two'],
  },
  {
    store: 'accounts/attributes',
    statement: 'setValue',
    run: (tx) => attributes.setValue(tx, { user_id: 'usr_bob', key: 'floor', value: '5' }),
    changes: ['user_attributes usr_bob floor: value=5'],
  },
  {
    store: 'accounts/attributes',
    statement: 'setValue',
    of: 'of somebody who has none',
    run: (tx) => attributes.setValue(tx, { user_id: 'usr_dan', key: 'floor', value: '5' }),
    changes: ['+ user_attributes usr_dan floor: user_id=usr_dan key=floor value=5'],
  },
  {
    store: 'accounts/attributes',
    statement: 'deleteValue',
    run: (tx) => attributes.deleteValue(tx, 'usr_ada', 'floor'),
    changes: ['- user_attributes usr_ada floor'],
  },
  {
    store: 'accounts/search',
    statement: 'findPeople',
    of: 'with a value of an attribute',
    run: (tx) => search.findPeople(tx, { attribute: { key: 'floor', value: '3' } }, undefined, 5).then(idsOf),
    gives: ['usr_ada', 'usr_bob'],
  },
  {
    store: 'accounts/search',
    statement: 'findPeople',
    of: 'with a value that only another attribute has',
    run: (tx) => search.findPeople(tx, { attribute: { key: 'team', value: '3' } }, undefined, 5).then(idsOf),
    gives: [],
  },
  {
    store: 'devices/relations',
    statement: 'findRelationsOf',
    run: (tx) => relations.findRelationsOf(tx, 'usr_ada').then((rows) => rows.map(({ uid }) => uid)),
    gives: ['dev_a', 'dev_b'],
  },
  {
    store: 'accounts/search',
    statement: 'findPeople',
    run: (tx) => search.findPeople(tx, { words: ['ada'] }, undefined, 5).then(idsOf),
    gives: ['usr_bob', 'usr_ada'],
  },
  {
    store: 'accounts/search',
    statement: 'findPeople',
    of: 'of one status',
    run: (tx) => search.findPeople(tx, { status: 'disabled' }, undefined, 5).then(idsOf),
    gives: ['usr_dan'],
  },
  {
    store: 'accounts/search',
    statement: 'findPeople',
    of: 'of everybody behind a place',
    run: (tx) => search.findPeople(tx, {}, { key: '', id: 'usr_bob' }, 5).then(idsOf),
    gives: ['usr_cyd', 'usr_dan'],
  },
  {
    store: 'accounts/search',
    statement: 'countPeople',
    run: (tx) => search.countPeople(tx, { userType: 'administrator' }, undefined),
    gives: { count: 3, next: undefined },
  },
  {
    store: 'accounts/search',
    statement: 'hasUnsearchable',
    run: (tx) => search.hasUnsearchable(tx),
    gives: true,
  },
  {
    store: 'accounts/users',
    statement: 'holdNames',
    run: (tx) => users.holdNames(tx, 'usr_bob'),
    gives: 'usr_bob',
    changes: ['users usr_bob: searchable=1'],
  },
  {
    store: 'accounts/users',
    statement: 'takeUnsearchable',
    run: (tx) => users.takeUnsearchable(tx, 2).then((rows) => rows.map(({ id }) => id).sort()),
    gives: ['usr_ada', 'usr_bob'],
    changes: ['users usr_ada: searchable=1', 'users usr_bob: searchable=1'],
  },
  {
    store: 'accounts/search',
    statement: 'findAddressesOf',
    run: (tx) =>
      search.findAddressesOf(tx, ['usr_bob', 'usr_cyd']).then((rows) => rows.map(({ address }) => address)),
    gives: ['both@one', 'bob@one', 'both@one'],
  },
  {
    store: 'accounts/search',
    statement: 'insertTerms',
    run: (tx) => search.insertTerms(tx, [{ user_id: 'usr_cyd', term: 'cyd' }]),
    changes: ['+ user_terms usr_cyd cyd: user_id=usr_cyd term=cyd'],
  },
  {
    store: 'accounts/search',
    statement: 'deleteTerms',
    run: (tx) => search.deleteTerms(tx, 'usr_ada'),
    changes: ['- user_terms usr_ada ada@one', '- user_terms usr_ada two'],
  },
  {
    store: 'accounts/recovery',
    statement: 'insertRequest',
    run: (tx) => recovery.insertRequest(tx, { id: 'rcr_3', sealed: 'text', created_at: now }),
    changes: ['+ recovery_requests rcr_3: id=rcr_3 sealed=text created_at=1000'],
  },
  {
    store: 'accounts/recovery',
    statement: 'takeRequest',
    run: (tx) => recovery.takeRequest(tx),
    gives: 'rcr_1',
    changes: ['- recovery_requests rcr_1'],
  },
  {
    store: 'accounts/recovery',
    statement: 'insertRecovery',
    run: (tx) =>
      recovery.insertRecovery(tx, {
        secretHash: 'recover_new',
        userId: 'usr_ada',
        createdAt: now,
        expiresAt: 2000,
      }),
    changes: [
      '+ recoveries recover_new: secret_hash=recover_new user_id=usr_ada created_at=1000 expires_at=2000',
    ],
  },
  {
    store: 'accounts/recovery',
    statement: 'useRecovery',
    run: (tx) => recovery.useRecovery(tx, 'recover_bob', now),
    gives: 'usr_bob',
    changes: ['recoveries recover_bob: used_at=1000'],
  },
  {
    store: 'accounts/recovery',
    statement: 'findRecoveringUser',
    run: (tx) => recovery.findRecoveringUser(tx, 'recover_bob', now),
    gives: 'usr_bob',
  },
  ...['recover_bob_used', 'recover_bob_over'].flatMap((secretHash): readonly Row[] => [
    {
      store: 'accounts/recovery',
      statement: 'useRecovery',
      of: `of ${secretHash}`,
      run: (tx) => recovery.useRecovery(tx, secretHash, now),
    },
    {
      store: 'accounts/recovery',
      statement: 'findRecoveringUser',
      of: `by ${secretHash}`,
      run: (tx) => recovery.findRecoveringUser(tx, secretHash, now),
    },
  ]),
  {
    store: 'accounts/recovery',
    statement: 'endRecoveries',
    run: (tx) => recovery.endRecoveries(tx, 'usr_bob', now),
    changes: ['recoveries recover_bob: used_at=1000', 'recoveries recover_bob_over: used_at=1000'],
  },
  {
    store: 'accounts/recovery',
    statement: 'sweepRecoveries',
    run: (tx) => recovery.sweepRecoveries(tx, now),
    changes: ['- recoveries recover_bob_over'],
  },
  {
    store: 'accounts/notices',
    statement: 'findUnseenSessions',
    run: (tx) => notices.findUnseenSessions(tx, 'ses_ada_1', 'ses_bob_1', 9),
    gives: ['ses_ada_2'],
  },
  {
    store: 'accounts/notices',
    statement: 'findUnseenSessions',
    of: 'as many as are asked for',
    run: (tx) => notices.findUnseenSessions(tx, 'ses_a', 'ses_z', 1),
    gives: ['ses_ada_2'],
  },
  {
    store: 'accounts/notices',
    statement: 'claimSession',
    run: (tx) => notices.claimSession(tx, 'ses_ada_2', now),
    gives: true,
    changes: ['+ session_notices ses_ada_2: session_id=ses_ada_2 created_at=1000'],
  },
  {
    store: 'accounts/notices',
    statement: 'claimSession',
    of: 'that was looked at',
    run: (tx) => notices.claimSession(tx, 'ses_ada_1', now),
    gives: false,
  },
  {
    store: 'accounts/notices',
    statement: 'sweepClaims',
    run: (tx) => notices.sweepClaims(tx, 900),
    changes: ['- session_notices ses_ada_1'],
  },
  {
    store: 'accounts/notices',
    statement: 'findSeenClients',
    run: (tx) =>
      notices.findSeenClients(tx, 'usr_ada').then((rows) => rows.map(({ browser }) => browser).join(' ')),
    gives: 'Chrome Firefox',
  },
  {
    store: 'accounts/notices',
    statement: 'noteSeenClient',
    run: (tx) => notices.noteSeenClient(tx, 'usr_ada', { browser: 'Firefox', region: 'DE' }, now),
    changes: ['seen_clients usr_ada Firefox DE: last_seen_at=1000'],
  },
  {
    store: 'accounts/notices',
    statement: 'noteSeenClient',
    of: 'for the first time',
    run: (tx) => notices.noteSeenClient(tx, 'usr_ada', { browser: 'Firefox', region: 'JP' }, now),
    changes: [
      '+ seen_clients usr_ada Firefox JP: user_id=usr_ada browser=Firefox region=JP last_seen_at=1000',
    ],
  },
  {
    store: 'accounts/notices',
    statement: 'sweepSeenClients',
    run: (tx) => notices.sweepSeenClients(tx, 900),
    changes: ['- seen_clients usr_ada Firefox DE'],
  },
  {
    store: 'accounts/notices',
    statement: 'findRefusedSignIns',
    run: (tx) => notices.findRefusedSignIns(tx, 'usr_bob', 'evt_1').then((rows) => rows.length),
    gives: 1,
  },
  {
    store: 'accounts/notices',
    statement: 'findRefusedSignIns',
    of: 'beside another refusal',
    run: async (tx) => {
      await tx.query("UPDATE activity SET outcome = 'refused' WHERE id = 'evt_4'")
      return (await notices.findRefusedSignIns(tx, 'usr_bob', 'evt_1')).length
    },
    gives: 1,
    changes: ['activity evt_4: outcome=refused'],
  },
  {
    store: 'accounts/notices',
    statement: 'findRefusedSignIns',
    of: 'later ones',
    run: (tx) => notices.findRefusedSignIns(tx, 'usr_bob', 'evt_3').then((rows) => rows.length),
    gives: 0,
  },
  {
    store: 'accounts/notices',
    statement: 'insertNoticeLink',
    run: (tx) =>
      notices.insertNoticeLink(tx, {
        secretHash: 'notice_new',
        userId: 'usr_ada',
        sessionId: 'ses_ada_2',
        createdAt: now,
        expiresAt: 2000,
      }),
    changes: [
      '+ notice_links notice_new: secret_hash=notice_new user_id=usr_ada session_id=ses_ada_2 created_at=1000 expires_at=2000',
    ],
  },
  {
    store: 'accounts/notices',
    statement: 'findNoticeLink',
    run: (tx) => notices.findNoticeLink(tx, 'notice_bob', now).then((link) => link?.session_id),
    gives: 'ses_bob_1',
  },
  {
    store: 'accounts/notices',
    statement: 'useNoticeLink',
    run: (tx) => notices.useNoticeLink(tx, 'notice_bob', now).then((link) => link?.session_id),
    gives: 'ses_bob_1',
    changes: ['notice_links notice_bob: used_at=1000'],
  },
  ...['notice_bob_used', 'notice_bob_over'].flatMap((secretHash): readonly Row[] => [
    {
      store: 'accounts/notices',
      statement: 'findNoticeLink',
      of: `by ${secretHash}`,
      run: (tx) => notices.findNoticeLink(tx, secretHash, now),
    },
    {
      store: 'accounts/notices',
      statement: 'useNoticeLink',
      of: `of ${secretHash}`,
      run: (tx) => notices.useNoticeLink(tx, secretHash, now),
    },
  ]),
  {
    store: 'accounts/notices',
    statement: 'sweepNoticeLinks',
    run: (tx) => notices.sweepNoticeLinks(tx, now),
    changes: ['- notice_links notice_bob_over'],
  },
  {
    store: 'accounts/users',
    statement: 'removePassword',
    run: (tx) => users.removePassword(tx, 'usr_bob'),
    changes: ['users usr_bob: password_hash=null'],
  },
  {
    store: 'accounts/addresses',
    statement: 'insertAddress',
    run: (tx) =>
      addresses.insertAddress(tx, {
        id: 'adr_cyd_2',
        user_id: 'usr_cyd',
        address: 'Cyd@one',
        address_key: 'cyd@one',
        is_primary: 0,
        language: 'zh-Hant',
        created_at: now,
        proven_at: null,
      }),
    changes: [
      '+ user_addresses adr_cyd_2: id=adr_cyd_2 user_id=usr_cyd address=Cyd@one address_key=cyd@one is_primary=0 language=zh-Hant created_at=1000',
    ],
  },
  {
    store: 'accounts/addresses',
    statement: 'findAddresses',
    run: (tx) => addresses.findAddresses(tx, 'usr_bob'),
    gives: ['adr_bob_2', 'adr_bob_1'],
  },
  {
    store: 'accounts/addresses',
    statement: 'findAddress',
    run: (tx) => addresses.findAddress(tx, 'adr_bob_1'),
    gives: 'adr_bob_1',
  },
  {
    store: 'accounts/addresses',
    statement: 'findProven',
    run: (tx) => addresses.findProven(tx, 'ada@two'),
    gives: 'adr_ada_2',
  },
  {
    store: 'accounts/addresses',
    statement: 'findProven',
    of: 'of one that is only claimed',
    run: (tx) => addresses.findProven(tx, 'both@one'),
  },
  {
    store: 'accounts/addresses',
    statement: 'findPrimary',
    run: (tx) => addresses.findPrimary(tx, 'usr_ada'),
    gives: 'adr_ada_1',
  },
  {
    store: 'accounts/addresses',
    statement: 'setProven',
    run: (tx) => addresses.setProven(tx, 'adr_bob_1', now),
    changes: ['user_addresses adr_bob_1: proven_at=1000'],
  },
  {
    store: 'accounts/addresses',
    statement: 'setProven',
    of: 'of one that is proven',
    run: (tx) => addresses.setProven(tx, 'adr_ada_2', now),
  },
  {
    store: 'accounts/addresses',
    statement: 'takeFromOthers',
    run: (tx) => addresses.takeFromOthers(tx, 'both@one', 'usr_ada'),
    gives: ['usr_bob', 'usr_cyd'],
    changes: [
      '- address_proofs proof_bob',
      '- address_proofs proof_bob_over',
      '- address_proofs proof_bob_used',
      '- user_addresses adr_bob_1',
      '- user_addresses adr_cyd_1',
    ],
  },
  {
    store: 'accounts/addresses',
    statement: 'takeFromOthers',
    of: 'of what one account has proven',
    run: (tx) => addresses.takeFromOthers(tx, 'ada@two', 'usr_bob'),
    gives: [],
  },
  {
    store: 'accounts/addresses',
    statement: 'setPrimary',
    run: (tx) => addresses.setPrimary(tx, 'usr_ada', 'adr_ada_2'),
    changes: ['user_addresses adr_ada_1: is_primary=0', 'user_addresses adr_ada_2: is_primary=1'],
  },
  ...(['adr_ada_3', 'adr_bob_2', 'adr_none'] as const).map((id) => ({
    store: 'accounts/addresses',
    statement: 'setPrimary',
    of: `refused, of ${id}`,
    run: (tx: Transaction) =>
      assert.rejects(addresses.setPrimary(tx, 'usr_ada', id), /only a proven address/),
    changes: ['user_addresses adr_ada_1: is_primary=0'],
  })),
  {
    store: 'accounts/addresses',
    statement: 'removeAddress',
    run: (tx) => addresses.removeAddress(tx, 'adr_ada_2'),
    changes: ['- user_addresses adr_ada_2'],
  },
  {
    store: 'accounts/addresses',
    statement: 'insertProof',
    run: (tx) =>
      addresses.insertProof(tx, {
        secretHash: 'proof_new',
        addressId: 'adr_ada_3',
        createdAt: now,
        expiresAt: 2000,
      }),
    changes: [
      '+ address_proofs proof_new: secret_hash=proof_new address_id=adr_ada_3 created_at=1000 expires_at=2000',
    ],
  },
  {
    store: 'accounts/addresses',
    statement: 'findProofAddress',
    run: (tx) => addresses.findProofAddress(tx, 'proof_bob', now),
    gives: 'adr_bob_1',
  },
  ...['proof_bob_used', 'proof_bob_over'].flatMap((secretHash): readonly Row[] => [
    {
      store: 'accounts/addresses',
      statement: 'findProofAddress',
      of: `by ${secretHash}`,
      run: (tx) => addresses.findProofAddress(tx, secretHash, now),
    },
    {
      store: 'accounts/addresses',
      statement: 'useProof',
      of: `of ${secretHash}`,
      run: (tx) => addresses.useProof(tx, secretHash, now),
    },
  ]),
  {
    store: 'accounts/addresses',
    statement: 'useProof',
    run: (tx) => addresses.useProof(tx, 'proof_bob', now),
    gives: 'adr_bob_1',
    changes: ['address_proofs proof_bob: used_at=1000'],
  },
  {
    store: 'accounts/addresses',
    statement: 'sweepProofs',
    run: (tx) => addresses.sweepProofs(tx, now),
    changes: ['- address_proofs proof_bob_over'],
  },
  {
    store: 'mail',
    statement: 'fillLimit',
    run: (tx) => mail.fillLimit(tx, 'limit_near', { now, costMs: 100, sizeMs: 400 }),
    gives: true,
    changes: ['mail_limits limit_near: full_until=1400'],
  },
  {
    store: 'mail',
    statement: 'fillLimit',
    of: 'that is empty',
    run: (tx) => mail.fillLimit(tx, 'limit_over', { now, costMs: 100, sizeMs: 400 }),
    gives: true,
    changes: ['mail_limits limit_over: full_until=1100'],
  },
  {
    store: 'mail',
    statement: 'fillLimit',
    of: 'that is full',
    run: (tx) => mail.fillLimit(tx, 'limit_near', { now, costMs: 100, sizeMs: 399 }),
    gives: false,
  },
  {
    store: 'mail',
    statement: 'findLimit',
    run: (tx) => mail.findLimit(tx, 'limit_near'),
    gives: 1300,
  },
  {
    store: 'mail',
    statement: 'sweepLimits',
    run: (tx) => mail.sweepLimits(tx, now),
    changes: ['- mail_limits limit_over'],
  },
  {
    store: 'mail',
    statement: 'insertLetter',
    run: (tx) =>
      mail.insertLetter(tx, {
        id: 'mal_6',
        letter: 'notice',
        user_id: null,
        sealed: 'text',
        created_at: now,
        until_at: 2000,
        attempts: 0,
        next_at: now,
        last_error: null,
      }),
    changes: [
      '+ mail_outbox mal_6: id=mal_6 letter=notice sealed=text created_at=1000 until_at=2000 attempts=0 next_at=1000',
    ],
  },
  {
    store: 'mail',
    statement: 'takeLetters',
    of: 'those that are due, by when they are',
    run: (tx) => mail.takeLetters(tx, now, 1300, 2).then((rows) => rows.map(({ id }) => id).sort()),
    gives: ['mal_3', 'mal_5'],
    changes: ['mail_outbox mal_3: attempts=3 next_at=1300', 'mail_outbox mal_5: attempts=1 next_at=1300'],
  },
  {
    store: 'mail',
    statement: 'takeLetters',
    of: 'neither one that is over nor one that waits',
    run: (tx) => mail.takeLetters(tx, now, 1300, 9).then((rows) => rows.map(({ id }) => id).sort()),
    gives: ['mal_1', 'mal_3', 'mal_5'],
    changes: [
      'mail_outbox mal_1: attempts=2 next_at=1300',
      'mail_outbox mal_3: attempts=3 next_at=1300',
      'mail_outbox mal_5: attempts=1 next_at=1300',
    ],
  },
  {
    store: 'mail',
    statement: 'removeLetter',
    run: (tx) => mail.removeLetter(tx, 'mal_3', 2),
    gives: true,
    changes: ['- mail_outbox mal_3'],
  },
  {
    store: 'mail',
    statement: 'removeLetter',
    of: 'that somebody else took since',
    run: (tx) => mail.removeLetter(tx, 'mal_3', 1),
    gives: false,
  },
  {
    store: 'mail',
    statement: 'delayLetter',
    run: (tx) => mail.delayLetter(tx, { id: 'mal_3', attempts: 2 }, 1500, 'why'),
    changes: ['mail_outbox mal_3: next_at=1500 last_error=why'],
  },
  {
    store: 'mail',
    statement: 'delayLetter',
    of: 'that somebody else took since',
    run: (tx) => mail.delayLetter(tx, { id: 'mal_3', attempts: 1 }, 1500, 'why'),
  },
  {
    store: 'mail',
    statement: 'noteServer',
    of: 'that takes letters again',
    run: (tx) => mail.noteServer(tx, true, now),
    changes: ['- mail_server 1'],
  },
  {
    store: 'mail',
    statement: 'noteServer',
    of: 'that fails on',
    run: (tx) => mail.noteServer(tx, false, now),
  },
  {
    store: 'mail',
    statement: 'noteServer',
    of: 'that begins to fail',
    async run(tx) {
      await mail.noteServer(tx, true, now)
      await mail.noteServer(tx, false, now)
    },
    changes: ['mail_server 1: failed_since=1000'],
  },
  {
    store: 'mail',
    statement: 'hasServerFailed',
    async run(tx) {
      const before = await mail.hasServerFailed(tx)
      await mail.noteServer(tx, true, now)
      return [before, await mail.hasServerFailed(tx)]
    },
    gives: [true, false],
    changes: ['- mail_server 1'],
  },
  {
    store: 'mail',
    statement: 'removeOverdue',
    run: (tx) => mail.removeOverdue(tx, now),
    gives: ['mal_2'],
    changes: ['- mail_outbox mal_2'],
  },
  {
    store: 'mail',
    statement: 'findLetters',
    run: (tx) => mail.findLetters(tx, 2),
    gives: ['mal_5', 'mal_4'],
  },
  {
    store: 'accounts/invitations',
    statement: 'insertInvitation',
    run: (tx) =>
      invitations.insertInvitation(tx, {
        secretHash: 'invite_new',
        userId: 'usr_ada',
        createdAt: now,
        expiresAt: 2000,
      }),
    changes: [
      '+ invitations invite_new: secret_hash=invite_new user_id=usr_ada created_at=1000 expires_at=2000',
    ],
  },
  {
    store: 'accounts/invitations',
    statement: 'useInvitation',
    run: (tx) => invitations.useInvitation(tx, 'invite_bob', now),
    gives: 'usr_bob',
    changes: ['invitations invite_bob: used_at=1000'],
  },
  {
    store: 'accounts/invitations',
    statement: 'useInvitation',
    of: 'of one that was used',
    run: (tx) => invitations.useInvitation(tx, 'invite_bob_used', now),
  },
  {
    store: 'accounts/invitations',
    statement: 'useInvitation',
    of: 'of one that ends now',
    run: (tx) => invitations.useInvitation(tx, 'invite_bob_over', now),
  },
  {
    store: 'accounts/invitations',
    statement: 'findInvitedUser',
    run: (tx) => invitations.findInvitedUser(tx, 'invite_bob', now),
    gives: 'usr_bob',
  },
  {
    store: 'accounts/invitations',
    statement: 'findInvitedUser',
    of: 'by one that was used',
    run: (tx) => invitations.findInvitedUser(tx, 'invite_bob_used', now),
  },
  {
    store: 'accounts/invitations',
    statement: 'findInvitedUser',
    of: 'by one that ends now',
    run: (tx) => invitations.findInvitedUser(tx, 'invite_bob_over', now),
  },
  {
    store: 'accounts/invitations',
    statement: 'endInvitations',
    run: (tx) => invitations.endInvitations(tx, 'usr_bob', now),
    changes: ['invitations invite_bob: used_at=1000', 'invitations invite_bob_over: used_at=1000'],
  },
  {
    store: 'accounts/invitations',
    statement: 'findUserWhoMaySetUp',
    run: (tx) => invitations.findUserWhoMaySetUp(tx),
    gives: 'usr_ada',
  },
  {
    store: 'accounts/passkeys',
    statement: 'insertPasskey',
    run: (tx) => passkeys.insertPasskey(tx, newPasskey),
    gives: true,
    changes: [
      '+ passkeys pk_9: id=pk_9 user_id=usr_ada credential_id=credential_new algorithm=EdDSA public_key={} rp_id=two sign_count=3 is_backup_eligible=0 is_backed_up=1 is_factor=0 transports=usb aaguid=7 name=new created_at=1000 last_used_at=7',
    ],
  },
  {
    store: 'accounts/passkeys',
    statement: 'insertPasskey',
    of: 'with a credential id that there is',
    run: (tx) => passkeys.insertPasskey(tx, { ...newPasskey, credential_id: 'credential of pk_3' }),
    gives: false,
  },
  {
    store: 'accounts/passkeys',
    statement: 'findPasskeys',
    run: async (tx) => (await passkeys.findPasskeys(tx, 'usr_ada')).map(({ id }) => id),
    gives: ['pk_1', 'pk_2'],
  },
  {
    store: 'accounts/passkeys',
    statement: 'findPasskeyByCredential',
    run: async (tx) => [
      (await passkeys.findPasskeyByCredential(tx, 'credential of pk_3'))?.user_id,
      await passkeys.findPasskeyByCredential(tx, 'credential of pk_9'),
    ],
    gives: ['usr_bob', undefined],
  },
  {
    store: 'accounts/passkeys',
    statement: 'takeCount',
    run: (tx) => passkeys.takeCount(tx, 'pk_1', { signCount: 6, isBackedUp: true, now }),
    gives: true,
    changes: ['passkeys pk_1: sign_count=6 is_backed_up=1 last_used_at=1000'],
  },
  {
    store: 'accounts/passkeys',
    statement: 'takeCount',
    of: 'that does not count',
    run: (tx) => passkeys.takeCount(tx, 'pk_3', { signCount: 0, isBackedUp: false, now }),
    gives: true,
    changes: ['passkeys pk_3: last_used_at=1000'],
  },
  ...[5, 4, 0].map((signCount) => ({
    store: 'accounts/passkeys',
    statement: 'takeCount',
    of: `that was 5 and is ${signCount}`,
    run: (tx: Transaction) => passkeys.takeCount(tx, 'pk_1', { signCount, isBackedUp: true, now }),
    gives: false,
  })),
  {
    store: 'accounts/passkeys',
    statement: 'hasPasskeyInForce',
    run: async (tx) => [
      await passkeys.hasPasskeyInForce(tx, 'usr_ada'),
      await passkeys.hasPasskeyInForce(tx, 'usr_cyd'),
      await passkeys.hasPasskeyInForce(tx, 'usr_dan'),
    ],
    gives: [true, false, false],
  },
  {
    store: 'accounts/passkeys',
    statement: 'setPasskeyName',
    run: async (tx) => (await passkeys.setPasskeyName(tx, 'usr_ada', 'pk_1', 'old'))?.id,
    gives: 'pk_1',
    changes: ['passkeys pk_1: name=old'],
  },
  {
    store: 'accounts/passkeys',
    statement: 'setPasskeyName',
    of: 'of somebody else',
    run: (tx) => passkeys.setPasskeyName(tx, 'usr_ada', 'pk_3', 'old'),
    gives: undefined,
  },
  {
    store: 'accounts/passkeys',
    statement: 'deletePasskey',
    run: async (tx) => (await passkeys.deletePasskey(tx, 'usr_ada', 'pk_2'))?.id,
    gives: 'pk_2',
    changes: ['- passkeys pk_2'],
  },
  {
    store: 'accounts/passkeys',
    statement: 'deletePasskey',
    of: 'of somebody else',
    run: (tx) => passkeys.deletePasskey(tx, 'usr_ada', 'pk_3'),
    gives: undefined,
  },
  {
    store: 'accounts/passkeys',
    statement: 'deletePasskeys',
    run: (tx) => passkeys.deletePasskeys(tx, 'usr_ada'),
    changes: ['- passkeys pk_1', '- passkeys pk_2'],
  },
  {
    store: 'accounts/passkeys',
    statement: 'deleteUnprompted',
    run: (tx) => passkeys.deleteUnprompted(tx, 'usr_ada'),
    changes: ['- passkeys pk_2'],
  },
  {
    store: 'accounts/passkeys',
    statement: 'countOfOtherDomains',
    run: async (tx) => [
      await passkeys.countOfOtherDomains(tx, 'one'),
      await passkeys.countOfOtherDomains(tx, 'two'),
    ],
    gives: [0, 4],
  },
  {
    store: 'accounts/passkeys',
    statement: 'hasPasskeyOffer',
    run: async (tx) => [
      await passkeys.hasPasskeyOffer(tx, 'browser_1', 'usr_ada'),
      await passkeys.hasPasskeyOffer(tx, 'browser_1', 'usr_bob'),
      await passkeys.hasPasskeyOffer(tx, 'browser_2', 'usr_ada'),
    ],
    gives: [true, false, false],
  },
  {
    store: 'accounts/passkeys',
    statement: 'insertPasskeyOffer',
    run: (tx) => passkeys.insertPasskeyOffer(tx, 'browser_1', 'usr_bob', now),
    gives: true,
    changes: ['+ passkey_offers browser_1 usr_bob: browser_hash=browser_1 user_id=usr_bob offered_at=1000'],
  },
  {
    store: 'accounts/passkeys',
    statement: 'insertPasskeyOffer',
    of: 'that was made before',
    run: (tx) => passkeys.insertPasskeyOffer(tx, 'browser_1', 'usr_ada', now),
    gives: false,
  },
  {
    store: 'accounts/passkeys',
    statement: 'sweepPasskeyOffers',
    run: (tx) => passkeys.sweepPasskeyOffers(tx, 500),
    changes: ['- passkey_offers browser_1 usr_ada'],
  },
  {
    store: 'accounts/passkeys',
    statement: 'insertPasskeyChallenge',
    run: (tx) =>
      passkeys.insertPasskeyChallenge(tx, {
        ...{ challenge_hash: 'challenge_new', purpose: 'registration', user_id: 'usr_ada' },
        ...{ made_for: 'ses_ada_1', is_prompted: 0, browser_hash: 'browser_1' },
        ...{ created_at: now, expires_at: 3000 },
      }),
    changes: [
      '+ passkey_challenges challenge_new: challenge_hash=challenge_new purpose=registration user_id=usr_ada made_for=ses_ada_1 is_prompted=0 created_at=1000 expires_at=3000 browser_hash=browser_1',
    ],
  },
  {
    store: 'accounts/passkeys',
    statement: 'takePasskeyChallenge',
    run: async (tx) =>
      (await passkeys.takePasskeyChallenge(tx, 'challenge_making', 'registration', now))?.made_for,
    gives: 'ses_ada_1',
    changes: ['- passkey_challenges challenge_making'],
  },
  {
    store: 'accounts/passkeys',
    statement: 'takePasskeyChallenge',
    of: 'that is over, and one that was made for something else',
    run: async (tx) => [
      await passkeys.takePasskeyChallenge(tx, 'challenge_over', 'sign_in', now),
      await passkeys.takePasskeyChallenge(tx, 'challenge_making', 'sign_in', now),
    ],
    gives: [undefined, undefined],
  },
  {
    store: 'accounts/passkeys',
    statement: 'sweepPasskeyChallenges',
    run: (tx) => passkeys.sweepPasskeyChallenges(tx, now),
    changes: ['- passkey_challenges challenge_over'],
  },
  {
    store: 'accounts/factors',
    statement: 'findAuthenticator',
    run: (tx) => factors.findAuthenticator(tx, 'usr_bob', 'in_force').then((row) => row?.secret_sealed),
    gives: 'in_force of usr_bob',
  },
  {
    store: 'accounts/factors',
    statement: 'findAuthenticator',
    of: 'of somebody who has set one up only',
    run: (tx) => factors.findAuthenticator(tx, 'usr_cyd', 'in_force'),
  },
  {
    store: 'accounts/factors',
    statement: 'insertPendingAuthenticator',
    run: (tx) =>
      factors.insertPendingAuthenticator(tx, {
        userId: 'usr_dan',
        secretSealed: 'new',
        begunBy: 'ses_2',
        now,
      }),
    changes: [
      '+ authenticators usr_dan pending: user_id=usr_dan state=pending secret_sealed=new begun_by=ses_2 last_step=0 created_at=1000',
    ],
  },
  {
    store: 'accounts/factors',
    statement: 'insertPendingAuthenticator',
    of: 'in place of one',
    run: (tx) =>
      factors.insertPendingAuthenticator(tx, {
        userId: 'usr_ada',
        secretSealed: 'new',
        begunBy: 'ses_2',
        now,
      }),
    changes: ['authenticators usr_ada pending: secret_sealed=new begun_by=ses_2 created_at=1000'],
  },
  {
    store: 'accounts/factors',
    statement: 'confirmAuthenticator',
    run: (tx) => factors.confirmAuthenticator(tx, 'usr_cyd', 'pending of usr_cyd', 7),
    gives: true,
    changes: [
      '+ authenticators usr_cyd in_force: user_id=usr_cyd state=in_force secret_sealed=pending of usr_cyd begun_by=ses_1 last_step=7 created_at=1100',
      '- authenticators usr_cyd pending',
    ],
  },
  {
    store: 'accounts/factors',
    statement: 'confirmAuthenticator',
    of: 'of another secret',
    run: (tx) => factors.confirmAuthenticator(tx, 'usr_cyd', 'pending of usr_ada', 7),
    gives: false,
  },
  {
    store: 'accounts/factors',
    statement: 'takeStep',
    run: (tx) => factors.takeStep(tx, 'usr_ada', 'in_force of usr_ada', 6, now),
    gives: true,
    changes: ['authenticators usr_ada in_force: last_step=6 last_used_at=1000'],
  },
  {
    store: 'accounts/factors',
    statement: 'takeStep',
    of: 'that was used',
    run: (tx) => factors.takeStep(tx, 'usr_ada', 'in_force of usr_ada', 5, now),
    gives: false,
  },
  {
    store: 'accounts/factors',
    statement: 'takeStep',
    of: 'of an authenticator that was replaced',
    run: (tx) => factors.takeStep(tx, 'usr_ada', 'before', 6, now),
    gives: false,
  },
  {
    store: 'accounts/factors',
    statement: 'takeStep',
    of: 'of one that is being set up',
    run: (tx) => factors.takeStep(tx, 'usr_cyd', 'pending of usr_cyd', 6, now),
    gives: false,
  },
  {
    store: 'accounts/factors',
    statement: 'deleteAuthenticator',
    run: (tx) => factors.deleteAuthenticator(tx, 'usr_ada', 'pending'),
    gives: true,
    changes: ['- authenticators usr_ada pending'],
  },
  {
    store: 'accounts/factors',
    statement: 'deleteAuthenticator',
    of: 'of somebody who has none',
    run: (tx) => factors.deleteAuthenticator(tx, 'usr_cyd', 'in_force'),
    gives: false,
  },
  {
    store: 'accounts/factors',
    statement: 'sweepPendingAuthenticators',
    run: (tx) => factors.sweepPendingAuthenticators(tx, now),
    changes: ['- authenticators usr_ada pending', '- authenticators usr_bob pending'],
  },
  {
    store: 'accounts/factors',
    statement: 'insertRecoveryCode',
    run: (tx) => factors.insertRecoveryCode(tx, 'usr_bob', 'code_2', now),
    changes: ['+ recovery_codes usr_bob code_2: user_id=usr_bob code_hash=code_2 created_at=1000'],
  },
  {
    store: 'accounts/factors',
    statement: 'takeRecoveryCode',
    run: (tx) => factors.takeRecoveryCode(tx, 'usr_ada', 'code_1'),
    gives: true,
    changes: ['- recovery_codes usr_ada code_1'],
  },
  {
    store: 'accounts/factors',
    statement: 'takeRecoveryCode',
    of: 'of somebody else',
    run: (tx) => factors.takeRecoveryCode(tx, 'usr_bob', 'code_2'),
    gives: false,
  },
  {
    store: 'accounts/factors',
    statement: 'hasRecoveryCode',
    run: (tx) => factors.hasRecoveryCode(tx, 'usr_ada', 'code_2'),
    gives: true,
  },
  {
    store: 'accounts/factors',
    statement: 'hasRecoveryCode',
    of: 'of somebody else',
    run: (tx) => factors.hasRecoveryCode(tx, 'usr_bob', 'code_2'),
    gives: false,
  },
  {
    store: 'accounts/factors',
    statement: 'countRecoveryCodes',
    run: (tx) => factors.countRecoveryCodes(tx, 'usr_ada'),
    gives: 2,
  },
  {
    store: 'accounts/factors',
    statement: 'deleteRecoveryCodes',
    run: (tx) => factors.deleteRecoveryCodes(tx, 'usr_ada'),
    changes: ['- recovery_codes usr_ada code_1', '- recovery_codes usr_ada code_2'],
  },
  {
    store: 'accounts/factors',
    statement: 'insertChallenge',
    run: (tx) =>
      factors.insertChallenge(tx, {
        secret_hash: 'challenge_new',
        user_id: 'usr_bob',
        asks: 'enrol',
        password_print: 'print',
        key_thumbprint: 'key',
        identity: null,
        attempts: 0,
        created_at: now,
        expires_at: 2000,
      }),
    changes: [
      '+ sign_in_challenges challenge_new: secret_hash=challenge_new user_id=usr_bob asks=enrol password_print=print key_thumbprint=key attempts=0 created_at=1000 expires_at=2000',
    ],
  },
  {
    store: 'accounts/factors',
    statement: 'findChallenge',
    run: (tx) => factors.findChallenge(tx, 'challenge_bob', now).then((row) => row?.asks),
    gives: 'enrol',
  },
  {
    store: 'accounts/factors',
    statement: 'findChallenge',
    of: 'of one that ends now',
    run: (tx) => factors.findChallenge(tx, 'challenge_ada_over', now),
  },
  {
    store: 'accounts/factors',
    statement: 'takeChallengeAttempt',
    run: (tx) => factors.takeChallengeAttempt(tx, 'challenge_ada', now, 5).then((row) => row?.attempts),
    gives: 1,
    changes: ['sign_in_challenges challenge_ada: attempts=1'],
  },
  {
    store: 'accounts/factors',
    statement: 'takeChallengeAttempt',
    of: 'of one that was tried enough',
    run: (tx) => factors.takeChallengeAttempt(tx, 'challenge_ada_tried', now, 5),
  },
  {
    store: 'accounts/factors',
    statement: 'takeChallengeAttempt',
    of: 'of one that ends now',
    run: (tx) => factors.takeChallengeAttempt(tx, 'challenge_ada_over', now, 5),
  },
  {
    store: 'accounts/factors',
    statement: 'takeChallenge',
    run: (tx) => factors.takeChallenge(tx, 'challenge_ada', now),
    gives: true,
    // Its mailed code goes with it.
    changes: ['- mailed_codes challenge_ada', '- sign_in_challenges challenge_ada'],
  },
  {
    store: 'accounts/factors',
    statement: 'takeChallenge',
    of: 'of one that ends now',
    run: (tx) => factors.takeChallenge(tx, 'challenge_ada_over', now),
    gives: false,
  },
  {
    store: 'accounts/factors',
    statement: 'sweepChallenges',
    run: (tx) => factors.sweepChallenges(tx, now),
    changes: ['- sign_in_challenges challenge_ada_over'],
  },
  {
    store: 'accounts/factors',
    statement: 'noteAsked',
    run: (tx) => factors.noteAsked(tx, 'usr_cyd', 500, now),
    gives: now,
    changes: ['+ factor_states usr_cyd: user_id=usr_cyd asked_at=1000'],
  },
  {
    store: 'accounts/factors',
    statement: 'noteAsked',
    of: 'of somebody who was asked at that very moment',
    run: (tx) => factors.noteAsked(tx, 'usr_ada', 500, now),
    gives: 500,
  },
  {
    store: 'accounts/factors',
    statement: 'noteAsked',
    of: 'of somebody who was asked before',
    run: (tx) => factors.noteAsked(tx, 'usr_ada', 501, now),
    gives: now,
    changes: ['factor_states usr_ada: asked_at=1000'],
  },
  {
    store: 'accounts/factors',
    statement: 'noteAsked',
    of: 'of somebody with a short password',
    run: (tx) => factors.noteAsked(tx, 'usr_bob', 500, now),
    gives: now,
    changes: ['factor_states usr_bob: asked_at=1000'],
  },
  {
    store: 'accounts/factors',
    statement: 'findFactorState',
    run: (tx) => factors.findFactorState(tx, 'usr_bob'),
    gives: { asked_at: null, short_password: 'of bob', link_used_at: null },
  },
  {
    store: 'accounts/factors',
    statement: 'noteLinkUsed',
    run: (tx) => factors.noteLinkUsed(tx, 'usr_ada', now),
    changes: ['factor_states usr_ada: link_used_at=1000'],
  },
  {
    store: 'accounts/factors',
    statement: 'noteLinkUsed',
    of: 'of a user about whom nothing was noted',
    run: (tx) => factors.noteLinkUsed(tx, 'usr_dan', now),
    changes: ['+ factor_states usr_dan: user_id=usr_dan link_used_at=1000'],
  },
  {
    store: 'accounts/factors',
    statement: 'insertMailedCode',
    run: (tx) => factors.insertMailedCode(tx, 'challenge_ada_over', 'mac'),
    changes: ['+ mailed_codes challenge_ada_over: challenge_hash=challenge_ada_over code_mac=mac'],
  },
  {
    store: 'accounts/factors',
    statement: 'findMailedCode',
    run: (tx) => factors.findMailedCode(tx, 'challenge_ada'),
    gives: 'mac of ada',
  },
  {
    store: 'accounts/factors',
    statement: 'noteShortPassword',
    run: (tx) => factors.noteShortPassword(tx, 'usr_ada', 'print'),
    changes: ['factor_states usr_ada: short_password=print'],
  },
  {
    store: 'accounts/factors',
    statement: 'noteShortPassword',
    of: 'of somebody who has no row',
    run: (tx) => factors.noteShortPassword(tx, 'usr_dan', 'print'),
    changes: ['+ factor_states usr_dan: user_id=usr_dan short_password=print'],
  },
  {
    store: 'accounts/factors/remembered',
    statement: 'insertRememberedBrowser',
    run: (tx) =>
      remembered.insertRememberedBrowser(tx, {
        secret_hash: 'browser_2',
        user_id: 'usr_bob',
        password_print: 'print',
        created_at: now,
        expires_at: 2000,
      }),
    changes: [
      '+ remembered_browsers browser_2 usr_bob: secret_hash=browser_2 user_id=usr_bob password_print=print created_at=1000 expires_at=2000',
    ],
  },
  {
    store: 'accounts/factors/remembered',
    statement: 'insertRememberedBrowser',
    of: 'of one that was',
    run: (tx) =>
      remembered.insertRememberedBrowser(tx, {
        secret_hash: 'browser_1',
        user_id: 'usr_bob',
        password_print: 'print',
        created_at: now,
        expires_at: 3000,
      }),
    changes: ['remembered_browsers browser_1 usr_bob: password_print=print created_at=1000 expires_at=3000'],
  },
  ...(
    [
      ['browser_1', 'usr_ada', 'of usr_ada', true],
      ['browser_1', 'usr_ada', 'of usr_bob', false],
      ['browser_2', 'usr_ada', 'of usr_ada', false],
      ['browser_2', 'usr_bob', 'of usr_bob', false],
    ] as const
  ).map(([hash, userId, print, gives]) => ({
    store: 'accounts/factors/remembered',
    statement: 'isRememberedBrowser',
    of: `of ${hash} of ${userId} with the password ${print}`,
    run: (tx: Transaction) => remembered.isRememberedBrowser(tx, hash, userId, print, now),
    gives,
  })),
  {
    store: 'accounts/factors/remembered',
    statement: 'countRememberedBrowsers',
    run: (tx) => remembered.countRememberedBrowsers(tx, 'usr_ada', 'of usr_ada', now),
    gives: 1,
  },
  {
    store: 'accounts/factors/remembered',
    statement: 'countRememberedBrowsers',
    of: 'with another password',
    run: (tx) => remembered.countRememberedBrowsers(tx, 'usr_ada', 'of usr_bob', now),
    gives: 0,
  },
  {
    store: 'accounts/factors/remembered',
    statement: 'deleteRememberedBrowsers',
    run: (tx) => remembered.deleteRememberedBrowsers(tx, 'usr_ada'),
    changes: ['- remembered_browsers browser_1 usr_ada', '- remembered_browsers browser_2 usr_ada'],
  },
  {
    store: 'accounts/factors/remembered',
    statement: 'sweepRememberedBrowsers',
    run: (tx) => remembered.sweepRememberedBrowsers(tx, now),
    changes: ['- remembered_browsers browser_2 usr_ada'],
  },
  {
    store: 'accounts/user-types',
    statement: 'findFactorRule',
    run: (tx) => userTypes.findFactorRule(tx, 'customer'),
    gives: { factor_required_at: null, factor_grace_days: 0 },
  },
  {
    store: 'accounts/user-types',
    statement: 'setFactorRule',
    run: (tx) => userTypes.setFactorRule(tx, 'customer', now, 7),
    changes: ['user_types customer: factor_required_at=1000 factor_grace_days=7'],
  },
  {
    store: 'accounts/user-types',
    statement: 'setFactorRule',
    of: 'of a type that had one, and loses it',
    async run(tx) {
      await userTypes.setFactorRule(tx, 'customer', 500, 7)
      await userTypes.setFactorRule(tx, 'auditor', 500, 7)
      await userTypes.setFactorRule(tx, 'customer', now, 8)
      await userTypes.setFactorRule(tx, 'auditor', null, 0)
    },
    changes: ['user_types customer: factor_required_at=500 factor_grace_days=8'],
  },
  {
    store: 'accounts/user-types',
    statement: 'copyRules',
    async run(tx) {
      await userTypes.setFactorRule(tx, 'auditor', 500, 7)
      await userTypes.updateSignInRule(tx, 'auditor', strictRule)
      await userTypes.copyRules(tx, 'auditor', 'customer')
    },
    changes: ['auditor', 'customer'].map(
      (type) => `user_types ${type}: factor_required_at=500 factor_grace_days=7 ${strictRuleSet}`,
    ),
  },
  {
    store: 'accounts/user-types',
    statement: 'findSignInRule',
    run: (tx) => userTypes.findSignInRule(tx, 'customer'),
    gives: { self_registration: 0, mail_code: 1, session_idle_ms: null, session_longest_ms: null },
  },
  {
    store: 'accounts/user-types',
    statement: 'updateSignInRule',
    run: (tx) => userTypes.updateSignInRule(tx, 'customer', strictRule),
    changes: [`user_types customer: ${strictRuleSet}`],
  },
  {
    store: 'accounts/user-types',
    statement: 'findOpenTypes',
    async run(tx) {
      await userTypes.updateSignInRule(tx, 'customer', strictRule)
      return (await userTypes.findOpenTypes(tx)).map(({ name }) => name)
    },
    changes: [`user_types customer: ${strictRuleSet}`],
    gives: ['customer'],
  },
  {
    store: 'accounts/users',
    statement: 'holdUser',
    run: (tx) => users.holdUser(tx, 'usr_bob'),
  },
  {
    store: 'accounts/users',
    statement: 'findUser',
    run: (tx) => users.findUser(tx, 'usr_bob'),
    gives: 'usr_bob',
  },
  {
    store: 'accounts/users',
    statement: 'findUser',
    of: 'with what their type permits',
    run: (tx) => users.findUser(tx, 'usr_ada').then((row) => row?.type_permissions),
    gives: ['devices:read', 'users:write'],
  },
  {
    store: 'accounts/users',
    statement: 'findUserByName',
    run: (tx) => users.findUserByName(tx, 'bob'),
    gives: 'usr_bob',
  },
  {
    store: 'accounts/users',
    statement: 'findUsers',
    run: (tx) => users.findUsers(tx, 'usr_ada', 2),
    gives: ['usr_bob', 'usr_cyd'],
  },
  {
    store: 'accounts/users',
    statement: 'findUserIds',
    run: (tx) => users.findUserIds(tx, 'usr_ada', 2),
    gives: ['usr_bob', 'usr_cyd'],
  },
  {
    store: 'accounts/users',
    statement: 'findUserIdsOfType',
    run: (tx) => users.findUserIdsOfType(tx, 'administrator', 'usr_ada', 1),
    gives: ['usr_cyd'],
  },
  {
    store: 'accounts/users',
    statement: 'findLookAlikes',
    run: async (tx) => {
      const eve = { ...(await users.findUser(tx, 'usr_cyd'))!, username_skeleton: 'eve' }
      for (const [id, username] of [
        ['usr_eve', 'Eve'],
        ['usr_ev2', 'еve'],
      ] as const)
        await users.insertUser(tx, { ...eve, id, username, username_key: username })
      // Not the one that is asked for, and not those that have no skeleton.
      return users.findLookAlikes(tx, { ...eve, id: 'usr_eve' })
    },
    gives: ['еve'],
    changes: [
      '+ users usr_ev2: id=usr_ev2 username=еve username_key=еve user_type=administrator created_at=1 username_skeleton=eve permissions_version=0 searchable=0 version=0',
      '+ users usr_eve: id=usr_eve username=Eve username_key=Eve user_type=administrator created_at=1 username_skeleton=eve permissions_version=0 searchable=0 version=0',
    ],
  },
  {
    store: 'accounts/users',
    statement: 'insertUser',
    run: (tx) =>
      users.insertUser(tx, {
        id: 'usr_eve',
        username: 'Eve',
        username_key: 'eve',
        username_skeleton: 'eve',
        display_name: 'E',
        user_type: 'customer',
        password_hash: 'of eve',
        created_at: now,
        last_sign_in_at: null,
        disabled_at: null,
        permissions_version: 0,
        version: 0,
        delete_at: null,
      }),
    changes: [
      '+ users usr_eve: id=usr_eve username=Eve username_key=eve display_name=E user_type=customer password_hash=of eve created_at=1000 username_skeleton=eve permissions_version=0 searchable=0 version=0',
    ],
  },
  {
    store: 'accounts/users',
    statement: 'setPasswordHash',
    run: (tx) => users.setPasswordHash(tx, 'usr_bob', 'new'),
    changes: ['users usr_bob: password_hash=new'],
  },
  {
    store: 'accounts/users',
    statement: 'replacePasswordHash',
    run: (tx) => users.replacePasswordHash(tx, 'usr_bob', 'of bob', 'new'),
    gives: true,
    changes: ['users usr_bob: password_hash=new'],
  },
  {
    store: 'accounts/users',
    statement: 'replacePasswordHash',
    of: 'that was changed meanwhile',
    run: (tx) => users.replacePasswordHash(tx, 'usr_bob', 'of ada', 'new'),
    gives: false,
  },
  {
    store: 'accounts/sign-in',
    statement: 'takeAttempt',
    run: (tx) => signIn.takeAttempt(tx, { account: 'of_ada', place: '' }, now, 100),
    gives: 8,
    changes: ['sign_in_failures of_ada : failures=8 last_at=1000'],
  },
  {
    store: 'accounts/sign-in',
    statement: 'takeAttempt',
    of: 'where nothing was counted yet',
    run: (tx) => signIn.takeAttempt(tx, { account: 'of_bob', place: 'address 192.0.2.1' }, now, 100),
    gives: 1,
    changes: [
      '+ sign_in_failures of_bob address 192.0.2.1: account=of_bob place=address 192.0.2.1 failures=1 last_at=1000 wait_until=0',
    ],
  },
  {
    store: 'accounts/sign-in',
    statement: 'takeAttempt',
    of: 'that has to wait for a moment more',
    run: (tx) => signIn.takeAttempt(tx, { account: 'of_bob', place: '' }, now, 100),
  },
  {
    store: 'accounts/sign-in',
    statement: 'takeAttempt',
    of: 'where as many were made as may be',
    run: (tx) => signIn.takeAttempt(tx, { account: 'of_cyd', place: '' }, now, 100),
  },
  {
    store: 'accounts/sign-in',
    statement: 'takeAttempt',
    of: 'that is the last',
    run: (tx) => signIn.takeAttempt(tx, { account: 'of_dan', place: '' }, now, 100),
    gives: 100,
    changes: ['sign_in_failures of_dan : failures=100 last_at=1000'],
  },
  {
    store: 'accounts/sign-in',
    statement: 'takeBackAttempt',
    run: (tx) => signIn.takeBackAttempt(tx, { account: 'of_ada', place: '' }),
    gives: 6,
    changes: ['sign_in_failures of_ada : failures=6'],
  },
  {
    store: 'accounts/sign-in',
    statement: 'takeBackAttempt',
    of: 'where all are forgotten',
    run: (tx) => signIn.takeBackAttempt(tx, { account: 'of_bob', place: 'address 192.0.2.1' }),
  },
  {
    store: 'accounts/sign-in',
    statement: 'findCount',
    run: (tx) =>
      signIn.findCount(tx, { account: 'of_ada', place: 'address 192.0.2.1' }).then((row) => row?.failures),
    gives: 2,
  },
  {
    store: 'accounts/sign-in',
    statement: 'setWait',
    run: (tx) => signIn.setWait(tx, { account: 'of_ada', place: '' }, 5000),
    changes: ['sign_in_failures of_ada : wait_until=5000'],
  },
  {
    store: 'accounts/sign-in',
    statement: 'forgetCounter',
    run: (tx) => signIn.forgetCounter(tx, { account: 'of_ada', place: '' }),
    changes: ['- sign_in_failures of_ada '],
  },
  {
    store: 'accounts/sign-in',
    statement: 'forgetCounters',
    run: (tx) => signIn.forgetCounters(tx, 'of_ada'),
    changes: ['- sign_in_failures of_ada ', '- sign_in_failures of_ada address 192.0.2.1'],
  },
  {
    store: 'accounts/sign-in',
    statement: 'sweepCounters',
    run: (tx) => signIn.sweepCounters(tx, 900, 100),
    changes: ['- sign_in_failures of_ada ', '- sign_in_failures of_dan '],
  },
  {
    store: 'accounts/sign-in',
    statement: 'fillBucket',
    of: 'of a network that has none',
    run: (tx) => signIn.fillBucket(tx, '192.0.2.9', { now, costMs: 100, sizeMs: 400 }),
    gives: true,
    changes: ['+ sign_in_networks 192.0.2.9: network=192.0.2.9 full_until=1100'],
  },
  {
    store: 'accounts/sign-in',
    statement: 'fillBucket',
    of: 'that has been empty for a while',
    run: (tx) => signIn.fillBucket(tx, '192.0.2.1', { now, costMs: 100, sizeMs: 400 }),
    gives: true,
    changes: ['sign_in_networks 192.0.2.1: full_until=1100'],
  },
  {
    store: 'accounts/sign-in',
    statement: 'fillBucket',
    of: 'that then is full to the brim',
    run: (tx) => signIn.fillBucket(tx, '192.0.2.3', { now, costMs: 100, sizeMs: 400 }),
    gives: true,
    changes: ['sign_in_networks 192.0.2.3: full_until=1400'],
  },
  {
    store: 'accounts/sign-in',
    statement: 'fillBucket',
    of: 'that would run over',
    run: (tx) => signIn.fillBucket(tx, '192.0.2.3', { now, costMs: 100, sizeMs: 399 }),
    gives: false,
  },
  {
    store: 'accounts/sign-in',
    statement: 'drainBucket',
    run: (tx) => signIn.drainBucket(tx, '192.0.2.3', 100),
    changes: ['sign_in_networks 192.0.2.3: full_until=1200'],
  },
  {
    store: 'accounts/sign-in',
    statement: 'findBucket',
    run: (tx) => signIn.findBucket(tx, '192.0.2.3'),
    gives: 1300,
  },
  {
    store: 'accounts/sign-in',
    statement: 'sweepBuckets',
    run: (tx) => signIn.sweepBuckets(tx, now),
    changes: ['- sign_in_networks 192.0.2.1', '- sign_in_networks 192.0.2.2'],
  },
  {
    store: 'accounts/sign-in',
    statement: 'isKnownBrowser',
    run: (tx) => signIn.isKnownBrowser(tx, 'browser_1', 'usr_bob'),
    gives: true,
  },
  {
    store: 'accounts/sign-in',
    statement: 'isKnownBrowser',
    of: 'that another user knows',
    run: (tx) => signIn.isKnownBrowser(tx, 'browser_2', 'usr_bob'),
    gives: false,
  },
  {
    store: 'accounts/sign-in',
    statement: 'rememberBrowser',
    run: (tx) => signIn.rememberBrowser(tx, 'browser_1', 'usr_ada', now),
    changes: ['known_browsers browser_1 usr_ada: last_used_at=1000'],
  },
  {
    store: 'accounts/sign-in',
    statement: 'rememberBrowser',
    of: 'for one more user',
    run: (tx) => signIn.rememberBrowser(tx, 'browser_2', 'usr_bob', now),
    changes: [
      '+ known_browsers browser_2 usr_bob: secret_hash=browser_2 user_id=usr_bob created_at=1000 last_used_at=1000',
    ],
  },
  {
    store: 'accounts/sign-in',
    statement: 'forgetBrowsers',
    run: (tx) => signIn.forgetBrowsers(tx, 'usr_ada', 'browser_2'),
    changes: ['- known_browsers browser_1 usr_ada'],
  },
  {
    store: 'accounts/sign-in',
    statement: 'forgetBrowsers',
    of: 'all of them',
    run: (tx) => signIn.forgetBrowsers(tx, 'usr_ada', undefined),
    changes: ['- known_browsers browser_1 usr_ada', '- known_browsers browser_2 usr_ada'],
  },
  {
    store: 'accounts/sign-in',
    statement: 'sweepBrowsers',
    run: (tx) => signIn.sweepBrowsers(tx, now),
    changes: ['- known_browsers browser_1 usr_ada', '- known_browsers browser_1 usr_bob'],
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
    store: 'accounts/users',
    statement: 'setUserType',
    run: (tx) => users.setUserType(tx, 'usr_bob', 'auditor'),
    changes: ['users usr_bob: user_type=auditor version=1'],
  },
  {
    store: 'accounts/users',
    statement: 'setDisplayName',
    run: (tx) => users.setDisplayName(tx, 'usr_bob', 'Bob'),
    changes: ['users usr_bob: display_name=Bob version=1'],
  },
  {
    store: 'accounts/users',
    statement: 'setDisabled',
    run: (tx) => users.setDisabled(tx, 'usr_bob', now),
    gives: true,
    changes: ['users usr_bob: disabled_at=1000'],
  },
  {
    store: 'accounts/users',
    statement: 'setDisabled',
    of: 'of one who is',
    run: (tx) => users.setDisabled(tx, 'usr_dan', now),
    gives: false,
  },
  {
    store: 'accounts/users',
    statement: 'setDisabled',
    of: 'of one who is enabled again',
    run: (tx) => users.setDisabled(tx, 'usr_dan', null),
    gives: true,
    changes: ['users usr_dan: disabled_at=null'],
  },
  {
    store: 'accounts/users',
    statement: 'setDisabled',
    of: 'of one who is not',
    run: (tx) => users.setDisabled(tx, 'usr_bob', null),
    gives: false,
  },
  {
    store: 'accounts/user-types',
    statement: 'findUserTypes',
    run: (tx) => userTypes.findUserTypes(tx),
    gives: ['administrator', 'auditor', 'customer'],
  },
  {
    store: 'accounts/user-types',
    statement: 'findUserType',
    run: (tx) => userTypes.findUserType(tx, 'auditor'),
    gives: 'auditor',
  },
  {
    store: 'accounts/user-types',
    statement: 'insertUserType',
    run: (tx) =>
      userTypes.insertUserType(tx, {
        name: 'guest',
        description: 'looks',
        permissions: ['devices:read', 'keys:read'],
        created_at: now,
        version: 3,
        permissions_version: 2,
      }),
    changes: [
      '+ user_types guest: name=guest description=looks permissions=devices:read keys:read created_at=1000 version=3 permissions_version=2 factor_grace_days=0 self_registration=0 mail_code=1',
    ],
  },
  {
    store: 'accounts/user-types',
    statement: 'insertUserTypeIfMissing',
    run: (tx) =>
      userTypes.insertUserTypeIfMissing(tx, {
        name: 'guest',
        description: 'looks',
        permissions: ['devices:read'],
        created_at: now,
        version: 3,
        permissions_version: 2,
      }),
    changes: [
      '+ user_types guest: name=guest description=looks permissions=devices:read created_at=1000 version=3 permissions_version=2 factor_grace_days=0 self_registration=0 mail_code=1',
    ],
  },
  {
    store: 'accounts/user-types',
    statement: 'insertUserTypeIfMissing',
    of: 'of one that is there',
    run: (tx) =>
      userTypes.insertUserTypeIfMissing(tx, {
        name: 'customer',
        description: 'other',
        permissions: ['devices:read'],
        created_at: now,
        version: 3,
        permissions_version: 2,
      }),
  },
  {
    store: 'accounts/users',
    statement: 'noteSignIn',
    run: (tx) => users.noteSignIn(tx, 'usr_bob', now),
    gives: true,
    changes: ['users usr_bob: last_sign_in_at=1000'],
  },
  {
    store: 'accounts/users',
    statement: 'noteSignIn',
    of: 'of one who is disabled',
    run: (tx) => users.noteSignIn(tx, 'usr_dan', now),
    gives: false,
  },
  {
    store: 'accounts/users',
    statement: 'findUser',
    of: 'with what they are granted and denied',
    run: (tx) =>
      users.findUser(tx, 'usr_bob').then((row) => row?.grants.map(({ id, kind }) => `${id} ${kind}`)),
    gives: ['grt_bob_1 grant', 'grt_bob_2 denial', 'grt_bob_3 grant'],
  },
  {
    store: 'accounts/users',
    statement: 'findUserByName',
    of: 'with what they are granted and denied',
    run: (tx) =>
      users.findUserByName(tx, 'ada').then((row) => row?.grants.map(({ id, until }) => `${id} ${until}`)),
    gives: ['grt_ada_1 null'],
  },
  {
    store: 'accounts/users',
    statement: 'findUsernames',
    run: (tx) =>
      users.findUsernames(tx, ['usr_ada', 'usr_gone', 'usr_bob']).then((names) => [...names].sort().flat()),
    gives: ['usr_ada', 'ada', 'usr_bob', 'bob'],
  },
  {
    store: 'accounts/users',
    statement: 'findUsernames',
    of: 'of nobody',
    run: (tx) => users.findUsernames(tx, []).then(({ size }) => size),
    gives: 0,
  },
  {
    store: 'accounts/users',
    statement: 'moveUsers',
    run: (tx) => users.moveUsers(tx, 'administrator', 'auditor'),
    gives: 3,
    changes: [
      'users usr_ada: user_type=auditor version=1',
      'users usr_cyd: user_type=auditor version=1',
      'users usr_dan: user_type=auditor version=1',
    ],
  },
  {
    store: 'accounts/users',
    statement: 'hasUsersOfType',
    run: (tx) => users.hasUsersOfType(tx, 'customer'),
    gives: true,
  },
  {
    store: 'accounts/users',
    statement: 'hasUsersOfType',
    of: 'of one that nobody has',
    run: (tx) => users.hasUsersOfType(tx, 'auditor'),
    gives: false,
  },
  {
    store: 'accounts/users',
    statement: 'setPermissionsVersion',
    run: (tx) => users.setPermissionsVersion(tx, 'usr_bob', 9),
    changes: ['users usr_bob: permissions_version=9'],
  },
  {
    store: 'accounts/user-types',
    statement: 'holdUserType',
    run: (tx) => userTypes.holdUserType(tx, 'auditor'),
    gives: 'auditor',
  },
  {
    store: 'accounts/user-types',
    statement: 'updateUserType',
    run: (tx) =>
      userTypes.updateUserType(tx, {
        name: 'auditor',
        description: 'looks',
        permissions: ['keys:read'],
        created_at: 9,
        version: 8,
        permissions_version: 7,
      }),
    changes: ['user_types auditor: description=looks permissions=keys:read version=8 permissions_version=7'],
  },
  {
    store: 'accounts/user-types',
    statement: 'deleteUserType',
    run: (tx) => userTypes.deleteUserType(tx, 'auditor'),
    changes: ['- user_types auditor'],
  },
  {
    store: 'accounts/permissions',
    statement: 'takeVersion',
    run: (tx) => permissions.takeVersion(tx),
    gives: 2,
    changes: ['permission_versions 1: newest=2'],
  },
  {
    store: 'accounts/permissions',
    statement: 'insertGrant',
    run: (tx) =>
      permissions.insertGrant(tx, {
        id: 'grt_new',
        user_id: 'usr_cyd',
        kind: 'denial',
        permission: 'keys:read',
        reason: 'a reason',
        created_by: 'usr_ada',
        created_at: now,
        until: 2000,
      }),
    changes: [
      '+ user_grants grt_new: id=grt_new user_id=usr_cyd kind=denial permission=keys:read reason=a reason created_by=usr_ada created_at=1000 until=2000',
    ],
  },
  {
    store: 'accounts/permissions',
    statement: 'deleteGrant',
    run: (tx) => permissions.deleteGrant(tx, 'usr_bob', 'grt_bob_1'),
    gives: 'grt_bob_1',
    changes: ['- user_grants grt_bob_1'],
  },
  {
    store: 'accounts/permissions',
    statement: 'deleteGrant',
    of: 'of somebody else',
    run: (tx) => permissions.deleteGrant(tx, 'usr_ada', 'grt_bob_1'),
  },
  {
    store: 'accounts/permissions',
    statement: 'deleteEndedGrants',
    run: (tx) => permissions.deleteEndedGrants(tx, now, 1),
    gives: ['grt_dan_1'],
    changes: ['- user_grants grt_dan_1'],
  },
  {
    store: 'accounts/permissions',
    statement: 'deleteEndedGrantsOf',
    run: (tx) => permissions.deleteEndedGrantsOf(tx, 'usr_bob', now),
    gives: ['grt_bob_3'],
    changes: ['- user_grants grt_bob_3'],
  },
  {
    store: 'accounts/permissions',
    statement: 'findGrantedToType',
    run: (tx) => permissions.findGrantedToType(tx, 'customer', now),
    gives: ['users:read'],
  },
  {
    store: 'accounts/permissions',
    statement: 'findUserIdsGranted',
    run: (tx) => permissions.findUserIdsGranted(tx, 'users:read', 'usr_ada', 9),
    gives: ['usr_bob'],
  },
  {
    store: 'accounts/permissions',
    statement: 'findUserIdsGranted',
    of: 'a denial',
    run: (tx) => permissions.findUserIdsGranted(tx, 'devices:read', '', 9),
    gives: [],
  },
  {
    store: 'accounts/permissions',
    statement: 'findUserIdsGranted',
    of: 'after the last',
    run: (tx) => permissions.findUserIdsGranted(tx, 'users:read', 'usr_bob', 9),
    gives: [],
  },
  {
    store: 'accounts/permissions',
    statement: 'hasUndenied',
    run: (tx) => permissions.hasUndenied(tx, 'administrator', now),
    gives: true,
  },
  {
    store: 'accounts/permissions',
    statement: 'hasUndenied',
    of: 'of somebody who is denied something',
    run: (tx) => permissions.hasUndenied(tx, 'customer', now),
    gives: false,
  },
  {
    store: 'accounts/permissions',
    statement: 'hasUndenied',
    of: 'once the denial is over',
    run: (tx) => permissions.hasUndenied(tx, 'customer', 1100),
    gives: true,
  },
  {
    store: 'accounts/permissions',
    statement: 'hasUndenied',
    of: 'of a type that nobody has',
    run: (tx) => permissions.hasUndenied(tx, 'auditor', now),
    gives: false,
  },
  {
    store: 'accounts/permissions',
    statement: 'findKnownPermissions',
    run: (tx) => permissions.findKnownPermissions(tx).then((names) => names.length),
    gives: 13,
  },
  {
    store: 'accounts/permissions',
    statement: 'insertKnownPermission',
    run: (tx) => permissions.insertKnownPermission(tx, 'lamps:light'),
    changes: ['+ known_permissions lamps:light: name=lamps:light'],
  },
  {
    store: 'accounts/permissions',
    statement: 'insertKnownPermission',
    of: 'of one that is known',
    run: (tx) => permissions.insertKnownPermission(tx, 'keys:read'),
  },
  {
    store: 'accounts/permissions',
    statement: 'insertTypeMoves',
    run: (tx) => permissions.insertTypeMoves(tx, 'customer', 'evt_9'),
    changes: ['+ user_type_moves usr_bob evt_9: user_id=usr_bob event=evt_9'],
  },
  {
    store: 'accounts/permissions',
    statement: 'findTypeMoves',
    run: (tx) => permissions.findTypeMoves(tx, 'usr_ada'),
    gives: ['evt_1'],
  },
  {
    store: 'activity',
    statement: 'findOldestInTable',
    run: (tx) => activity.findOldestInTable(tx),
    gives: 'evt_1',
  },
  {
    store: 'accounts/users',
    statement: 'insertNewUsers',
    run: async (tx) => {
      const given = [
        newUser('eve', 'usr_eve'),
        newUser('bob', 'usr_other_bob'),
        newUser('eve', 'usr_other_eve'),
      ]
      return [...(await users.insertNewUsers(tx, given))]
    },
    gives: ['usr_eve'],
    changes: [
      '+ users usr_eve: id=usr_eve username=eve username_key=eve display_name=Eve user_type=customer password_hash=of eve created_at=7 disabled_at=9 username_skeleton=eve permissions_version=0 searchable=0 version=0',
    ],
  },
  {
    store: 'accounts/transfer',
    statement: 'findImport',
    run: (tx) => transfer.findImport(tx, 'of_two'),
    gives: { digest: 'of_two', records: 3, created: 2, finished_at: null },
  },
  {
    store: 'accounts/transfer',
    statement: 'beginImport',
    run: (tx) => transfer.beginImport(tx, 'of_three', now),
    changes: ['+ imports of_three: digest=of_three started_at=1000 records=0 created=0'],
  },
  {
    store: 'accounts/transfer',
    statement: 'beginImport',
    of: 'one that was cut off',
    run: (tx) => transfer.beginImport(tx, 'of_one', now),
    changes: [],
  },
  {
    store: 'accounts/transfer',
    statement: 'beginImport',
    of: 'one that was finished',
    run: (tx) => transfer.beginImport(tx, 'of_old', now),
    changes: ['imports of_old: started_at=1000 records=0 created=0 finished_at=null'],
  },
  {
    store: 'accounts/transfer',
    statement: 'advanceImport',
    run: (tx) => transfer.advanceImport(tx, 'of_one', { before: 3, records: 5, created: 4 }),
    gives: true,
    changes: ['imports of_one: records=8 created=6'],
  },
  {
    store: 'accounts/transfer',
    statement: 'advanceImport',
    of: 'one that another process has advanced',
    run: (tx) => transfer.advanceImport(tx, 'of_one', { before: 2, records: 5, created: 4 }),
    gives: false,
  },
  {
    store: 'accounts/transfer',
    statement: 'advanceImport',
    of: 'one that was finished',
    run: (tx) => transfer.advanceImport(tx, 'of_old', { before: 9, records: 5, created: 4 }),
    gives: false,
  },
  {
    store: 'accounts/transfer',
    statement: 'finishImport',
    run: (tx) => transfer.finishImport(tx, 'of_one', now),
    changes: ['imports of_one: finished_at=1000'],
  },
  {
    store: 'activity/statistics',
    statement: 'addCounts',
    run: (tx) =>
      statistics.addCounts(tx, [
        { series: 'sign_ins', grain: 10, start: 20, outcome: 'refused', value: '', count: 5 },
        { series: 'sign_ins', grain: 10, start: 40, outcome: 'refused', value: '', count: 5 },
      ]),
    changes: [
      'activity_counts sign_ins 10 20 refused : count=7',
      '+ activity_counts sign_ins 10 40 refused : series=sign_ins grain=10 start=40 outcome=refused value= count=5',
    ],
  },
  {
    store: 'activity/statistics',
    statement: 'sumByBucket',
    run: async (tx) =>
      sorted(
        await statistics.sumByBucket(tx, { series: 'sign_ins', grain: 10, from: 10, to: 30 }, 'outcome', 20),
      ),
    gives: [
      '{"start":0,"of":"success","count":4}',
      '{"start":20,"of":"refused","count":2}',
      '{"start":20,"of":"success","count":1}',
    ],
  },
  {
    store: 'activity/statistics',
    statement: 'sumByBucket',
    of: 'of some outcomes and values',
    run: async (tx) => {
      const wanted = { series: 'sign_ins.region', grain: 10, from: 20, to: 21 }
      const some = { outcomes: ['refused'], values: ['DE', 'TW'] }
      return sorted(await statistics.sumByBucket(tx, { ...wanted, ...some }, 'value', 10))
    },
    gives: ['{"start":20,"of":"TW","count":1}'],
  },
  {
    store: 'activity/statistics',
    statement: 'sumByValue',
    run: (tx) =>
      statistics.sumByValue(tx, { series: 'sign_ins.region', grain: 10, from: 20, to: 21 }, 2).then(sorted),
    gives: ['{"value":"DE","count":1}', '{"value":"FR","count":2}'],
  },
  {
    store: 'activity/statistics',
    statement: 'findFirstStart',
    run: (tx) => statistics.findFirstStart(tx, 100),
    gives: 20,
  },
  {
    store: 'activity/statistics',
    statement: 'findFirstStart',
    of: 'of which there is none',
    run: (tx) => statistics.findFirstStart(tx, 1_000),
    gives: null,
  },
  {
    store: 'activity/statistics',
    statement: 'deleteCountsBefore',
    run: (tx) => statistics.deleteCountsBefore(tx, 10, 20),
    changes: ['- activity_counts sign_ins 10 10 success '],
  },
  {
    store: 'activity/statistics',
    statement: 'findRefusedAddresses',
    run: (tx) => statistics.findRefusedAddresses(tx, 10, 20).then(sorted),
    gives: [
      '{"grain":10,"start":20,"address":"192.0.2.1","count":4,"surplus":1}',
      '{"grain":10,"start":20,"address":"192.0.2.2","count":5,"surplus":2}',
    ],
  },
  {
    store: 'activity/statistics',
    statement: 'putRefusedAddresses',
    run: (tx) =>
      statistics.putRefusedAddresses(tx, [
        { grain: 10, start: 20, address: '192.0.2.1', count: 9, surplus: 3 },
        { grain: 10, start: 20, address: '192.0.2.3', count: 1, surplus: 0 },
      ]),
    changes: [
      'activity_refusal_addresses 10 20 192.0.2.1: count=9 surplus=3',
      '+ activity_refusal_addresses 10 20 192.0.2.3: grain=10 start=20 address=192.0.2.3 count=1 surplus=0',
    ],
  },
  {
    store: 'activity/statistics',
    statement: 'deleteRefusedAddresses',
    run: (tx) =>
      statistics.deleteRefusedAddresses(tx, [
        { grain: 10, start: 20, address: '192.0.2.1' },
        { grain: 100, start: 20, address: '192.0.2.2' },
      ]),
    changes: ['- activity_refusal_addresses 10 20 192.0.2.1'],
  },
  {
    store: 'activity/statistics',
    statement: 'deleteRefusedAddressesBefore',
    run: (tx) => statistics.deleteRefusedAddressesBefore(tx, 20),
    changes: ['- activity_refusal_addresses 10 10 192.0.2.1'],
  },
  {
    store: 'activity/statistics',
    statement: 'sumRefusedAddresses',
    run: (tx) =>
      statistics
        .sumRefusedAddresses(
          tx,
          [
            { grain: 10, from: 10, to: 20 },
            { grain: 100, from: 20, to: 21 },
          ],
          1,
        )
        .then(sorted),
    gives: ['{"address":"192.0.2.1","count":11,"surplus":3}'],
  },
  {
    store: 'activity/statistics',
    statement: 'sumRefusedAddresses',
    of: 'before the end of the range',
    run: (tx) => statistics.sumRefusedAddresses(tx, [{ grain: 10, from: 11, to: 20 }], 9),
    gives: [],
  },
  {
    store: 'activity/statistics',
    statement: 'sumRefusedAddresses',
    of: 'no span',
    run: (tx) => statistics.sumRefusedAddresses(tx, [], 9),
    gives: [],
  },
  {
    store: 'activity/statistics',
    statement: 'findSeenRegions',
    run: (tx) => statistics.findSeenRegions(tx, ['', 'usr_bob']).then(sorted),
    gives: ['{"subject":"","region":"DE"}', '{"subject":"usr_bob","region":"FR"}'],
  },
  {
    store: 'activity/statistics',
    statement: 'insertSeenRegions',
    run: (tx) =>
      statistics.insertSeenRegions(tx, [{ subject: 'usr_bob', region: 'DE', first_at: 40, is_new: 1 }]),
    changes: ['+ activity_seen_regions usr_bob DE: subject=usr_bob region=DE first_at=40 is_new=1'],
  },
  {
    store: 'activity/statistics',
    statement: 'findNewRegions',
    run: (tx) => statistics.findNewRegions(tx, { from: 20, to: 31, limit: 1 }).then(sorted),
    gives: ['{"subject":"usr_bob","region":"FR","first_at":30,"is_new":1}'],
  },
  {
    store: 'activity/statistics',
    statement: 'findNewRegions',
    of: 'before the end of the range',
    run: (tx) => statistics.findNewRegions(tx, { from: 10, to: 30, limit: 9 }).then(sorted),
    gives: ['{"subject":"usr_ada","region":"FR","first_at":20,"is_new":1}'],
  },
  {
    store: 'activity/statistics',
    statement: 'deleteSeenRegionsOf',
    run: (tx) => statistics.deleteSeenRegionsOf(tx, 'usr_ada'),
    changes: ['- activity_seen_regions usr_ada DE', '- activity_seen_regions usr_ada FR'],
  },
  {
    store: 'activity/statistics',
    statement: 'putOnline',
    run: (tx) => statistics.putOnline(tx, { grain: 10, start: 20, process: 'prc_2', devices: 0 }),
    changes: ['activity_online 10 20 prc_2: devices=0'],
  },
  {
    store: 'activity/statistics',
    statement: 'putOnline',
    of: 'of another process',
    run: (tx) => statistics.putOnline(tx, { grain: 10, start: 20, process: 'prc_3', devices: 6 }),
    changes: ['+ activity_online 10 20 prc_3: grain=10 start=20 process=prc_3 devices=6'],
  },
  {
    store: 'activity/statistics',
    statement: 'findOnlineSince',
    run: (tx) => statistics.findOnlineSince(tx, 10, 20).then(sorted),
    gives: [
      '{"grain":10,"start":20,"process":"prc_1","devices":1}',
      '{"grain":10,"start":20,"process":"prc_2","devices":4}',
    ],
  },
  {
    store: 'activity/statistics',
    statement: 'mostOnlineByBucket',
    run: (tx) => statistics.mostOnlineByBucket(tx, { grain: 10, from: 10, to: 21 }, 100).then(sorted),
    gives: ['{"start":0,"devices":5}'],
  },
  {
    store: 'activity/statistics',
    statement: 'mostOnlineByBucket',
    of: 'before the end of the range',
    run: (tx) => statistics.mostOnlineByBucket(tx, { grain: 10, from: 10, to: 20 }, 100).then(sorted),
    gives: ['{"start":0,"devices":3}'],
  },
  {
    store: 'activity/statistics',
    statement: 'deleteOnlineBefore',
    run: (tx) => statistics.deleteOnlineBefore(tx, 10, 20),
    changes: ['- activity_online 10 10 prc_1'],
  },
  {
    store: 'accounts/users',
    statement: 'findTypesOfUsers',
    run: async (tx) =>
      [...(await users.findTypesOfUsers(tx, ['usr_ada', 'usr_bob', 'usr_nobody']))].map(String).sort(),
    gives: ['usr_ada,administrator', 'usr_bob,customer'],
  },
  {
    store: 'activity',
    statement: 'insertEvents',
    run: (tx) =>
      activity.insertEvents(tx, [
        {
          id: 'evt_5',
          at: now,
          event: 'user.disable',
          outcome: 'refused',
          reason: 'a reason',
          subject: 'usr_ada',
          subject_kind: 'user',
          target: 'usr_bob',
          target_kind: 'user',
          address: '192.0.2.1',
          region: 'DE',
          region_day: 20_000,
          client_id: 'a client',
          session_id: 'ses_ada_1',
          request_id: 'req_1',
          details: '{}',
        },
      ]),
    changes: [
      '+ activity evt_5: id=evt_5 at=1000 event=user.disable outcome=refused reason=a reason subject=usr_ada subject_kind=user target=usr_bob target_kind=user address=192.0.2.1 region=DE client_id=a client session_id=ses_ada_1 request_id=req_1 details={} region_day=20000',
    ],
  },
  {
    store: 'activity',
    statement: 'findEventInTable',
    run: (tx) => activity.findEventInTable(tx, 'evt_2'),
    gives: 'evt_2',
  },
  {
    store: 'activity',
    statement: 'findUnsequenced',
    run: (tx) => activity.findUnsequenced(tx, 1),
    gives: ['evt_3'],
  },
  {
    store: 'activity',
    statement: 'findPlacedInTable',
    run: (tx) => activity.findPlacedInTable(tx, 1, 9),
    gives: ['evt_2'],
  },
  {
    store: 'activity',
    statement: 'placeEvents',
    run: (tx) =>
      activity.placeEvents(tx, [
        { id: 'evt_4', seq: 2 },
        { id: 'evt_3', seq: 3 },
      ]),
    changes: ['activity evt_3: seq=3', 'activity evt_4: seq=2'],
  },
  {
    store: 'activity',
    statement: 'forgetParts',
    of: 'of who and where',
    run: (tx) => activity.forgetParts(tx, 'evt_1', { who: 'a', place: 'b' }),
    changes: ['activity evt_1: subject=null address=null region=null who_proof=a place_proof=b'],
  },
  {
    store: 'activity',
    statement: 'forgetParts',
    of: 'of whom',
    run: (tx) => activity.forgetParts(tx, 'evt_3', { whom: 'c' }),
    changes: ['activity evt_3: target=null whom_proof=c'],
  },
  {
    store: 'activity',
    statement: 'findEventsOf',
    of: 'by who did it',
    run: (tx) => activity.findEventsOf(tx, 'usr_ada', 9),
    gives: ['evt_1', 'evt_3'],
  },
  {
    store: 'activity',
    statement: 'findEventsOf',
    of: 'by whom it was done to',
    run: (tx) => activity.findEventsOf(tx, 'dev_b', 1),
    gives: ['evt_4'],
  },
  {
    store: 'activity',
    statement: 'findEventsOfAfter',
    run: (tx) => activity.findEventsOfAfter(tx, 'usr_ada', 'evt_1', 9),
    gives: ['evt_3'],
  },
  {
    store: 'activity/proof',
    statement: 'findTree',
    run: (tx) => proof.findTree(tx),
    gives: { size: 0, next_key: 1, forgets: 0 },
  },
  {
    store: 'activity/proof',
    statement: 'holdTree',
    run: (tx) => proof.holdTree(tx),
    gives: { size: 0, next_key: 1, forgets: 0 },
  },
  {
    store: 'activity/proof',
    statement: 'setTree',
    run: (tx) => proof.setTree(tx, { size: 7, next_key: 9, forgets: 2 }),
    changes: ['activity_tree activity: size=7 next_key=9 forgets=2'],
  },
  {
    store: 'activity/proof',
    statement: 'findTile',
    run: async (tx) => [(await proof.findTile(tx, 0, 1))?.hashes, await proof.findTile(tx, 1, 1)],
    gives: ['b', undefined],
  },
  {
    store: 'activity/proof',
    statement: 'putTile',
    of: 'that has grown',
    run: (tx) => proof.putTile(tx, { level: 0, n: 1, width: 3, hashes: 'd' }),
    changes: ['activity_tiles 0 1: width=3 hashes=d'],
  },
  {
    store: 'activity/proof',
    statement: 'putTile',
    of: 'that is new',
    run: (tx) => proof.putTile(tx, { level: 0, n: 2, width: 1, hashes: 'd' }),
    changes: ['+ activity_tiles 0 2: level=0 n=2 width=1 hashes=d'],
  },
  {
    store: 'activity/proof',
    statement: 'findSubject',
    run: (tx) => proof.findSubject(tx, 'hash 2'),
    gives: 2,
  },
  {
    store: 'activity/proof',
    statement: 'findSubjectsOf',
    run: async (tx) =>
      (await proof.findSubjectsOf(tx, ['hash 3', 'hash 2', 'hash 9'])).map(({ id }) => id).sort(),
    gives: [2, 3],
  },
  {
    store: 'activity/proof',
    statement: 'insertSubjects',
    run: (tx) =>
      proof.insertSubjects(tx, [
        { name_hash: 'hash 6', id: 6, secret_sealed: 's', created_at: 2, forget: 'f', forgotten_at: 3 },
      ]),
    gives: [],
    changes: [
      '+ activity_subjects 6: name_hash=hash 6 id=6 secret_sealed=s created_at=2 forget=f forgotten_at=3',
    ],
  },
  {
    store: 'activity/proof',
    statement: 'setForget',
    run: (tx) => proof.setForget(tx, 'hash 1', 'usr_one'),
    changes: ['activity_subjects 1: forget=usr_one'],
  },
  {
    store: 'activity/proof',
    statement: 'setForget',
    of: 'of one that was forgotten',
    run: (tx) => proof.setForget(tx, 'hash 3', 'usr_three'),
  },
  {
    store: 'activity/proof',
    statement: 'findToForget',
    of: 'and not of one that is held',
    run: (tx) => proof.findToForget(tx, now, 9),
    gives: [2],
  },
  {
    store: 'activity/proof',
    statement: 'findToForget',
    of: 'a few at a time',
    run: (tx) => proof.findToForget(tx, 1001, 1),
    gives: [2],
  },
  {
    store: 'activity/proof',
    statement: 'findToForget',
    of: 'whose hold is over',
    run: (tx) => proof.findToForget(tx, 1001, 9),
    gives: [2, 5],
  },
  {
    store: 'activity/proof',
    statement: 'setForgotten',
    run: (tx) => proof.setForgotten(tx, 'hash 2', now),
    changes: ['activity_subjects 2: secret_sealed=null forget=null forgotten_at=1000'],
  },
  {
    store: 'activity/proof',
    statement: 'findForgottenKeys',
    run: (tx) => proof.findForgottenKeys(tx),
    gives: [2, 3, 4, 5],
  },
  {
    store: 'activity/proof',
    statement: 'findHolds',
    run: (tx) => proof.findHolds(tx, 'usr_five', 1),
    gives: ['usr_four'],
  },
  {
    store: 'activity/proof',
    statement: 'putHold',
    run: (tx) =>
      proof.putHold(tx, { subject: 'usr_four', reason: 'r', placed_at: 2, placed_by: null, ends_at: 3 }),
    changes: ['activity_holds usr_four: reason=r placed_at=2 placed_by=null ends_at=3'],
  },
  {
    store: 'activity/proof',
    statement: 'deleteHold',
    run: (tx) => proof.deleteHold(tx, 'usr_two'),
    gives: true,
    changes: ['- activity_holds usr_two'],
  },
  {
    store: 'activity/proof',
    statement: 'deleteHold',
    of: 'of nobody',
    run: (tx) => proof.deleteHold(tx, 'usr_six'),
    gives: false,
  },
  {
    store: 'activity/proof',
    statement: 'findSealedSubjects',
    run: (tx) => proof.findSealedSubjects(tx, 'hash 1', 2),
    gives: ['hash 2', 'hash 4'],
  },
  {
    store: 'activity/proof',
    statement: 'replaceSealedSubject',
    run: (tx) => proof.replaceSealedSubject(tx, { id: 'hash 1', sealed: 'of one' }, 'anew'),
    gives: true,
    changes: ['activity_subjects 1: secret_sealed=anew'],
  },
  {
    store: 'activity/proof',
    statement: 'replaceSealedSubject',
    of: 'that was changed since',
    run: (tx) => proof.replaceSealedSubject(tx, { id: 'hash 1', sealed: 'of two' }, 'anew'),
    gives: false,
  },
  {
    store: 'activity/proof',
    statement: 'findSigners',
    run: async (tx) => (await proof.findSigners(tx, 'log')).map(({ vkey }) => vkey),
    gives: ['log new', 'log old'],
  },
  {
    store: 'activity/proof',
    statement: 'insertSigners',
    run: async (tx) => {
      await proof.retireSigners(tx, 'witness', now)
      return proof.insertSigners(tx, [
        { vkey: 'w2', purpose: 'witness', name: 'n', private_sealed: 'p', created_at: 2, retired_at: null },
      ])
    },
    gives: [],
    changes: [
      '+ activity_signers w2: vkey=w2 purpose=witness name=n private_sealed=p created_at=2',
      'activity_signers witness: retired_at=1000',
    ],
  },
  {
    store: 'activity/proof',
    statement: 'retireSigners',
    run: (tx) => proof.retireSigners(tx, 'log', now),
    changes: ['activity_signers log new: retired_at=1000'],
  },
  {
    store: 'activity/proof',
    statement: 'findSealedSigners',
    run: (tx) => proof.findSealedSigners(tx, 'log new', 1),
    gives: ['log old'],
  },
  {
    store: 'activity/proof',
    statement: 'replaceSealedSigner',
    run: (tx) => proof.replaceSealedSigner(tx, { id: 'log old', sealed: 'of log old' }, 'anew'),
    gives: true,
    changes: ['activity_signers log old: private_sealed=anew'],
  },
  {
    store: 'activity/proof',
    statement: 'replaceSealedSigner',
    of: 'that was changed since',
    run: (tx) => proof.replaceSealedSigner(tx, { id: 'log old', sealed: 'other' }, 'anew'),
    gives: false,
  },
  {
    store: 'activity/proof',
    statement: 'replaceSealedSigner',
    of: 'where another one has what was read',
    run: (tx) => proof.replaceSealedSigner(tx, { id: 'log new', sealed: 'of log old' }, 'anew'),
    gives: false,
  },
  {
    store: 'activity/proof',
    statement: 'insertCheckpoints',
    run: (tx) => proof.insertCheckpoints(tx, [{ size: 4, at: 4, note: 'n' }]),
    gives: [],
    changes: ['+ activity_checkpoints 4: size=4 at=4 note=n'],
  },
  {
    store: 'activity/proof',
    statement: 'insertCheckpoints',
    of: 'of a size that has one',
    run: (tx) => proof.insertCheckpoints(tx, [{ size: 3, at: 4, note: 'n' }]),
    gives: [],
  },
  {
    store: 'activity/proof',
    statement: 'findCheckpoints',
    run: async (tx) => (await proof.findCheckpoints(tx, 3, 1)).map(({ size }) => size),
    gives: [2],
  },
  {
    store: 'activity/proof',
    statement: 'findCheckpointsFrom',
    run: async (tx) => (await proof.findCheckpointsFrom(tx, 2, 1)).map(({ size }) => size),
    gives: [2],
  },
  {
    store: 'activity/proof',
    statement: 'addToCheckpoint',
    run: (tx) => proof.addToCheckpoint(tx, 2, '!'),
    changes: ['activity_checkpoints 2: note=note 2!'],
  },
  {
    store: 'activity/consumers',
    statement: 'holdConsumer',
    run: (tx) => consumers.holdConsumer(tx, { name: 'a', start: 3, now }),
    gives: 'a',
  },
  {
    store: 'activity/consumers',
    statement: 'holdConsumer',
    of: 'a new one',
    run: (tx) => consumers.holdConsumer(tx, { name: 'c', start: 3, now }),
    gives: 'c',
    changes: ['+ activity_consumers c: name=c seq=3 moved_at=1000 held_until=0'],
  },
  {
    store: 'activity/consumers',
    statement: 'moveConsumer',
    run: (tx) => consumers.moveConsumer(tx, 'a', 8, now),
    changes: ['activity_consumers a: seq=8 moved_at=1000'],
  },
  {
    store: 'activity/consumers',
    statement: 'findConsumers',
    run: (tx) => consumers.findConsumers(tx),
    gives: ['a', 'b', 'held', 'over'],
  },
  {
    store: 'activity/searches',
    statement: 'insertSearch',
    run: (tx) => searches.insertSearch(tx, newSearch),
    gives: true,
    changes: [
      '+ activity_searches sch_new: id=sch_new owner=usr_bob name=new shared=0 query={} created_at=1000 changed_at=1000',
    ],
  },
  ...(
    [
      ['of a name that the owner has', { name: 'a' }],
      ['of a name that a shared one has', { name: 'c', shared: 1 }],
    ] as const
  ).map(
    ([of, more]): Row => ({
      ...{ store: 'activity/searches', statement: 'insertSearch', of, gives: false },
      run: (tx) => searches.insertSearch(tx, { ...newSearch, ...more }),
    }),
  ),
  {
    store: 'activity/searches',
    statement: 'updateSearch',
    run: (tx) => searches.updateSearch(tx, { ...newSearch, id: 'sch_1', name: 'c' }),
    gives: true,
    changes: ['activity_searches sch_1: name=c query={} changed_at=1000'],
  },
  ...(
    [
      ['to a name that the owner has', { name: 'b' }],
      ['to a name that a shared one has', { name: 'c', shared: 1 }],
    ] as const
  ).map(
    ([of, more]): Row => ({
      ...{ store: 'activity/searches', statement: 'updateSearch', of, gives: false },
      run: (tx) => searches.updateSearch(tx, { ...newSearch, id: 'sch_1', ...more }),
    }),
  ),
  {
    store: 'activity/searches',
    statement: 'findSearches',
    run: (tx) => searches.findSearches(tx, 'usr_bob'),
    gives: ['sch_1', 'sch_2', 'sch_3'],
  },
  {
    store: 'activity/searches',
    statement: 'findSearches',
    of: 'of the operator',
    run: (tx) => searches.findSearches(tx, null),
    gives: ['sch_2', 'sch_3'],
  },
  {
    store: 'activity/searches',
    statement: 'findSearchesOf',
    run: (tx) => searches.findSearchesOf(tx, 'usr_bob'),
    gives: ['sch_1', 'sch_2'],
  },
  {
    store: 'activity/searches',
    statement: 'holdSearch',
    run: (tx) => searches.holdSearch(tx, 'sch_1'),
    gives: 'sch_1',
  },
  {
    store: 'activity/searches',
    statement: 'countSearchesOf',
    run: (tx) => searches.countSearchesOf(tx, 'usr_bob'),
    gives: 2,
  },
  {
    store: 'activity/searches',
    statement: 'countSharedSearches',
    run: (tx) => searches.countSharedSearches(tx),
    gives: 2,
  },
  {
    store: 'activity/searches',
    statement: 'deleteSearch',
    run: (tx) => searches.deleteSearch(tx, 'sch_2'),
    changes: ['- activity_searches sch_2'],
  },
  {
    store: 'activity/consumers',
    statement: 'insertDamage',
    of: 'that another consumer has met',
    run: (tx) => consumers.insertDamage(tx, { ...damage, consumer: 'c' }),
    gives: true,
    changes: [
      '+ activity_damage 2026-01-01/log/10 c: segment=2026-01-01/log/10 consumer=c segment_id=85 first=10 until=20 says=no found_at=1000',
    ],
  },
  {
    store: 'activity/consumers',
    statement: 'insertDamage',
    of: 'that it has met before',
    run: (tx) => consumers.insertDamage(tx, damage),
    gives: false,
  },
  {
    store: 'activity/consumers',
    statement: 'findDamage',
    run: async (tx) =>
      (await consumers.findDamage(tx, 2)).map(({ segment, consumer }) => `${segment} ${consumer}`),
    gives: ['2026-01-01/connections/0 a', '2026-01-01/log/10 a'],
  },
  {
    store: 'activity/consumers',
    statement: 'deleteDamage',
    run: (tx) => consumers.deleteDamage(tx, '2026-01-01/log/10'),
    gives: true,
    changes: ['- activity_damage 2026-01-01/log/10 a', '- activity_damage 2026-01-01/log/10 b'],
  },
  {
    store: 'activity/consumers',
    statement: 'deleteDamage',
    of: 'that there is none of',
    run: (tx) => consumers.deleteDamage(tx, '2026-01-01/log/20'),
    gives: false,
  },
  {
    store: 'activity/consumers',
    statement: 'findLeased',
    run: async (tx) => (await consumers.findLeased(tx, 'held'))?.holder,
    gives: 'prc_1',
  },
  {
    store: 'activity/consumers',
    statement: 'findLeased',
    of: 'one that has never run',
    run: (tx) => consumers.findLeased(tx, 'c'),
    gives: undefined,
  },
  ...(
    [
      [
        'a new one',
        'c',
        'prc_2',
        3,
        ['+ activity_consumers c: name=c seq=3 moved_at=1000 holder=prc_2 held_until=2000'],
      ],
      ['one that nobody holds', 'a', 'prc_2', 7, ['activity_consumers a: holder=prc_2 held_until=2000']],
      [
        'one whose time is over',
        'over',
        'prc_2',
        7,
        ['activity_consumers over: holder=prc_2 held_until=2000'],
      ],
      ['one’s own', 'held', 'prc_1', 7, ['activity_consumers held: held_until=2000']],
      ['one that another process holds', 'held', 'prc_2', undefined, []],
    ] as const
  ).map(
    ([of, name, holder, gives, changes]): Row => ({
      ...{ store: 'activity/consumers', statement: 'leaseConsumer', of, gives, changes },
      run: (tx) => consumers.leaseConsumer(tx, { name, start: 3, holder, now, until: 2000 }),
    }),
  ),
  {
    store: 'activity/consumers',
    statement: 'moveLeased',
    run: (tx) => consumers.moveLeased(tx, { name: 'held', holder: 'prc_1', seq: 8, now, until: 2000 }),
    gives: true,
    changes: ['activity_consumers held: seq=8 moved_at=1000 held_until=2000'],
  },
  {
    store: 'activity/consumers',
    statement: 'moveLeased',
    of: 'one that another process holds',
    run: (tx) => consumers.moveLeased(tx, { name: 'held', holder: 'prc_2', seq: 8, now, until: 2000 }),
    gives: false,
  },
  {
    store: 'activity/consumers',
    statement: 'releaseConsumer',
    run: (tx) => consumers.releaseConsumer(tx, 'held', 'prc_1'),
    changes: ['activity_consumers held: holder=null held_until=0'],
  },
  {
    store: 'activity/consumers',
    statement: 'releaseConsumer',
    of: 'one that another process holds',
    run: (tx) => consumers.releaseConsumer(tx, 'held', 'prc_2'),
  },
  {
    store: 'activity/consumers',
    statement: 'deleteConsumer',
    run: (tx) => consumers.deleteConsumer(tx, 'a'),
    changes: ['- activity_consumers a'],
  },
  {
    store: 'operations',
    statement: 'upsertJobRuns',
    run: (tx) =>
      operations.upsertJobRuns(tx, [
        { ...{ process: 'prc_1', job: 'a', every_ms: 9, last_run_at: 8, took_ms: 7 }, ...failed },
        { ...{ process: 'prc_1', job: 'new', every_ms: 9, last_run_at: 8, took_ms: 7 }, ...failed },
      ]),
    changes: [
      'job_runs prc_1 a: every_ms=9 last_run_at=8 took_ms=7 next_at=6 last_error=e failing_since=5',
      '+ job_runs prc_1 new: process=prc_1 job=new every_ms=9 last_run_at=8 took_ms=7 next_at=6 last_error=e failing_since=5',
    ],
  },
  {
    store: 'operations',
    statement: 'findJobRuns',
    run: async (tx) => (await operations.findJobRuns(tx, 900)).map(({ process, job }) => `${process} ${job}`),
    gives: ['prc_2 a', 'prc_2 b'],
  },
  {
    store: 'operations',
    statement: 'deleteJobRunsOfNobody',
    run: async (tx) => {
      await operations.deleteProcess(tx, 'prc_1')
      await operations.deleteJobRunsOfNobody(tx)
    },
    changes: ['- job_runs prc_1 a', '- job_runs prc_1 b', '- processes prc_1'],
  },
  {
    store: 'mail',
    statement: 'countLetters',
    run: (tx) => mail.countLetters(tx),
    gives: 5,
  },
  {
    store: 'sinks',
    statement: 'upsertSink',
    run: (tx) =>
      sinks.upsertSink(tx, { name: 'new', kind: 'file', address: 'b', format: 'ocsf', seen_at: now }),
    changes: ['+ sinks new: name=new kind=file address=b format=ocsf seen_at=1000'],
  },
  {
    store: 'sinks',
    statement: 'upsertSink',
    of: 'one that there is',
    run: (tx) =>
      sinks.upsertSink(tx, { name: 'dead', kind: 'file', address: 'b', format: 'ocsf', seen_at: now }),
    changes: ['sinks dead: kind=file address=b format=ocsf seen_at=1000'],
  },
  {
    store: 'sinks',
    statement: 'findSinks',
    run: async (tx) => (await sinks.findSinks(tx)).map(({ name }) => name),
    gives: ['dead', 'fine', 'stalled', 'stalled_too', 'unseen'],
  },
  {
    store: 'sinks',
    statement: 'noteDelivered',
    run: (tx) => sinks.noteDelivered(tx, 'dead', now),
    changes: ['sinks dead: delivered_at=1000 failing_since=null last_error=null'],
  },
  {
    store: 'sinks',
    statement: 'noteFailed',
    run: (tx) => sinks.noteFailed(tx, 'fine', 'f', now),
    changes: ['sinks fine: failing_since=1000 last_error=f'],
  },
  {
    store: 'sinks',
    statement: 'noteFailed',
    of: 'one that has failed before',
    run: (tx) => sinks.noteFailed(tx, 'dead', 'f', now),
    changes: ['sinks dead: last_error=f'],
  },
  ...(
    [
      ['one that has failed for so long', 'dead', 900, true, ['sinks dead: stalled_at=1000']],
      ['one that has not failed for so long', 'dead', 899, false, []],
      ['one of which that is known', 'stalled', 900, false, []],
      ['one that has not failed', 'fine', 900, false, []],
      ['one that there is not', 'none', 900, false, []],
    ] as const
  ).map(
    ([of, name, before, gives, changes]): Row => ({
      ...{ store: 'sinks', statement: 'noteStalled', of, gives, changes },
      run: (tx) => sinks.noteStalled(tx, name, before, now),
    }),
  ),
  {
    store: 'sinks',
    statement: 'noteRecovered',
    run: (tx) => sinks.noteRecovered(tx, 'stalled'),
    gives: 600,
    changes: ['sinks stalled: stalled_at=null'],
  },
  {
    store: 'sinks',
    statement: 'noteRecovered',
    of: 'one that had not stalled',
    run: (tx) => sinks.noteRecovered(tx, 'dead'),
    gives: undefined,
  },
  {
    store: 'sinks',
    statement: 'noteRecovered',
    of: 'the other one',
    run: (tx) => sinks.noteRecovered(tx, 'stalled_too'),
    gives: 700,
    changes: ['sinks stalled_too: stalled_at=null'],
  },
  {
    store: 'sinks',
    statement: 'deleteSinksUnseen',
    run: (tx) => sinks.deleteSinksUnseen(tx, 900),
    gives: ['unseen'],
    changes: ['- sinks unseen'],
  },
  {
    store: 'activity/proof/witness',
    statement: 'findWitnesses',
    run: async (tx) => (await witnesses.findWitnesses(tx)).map(({ url }) => url),
    gives: ['a', 'b'],
  },
  {
    store: 'activity/proof/witness',
    statement: 'putWitness',
    run: (tx) =>
      witnesses.putWitness(tx, { url: 'b', size: 9, told_at: null, asked_at: 8, last_error: null }),
    changes: ['activity_witnesses b: size=9 told_at=null asked_at=8 last_error=null'],
  },
  {
    store: 'activity/proof/witness',
    statement: 'advanceWitness',
    run: (tx) => witnesses.advanceWitness(tx, { url: 'b', size: 2, now }),
    gives: true,
    changes: ['activity_witnesses b: size=2 told_at=1000 asked_at=1000 last_error=null'],
  },
  {
    store: 'activity/proof/witness',
    statement: 'advanceWitness',
    of: 'to where it is already',
    run: (tx) => witnesses.advanceWitness(tx, { url: 'b', size: 1, now }),
    gives: false,
  },
  {
    store: 'activity/proof/witness',
    statement: 'advanceWitness',
    of: 'that is new',
    run: (tx) => witnesses.advanceWitness(tx, { url: 'c', size: 1, now }),
    gives: true,
    changes: ['+ activity_witnesses c: url=c size=1 told_at=1000 asked_at=1000'],
  },
  {
    store: 'activity/proof/witness',
    statement: 'findWitnessed',
    run: async (tx) => (await witnesses.findWitnessed(tx, 'log b'))?.note,
    gives: 'of log b',
  },
  {
    store: 'activity/proof/witness',
    statement: 'putWitnessed',
    run: (tx) => witnesses.putWitnessed(tx, { origin: 'log a', size: 6, note: 'n', at: 2 }, 5),
    gives: true,
    changes: ['witnessed_logs log a: size=6 note=n at=2'],
  },
  {
    store: 'activity/proof/witness',
    statement: 'putWitnessed',
    of: 'that has grown since',
    run: (tx) => witnesses.putWitnessed(tx, { origin: 'log a', size: 6, note: 'n', at: 2 }, 4),
    gives: false,
  },
  {
    store: 'activity/proof/witness',
    statement: 'putWitnessed',
    of: 'of a new log',
    run: (tx) => witnesses.putWitnessed(tx, { origin: 'log c', size: 6, note: 'n', at: 2 }, 0),
    gives: true,
    changes: ['+ witnessed_logs log c: origin=log c size=6 note=n at=2'],
  },
  {
    store: 'activity',
    statement: 'searchTable',
    run: async (tx) => (await activity.searchTable(tx, {}, 3, 9)).events,
    gives: ['evt_4', 'evt_3', 'evt_2'],
  },
  {
    store: 'activity',
    statement: 'searchTable',
    of: 'by event',
    run: async (tx) => (await activity.searchTable(tx, { event: 'user.sign_in' }, 9, 9)).events,
    gives: ['evt_2', 'evt_1'],
  },
  {
    store: 'activity',
    statement: 'searchTable',
    of: 'by outcome',
    run: async (tx) => (await activity.searchTable(tx, { outcome: 'refused' }, 9, 9)).events,
    gives: ['evt_2'],
  },
  {
    store: 'activity',
    statement: 'searchTable',
    of: 'by subject',
    run: async (tx) => (await activity.searchTable(tx, { subject: 'usr_ada' }, 9, 9)).events,
    gives: ['evt_3', 'evt_1'],
  },
  {
    store: 'activity',
    statement: 'searchTable',
    of: 'by target',
    run: async (tx) => (await activity.searchTable(tx, { target: 'dev_a' }, 9, 9)).events,
    gives: ['evt_3'],
  },
  {
    store: 'activity',
    statement: 'searchTable',
    of: 'by address',
    run: async (tx) => (await activity.searchTable(tx, { address: '192.0.2.2' }, 9, 9)).events,
    gives: ['evt_4'],
  },
  {
    store: 'activity',
    statement: 'searchTable',
    of: 'by region',
    run: async (tx) => (await activity.searchTable(tx, { region: 'DE' }, 9, 9)).events,
    gives: ['evt_1'],
  },
  {
    store: 'activity',
    statement: 'searchTable',
    of: 'between two ids',
    run: async (tx) => (await activity.searchTable(tx, { before: 'evt_4', from: 'evt_2' }, 9, 9)).events,
    gives: ['evt_3', 'evt_2'],
  },
  {
    store: 'activity',
    statement: 'searchTable',
    of: 'by two things at once',
    run: async (tx) =>
      (await activity.searchTable(tx, { event: 'device.bind', subject: 'usr_bob' }, 9, 9)).events,
    gives: ['evt_4'],
  },
  {
    store: 'activity',
    statement: 'searchTable',
    of: 'by several values',
    run: async (tx) =>
      (await activity.searchTable(tx, { target: ['dev_a', 'dev_b'], subject: ['usr_ada', 'usr_x'] }, 9, 9))
        .events,
    gives: ['evt_3'],
  },
  {
    store: 'activity',
    statement: 'searchTable',
    run: async (tx) => idsOfLooked(await activity.searchTable(tx, { event: 'device.bind' }, 1, 9)),
    gives: { events: ['evt_4'], until: null },
  },
  {
    store: 'activity',
    statement: 'searchTable',
    of: 'by text, looking at two',
    run: async (tx) => idsOfLooked(await activity.searchTable(tx, { text: 'DEV_A' }, 9, 2)),
    gives: { events: ['evt_3'], until: 'evt_3' },
  },
  {
    store: 'activity',
    statement: 'findPlacedLikeInTable',
    run: (tx) => activity.findPlacedLikeInTable(tx, { from: 0, until: 2 }, { subject: 'usr_bob' }, 9),
    gives: ['evt_2'],
  },
  {
    store: 'activity',
    statement: 'findPlacedLikeInTable',
    of: 'before a place',
    run: (tx) => activity.findPlacedLikeInTable(tx, { from: 0, until: 1 }, {}, 9),
    gives: ['evt_1'],
  },
  {
    store: 'activity',
    statement: 'findLastInTable',
    run: (tx) => activity.findLastInTable(tx, 0, 2),
    gives: 'evt_2',
  },
  {
    store: 'activity',
    statement: 'findLastInTable',
    of: 'before a place',
    run: (tx) => activity.findLastInTable(tx, 0, 1),
    gives: 'evt_1',
  },
  {
    store: 'activity',
    statement: 'findLastInTable',
    of: 'from a place on',
    run: (tx) => activity.findLastInTable(tx, 2, 9),
  },
  {
    store: 'activity',
    statement: 'deletePlaced',
    run: (tx) => activity.deletePlaced(tx, 1, 2),
    changes: ['- activity evt_2'],
  },
  {
    store: 'activity',
    statement: 'deletePlaced',
    of: 'before a place',
    run: (tx) => activity.deletePlaced(tx, 0, 1),
    changes: ['- activity evt_1'],
  },
  {
    store: 'activity',
    statement: 'countForgotten',
    run: async (tx) => {
      await activity.forgetParts(tx, 'evt_1', { who: 'a', place: 'b' })
      await activity.forgetParts(tx, 'evt_2', { whom: 'c' })
      const counts = [
        [0, 9],
        [1, 9],
        [0, 1],
      ].map(([from, until]) => activity.countForgotten(tx, from!, until!))
      return Promise.all(counts)
    },
    gives: [3, 1, 2],
    changes: [
      'activity evt_1: subject=null address=null region=null who_proof=a place_proof=b',
      'activity evt_2: whom_proof=c',
    ],
  },
  ...archiveRows,
  ...providerRows,
  ...backupRows,
  ...applicationRows,
  ...authorizationRows,
  ...approvalRows,
  ...signalRows,
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
    store: 'services',
    statement: 'insertService',
    run: (tx) => services.insertService(tx, newService),
    changes: [
      '+ services svc_d: id=svc_d name=service d secret_hash=of d scopes=devices:read keys:read created_at=1000 audience=for d known_scopes=pages:read pages:see profile={"name":"plain"} longest_life_seconds=7 version=3 scopes_version=4',
    ],
  },
  {
    store: 'services',
    statement: 'holdService',
    run: (tx) => services.holdService(tx, 'svc_b'),
    gives: 'svc_b',
  },
  {
    store: 'services',
    statement: 'updateService',
    run: (tx) => services.updateService(tx, { ...newService, id: 'svc_b' }),
    changes: [
      'services svc_b: name=service d scopes=devices:read keys:read audience=for d known_scopes=pages:read pages:see longest_life_seconds=7 version=3',
    ],
  },
  {
    store: 'services',
    statement: 'findServiceFor',
    run: (tx) => services.findServiceFor(tx, 'for b'),
    gives: 'svc_b',
  },
  {
    store: 'services/own-keys',
    statement: 'insertServiceKey',
    run: (tx) => serviceKeys.insertServiceKey(tx, newServiceKey),
    gives: true,
    changes: [
      '+ service_keys own_c: kid=own_c service=svc_c algorithm=ES256 status=active public_jwk={} private_sealed=sealed created_at=1000 activated_at=1 retired_at=2 last_used_at=3',
    ],
  },
  {
    store: 'services/own-keys',
    statement: 'insertServiceKey',
    of: 'of a service that has one',
    run: (tx) => serviceKeys.insertServiceKey(tx, { ...newServiceKey, service: 'svc_a' }),
    gives: false,
  },
  {
    store: 'services/own-keys',
    statement: 'findServiceKeys',
    run: (tx) => serviceKeys.findServiceKeys(tx, 'svc_a', now, now),
    gives: ['own_a_next', 'own_a_active', 'own_a_late', 'own_a_over'],
  },
  {
    store: 'services/own-keys',
    statement: 'findActiveServiceKey',
    run: (tx) => serviceKeys.findActiveServiceKey(tx, 'svc_a'),
    gives: 'own_a_active',
  },
  {
    store: 'services/own-keys',
    statement: 'findServiceKey',
    run: (tx) => serviceKeys.findServiceKey(tx, 'own_a_over'),
    gives: 'own_a_over',
  },
  {
    store: 'services/own-keys',
    statement: 'retireActiveServiceKey',
    run: (tx) => serviceKeys.retireActiveServiceKey(tx, 'svc_a', now),
    changes: ['service_keys own_a_active: status=retired retired_at=1000'],
  },
  {
    store: 'services/own-keys',
    statement: 'activateNextServiceKey',
    async run(tx) {
      await serviceKeys.retireActiveServiceKey(tx, 'svc_a', 1)
      return serviceKeys.activateNextServiceKey(tx, 'svc_a', now)
    },
    gives: 'own_a_next',
    changes: [
      'service_keys own_a_active: status=retired retired_at=1',
      'service_keys own_a_next: status=active activated_at=1000',
    ],
  },
  {
    store: 'services/own-keys',
    statement: 'revokeServiceKey',
    run: (tx) => serviceKeys.revokeServiceKey(tx, 'svc_a', 'own_a_active', now),
    gives: { status: 'active' },
    changes: ['service_keys own_a_active: revoked_at=1000'],
  },
  {
    store: 'services/own-keys',
    statement: 'revokeServiceKey',
    of: 'of another service',
    run: (tx) => serviceKeys.revokeServiceKey(tx, 'svc_b', 'own_a_active', now),
    gives: undefined,
  },
  {
    store: 'services/own-keys',
    statement: 'retireServiceKey',
    run: (tx) => serviceKeys.retireServiceKey(tx, 'own_a_active', now),
    changes: ['service_keys own_a_active: status=retired retired_at=1000'],
  },
  {
    store: 'services/own-keys',
    statement: 'retireServiceKey',
    of: 'of one that is retired',
    run: (tx) => serviceKeys.retireServiceKey(tx, 'own_a_late', now),
  },
  {
    store: 'services/own-keys',
    statement: 'retireServiceKeys',
    run: (tx) => serviceKeys.retireServiceKeys(tx, 'svc_a', now),
    changes: [
      'service_keys own_a_active: status=retired retired_at=1000',
      'service_keys own_a_next: status=retired retired_at=1000',
    ],
  },
  {
    store: 'services/own-keys',
    statement: 'noteServiceKeyUse',
    run: (tx) => serviceKeys.noteServiceKeyUse(tx, 'own_a_active', now),
    changes: ['service_keys own_a_active: last_used_at=1000'],
  },
  {
    store: 'services/own-keys',
    statement: 'noteServiceKeyUse',
    of: 'before one that is known',
    run: (tx) => serviceKeys.noteServiceKeyUse(tx, 'own_b_active', now),
  },
  {
    store: 'services/shared-keys',
    statement: 'insertSharedKey',
    run: (tx) =>
      sharedKeys.insertSharedKey(tx, {
        ...{ kid: 'shk_c1', service: 'svc_c', algorithm: 'HS512', secret_sealed: 'sealed', created_at: now },
        ...{ starts_at: 1100, ends_at: 1200, last_used_at: 1150 },
      }),
    changes: [
      '+ shared_keys shk_c1: kid=shk_c1 service=svc_c algorithm=HS512 secret_sealed=sealed created_at=1000 starts_at=1100 ends_at=1200 last_used_at=1150',
    ],
  },
  {
    store: 'services/shared-keys',
    statement: 'findSharedKeys',
    run: (tx) => sharedKeys.findSharedKeys(tx, 'svc_a', now),
    gives: ['shk_a3', 'shk_a2'],
  },
  {
    store: 'services/shared-keys',
    statement: 'findSharedKey',
    run: (tx) => sharedKeys.findSharedKey(tx, 'shk_a2', now),
    gives: 'shk_a2',
  },
  {
    store: 'services/shared-keys',
    statement: 'findSharedKey',
    of: 'of one that is over',
    run: (tx) => sharedKeys.findSharedKey(tx, 'shk_a1', now),
    gives: undefined,
  },
  {
    store: 'services/shared-keys',
    statement: 'endSharedKeys',
    run: (tx) => sharedKeys.endSharedKeys(tx, 'svc_a', 2000),
    changes: ['shared_keys shk_a3: ends_at=2000'],
  },
  {
    store: 'services/shared-keys',
    statement: 'keepSharedKeys',
    run: (tx) => sharedKeys.keepSharedKeys(tx, 'svc_a', now),
    changes: ['shared_keys shk_a2: ends_at=null'],
  },
  {
    store: 'services/shared-keys',
    statement: 'deleteSharedKey',
    run: (tx) => sharedKeys.deleteSharedKey(tx, 'svc_a', 'shk_a2'),
    gives: true,
    changes: ['- shared_keys shk_a2'],
  },
  {
    store: 'services/shared-keys',
    statement: 'deleteSharedKey',
    of: 'of another service',
    run: (tx) => sharedKeys.deleteSharedKey(tx, 'svc_b', 'shk_a2'),
    gives: false,
  },
  {
    store: 'services/shared-keys',
    statement: 'deleteEndedSharedKeys',
    run: (tx) => sharedKeys.deleteEndedSharedKeys(tx, now),
    changes: ['- shared_keys shk_a1'],
  },
  {
    store: 'services/shared-keys',
    statement: 'noteSharedKeyUse',
    run: (tx) => sharedKeys.noteSharedKeyUse(tx, 'shk_a2', now),
    changes: ['shared_keys shk_a2: last_used_at=1000'],
  },
  {
    store: 'services/shared-keys',
    statement: 'noteSharedKeyUse',
    of: 'before one that is known',
    run: (tx) => sharedKeys.noteSharedKeyUse(tx, 'shk_b1', now),
  },
  {
    store: 'services/scopes',
    statement: 'insertScope',
    run: (tx) => serviceScopes.insertScope(tx, newScope),
    gives: true,
    changes: [
      '+ service_scopes svc_a service svc_c pages:read: service=svc_a holder_kind=service holder=svc_c scope=pages:read given_at=1000',
    ],
  },
  {
    store: 'services/scopes',
    statement: 'insertScope',
    of: 'of one that they have',
    run: (tx) => serviceScopes.insertScope(tx, { ...newScope, holder: 'svc_b', scope: 'pages:write' }),
    gives: false,
  },
  {
    store: 'services/scopes',
    statement: 'deleteScope',
    run: (tx) =>
      serviceScopes.deleteScope(tx, 'svc_a', { kind: 'user_type', name: 'administrator' }, 'pages:read'),
    gives: true,
    changes: ['- service_scopes svc_a user_type administrator pages:read'],
  },
  {
    store: 'services/scopes',
    statement: 'deleteScope',
    of: 'of one that they do not have',
    run: (tx) => serviceScopes.deleteScope(tx, 'svc_a', { kind: 'devices', name: '' }, 'pages:write'),
    gives: false,
  },
  {
    store: 'services/scopes',
    statement: 'deleteUnknownScopes',
    run: (tx) => serviceScopes.deleteUnknownScopes(tx, 'svc_a', ['pages:write', 'pages:see']),
    changes: [
      '- service_scopes svc_a devices  pages:read',
      '- service_scopes svc_a user_type administrator pages:read',
      '- service_scopes svc_a user_type customer pages:read',
    ],
  },
  {
    store: 'services/scopes',
    statement: 'deleteUnknownScopes',
    of: 'where none is known',
    run: (tx) => serviceScopes.deleteUnknownScopes(tx, 'svc_b', []),
    changes: [
      '- service_scopes svc_b devices  pages:write',
      '- service_scopes svc_b user_type administrator pages:read',
    ],
  },
  {
    store: 'services/scopes',
    statement: 'findScopesOf',
    run: (tx) => serviceScopes.findScopesOf(tx, 'svc_a', { kind: 'user_type', name: 'administrator' }),
    gives: ['pages:read', 'pages:write'],
  },
  {
    store: 'services/scopes',
    statement: 'findScopeHolders',
    async run(tx) {
      const rows = await serviceScopes.findScopeHolders(tx, 'svc_a')
      return rows.map((row) => `${row.scope} ${row.holder_kind} ${row.holder}`)
    },
    gives: [
      'pages:read devices ',
      'pages:read user_type administrator',
      'pages:read user_type customer',
      'pages:write service svc_b',
      'pages:write user_type administrator',
    ],
  },
  {
    store: 'services/scopes',
    statement: 'hasUserType',
    run: (tx) => serviceScopes.hasUserType(tx, 'auditor'),
    gives: true,
  },
  {
    store: 'services/scopes',
    statement: 'hasUserType',
    of: 'of none',
    run: (tx) => serviceScopes.hasUserType(tx, 'nobody'),
    gives: false,
  },
  {
    store: 'accounts/user-types',
    statement: 'moveScopes',
    run: (tx) => userTypes.moveScopes(tx, 'customer', 'auditor'),
    changes: [
      '+ service_scopes svc_a user_type auditor pages:read: service=svc_a holder_kind=user_type holder=auditor scope=pages:read given_at=1 user_type=auditor',
      '- service_scopes svc_a user_type customer pages:read',
    ],
  },
  {
    store: 'keys',
    statement: 'findLongestLife',
    run: (tx) => keys.findLongestLife(tx),
    gives: 600,
  },
  {
    store: 'services',
    statement: 'findService',
    run: (tx) => services.findService(tx, 'svc_b'),
    gives: 'svc_b',
  },
  {
    store: 'services',
    statement: 'findServiceNames',
    run: async (tx) =>
      [...(await services.findServiceNames(tx, ['svc_b', 'svc_none']))]
        .map(([id, name]) => `${id} ${name}`)
        .sort(),
    gives: ['svc_b service b'],
  },
  {
    store: 'services',
    statement: 'findServiceByName',
    run: (tx) => services.findServiceByName(tx, 'service b'),
    gives: 'svc_b',
  },
  {
    store: 'services',
    statement: 'findServices',
    run: (tx) => services.findServices(tx, 'svc_a', 1),
    gives: ['svc_b'],
  },
  {
    store: 'services',
    statement: 'disableService',
    run: (tx) => services.disableService(tx, 'svc_b', now),
    gives: true,
    changes: ['services svc_b: disabled_at=1000 version=2'],
  },
  {
    store: 'services',
    statement: 'disableService',
    of: 'of one that is',
    run: (tx) => services.disableService(tx, 'svc_c', now),
    gives: false,
  },
  {
    store: 'services',
    statement: 'replaceServiceSecret',
    run: (tx) => services.replaceServiceSecret(tx, 'svc_b', 'new'),
    changes: ['services svc_b: secret_hash=new'],
  },
  {
    store: 'services',
    statement: 'setScopesVersion',
    run: (tx) => services.setScopesVersion(tx, 'svc_b', 1000),
    changes: ['services svc_b: scopes_version=1000'],
  },
  {
    store: 'devices/keys',
    statement: 'insertDeviceKey',
    run: (tx) =>
      deviceKeys.insertDeviceKey(tx, {
        kid: 'key_b2',
        uid: 'dev_b',
        algorithm: 'ES256',
        public_jwk: '{}',
        created_at: now,
        expires_at: 2000,
        revoked_at: null,
      }),
    changes: [
      '+ device_keys dev_b key_b2: kid=key_b2 uid=dev_b algorithm=ES256 public_jwk={} created_at=1000 expires_at=2000',
    ],
  },
  {
    store: 'devices/keys',
    statement: 'findDeviceKeys',
    run: (tx) => deviceKeys.findDeviceKeys(tx, 'dev_a'),
    gives: ['key_a1', 'key_a2', 'key_a3', 'key_a4'],
  },
  {
    store: 'devices/keys',
    statement: 'findLiveDeviceKeys',
    run: (tx) =>
      deviceKeys.findLiveDeviceKeys(tx, 'dev_a', now).then((found) => found.map(({ kid }) => kid).sort()),
    gives: ['key_a1', 'key_a2'],
  },
  {
    store: 'devices/keys',
    statement: 'revokeDeviceKey',
    run: (tx) => deviceKeys.revokeDeviceKey(tx, 'dev_a', 'key_a1', now),
    gives: true,
    changes: ['device_keys dev_a key_a1: revoked_at=1000'],
  },
  {
    store: 'devices/keys',
    statement: 'revokeDeviceKey',
    of: 'of another device',
    run: (tx) => deviceKeys.revokeDeviceKey(tx, 'dev_b', 'key_a1', now),
    gives: false,
  },
  {
    store: 'devices/keys',
    statement: 'revokeDeviceKey',
    of: 'of one that is revoked',
    run: (tx) => deviceKeys.revokeDeviceKey(tx, 'dev_a', 'key_a4', now),
    gives: false,
  },
  {
    store: 'devices/relations',
    statement: 'insertClaimCode',
    run: (tx) =>
      relations.insertClaimCode(tx, {
        secretHash: 'code_new',
        uid: 'dev_c',
        issuedByDevice: true,
        createdAt: now,
        expiresAt: 2000,
      }),
    changes: [
      '+ claim_codes code_new: secret_hash=code_new uid=dev_c issued_by_device=1 created_at=1000 expires_at=2000',
    ],
  },
  {
    store: 'devices/relations',
    statement: 'insertClaimCode',
    of: 'of its maker',
    run: (tx) =>
      relations.insertClaimCode(tx, {
        secretHash: 'code_new',
        uid: 'dev_c',
        issuedByDevice: false,
        createdAt: now,
        expiresAt: 2000,
      }),
    changes: [
      '+ claim_codes code_new: secret_hash=code_new uid=dev_c issued_by_device=0 created_at=1000 expires_at=2000',
    ],
  },
  {
    store: 'devices/relations',
    statement: 'insertClaimCode',
    of: 'that is typed',
    run: (tx) =>
      relations.insertClaimCode(tx, {
        ...{ secretHash: 'code_new', uid: 'dev_c', issuedByDevice: true, createdAt: now, expiresAt: 2000 },
        typed: { userCode: 'typed_new', address: '192.0.2.9', region: 'DE', userAgent: 'lamp' },
      }),
    changes: [
      '+ claim_codes code_new: secret_hash=code_new uid=dev_c issued_by_device=1 created_at=1000 expires_at=2000 user_code=typed_new address=192.0.2.9 region=DE user_agent=lamp',
    ],
  },
  {
    store: 'devices/relations',
    statement: 'findClaimCodeTyped',
    run: async (tx) => (await relations.findClaimCodeTyped(tx, 'typed_c', now))?.secret_hash,
    gives: 'code_c',
  },
  ...['typed_used', 'typed_over', 'typed_x'].map(
    (code): Row => ({
      store: 'devices/relations',
      statement: 'findClaimCodeTyped',
      of: `of ${code}`,
      run: (tx) => relations.findClaimCodeTyped(tx, code, now),
    }),
  ),
  {
    store: 'devices/relations',
    statement: 'hasOpenUserCode',
    run: async (tx) =>
      Promise.all(['dev_c', 'dev_e', 'dev_a'].map((uid) => relations.hasOpenUserCode(tx, uid, now))),
    gives: [true, false, false],
  },
  {
    store: 'devices/relations',
    statement: 'findClaimCode',
    run: (tx) => relations.findClaimCode(tx, 'code_c', 'dev_c', now),
    gives: { issuedByDevice: true },
  },
  {
    store: 'devices/relations',
    statement: 'findClaimCode',
    of: 'of its maker',
    run: (tx) => relations.findClaimCode(tx, 'code_e', 'dev_e', now),
    gives: { issuedByDevice: false },
  },
  {
    store: 'devices/relations',
    statement: 'findClaimCode',
    of: 'of another device',
    run: (tx) => relations.findClaimCode(tx, 'code_c', 'dev_e', now),
  },
  {
    store: 'devices/relations',
    statement: 'findClaimCode',
    of: 'by a wrong secret',
    run: (tx) => relations.findClaimCode(tx, 'code_x', 'dev_c', now),
  },
  {
    store: 'devices/relations',
    statement: 'findClaimCode',
    of: 'of one that was used',
    run: (tx) => relations.findClaimCode(tx, 'code_c_used', 'dev_c', now),
  },
  {
    store: 'devices/relations',
    statement: 'findClaimCode',
    of: 'of one that ends now',
    run: (tx) => relations.findClaimCode(tx, 'code_c_over', 'dev_c', now),
  },
  {
    store: 'devices/relations',
    statement: 'useClaimCode',
    run: (tx) => relations.useClaimCode(tx, 'code_c', 'dev_c', now),
    gives: true,
    changes: ['claim_codes code_c: used_at=1000'],
  },
  {
    store: 'devices/relations',
    statement: 'useClaimCode',
    of: 'of another device',
    run: (tx) => relations.useClaimCode(tx, 'code_c', 'dev_e', now),
    gives: false,
  },
  {
    store: 'devices/relations',
    statement: 'useClaimCode',
    of: 'by a wrong secret',
    run: (tx) => relations.useClaimCode(tx, 'code_x', 'dev_c', now),
    gives: false,
  },
  {
    store: 'devices/relations',
    statement: 'useClaimCode',
    of: 'of one that was used',
    run: (tx) => relations.useClaimCode(tx, 'code_c_used', 'dev_c', now),
    gives: false,
  },
  {
    store: 'devices/relations',
    statement: 'useClaimCode',
    of: 'of one that ends now',
    run: (tx) => relations.useClaimCode(tx, 'code_c_over', 'dev_c', now),
    gives: false,
  },
  {
    store: 'devices/relations',
    statement: 'endClaimCodes',
    run: (tx) => relations.endClaimCodes(tx, 'dev_c', now),
    changes: ['claim_codes code_c: used_at=1000', 'claim_codes code_c_over: used_at=1000'],
  },
  {
    store: 'devices/relations',
    statement: 'findRelation',
    run: (tx) => relations.findRelation(tx, 'dev_a', 'usr_bob', now),
    gives: 'controller',
  },
  {
    store: 'devices/relations',
    statement: 'findRelation',
    of: 'of another device',
    run: (tx) => relations.findRelation(tx, 'dev_b', 'usr_bob', now),
    gives: 'owner',
  },
  {
    store: 'devices/relations',
    statement: 'findRelation',
    of: 'that ends now',
    run: (tx) => relations.findRelation(tx, 'dev_a', 'usr_cyd', now),
  },
  {
    store: 'devices/relations',
    statement: 'findRelation',
    of: 'of a stranger',
    run: (tx) => relations.findRelation(tx, 'dev_a', 'usr_dan', now),
  },
  {
    store: 'devices/relations',
    statement: 'findRelations',
    run: (tx) => relations.findRelations(tx, 'dev_a', now),
    gives: ['usr_ada', 'usr_bob'],
  },
  {
    store: 'devices/relations',
    statement: 'findRelatedSubjects',
    run: (tx) => relations.findRelatedSubjects(tx, 'dev_a', now, '', 9),
    gives: ['usr_ada', 'usr_bob'],
  },
  {
    store: 'devices/relations',
    statement: 'findRelatedSubjects',
    of: 'a page',
    run: (tx) => relations.findRelatedSubjects(tx, 'dev_b', now, 'usr_ada', 1),
    gives: ['usr_bob'],
  },
  {
    store: 'devices/relations',
    statement: 'findSubjectsExpired',
    run: (tx) => relations.findSubjectsExpired(tx, 900, now),
    gives: ['usr_cyd'],
  },
  {
    store: 'devices/relations',
    statement: 'findSubjectsExpired',
    of: 'over a longer time',
    run: (tx) => relations.findSubjectsExpired(tx, 899, 1100).then((found) => found.sort()),
    gives: ['usr_ada', 'usr_bob', 'usr_cyd'],
  },
  {
    store: 'devices/relations',
    statement: 'upsertRelation',
    run: (tx) =>
      relations.upsertRelation(tx, {
        uid: 'dev_a',
        subject: 'usr_dan',
        relation: 'viewer',
        granted_by: 'usr_ada',
        created_at: now,
        until: 2000,
      }),
    gives: true,
    changes: [
      '+ relations dev_a usr_dan: uid=dev_a subject=usr_dan relation=viewer granted_by=usr_ada created_at=1000 until=2000',
    ],
  },
  {
    store: 'devices/relations',
    statement: 'upsertRelation',
    of: 'of one who has one',
    run: (tx) =>
      relations.upsertRelation(tx, {
        uid: 'dev_a',
        subject: 'usr_bob',
        relation: 'viewer',
        granted_by: 'usr_cyd',
        created_at: now,
        until: null,
      }),
    gives: true,
    changes: ['relations dev_a usr_bob: relation=viewer granted_by=usr_cyd until=null'],
  },
  {
    store: 'devices/relations',
    statement: 'upsertRelation',
    of: 'of the owner',
    run: (tx) =>
      relations.upsertRelation(tx, {
        uid: 'dev_a',
        subject: 'usr_ada',
        relation: 'viewer',
        granted_by: 'usr_ada',
        created_at: now,
        until: 2000,
      }),
    gives: false,
  },
  {
    store: 'devices/relations',
    statement: 'deleteRelation',
    run: (tx) => relations.deleteRelation(tx, 'dev_b', 'usr_cyd'),
    gives: true,
    changes: ['- relations dev_b usr_cyd'],
  },
  {
    store: 'devices/relations',
    statement: 'deleteRelation',
    of: 'of the owner',
    run: (tx) => relations.deleteRelation(tx, 'dev_b', 'usr_bob'),
    gives: false,
  },
  {
    store: 'devices/relations',
    statement: 'deleteRelations',
    run: (tx) => relations.deleteRelations(tx, 'dev_a').then((found) => found.sort()),
    gives: ['usr_ada', 'usr_bob', 'usr_cyd'],
    changes: ['- relations dev_a usr_ada', '- relations dev_a usr_bob', '- relations dev_a usr_cyd'],
  },
  {
    store: 'devices/shadow',
    statement: 'findDeviceState',
    run: (tx) => shadow.findDeviceState(tx, 'dev_b'),
    gives: 'dev_b',
  },
  {
    store: 'devices/shadow',
    statement: 'replaceDeviceState',
    run: (tx) =>
      shadow.replaceDeviceState(tx, {
        uid: 'dev_b',
        reported: '{"a":1}',
        desired: '{"a":2}',
        version: 2,
        updated_at: now,
      }),
    changes: ['device_states dev_b: reported={"a":1} desired={"a":2} version=2 updated_at=1000'],
  },
  {
    store: 'devices/shadow',
    statement: 'replaceDeviceState',
    of: 'of one that has none',
    run: (tx) =>
      shadow.replaceDeviceState(tx, {
        uid: 'dev_c',
        reported: '{"a":1}',
        desired: '{"a":2}',
        version: 1,
        updated_at: now,
      }),
    changes: ['+ device_states dev_c: uid=dev_c reported={"a":1} desired={"a":2} version=1 updated_at=1000'],
  },
  {
    store: 'devices/shadow',
    statement: 'deleteDeviceState',
    run: (tx) => shadow.deleteDeviceState(tx, 'dev_b'),
    changes: ['- device_states dev_b'],
  },
  {
    store: 'devices',
    statement: 'insertDevice',
    run: (tx) =>
      devices.insertDevice(tx, {
        uid: 'dev_f',
        name: 'F',
        product: 'lamp',
        state: 'claimable',
        created_by: 'usr_bob',
        created_at: now,
        bound_at: null,
        history_after: null,
        last_seen_at: null,
        tokens_version: 0,
      }),
    changes: [
      '+ devices dev_f: uid=dev_f name=F product=lamp state=claimable created_by=usr_bob created_at=1000 tokens_version=0',
    ],
  },
  {
    store: 'devices',
    statement: 'findDeviceNames',
    run: async (tx) =>
      [...(await devices.findDeviceNames(tx, ['dev_b', 'dev_none']))]
        .map(([id, name]) => `${id} ${name}`)
        .sort(),
    gives: ['dev_b dev_b'],
  },
  { store: 'devices', statement: 'findDevice', run: (tx) => devices.findDevice(tx, 'dev_b'), gives: 'dev_b' },
  {
    store: 'devices',
    statement: 'findDevices',
    run: (tx) => devices.findDevices(tx, 'dev_a', 2),
    gives: ['dev_b', 'dev_c'],
  },
  {
    store: 'devices',
    statement: 'findUids',
    run: (tx) => devices.findUids(tx, 'dev_a', 2),
    gives: ['dev_b', 'dev_c'],
  },
  {
    store: 'devices',
    statement: 'findDevicesOf',
    run: (tx) => devices.findDevicesOf(tx, 'usr_bob', now, { after: '', limit: 9 }),
    gives: ['dev_a', 'dev_b'],
  },
  {
    store: 'devices',
    statement: 'findDevicesOf',
    of: 'with the relation',
    run: (tx) =>
      devices
        .findDevicesOf(tx, 'usr_bob', now, { after: '', limit: 9 })
        .then((found) => found.map(({ relation }) => relation)),
    gives: ['controller', 'owner'],
  },
  {
    store: 'devices',
    statement: 'findDevicesOf',
    of: 'of one whose relation ends now',
    run: (tx) => devices.findDevicesOf(tx, 'usr_cyd', now, { after: '', limit: 9 }),
    gives: ['dev_b'],
  },
  {
    store: 'devices',
    statement: 'findDevicesOf',
    of: 'after one of them',
    run: (tx) => devices.findDevicesOf(tx, 'usr_bob', now, { after: 'dev_a', limit: 9 }),
    gives: ['dev_b'],
  },
  {
    store: 'devices',
    statement: 'findDevicesOf',
    of: 'among one and one that is not theirs',
    run: (tx) =>
      devices.findDevicesOf(tx, 'usr_bob', now, { after: '', limit: 9, among: ['dev_b', 'dev_c'] }),
    gives: ['dev_b'],
  },
  {
    store: 'devices',
    statement: 'findDevicesOf',
    of: 'among none',
    run: (tx) => devices.findDevicesOf(tx, 'usr_bob', now, { after: '', limit: 9, among: [] }),
    gives: [],
  },
  {
    store: 'devices',
    statement: 'findDevicesOf',
    of: 'of which one is asked for',
    run: (tx) => devices.findDevicesOf(tx, 'usr_bob', now, { after: '', limit: 1 }),
    gives: ['dev_a'],
  },
  { store: 'devices', statement: 'holdDevice', run: (tx) => devices.holdDevice(tx, 'dev_b'), gives: true },
  {
    store: 'devices',
    statement: 'holdDevice',
    of: 'of one that does not exist',
    run: (tx) => devices.holdDevice(tx, 'dev_x'),
    gives: false,
  },
  {
    store: 'devices',
    statement: 'moveDevice',
    run: (tx) => devices.moveDevice(tx, 'dev_c', ['manufactured', 'claimable'], 'bound', now),
    gives: true,
    changes: ['devices dev_c: state=bound bound_at=1000'],
  },
  {
    store: 'devices',
    statement: 'moveDevice',
    of: 'from the other state',
    run: (tx) => devices.moveDevice(tx, 'dev_d', ['manufactured', 'claimable'], 'bound', now),
    gives: true,
    changes: ['devices dev_d: state=bound bound_at=1000'],
  },
  {
    store: 'devices',
    statement: 'moveDevice',
    of: 'of one in another state',
    run: (tx) => devices.moveDevice(tx, 'dev_a', ['manufactured', 'claimable'], 'bound', now),
    gives: false,
  },
  {
    store: 'devices',
    statement: 'raiseTokensVersion',
    run: (tx) => devices.raiseTokensVersion(tx, 'dev_a'),
    gives: 0,
    changes: ['devices dev_a: tokens_version=1'],
  },
  {
    store: 'devices',
    statement: 'raiseTokensVersion',
    of: 'of none',
    run: (tx) => devices.raiseTokensVersion(tx, 'dev_z'),
    gives: undefined,
  },
  {
    store: 'devices',
    statement: 'beginHistory',
    run: (tx) => devices.beginHistory(tx, 'dev_a'),
    changes: ['devices dev_a: history_after=tel_5'],
  },
  {
    store: 'devices',
    statement: 'beginHistory',
    of: 'behind a line of the log',
    async run(tx) {
      await tx.query("UPDATE device_logs SET id = 'tel_6' WHERE id = 'tel_4'")
      await devices.beginHistory(tx, 'dev_a')
    },
    changes: [
      '- device_logs tel_4',
      '+ device_logs tel_6: id=tel_6 uid=dev_a received_at=1 level=info message=on',
      'devices dev_a: history_after=tel_6',
    ],
  },
  {
    store: 'devices',
    statement: 'beginHistory',
    of: 'of a device that has sent nothing',
    run: (tx) => devices.beginHistory(tx, 'dev_d'),
    changes: ['devices dev_d: history_after='],
  },
  {
    store: 'devices',
    statement: 'touchDevice',
    run: (tx) => devices.touchDevice(tx, 'dev_b', now),
    changes: ['devices dev_b: last_seen_at=1000'],
  },
  {
    store: 'devices/telemetry',
    statement: 'insertTelemetry',
    run: (tx) =>
      telemetry.insertTelemetry(tx, {
        id: 'tel_9',
        uid: 'dev_a',
        stream: 'power',
        received_at: now,
        payload: '1',
      }),
    changes: ['+ telemetry tel_9: id=tel_9 uid=dev_a stream=power received_at=1000 payload=1'],
  },
  {
    store: 'devices/telemetry',
    statement: 'findTelemetry',
    run: (tx) => telemetry.findTelemetry(tx, 'dev_a', { after: 'tel_2' }, 2),
    gives: ['tel_5', 'tel_4'],
  },
  {
    store: 'devices/telemetry',
    statement: 'findTelemetry',
    of: 'before an id',
    run: (tx) => telemetry.findTelemetry(tx, 'dev_a', { after: 'tel_1', before: 'tel_5' }, 9),
    gives: ['tel_4', 'tel_2'],
  },
  {
    store: 'devices/telemetry',
    statement: 'findTelemetry',
    of: 'of a stream',
    run: (tx) => telemetry.findTelemetry(tx, 'dev_a', { after: '', stream: 'power' }, 9),
    gives: ['tel_5', 'tel_4', 'tel_1'],
  },
  {
    store: 'devices/telemetry',
    statement: 'insertDeviceLog',
    run: (tx) =>
      telemetry.insertDeviceLog(tx, {
        id: 'tel_9',
        uid: 'dev_a',
        received_at: now,
        level: 'error',
        message: 'off',
      }),
    changes: ['+ device_logs tel_9: id=tel_9 uid=dev_a received_at=1000 level=error message=off'],
  },
  {
    store: 'devices/telemetry',
    statement: 'findDeviceLogs',
    run: (tx) => telemetry.findDeviceLogs(tx, 'dev_a', { after: 'tel_2' }, 9),
    gives: ['tel_4'],
  },
  {
    store: 'devices/telemetry',
    statement: 'findDeviceLogs',
    of: 'before an id',
    run: (tx) => telemetry.findDeviceLogs(tx, 'dev_a', { after: '', before: 'tel_4' }, 1),
    gives: ['tel_2'],
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
  { store: 'keys', statement: 'holdKeys', run: (tx) => keys.holdKeys(tx, 'ES256') },
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
    changes: ['key_set_fetches 10.0.0.0/24: key_ids=es_next last_at=1000'],
  },
  {
    store: 'keys/fetches',
    statement: 'touchFetch',
    of: 'earlier than what is noted',
    run: (tx) => keyFetches.touchFetch(tx, fetchOf('10.0.2.0/24', now)),
    gives: true,
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
      '+ key_set_fetches 10.0.3.0/24: key_set=main network=10.0.3.0/24 user_agent=a key_ids=es_next first_at=1000 last_at=1000',
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
    changes: ['- key_set_fetches 10.0.0.0/24'],
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
  {
    store: 'services/shared-keys',
    statement: 'findSealedSharedKeys',
    run: (tx) => sharedKeys.findSealedSharedKeys(tx, 'shk_a1 svc_a', 2),
    gives: ['shk_a2 svc_a', 'shk_a3 svc_a'],
  },
  {
    store: 'services/shared-keys',
    statement: 'replaceSealedSharedKey',
    run: (tx) => sharedKeys.replaceSealedSharedKey(tx, { id: 'shk_a2 svc_a', sealed: 'of shk_a2' }, 'anew'),
    gives: true,
    changes: ['shared_keys shk_a2: secret_sealed=anew'],
  },
  {
    store: 'services/shared-keys',
    statement: 'replaceSealedSharedKey',
    of: 'where somebody has changed it',
    run: (tx) => sharedKeys.replaceSealedSharedKey(tx, { id: 'shk_a2 svc_a', sealed: 'another' }, 'anew'),
    gives: false,
  },
  {
    store: 'services/shared-keys',
    statement: 'replaceSealedSharedKey',
    of: 'where another one has what was read',
    run: (tx) => sharedKeys.replaceSealedSharedKey(tx, { id: 'shk_a3 svc_a', sealed: 'of shk_a2' }, 'anew'),
    gives: false,
  },
  {
    store: 'services/own-keys',
    statement: 'findSealedServiceKeys',
    run: (tx) => serviceKeys.findSealedServiceKeys(tx, 'own_a_active svc_a', 2),
    gives: ['own_a_late svc_a', 'own_a_next svc_a'],
  },
  {
    store: 'services/own-keys',
    statement: 'replaceSealedServiceKey',
    run: (tx) =>
      serviceKeys.replaceSealedServiceKey(tx, { id: 'own_a_next svc_a', sealed: 'of own_a_next' }, 'anew'),
    gives: true,
    changes: ['service_keys own_a_next: private_sealed=anew'],
  },
  {
    store: 'services/own-keys',
    statement: 'replaceSealedServiceKey',
    of: 'where somebody has changed it',
    run: (tx) =>
      serviceKeys.replaceSealedServiceKey(tx, { id: 'own_a_next svc_a', sealed: 'another' }, 'anew'),
    gives: false,
  },
  {
    store: 'services/own-keys',
    statement: 'replaceSealedServiceKey',
    of: 'where another one has what was read',
    run: (tx) =>
      serviceKeys.replaceSealedServiceKey(tx, { id: 'own_a_late svc_a', sealed: 'of own_a_next' }, 'anew'),
    gives: false,
  },
  {
    store: 'accounts/factors',
    statement: 'findSealedSecrets',
    run: (tx) => factors.findSealedSecrets(tx, 'usr_ada in_force', 2),
    gives: ['usr_ada pending', 'usr_bob in_force'],
  },
  {
    store: 'accounts/factors',
    statement: 'replaceSealedSecret',
    run: (tx) =>
      factors.replaceSealedSecret(tx, { id: 'usr_ada pending', sealed: 'pending of usr_ada' }, 'anew'),
    gives: true,
    changes: ['authenticators usr_ada pending: secret_sealed=anew'],
  },
  {
    store: 'accounts/factors',
    statement: 'replaceSealedSecret',
    of: 'where somebody has changed it',
    run: (tx) => factors.replaceSealedSecret(tx, { id: 'usr_ada pending', sealed: 'another' }, 'anew'),
    gives: false,
  },
  {
    store: 'accounts/factors',
    statement: 'replaceSealedSecret',
    of: 'where another one of the person has what was read',
    run: (tx) =>
      factors.replaceSealedSecret(tx, { id: 'usr_ada in_force', sealed: 'pending of usr_ada' }, 'anew'),
    gives: false,
  },
  {
    store: 'accounts/factors',
    statement: 'replaceSealedSecret',
    of: 'where somebody else has what was read',
    run: (tx) =>
      factors.replaceSealedSecret(tx, { id: 'usr_bob pending', sealed: 'pending of usr_ada' }, 'anew'),
    gives: false,
  },
  {
    store: 'mail',
    statement: 'findSealedLetters',
    run: (tx) => mail.findSealedLetters(tx, 'mal_1', 2),
    gives: ['mal_2', 'mal_3'],
  },
  {
    store: 'mail',
    statement: 'replaceSealedLetter',
    run: (tx) => mail.replaceSealedLetter(tx, { id: 'mal_2', sealed: 'sealed' }, 'anew'),
    gives: true,
    changes: ['mail_outbox mal_2: sealed=anew'],
  },
  {
    store: 'mail',
    statement: 'replaceSealedLetter',
    of: 'where somebody has changed it',
    run: (tx) => mail.replaceSealedLetter(tx, { id: 'mal_2', sealed: 'another' }, 'anew'),
    gives: false,
  },
  {
    store: 'accounts/registration',
    statement: 'findSealedRegistrations',
    run: (tx) => registration.findSealedRegistrations(tx, 'rgr_1', 2),
    gives: ['rgr_2'],
  },
  {
    store: 'accounts/registration',
    statement: 'replaceSealedRegistration',
    run: (tx) => registration.replaceSealedRegistration(tx, { id: 'rgr_2', sealed: 'two' }, 'anew'),
    gives: true,
    changes: ['registration_requests rgr_2: sealed=anew'],
  },
  {
    store: 'accounts/registration',
    statement: 'replaceSealedRegistration',
    of: 'where somebody has changed it',
    run: (tx) => registration.replaceSealedRegistration(tx, { id: 'rgr_2', sealed: 'another' }, 'anew'),
    gives: false,
  },
  {
    store: 'accounts/registration',
    statement: 'replaceSealedRegistration',
    of: 'where another one has what was read',
    run: (tx) => registration.replaceSealedRegistration(tx, { id: 'rgr_1', sealed: 'two' }, 'anew'),
    gives: false,
  },
  {
    store: 'accounts/recovery',
    statement: 'findSealedRequests',
    run: (tx) => recovery.findSealedRequests(tx, 'rcr_1', 2),
    gives: ['rcr_2'],
  },
  {
    store: 'accounts/recovery',
    statement: 'replaceSealedRequest',
    run: (tx) => recovery.replaceSealedRequest(tx, { id: 'rcr_2', sealed: 'sealed' }, 'anew'),
    gives: true,
    changes: ['recovery_requests rcr_2: sealed=anew'],
  },
  {
    store: 'accounts/recovery',
    statement: 'replaceSealedRequest',
    of: 'where somebody has changed it',
    run: (tx) => recovery.replaceSealedRequest(tx, { id: 'rcr_2', sealed: 'another' }, 'anew'),
    gives: false,
  },
  {
    store: 'operations',
    statement: 'upsertProcess',
    run: (tx) =>
      operations.upsertProcess(tx, { id: 'prc_4', host: 'there', pid: 4, started_at: now, seen_at: now }),
    changes: ['+ processes prc_4: id=prc_4 host=there pid=4 started_at=1000 seen_at=1000'],
  },
  {
    store: 'operations',
    statement: 'upsertProcess',
    of: 'of one that is there',
    run: (tx) =>
      operations.upsertProcess(tx, { id: 'prc_2', host: 'there', pid: 4, started_at: 5, seen_at: 1500 }),
    changes: ['processes prc_2: seen_at=1500'],
  },
  {
    store: 'operations',
    statement: 'findProcesses',
    run: (tx) => operations.findProcesses(tx, now),
    gives: ['prc_3'],
  },
  {
    store: 'operations',
    statement: 'deleteProcess',
    run: (tx) => operations.deleteProcess(tx, 'prc_2'),
    changes: ['- processes prc_2'],
  },
  {
    store: 'operations',
    statement: 'deleteProcessesSeenBefore',
    run: (tx) => operations.deleteProcessesSeenBefore(tx, now),
    changes: ['- processes prc_1'],
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
    store: 'webhooks',
    statement: 'insertWebhook',
    run: (tx) =>
      webhooks.insertWebhook(tx, {
        ...{ id: 'whk_new', name: 'n', url: 'u', events: ['a.b', 'c.*'], created_at: now, created_by: null },
      }),
    changes: [
      '+ webhooks whk_new: id=whk_new name=n url=u events=a.b c.* created_at=1000 leased_until=0 kind=webhook',
    ],
  },
  {
    store: 'webhooks',
    statement: 'findWebhooks',
    run: (tx) => webhooks.findWebhooks(tx),
    gives: ['whk_a', 'whk_b', 'whk_c', 'whk_d'],
  },
  {
    store: 'webhooks',
    statement: 'findWebhook',
    run: (tx) => webhooks.findWebhook(tx, 'whk_b'),
    gives: 'whk_b',
  },
  {
    store: 'webhooks',
    statement: 'updateWebhook',
    run: (tx) => webhooks.updateWebhook(tx, 'whk_a', { name: 'n', url: 'u', events: ['x.y'] }),
    gives: true,
    changes: ['webhooks whk_a: name=n url=u events=x.y'],
  },
  {
    store: 'webhooks',
    statement: 'updateWebhook',
    of: 'that there is not',
    run: (tx) => webhooks.updateWebhook(tx, 'whk_none', { name: null, url: null, events: null }),
    gives: false,
  },
  {
    store: 'webhooks',
    statement: 'switchOffWebhook',
    run: (tx) => webhooks.switchOffWebhook(tx, 'whk_a', 'gone', now),
    gives: true,
    changes: ['webhooks whk_a: off_at=1000 off_reason=gone'],
  },
  {
    store: 'webhooks',
    statement: 'switchOffWebhook',
    of: 'that is off',
    run: (tx) => webhooks.switchOffWebhook(tx, 'whk_b', 'gone', now),
    gives: false,
  },
  {
    store: 'webhooks',
    statement: 'switchOnWebhook',
    run: (tx) => webhooks.switchOnWebhook(tx, 'whk_b'),
    gives: true,
    changes: ['webhooks whk_b: off_at=null off_reason=null leased_until=0'],
  },
  {
    store: 'webhooks',
    statement: 'switchOnWebhook',
    of: 'that is on',
    run: (tx) => webhooks.switchOnWebhook(tx, 'whk_a'),
    gives: false,
  },
  {
    store: 'webhooks',
    statement: 'updateWebhook',
    of: 'of what is a stream',
    run: (tx) => webhooks.updateWebhook(tx, 'str_poll', { name: 'n', url: null, events: null }),
    gives: false,
  },
  {
    store: 'webhooks',
    statement: 'deleteWebhook',
    of: 'of what is a stream',
    run: (tx) => webhooks.deleteWebhook(tx, 'str_poll'),
  },
  {
    store: 'webhooks',
    statement: 'deleteWebhook',
    run: (tx) => webhooks.deleteWebhook(tx, 'whk_b'),
    gives: 'whk_b',
    changes: [
      '- webhook_deliveries msg_b1',
      '- webhook_deliveries msg_b2',
      '- webhook_secrets whs_b1',
      '- webhooks whk_b',
    ],
  },
  {
    store: 'webhooks',
    statement: 'findDueWebhooks',
    run: (tx) => webhooks.findDueWebhooks(tx, now, 9),
    gives: ['whk_a'],
  },
  {
    store: 'webhooks',
    statement: 'findDueWebhooks',
    of: 'of which nothing waits any more',
    async run(tx) {
      await tx.query("UPDATE webhook_deliveries SET state = 'dead' WHERE id = 'msg_a1'")
      return webhooks.findDueWebhooks(tx, now, 9)
    },
    gives: [],
    changes: ['webhook_deliveries msg_a1: state=dead'],
  },
  {
    store: 'webhooks',
    statement: 'leaseWebhook',
    run: (tx) => webhooks.leaseWebhook(tx, 'whk_a', now, 2000),
    gives: 'whk_a',
    changes: ['webhooks whk_a: leased_until=2000'],
  },
  ...['whk_b', 'whk_c'].map(
    (id): Row => ({
      ...{ store: 'webhooks', statement: 'leaseWebhook', of: `of ${id}` },
      run: (tx) => webhooks.leaseWebhook(tx, id, now, 2000),
    }),
  ),
  {
    store: 'webhooks',
    statement: 'releaseWebhook',
    run: (tx) => webhooks.releaseWebhook(tx, 'whk_c', 1001, now),
    changes: ['webhooks whk_c: leased_until=1000'],
  },
  {
    store: 'webhooks',
    statement: 'releaseWebhook',
    of: 'that another has meanwhile',
    run: (tx) => webhooks.releaseWebhook(tx, 'whk_c', 1002, now),
  },
  ...(['success', 'failure'] as const).map(
    (outcome): Row => ({
      ...{ store: 'webhooks', statement: 'noteOutcome', of: `of ${outcome}` },
      run: (tx) => webhooks.noteOutcome(tx, 'whk_a', outcome, now),
      changes: [`webhooks whk_a: last_${outcome}_at=1000`],
    }),
  ),
  {
    store: 'webhooks',
    statement: 'findReceiver',
    run: async (tx) => [
      (await webhooks.findReceiver(tx, 'str_poll'))?.kind,
      // Of an administrator.
      await webhooks.findReceiver(tx, 'whk_a'),
    ],
    gives: ['poll', undefined],
  },
  {
    store: 'webhooks',
    statement: 'keepReceiver',
    run: (tx) => webhooks.keepReceiver(tx, { id: 'cli_new', kind: 'logout', url: 'u', off_at: null }, now),
    changes: [
      '+ webhooks cli_new: id=cli_new name= url=u events= created_at=1000 leased_until=0 kind=logout',
    ],
  },
  {
    store: 'webhooks',
    statement: 'keepReceiver',
    of: 'that there is',
    run: (tx) => webhooks.keepReceiver(tx, { id: 'str_held', kind: 'stream', url: 'u', off_at: null }, now),
    changes: ['webhooks str_held: url=u off_at=null'],
  },
  {
    store: 'webhooks',
    statement: 'deleteReceiver',
    run: (tx) => webhooks.deleteReceiver(tx, 'str_held'),
    changes: ['- webhook_deliveries msg_h1', '- webhooks str_held'],
  },
  {
    store: 'webhooks',
    statement: 'deleteReceiver',
    of: 'of an administrator',
    run: (tx) => webhooks.deleteReceiver(tx, 'whk_a'),
  },
  {
    store: 'webhooks',
    statement: 'findIdleReceivers',
    run: async (tx) => [
      await webhooks.findIdleReceivers(tx, 'logout', '', 9),
      await webhooks.findIdleReceivers(tx, 'logout', 'cli_idle', 9),
      await webhooks.findIdleReceivers(tx, 'poll', '', 9),
    ],
    gives: [['cli_idle'], [], []],
  },
  {
    store: 'webhooks/secrets',
    statement: 'insertSecret',
    run: (tx) =>
      webhookSecrets.insertSecret(tx, {
        ...{ id: 'whs_new', webhook: 'whk_a', secret_sealed: 's', created_at: now, ends_at: null },
      }),
    changes: ['+ webhook_secrets whs_new: id=whs_new webhook=whk_a secret_sealed=s created_at=1000'],
  },
  {
    store: 'webhooks/secrets',
    statement: 'findSecrets',
    run: (tx) => webhookSecrets.findSecrets(tx, now),
    gives: ['whs_b1', 'whs_a3', 'whs_a2'],
  },
  {
    store: 'webhooks/secrets',
    statement: 'findSecrets',
    of: 'of one webhook',
    run: (tx) => webhookSecrets.findSecrets(tx, now, 'whk_a'),
    gives: ['whs_a3', 'whs_a2'],
  },
  {
    store: 'webhooks/secrets',
    statement: 'endSecrets',
    run: (tx) => webhookSecrets.endSecrets(tx, 'whk_a', now, 3000),
    changes: ['webhook_secrets whs_a2: ends_at=1000', 'webhook_secrets whs_a3: ends_at=3000'],
  },
  {
    store: 'webhooks/secrets',
    statement: 'endSecrets',
    of: 'a while after the first has ended, which does not end again',
    run: (tx) => webhookSecrets.endSecrets(tx, 'whk_a', 1001, 3000),
    changes: ['webhook_secrets whs_a3: ends_at=3000'],
  },
  {
    store: 'webhooks/secrets',
    statement: 'sweepSecrets',
    run: (tx) => webhookSecrets.sweepSecrets(tx, now),
    changes: ['- webhook_secrets whs_a1'],
  },
  {
    store: 'webhooks/secrets',
    statement: 'findSealedWebhookSecrets',
    run: (tx) => webhookSecrets.findSealedWebhookSecrets(tx, 'whs_a1', 2),
    gives: ['whs_a2', 'whs_a3'],
  },
  {
    store: 'webhooks/secrets',
    statement: 'replaceSealedWebhookSecret',
    run: (tx) => webhookSecrets.replaceSealedWebhookSecret(tx, { id: 'whs_a2', sealed: 'of whs_a2' }, 'anew'),
    gives: true,
    changes: ['webhook_secrets whs_a2: secret_sealed=anew'],
  },
  {
    store: 'webhooks/secrets',
    statement: 'replaceSealedWebhookSecret',
    of: 'where another one has what was read',
    run: (tx) => webhookSecrets.replaceSealedWebhookSecret(tx, { id: 'whs_a2', sealed: 'of whs_a3' }, 'anew'),
    gives: false,
  },
  {
    store: 'webhooks/deliveries',
    statement: 'insertDeliveries',
    run: (tx) =>
      webhookDeliveries.insertDeliveries(tx, [
        {
          ...{ id: 'msg_new', webhook: 'whk_a', type: 't.t', subject: 's', also: null, body: '{}' },
          ...{ created_at: now, state: 'waiting', attempts: 0, next_at: now, until_at: 2000 },
        },
      ]),
    changes: [
      '+ webhook_deliveries msg_new: id=msg_new webhook=whk_a type=t.t subject=s body={} created_at=1000 state=waiting attempts=0 next_at=1000 until_at=2000',
    ],
  },
  {
    store: 'webhooks/deliveries',
    statement: 'countDeliveries',
    run: async (tx) =>
      (await webhookDeliveries.countDeliveries(tx)).map(
        ({ webhook, state, count }) => `${webhook} ${state} ${count}`,
      ),
    gives: ['whk_a dead 2', 'whk_a waiting 2', 'whk_b waiting 1', 'whk_c waiting 1'],
  },
  {
    store: 'webhooks/deliveries',
    statement: 'findDueDeliveries',
    run: (tx) => webhookDeliveries.findDueDeliveries(tx, 'whk_a', now, 9),
    gives: ['msg_a1'],
  },
  {
    store: 'webhooks/deliveries',
    statement: 'beginAttempt',
    run: (tx) => webhookDeliveries.beginAttempt(tx, { id: 'msg_a1', attempts: 1 }, now, 2000),
    gives: true,
    changes: ['webhook_deliveries msg_a1: attempts=2 next_at=2000 attempted_at=1000'],
  },
  ...(
    [
      ['that another has begun', 'msg_a1', 0],
      ['of what is delivered', 'msg_a3', 1],
    ] as const
  ).map(
    ([of, id, attempts]): Row => ({
      ...{ store: 'webhooks', statement: 'beginAttempt', of, gives: false },
      run: (tx) => webhookDeliveries.beginAttempt(tx, { id, attempts }, now, 2000),
    }),
  ),
  {
    store: 'webhooks/deliveries',
    statement: 'endAttempt',
    run: (tx) =>
      webhookDeliveries.endAttempt(tx, 'msg_a1', 1, {
        ...{ state: 'dead', nextAt: 2000, status: 500, error: 'e', endedAt: now },
      }),
    gives: true,
    changes: [
      'webhook_deliveries msg_a1: state=dead next_at=2000 last_status=500 last_error=e ended_at=1000',
    ],
  },
  ...(
    [
      ['of an attempt that another followed', 'msg_a1', 0],
      ['of what is delivered', 'msg_a3', 1],
    ] as const
  ).map(
    ([of, id, attempts]): Row => ({
      ...{ store: 'webhooks', statement: 'endAttempt', of, gives: false },
      run: (tx) =>
        webhookDeliveries.endAttempt(tx, id, attempts, {
          ...{ state: 'dead', nextAt: 2000, status: 500, error: 'e', endedAt: now },
        }),
    }),
  ),
  {
    store: 'webhooks/deliveries',
    statement: 'findDelivery',
    run: (tx) => webhookDeliveries.findDelivery(tx, 'whk_a', 'msg_a1'),
    gives: 'msg_a1',
  },
  {
    store: 'webhooks/deliveries',
    statement: 'findDelivery',
    of: 'of another webhook',
    run: (tx) => webhookDeliveries.findDelivery(tx, 'whk_b', 'msg_a1'),
  },
  {
    store: 'webhooks/deliveries',
    statement: 'findDeliveries',
    run: (tx) => webhookDeliveries.findDeliveries(tx, 'whk_a', { before: 'msg_a5' }, 9),
    gives: ['msg_a4', 'msg_a3', 'msg_a2', 'msg_a1'],
  },
  {
    store: 'webhooks/deliveries',
    statement: 'findDeliveries',
    of: 'of a state',
    run: (tx) => webhookDeliveries.findDeliveries(tx, 'whk_a', { state: 'dead' }, 9),
    gives: ['msg_a5', 'msg_a4'],
  },
  {
    store: 'webhooks/deliveries',
    statement: 'replayDelivery',
    run: (tx) => webhookDeliveries.replayDelivery(tx, 'whk_a', 'msg_a4', { now, untilAt: 3000 }),
    gives: true,
    changes: ['webhook_deliveries msg_a4: state=waiting attempts=0 until_at=3000 ended_at=null'],
  },
  ...(
    [
      ['that waits', 'whk_a', 'msg_a1'],
      ['of another webhook', 'whk_b', 'msg_a4'],
    ] as const
  ).map(
    ([of, webhook, id]): Row => ({
      ...{ store: 'webhooks', statement: 'replayDelivery', of, gives: false },
      run: (tx) => webhookDeliveries.replayDelivery(tx, webhook, id, { now, untilAt: 3000 }),
    }),
  ),
  {
    store: 'webhooks/deliveries',
    statement: 'replayDead',
    run: (tx) => webhookDeliveries.replayDead(tx, 'whk_a', 2, { now, untilAt: 3000 }),
    gives: 1,
    changes: ['webhook_deliveries msg_a5: state=waiting attempts=0 until_at=3000 ended_at=null'],
  },
  {
    store: 'webhooks/deliveries',
    statement: 'buryOverdue',
    run: (tx) => webhookDeliveries.buryOverdue(tx, 2000),
    changes: ['webhook_deliveries msg_b1: state=dead last_error=webhook_off ended_at=2000'],
  },
  {
    store: 'webhooks/deliveries',
    statement: 'deleteDeliveriesEndedBefore',
    run: (tx) => webhookDeliveries.deleteDeliveriesEndedBefore(tx, 900),
    changes: ['- webhook_deliveries msg_a3'],
  },
  {
    store: 'webhooks/deliveries',
    statement: 'countWaiting',
    run: async (tx) => [
      await webhookDeliveries.countWaiting(tx, 'whk_a', 9),
      await webhookDeliveries.countWaiting(tx, 'whk_a', 1),
      await webhookDeliveries.countWaiting(tx, 'whk_none', 9),
    ],
    gives: [2, 1, 0],
  },
  {
    store: 'webhooks/deliveries',
    statement: 'deleteDeliveries',
    run: (tx) => webhookDeliveries.deleteDeliveries(tx, 'str_poll', ['msg_p1', 'msg_a1', 'msg_none']),
    gives: ['msg_p1'],
    changes: ['- webhook_deliveries msg_p1'],
  },
  {
    store: 'webhooks/deliveries',
    statement: 'deleteUnfetched',
    run: async (tx) =>
      (await webhookDeliveries.deleteUnfetched(tx, now)).map(({ webhook, count }) => [webhook, count]).sort(),
    gives: [
      ['str_held', 1],
      ['str_poll', 1],
    ],
    changes: ['- webhook_deliveries msg_h1', '- webhook_deliveries msg_p1'],
  },
  {
    store: 'webhooks/deliveries',
    statement: 'deleteUnfetched',
    of: 'when that of a webhook is overdue as well',
    run: async (tx) => (await webhookDeliveries.deleteUnfetched(tx, 2000)).length,
    gives: 2,
    changes: ['- webhook_deliveries msg_h1', '- webhook_deliveries msg_p1', '- webhook_deliveries msg_p2'],
  },
  {
    store: 'webhooks/deliveries',
    statement: 'forgetDeliveriesAbout',
    run: (tx) => webhookDeliveries.forgetDeliveriesAbout(tx, 'usr_ada'),
    changes: ['- webhook_deliveries msg_a2', '- webhook_deliveries msg_a3'],
  },
  {
    store: 'webhooks',
    statement: 'forgetCreator',
    run: (tx) => webhooks.forgetCreator(tx, 'usr_ada'),
    changes: ['webhooks whk_a: created_by=null'],
  },
]

/** Two of the statements above, each in a transaction of its own. */
const composed = ['operations tryWriting']

for (const engine of engines) {
  let storage: Storage
  let db: Database
  before(async () => {
    storage = await temporaryStorage(engine)
    db = await storage.open()
    await migrate(db, migrations, now)
    await insertNeighbours(db)
  })
  after(() => storage.remove())

  for (const { store, statement, of, run, gives, changes = [] } of rows) {
    test(`${store} ${statement}${of === undefined ? '' : `, ${of},`} touches what it names and nothing else (${engine})`, async () => {
      let given: unknown
      let changed: readonly string[] = []
      // What a row changes is undone, so that each finds the same neighbours.
      const undone = new Error('undone')
      await assert.rejects(
        db.transaction(async (tx) => {
          changed = await changesOf(tx, async () => {
            given = await run(tx)
          })
          throw undone
        }),
        undone,
      )
      assert.deepEqual({ gives: named(given), changes: changed }, { gives, changes })
    })
  }
}

test('each function of each store has its row', async () => {
  const root = join(import.meta.dirname, '../src')
  const files = globSync('**/store.ts', { cwd: root }).sort()
  assert.ok(files.length > 10, 'the stores were not found')
  const missing: string[] = []
  for (const file of files) {
    const exported = (await import(join(root, file))) as Readonly<Record<string, unknown>>
    const store = file.replace('/store.ts', '')
    for (const [name, value] of Object.entries(exported)) {
      // What asks a database is asynchronous; what shapes a row is not.
      const isStatement = typeof value === 'function' && value.constructor.name === 'AsyncFunction'
      const isHeld = rows.some((row) => row.store === store && row.statement === name)
      const isComposed = composed.includes(`${store} ${name}`)
      if (isStatement && !isHeld && !isComposed) missing.push(`${store} ${name}`)
    }
  }
  assert.deepEqual(missing, [])
})

/** A row by what names it. */
function named(given: unknown): unknown {
  if (Array.isArray(given)) return given.map(named)
  if (typeof given !== 'object' || given === null) return given
  const row = given as Readonly<Record<string, unknown>>
  return row.id ?? row.kid ?? row.subject ?? row.uid ?? row.name ?? { ...row }
}

function idsOfLooked({ events, until }: Awaited<ReturnType<typeof activity.searchTable>>) {
  return { events: events.map(({ id }) => id), until }
}
