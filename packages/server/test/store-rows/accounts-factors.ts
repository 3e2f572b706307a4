import * as remembered from '../../src/accounts/factors/remembered/store.ts'
import * as factors from '../../src/accounts/factors/store.ts'
import * as passkeys from '../../src/accounts/passkeys/store.ts'
import type { Transaction } from '../../src/database/database.ts'
import { now } from '../neighbours.ts'
import type { Row } from './row.ts'

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

/** The statements of second factors and passkeys. */
export const accountsFactorsRows: readonly Row[] = [
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
    writes: 1,
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
    writes: 1,
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
    ...{ store: 'accounts/factors', statement: 'confirmAuthenticator', of: 'of one that is in force' },
    run: (tx) => factors.confirmAuthenticator(tx, 'usr_ada', 'in_force of usr_ada', 7),
    gives: false,
  },
  {
    ...{ store: 'accounts/factors', statement: 'takeStep', of: 'of somebody else' },
    run: (tx) => factors.takeStep(tx, 'usr_ada', 'in_force of usr_bob', 6, now),
    gives: false,
  },
  {
    ...{ store: 'accounts/factors', statement: 'findMailedCode', of: 'of another challenge' },
    run: (tx) => factors.findMailedCode(tx, 'challenge_bob'),
    gives: 'mac of bob',
  },
]
