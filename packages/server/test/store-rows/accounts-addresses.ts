import assert from 'node:assert/strict'
import * as addresses from '../../src/accounts/addresses/store.ts'
import * as notices from '../../src/accounts/notices/store.ts'
import type { Transaction } from '../../src/database/database.ts'
import { now } from '../neighbours.ts'
import type { Row } from './row.ts'

/** The statements of mail addresses, and of what people are told of. */
export const accountsAddressesRows: readonly Row[] = [
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
    writes: 4,
  },
  ...(['adr_ada_3', 'adr_bob_2', 'adr_none'] as const).map((id) => ({
    store: 'accounts/addresses',
    statement: 'setPrimary',
    of: `refused, of ${id}`,
    run: (tx: Transaction) =>
      assert.rejects(addresses.setPrimary(tx, 'usr_ada', id), /only a proven address/),
    changes: ['user_addresses adr_ada_1: is_primary=0'],
    writes: 3,
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
    ...{ store: 'accounts/notices', statement: 'findUnseenSessions', of: 'from the first on' },
    run: (tx) => notices.findUnseenSessions(tx, 'ses_bob_1', 'ses_z', 9),
    gives: ['ses_bob_1'],
  },
  {
    ...{ store: 'accounts/notices', statement: 'findRefusedSignIns', of: 'from the first on' },
    run: (tx) => notices.findRefusedSignIns(tx, 'usr_bob', 'evt_2').then((rows) => rows.length),
    gives: 1,
  },
  ...(
    [
      ['beside one of somebody else', "UPDATE activity SET outcome = 'refused' WHERE id = 'evt_1'"],
      ['beside one that succeeded', "UPDATE activity SET event = 'user.sign_in' WHERE id = 'evt_4'"],
    ] as const
  ).map(
    ([of, change]): Row => ({
      ...{ store: 'accounts/notices', statement: 'findRefusedSignIns', of, gives: 1 },
      before: (tx) => tx.query(change),
      run: (tx) => notices.findRefusedSignIns(tx, 'usr_bob', 'evt_1').then((rows) => rows.length),
    }),
  ),
  {
    ...{ store: 'accounts/addresses', statement: 'findPrimary', of: 'of somebody else' },
    run: (tx) => addresses.findPrimary(tx, 'usr_bob'),
    gives: 'adr_bob_2',
  },
  {
    ...{ store: 'accounts/addresses', statement: 'findPrimary', of: 'of somebody without one' },
    run: (tx) => addresses.findPrimary(tx, 'usr_cyd'),
  },
]
