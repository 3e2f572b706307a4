import * as attributes from '../../src/accounts/attributes/store.ts'
import * as search from '../../src/accounts/search/store.ts'
import * as transfer from '../../src/accounts/transfer/store.ts'
import * as users from '../../src/accounts/users/store.ts'
import type { Transaction } from '../../src/database/database.ts'
import { now } from '../neighbours.ts'
import type { Row } from './row.ts'

const newUser = (name: string, id: string): users.UserRow => ({
  ...{ id, username: name, username_key: name, username_skeleton: name, display_name: 'Eve' },
  ...{ user_type: 'customer', password_hash: 'of eve', created_at: 7, last_sign_in_at: null, disabled_at: 9 },
  permissions_version: 0,
  version: 0,
  delete_at: null,
})

const newAttribute: attributes.AttributeRow = {
  ...{ key: 'new', label: 'New', kind: 'date', bounds: {}, person_may: 'change' },
  ...{ is_required: true, is_searchable: true, created_at: now },
}

const idsOf = ({ rows }: search.FoundPeople) => rows.map(({ id }) => id)

/** A thousand people more, of whom each is a candidate: the walk ends before the last. The first has signed in. */
async function insertMany(tx: Transaction): Promise<void> {
  const numbers = 'WITH RECURSIVE n(i) AS (SELECT 10001 UNION ALL SELECT i + 1 FROM n WHERE i < 11000)'
  const id = "'usr_x' || substr(CAST(i AS TEXT), 2)"
  await tx.query(
    `INSERT INTO users (id, username, username_key, user_type, created_at, disabled_at, last_sign_in_at)
       ${numbers} SELECT ${id}, ${id}, ${id}, 'customer', 1, 1, CASE i WHEN 10001 THEN 5 END FROM n`,
  )
  await tx.query(
    `INSERT INTO user_attributes (user_id, key, value) ${numbers} SELECT ${id}, 'floor', '3' FROM n`,
  )
  await tx.query(`INSERT INTO user_terms (user_id, term) ${numbers} SELECT ${id}, 'ada' FROM n`)
}

