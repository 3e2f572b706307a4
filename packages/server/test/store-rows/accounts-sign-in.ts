import * as invitations from '../../src/accounts/invitations/store.ts'
import * as passwords from '../../src/accounts/passwords/store.ts'
import * as recovery from '../../src/accounts/recovery/store.ts'
import * as registration from '../../src/accounts/registration/store.ts'
import * as signIn from '../../src/accounts/sign-in/store.ts'
import { now } from '../neighbours.ts'
import type { Row } from './row.ts'

/** The statements of signing in, registering, invitations, passwords and getting back in. */
export const accountsSignInRows: readonly Row[] = [
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
    store: 'accounts/sign-in',
    statement: 'findKnownBrowsers',
    run: (tx) =>
      signIn.findKnownBrowsers(tx, 'usr_ada').then((rows) => rows.map(({ last_used_at }) => last_used_at)),
    gives: [900, 1100],
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
    writes: 2,
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
    ...{ store: 'accounts/invitations', statement: 'findUserWhoMaySetUp', of: 'where nobody may' },
    before: (tx) => tx.query("UPDATE users SET password_hash = NULL WHERE id = 'usr_ada'"),
    run: (tx) => invitations.findUserWhoMaySetUp(tx),
  },
  {
    ...{ store: 'accounts/sign-in', statement: 'findCount', of: 'of another account' },
    run: (tx) => signIn.findCount(tx, { account: 'of_cyd', place: '' }).then((row) => row?.failures),
    gives: 100,
  },
  {
    ...{ store: 'accounts/sign-in', statement: 'takeBackAttempt', of: 'where none is left' },
    before: (tx) => tx.query("UPDATE sign_in_failures SET failures = 0 WHERE account = 'of_ada'"),
    run: (tx) => signIn.takeBackAttempt(tx, { account: 'of_ada', place: '' }),
  },
]
