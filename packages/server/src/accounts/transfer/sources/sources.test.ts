import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { RecordFault } from '../transferred-person.ts'
import { djangoSource, firebaseParametersIn, firebaseSource, keycloakSource } from './json-sources.ts'
import { csvSource, ndjsonSource } from './line-sources.ts'
import type { Source, SourceRecord } from './source.ts'

/** The text in pieces of so many characters. */
async function* inPieces(text: string, size: number) {
  for (let at = 0; at < text.length; at += size) yield text.slice(at, at + size)
}

async function read(source: Source, text: string, size = 7): Promise<SourceRecord[]> {
  const records: SourceRecord[] = []
  for await (const record of source(inPieces(text, size))) records.push(record)
  return records
}

const nobody = {
  displayName: null,
  userType: undefined,
  passwordHash: null,
  isDisabled: false,
  createdAt: undefined,
}
const hash = 'pbkdf2_sha256$1000$c2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA='
const stored = '$pbkdf2-sha256$i=1000$YzJGc2RB$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'

const django = (fields: object, more: object = { model: 'auth.user', pk: 1 }) => ({ ...more, fields })
const credential = {
  type: 'password',
  secretData: JSON.stringify({ value: `${'A'.repeat(43)}=`, salt: 'YzJGc2RB' }),
  credentialData: JSON.stringify({ hashIterations: 1000, algorithm: 'pbkdf2-sha256' }),
}
const firebase = firebaseSource(
  firebaseParametersIn(
    `hash_config {\n  algorithm: SCRYPT,\n  base64_signer_key: ${'A'.repeat(43)}=,\n  base64_salt_separator: Bw==,\n  rounds: 8,\n  mem_cost: 14,\n}`,
  ),
)

interface Row {
  readonly name: string
  readonly source: Source
  readonly text: string
  /** For each record the person, or a part of what is told. */
  readonly gives: readonly (object | string)[]
}