/** The statements of people, what is known of them, and how they are found and brought from elsewhere. */
export const accountsUsersRows: readonly Row[] = [
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
    writes: 1,
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
    writes: 1,
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
    store: 'accounts/users',
    statement: 'removePassword',
    run: (tx) => users.removePassword(tx, 'usr_bob'),
    changes: ['users usr_bob: password_hash=null'],
  },
  {
    store: 'accounts/users',
    statement: 'holdUser',
    run: (tx) => users.holdUser(tx, 'usr_bob'),
    writes: 1,
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
    writes: 2,
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
    store: 'accounts/users',
    statement: 'findTypesOfUsers',
    run: async (tx) =>
      [...(await users.findTypesOfUsers(tx, ['usr_ada', 'usr_bob', 'usr_nobody']))].map(String).sort(),
    gives: ['usr_ada,administrator', 'usr_bob,customer'],
  },
  {
    ...{ store: 'accounts/search', statement: 'hasUnsearchable', of: 'where all can be found' },
    before: (tx) => tx.query('UPDATE users SET searchable = 1'),
    run: (tx) => search.hasUnsearchable(tx),
    gives: false,
  },
  {
    ...{ store: 'accounts/users', statement: 'takeUnsearchable', of: 'beside one that can be found' },
    before: (tx) => tx.query("UPDATE users SET searchable = 1 WHERE id = 'usr_ada'"),
    run: (tx) => users.takeUnsearchable(tx, 2).then((rows) => rows.map(({ id }) => id).sort()),
    gives: ['usr_bob', 'usr_cyd'],
    changes: ['users usr_bob: searchable=1', 'users usr_cyd: searchable=1'],
  },
  ...(
    [
      ['of everybody', {}, 'usr_bob', 'usr_x0998'],
      ['of a type', { userType: 'customer' }, 'usr_bob', 'usr_x1000'],
      ['of those who are disabled', { status: 'disabled' }, 'usr_dan', 'usr_x1000'],
      ['of those with a value', { attribute: { key: 'floor', value: '3' } }, 'usr_bob', 'usr_x1000'],
      ['of those who never signed in', { neverSignedIn: true }, 'usr_cyd', 'usr_x1000'],
    ] as const
  ).map(
    ([of, filter, id, end]): Row => ({
      ...{
        store: 'accounts/search',
        statement: 'countPeople',
        of: `${of}, behind a place`,
        before: insertMany,
      },
      run: (tx) => search.countPeople(tx, filter, { key: '', id }).then(({ next }) => next?.id),
      gives: end,
    }),
  ),
  ...(
    [
      ['by a word', { words: ['ada'] }, { key: 'ada', id: 'usr_x0001' }, 'usr_bob', 1000],
      ['by a word of which another begins alike', { words: ['adam'] }, undefined, undefined, 0],
    ] as const
  ).map(
    ([of, filter, after, end, found]): Row => ({
      ...{ store: 'accounts/search', statement: 'countPeople', of, before: insertMany },
      run: (tx) => search.countPeople(tx, filter, after).then(({ count, next }) => [count, next?.id]),
      gives: [found, end],
    }),
  ),
  ...(
    [
      ['behind one', {}, 'usr_bob', 2],
      ['of a type, behind one', { userType: 'administrator' }, 'usr_ada', 2],
      ['of those who are disabled, behind one', { status: 'disabled' }, 'usr_dan', 0],
      ['of those who are disabled', { status: 'disabled' }, 'usr_ada', 1],
      ['of those with a value, behind one', { attribute: { key: 'floor', value: '3' } }, 'usr_ada', 1],
      ['of those without a value', { attribute: { key: 'team', value: '3' } }, '', 0],
      ['of an address and a type', { addressKey: 'both@one', userType: 'customer' }, '', 1],
      [
        'of an address and a value',
        { addressKey: 'both@one', attribute: { key: 'floor', value: '4' } },
        '',
        1,
      ],
      [
        'of an address and an attribute',
        { addressKey: 'both@one', attribute: { key: 'team', value: '4' } },
        '',
        0,
      ],
      ['of an address and a word', { addressKey: 'both@one', words: ['ada'] }, '', 2],
      ['of an address, behind one', { addressKey: 'both@one' }, 'usr_bob', 1],
      ['of an address and a word before all', { addressKey: 'both@one', words: ['aaa'] }, '', 0],
      ['of an address and the last of its words', { addressKey: 'both@one', words: ['two'] }, '', 1],
      ['of a value and a status', { attribute: { key: 'floor', value: '3' }, status: 'enabled' }, '', 2],
      ['who are enabled', { status: 'enabled' }, '', 3],
      ['who are invited', { status: 'invited' }, '', 1],
      ['who are invited and disabled', { status: 'disabled', userType: 'customer' }, '', 0],
    ] as const
  ).map(
    ([of, filter, id, count]): Row => ({
      ...{ store: 'accounts/search', statement: 'countPeople', of },
      run: (tx) => search.countPeople(tx, filter, { key: '', id }).then((found) => found.count),
      gives: count,
    }),
  ),
  ...(
    [
      ['of whom several begin alike', ['ada'], ['usr_ada', 'usr_bob']],
      ['with two words', ['ada', 'two'], ['usr_ada']],
      ['with a second word before all', ['ada', 'a@'], []],
      ['with a word between two others', ['adb'], ['usr_cyd']],
    ] as const
  ).map(
    ([of, words, gives]): Row => ({
      ...{ store: 'accounts/search', statement: 'findPeople', of: `by their terms, ${of}`, gives },
      before: (tx) =>
        tx.query(`INSERT INTO user_terms (user_id, term) VALUES ('usr_ada', 'ada'), ('usr_bob', 'aaa'), ('usr_cyd', 'adb'),
          ('usr_dan', 'zed')`),
      run: (tx) => search.findPeople(tx, { words }, undefined, 9).then(idsOf),
    }),
  ),
  ...(
    [
      [
        'from a moment, before another',
        { signedInFrom: 5, signedInBefore: 7 },
        undefined,
        ['usr_ada', 'usr_bob'],
      ],
      [
        'behind one of the same moment',
        { signedInFrom: 5 },
        { key: 5, id: 'usr_ada' },
        ['usr_bob', 'usr_cyd'],
      ],
      [
        'before a moment, of a type',
        { signedInBefore: 7, userType: 'administrator' },
        undefined,
        ['usr_ada'],
      ],
      ['from a moment, with a word', { signedInFrom: 7, words: ['two'] }, undefined, []],
      ['before a moment, with a word', { signedInBefore: 6, words: ['two'] }, undefined, ['usr_ada']],
      ['at that moment, with a word', { signedInFrom: 5, words: ['two'] }, undefined, ['usr_ada']],
      ['before that moment, with a word', { signedInBefore: 5, words: ['two'] }, undefined, []],
      ['from a moment', { signedInFrom: 7 }, undefined, ['usr_cyd']],
      [
        'or rather never, of a type',
        { userType: 'administrator', neverSignedIn: true },
        undefined,
        ['usr_dan'],
      ],
      ['or rather never, of another type', { userType: 'customer', neverSignedIn: true }, undefined, []],
      [
        'or rather never, behind one',
        { userType: 'administrator', neverSignedIn: true },
        { key: '', id: 'usr_dan' },
        [],
      ],
      ['ever, with a word', { signedInBefore: 9, words: ['ada'] }, undefined, ['usr_bob', 'usr_ada']],
    ] as const
  ).map(
    ([of, filter, after, gives]): Row => ({
      ...{ store: 'accounts/search', statement: 'findPeople', of: `who signed in ${of}`, gives },
      before: async (tx) => {
        for (const [id, at] of [
          ['usr_ada', 5],
          ['usr_bob', 5],
          ['usr_cyd', 7],
        ] as const) {
          await tx.query('UPDATE users SET last_sign_in_at = $2 WHERE id = $1', id, at)
        }
      },
      run: (tx) => search.findPeople(tx, filter, after, 9).then(idsOf),
    }),
  ),
  {
    ...{
      store: 'accounts/search',
      statement: 'countPeople',
      of: 'of whom one has several terms that begin alike',
    },
    before: (tx) => tx.query("INSERT INTO user_terms (user_id, term) VALUES ('usr_ada', 'ada')"),
    run: (tx) => search.countPeople(tx, { words: ['ada'] }, undefined).then(({ count }) => count),
    gives: 2,
  },
]
