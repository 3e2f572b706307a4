import * as identities from '../../src/accounts/identities/store.ts'
import type { Transaction } from '../../src/database/database.ts'
import * as providers from '../../src/upstream/providers/store.ts'
import * as providerSignIns from '../../src/upstream/sign-in/store.ts'
import { now } from '../neighbours.ts'
import type { Row } from './row.ts'

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

/** The statements of providers at which people sign in, and of their identities there. */
export const upstreamRows: readonly Row[] = [
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
    writes: 2,
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
    writes: 1,
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
  {
    ...{ store: 'accounts/identities', statement: 'findIdentityOfSession', of: 'at another provider' },
    run: (tx) =>
      identities.findIdentityOfSession(tx, 'ses_ada_2').then((row) => [row?.identity, row?.issuer]),
    gives: ['idn_ada_2', 'https://work.example'],
  },
  {
    ...{
      store: 'upstream/providers',
      statement: 'replaceSealedSecret',
      of: 'of another that is sealed alike',
    },
    before: (tx) => tx.query("UPDATE providers SET secret_sealed = 'of here' WHERE key = 'work'"),
    run: (tx) => providers.replaceSealedSecret(tx, { id: 'here', sealed: 'of here' }, 'anew'),
    gives: true,
    changes: ['providers here: secret_sealed=anew'],
  },
  {
    ...{ store: 'upstream/providers', statement: 'updateProvider', of: 'that is elsewhere now' },
    before: (tx) => tx.query("UPDATE providers SET issuer = 'https://old.example' WHERE key = 'here'"),
    run: (tx) => providers.updateProvider(tx, { ...newProvider, key: 'here' }),
    changes: [
      'providers here: name=New issuer=https://new.example client_id=us authentication=apple secret_sealed=sealed team_id=team key_id=key scopes=openid name response_mode=form_post user_type=customer email_domains=a.example b.example username_claim=nick display_name_claim=null factor_amr=mfa factor_acr=a b version=7',
    ],
  },
]