const rows: readonly Row[] = [
  {
    name: 'Django’s dump',
    source: djangoSource,
    text: JSON.stringify([
      django({
        password: hash,
        last_login: null,
        is_superuser: true,
        username: 'ada',
        first_name: 'Ada',
        last_name: 'Lovelace ] } "',
        email: 'ada@example.com',
        is_active: true,
        date_joined: '2024-05-06T07:08:09.123Z',
        groups: [],
        user_permissions: [],
      }),
      django({ password: '!x', username: 'ben', first_name: '', last_name: '', is_active: false }),
      django({ password: '', email: 'cleo@example.com' }, { model: 'people.person', pk: 'x' }),
    ]),
    gives: [
      {
        ...nobody,
        username: 'ada',
        displayName: 'Ada Lovelace ] } "',
        passwordHash: stored,
        createdAt: Date.UTC(2024, 4, 6, 7, 8, 9, 123),
        addresses: [{ address: 'ada@example.com', isUnverified: false }],
      },
      { ...nobody, username: 'ben', isDisabled: true },
      {
        ...nobody,
        username: 'cleo@example.com',
        addresses: [{ address: 'cleo@example.com', isUnverified: false }],
      },
    ],
  },
  {
    name: 'a dump of Django with other models and hashes that cannot be used',
    source: djangoSource,
    text: JSON.stringify([
      { model: 'sessions.session', pk: 'a', fields: { session_data: 'x' } },
      django({ password: 'md5$salt$aaaa', username: 'ada' }),
      { model: 'auth.user', pk: 4 },
      { model: 'auth.user', pk: 4, fields: ['username'] },
    ]),
    gives: ['it has no email', 'found from such hashes', 'it is no object', 'it is no object'],
  },
  {
    name: 'Keycloak’s realm with its users',
    source: keycloakSource,
    text: JSON.stringify({
      id: 'users',
      realm: 'home',
      roles: { realm: [{ name: 'users' }], users: [{ username: 'a role, and nobody' }] },
      'us\\"ers': ['x'],
      users: [
        {
          id: 'f4',
          username: 'ada',
          firstName: 'Ada',
          lastName: 'Lovelace',
          enabled: true,
          createdTimestamp: 1_700_000_000_000,
          credentials: [{ type: 'otp', secretData: '{}', credentialData: '{}' }, credential],
        },
        { username: 'ben', enabled: false, credentials: [] },
        { username: 'service-account-x', serviceAccountClientId: 'x' },
        { enabled: true },
        { username: 'cleo', credentials: [{ type: 'password' }] },
        { username: 'dora', credentials: [{ ...credential, secretData: '{' }] },
      ],
      clients: [{ users: [{ username: 'a client' }] }],
    }),
    gives: [
      {
        ...nobody,
        username: 'ada',
        displayName: 'Ada Lovelace',
        passwordHash: stored,
        createdAt: 1_700_000_000_000,
      },
      { ...nobody, username: 'ben', isDisabled: true },
      'the account of a client',
      'it has no username',
      'no secretData',
      'it is not whole',
    ],
  },
  {
    name: 'Firebase’s export',
    source: firebase,
    text: JSON.stringify({
      users: [
        {
          localId: 'x',
          email: 'ada@example.com',
          passwordHash: `${'A'.repeat(43)}=`,
          salt: 'YzJGc2RB',
          displayName: 'Ada',
          createdAt: '1700000000000',
        },
        { localId: 'y', phoneNumber: '+886900000000', disabled: true, passwordHash: '', salt: '' },
        { localId: 'z' },
        { localId: 'w', email: 'ben@example.com', passwordHash: 'AAAA', salt: 'YzJGc2RB' },
      ],
    }),
    gives: [
      {
        ...nobody,
        username: 'ada@example.com',
        displayName: 'Ada',
        passwordHash: `$firebase-scrypt$ln=14,r=8$YzJGc2RBBw$${'A'.repeat(43)}`,
        createdAt: 1_700_000_000_000,
        addresses: [{ address: 'ada@example.com', isUnverified: true }],
      },
      { ...nobody, username: '+886900000000', isDisabled: true },
      'it has no phoneNumber',
      'it is not whole',
    ],
  },
  {
    name: 'our own lines, with and without an end to the last',
    source: ndjsonSource,
    text: `{"username":"ada","display_name":"Ada","user_type":"auditor","password_hash":"${hash}","disabled":true,"created_at":"2024-05-06T07:08:09.123Z"}\r\n\n{"username":"ben","display_name":null,"password_hash":null}`,
    gives: [
      {
        username: 'ada',
        displayName: 'Ada',
        userType: 'auditor',
        passwordHash: stored,
        isDisabled: true,
        createdAt: Date.UTC(2024, 4, 6, 7, 8, 9, 123),
      },
      { ...nobody, username: 'ben' },
    ],
  },
  {
    name: 'lines that are wrong, and right ones between them',
    source: ndjsonSource,
    text: '{"username":"ada"\n{"username":"ben"}\n[]\n"x"\n{"user":"cleo"}\n{"username":7}\n{"username":"dora","role":"x"}\n{"username":"eve","password_hash":"secret"}\n{"username":"fay","disabled":"no"}\n{"username":"gil","created_at":"yesterday"}\n{"username":"hal","created_at":"2024-02-30T00:00:00Z"}\n',
    gives: [
      'it is no JSON',
      { ...nobody, username: 'ben' },
      'username is required',
      'it must be an object',
      'username is required',
      'username must be text',
      'role is not a field here',
      'its form is not known',
      'disabled must be boolean',
      'created_at must be a time as RFC 3339 writes it',
      'created_at ',
    ],
  },
  {
    name: 'a table, in any order of columns',
    source: csvSource,
    text: `\uFEFFDisplay_Name,username , disabled\r\n"Lovelace, ""Ada""",ada,FALSE\r\n\r\n'=1+1,ben,true\r\n'plain,cleo,\r\n`,
    gives: [
      { ...nobody, username: 'ada', displayName: 'Lovelace, "Ada"' },
      { ...nobody, username: 'ben', displayName: '=1+1', isDisabled: true },
      { ...nobody, username: 'cleo', displayName: "'plain" },
    ],
  },
  {
    name: 'a table with rows that are wrong, and right ones between them',
    source: csvSource,
    text: 'username,disabled,password_hash\nada,maybe,\nben,,\ncleo,\ndora,,,\neve,,secret\n,,\n',
    gives: [
      'disabled must be boolean',
      { ...nobody, username: 'ben' },
      'it has 2 cells',
      'it has 4 cells',
      'its form is not known',
      'username is required',
    ],
  },
]

describe('the accounts of', () => {
  for (const { name, source, text, gives } of rows) {
    for (const size of [1, 7, 100_000]) {
      test(`${name}, in pieces of ${size}`, async () => {
        const records = await read(source, text, size)
        assert.equal(records.length, gives.length)
        for (const [at, record] of records.entries()) {
          const expected = gives[at]!
          if (typeof expected !== 'string') {
            assert.deepEqual(record.kind === 'person' && record.person, expected)
          } else {
            assert.equal(record.kind, 'fault', JSON.stringify(record))
            assert.ok(record.kind === 'fault' && record.detail.includes(expected), JSON.stringify(record))
          }
        }
      })
    }
  }

  for (const [createdAt, expected] of [
    ['1700000000000', 1_700_000_000_000],
    [1_700_000_000_000, 1_700_000_000_000],
    ['2023-11-14T22:13:20Z', 1_700_000_000_000],
    ['2023-11-14T22:13:20.123', 1_700_000_000_123],
    ['2023-11-15T06:13:20+08:00', 1_700_000_000_000],
    ['1970-01-01T00:00:00Z', 0],
    ['0', 0],
    [0, 0],
    ['1969-12-31T23:59:59Z', undefined],
    ['2023-02-30T00:00:00Z', undefined],
    ['2023-11-14', undefined],
    ['1700000000000 ', undefined],
    ['-1', undefined],
    [-1, undefined],
    [0.5, undefined],
    ['yesterday', undefined],
    ['', undefined],
    [null, undefined],
  ] as const) {
    test(`Firebase at the time ${JSON.stringify(createdAt)}`, async () => {
      const [record] = await read(firebase, JSON.stringify({ users: [{ email: 'a@id.example', createdAt }] }))
      assert.equal(record?.kind === 'person' && record.person.createdAt, expected)
    })
  }

  test('a file that tells where each is, and who', async () => {
    const places = async (source: Source, text: string) =>
      (await read(source, text)).map((record) => [
        record.place,
        record.kind === 'fault' ? record.username : record.person.username,
      ])
    assert.deepEqual(await places(ndjsonSource, '{"username":"ada"}\n\n{"username":"ben","x":1}'), [
      ['line 1', 'ada'],
      ['line 3', 'ben'],
    ])
    assert.deepEqual(await places(csvSource, 'username,disabled\nada,\n"be\nn",x\ncleo\n'), [
      ['line 2', 'ada'],
      ['line 4', 'be\nn'],
      ['line 5', 'cleo'],
    ])
    assert.deepEqual(await places(djangoSource, '[{"fields":{"username":"ada","password":"x"}}, {}]'), [
      ['record 1', 'ada'],
      ['record 2', undefined],
    ])
  })

  const longestLine = 64 * 1024
  const longestObject = 1024 * 1024
  const line = (length: number) => '{"username":"ada"}'.padEnd(length)
  const dump = (length: number) => `[${'{"fields":{"username":"ada"}'.padEnd(length)}}]`
  for (const [name, source, text, size] of [
    ['a line as long as one may be', ndjsonSource, `${line(longestLine)}\n`, longestLine],
    ['an object as long as one may be', djangoSource, dump(longestObject), 1 + longestObject],
  ] as const) {
    test(`${name} is read`, async () => {
      const [record] = await read(source, text, size)
      assert.equal(record?.kind === 'person' && record.person.username, 'ada')
    })
  }

  const unreadable: readonly [name: string, source: Source, text: string, says: RegExp, size?: number][] = [
    ['a table without names', csvSource, 'ada,ben\n', /there is no column ada; there are username, /],
    ['a table with a name twice', csvSource, 'username,username\n', /twice/],
    ['a table without user names', csvSource, 'display_name\nAda\n', /no column username/],
    ['a table with a quotation that does not end', csvSource, 'username\n"ada\n', /quote/i],
    ['a table with a cell that does not end', csvSource, `username\n${'x'.repeat(70_000)}`, /size/i],
    ['a line that does not end', ndjsonSource, 'x'.repeat(70_000), /line 1 does not end/],
    ['a line that is longer than one may be', ndjsonSource, line(longestLine + 1), /line 1 does not end/],
    ['an object longer than one may be', djangoSource, dump(longestObject + 1), /not end/, 2 + longestObject],
    ['a dump that is an object', djangoSource, '{"fields":{}}', /no list/],
    ['a dump that ends too early', djangoSource, '[{"fields":{"a":1}', /ends before its end/],
    ['a dump whose object ends too early', djangoSource, '[{"fields":{"a":1', /ends before its end/],
    ['a dump of an endless object', djangoSource, `[{"a":"${'x'.repeat(1_100_000)}"`, /does not end/],
    ['nothing', djangoSource, '', /no list/],
    ['a realm without users', keycloakSource, '{"realm":"home"}', /no list users/],
    ['a realm whose users are no list', keycloakSource, '{"users":{"a":{}}}', /no list users/],
    ['a realm that is a list', keycloakSource, '[{"users":[{"username":"ada"}]}]', /no list users/],
  ]
  for (const [name, source, text, says, size = 10_000] of unreadable) {
    test(`${name} are not there`, async () => {
      await assert.rejects(read(source, text, size), (error) => {
        assert.ok(error instanceof RecordFault)
        assert.match(error.message, says)
        return true
      })
    })
  }

  for (const name of ['base64_signer_key', 'base64_salt_separator', 'rounds', 'mem_cost']) {
    test(`Firebase need ${name}`, () => {
      const all = { base64_signer_key: 'AAAA', base64_salt_separator: 'Bw==', rounds: 8, mem_cost: 14 }
      const parameters = firebaseParametersIn(JSON.stringify(all))
      assert.deepEqual([parameters.rounds, parameters.memCost, parameters.saltSeparator[0]], [8, 14, 7])
      const text = JSON.stringify({ ...all, [name]: undefined })
      assert.throws(() => firebaseParametersIn(text), {
        message: `the parameters of Firebase have no ${name}`,
      })
    })
  }
})
