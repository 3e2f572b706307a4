import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { argon2Sync, pbkdf2Sync } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { openTestApp, type SignedIn, type TestApp } from '../../../test/app.ts'
import { engines } from '../../../test/storages.ts'
import { cellText, safeCell } from '../../cells.ts'
import { openDatabase } from '../../database/open.ts'
import { operator } from '../../identity.ts'
import { toBase64 } from '../passwords/hashes/hash-format.ts'
import { createUserType } from '../user-types/user-types.ts'
import { findUserByName } from '../users/store.ts'
import { exportPeople } from './export-people.ts'
import { type FileImport, importFile, type RefusedRecord } from './file-import.ts'
import { importPeople, mostAtOnce } from './import-people.ts'
import { keycloakSource } from './sources/json-sources.ts'
import { csvSource, ndjsonSource } from './sources/line-sources.ts'
import type { PersonRecord } from './transferred-person.ts'

const password = 'a lamp, a latch and a key'
const hashOf = (salt: string) =>
  `$pbkdf2-sha256$i=10$${toBase64(Buffer.from(salt))}$${toBase64(pbkdf2Sync(password, salt, 10, 32, 'sha256'))}`

async function all(texts: AsyncIterable<string>): Promise<string[]> {
  const list: string[] = []
  for await (const text of texts) list.push(text)
  return list
}

for (const engine of engines) {
  describe(`people of another program, on ${engine}`, () => {
    let app: TestApp
    let admin: SignedIn
    let folder: string
    before(async () => {
      folder = mkdtempSync(join(tmpdir(), 'latchkey-transfer-'))
      app = await openTestApp(engine)
      admin = await app.signedIn('root', 'administrator')
      await createUserType(app.app, operator, {
        ...{ name: 'clerk', description: 'makes accounts', permissions: ['users:write', 'devices:bind'] },
      })
    })
    after(async () => {
      rmSync(folder, { recursive: true })
      await app.close()
    })

    const count = async () => {
      const [row] = await app.app.db.query<{ count: number }>('SELECT COUNT(*) AS count FROM users')
      return Number(row?.count)
    }
    const fileOf = (name: string, lines: readonly object[]) => {
      const file = join(folder, name)
      writeFileSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
      return file
    }
    async function take(file: string, more: object = {}): Promise<FileImport & { list: RefusedRecord[] }> {
      const list: RefusedRecord[] = []
      const options = {
        ...{ file, source: ndjsonSource, reading: 'ndjson', userType: 'customer', isTrial: false },
        onRefused: (one: RefusedRecord) => list.push(one),
        onProgress: () => {},
      }
      return { ...(await importFile(app.app, operator, { ...options, ...more })), list }
    }

    test('are accounts that sign in with their passwords, and rows of the log', async () => {
      const { status, body } = await app.call('POST', '/v1/users/imports', {
        token: admin.token,
        body: {
          users: [
            { username: 'Ada', display_name: 'Ada L.', password_hash: hashOf('ada') },
            { username: 'ben', user_type: 'clerk', password_hash: hashOf('ben'), disabled: true },
            { username: 'cleo', created_at: '2020-01-02T03:04:05Z' },
          ],
        },
      })
      assert.deepEqual([status, body], [200, { created: 3, refused: [] }])
      const ada = await app.call('POST', '/v1/login', { body: { username: 'ada', password } })
      assert.equal(ada.status, 200)
      const ben = await app.call('POST', '/v1/login', { body: { username: 'ben', password } })
      assert.equal(ben.body.code, 'credentials_invalid')
      const [adaRow, benRow, cleo] = await Promise.all(
        ['ada', 'ben', 'cleo'].map((name) => findUserByName(app.app.db, name)),
      )
      assert.deepEqual(
        [adaRow?.display_name, adaRow?.user_type, adaRow?.disabled_at],
        ['Ada L.', 'customer', null],
      )
      assert.deepEqual([benRow?.user_type, benRow?.disabled_at], ['clerk', app.world.now()])
      assert.deepEqual([cleo?.created_at, cleo?.password_hash], [Date.UTC(2020, 0, 2, 3, 4, 5), null])
      const events = await app.app.db.query(
        `SELECT target, subject, details FROM activity WHERE event = 'user.create' AND details IS NOT NULL ORDER BY id`,
      )
      assert.deepEqual(
        events,
        [adaRow, benRow, cleo].map((row) => ({
          ...{ target: row?.id, subject: admin.id, details: '{"imported":true}' },
        })),
      )
    })

    test('may be asked about without making any', async () => {
      const before = await count()
      const users = [{ username: 'dora' }, { username: 'DORA' }, { username: 'root' }]
      const { body } = await app.call('POST', '/v1/users/imports', {
        token: admin.token,
        body: { users, dry_run: true },
      })
      assert.deepEqual(
        [body.created, body.refused.map(({ index, code }) => [index, code])],
        [
          1,
          [
            [1, 'user_exists'],
            [2, 'user_exists'],
          ],
        ],
      )
      assert.equal(await count(), before)
    })

    const refused: readonly { name: string; user: PersonRecord; code: string }[] = [
      { name: 'whose name somebody has', user: { username: 'ROOT' }, code: 'user_exists' },
      {
        name: 'of a type that is none',
        user: { username: 'x', user_type: 'nobody' },
        code: 'user_type_unknown',
      },
      { name: 'without a name', user: { username: '' }, code: 'request_invalid' },
      { name: 'whose name is not seen', user: { username: 'a\u200Bb' }, code: 'request_invalid' },
      { name: 'with a blank at the end', user: { username: 'a ' }, code: 'request_invalid' },
      {
        name: 'whose display name turns others around',
        user: { username: 'x', display_name: 'a\u202Eb' },
        code: 'request_invalid',
      },
      {
        name: 'with a hash that gives the password away',
        user: { username: 'x', password_hash: 'md5$a$b' },
        code: 'record_invalid',
      },
      {
        name: 'with a password in the place of its hash',
        user: { username: 'x', password_hash: 'my secret' },
        code: 'record_invalid',
      },
    ]
    for (const { name, user, code } of refused) {
      test(`${name} are told, and the others are made`, async () => {
        const other = `beside ${name}`
        const { status, body, text } = await app.call('POST', '/v1/users/imports', {
          token: admin.token,
          body: { users: [user, { username: other }] },
        })
        assert.equal(status, 200)
        assert.deepEqual(
          [body.created, body.refused.length, body.refused[0]?.index, body.refused[0]?.code],
          [1, 1, 0, code],
        )
        assert.ok(!text.includes('secret'))
        assert.ok(await findUserByName(app.app.db, other))
      })
    }

    test('with more permissions than whoever imports them are refused', async () => {
      const clerk = await app.signedIn('carl', 'clerk')
      const users = [
        { username: 'eve', user_type: 'administrator' },
        { username: 'fay', user_type: 'customer' },
        { username: 'gil', user_type: 'clerk' },
      ]
      const { body } = await app.call('POST', '/v1/users/imports', { token: clerk.token, body: { users } })
      assert.deepEqual(
        [body.created, body.refused.map(({ index, code }) => [index, code])],
        [
          1,
          [
            [0, 'permission_missing'],
            [1, 'permission_missing'],
          ],
        ],
      )
      const ada = await app.signedIn('hal')
      assert.equal(
        (await app.call('POST', '/v1/users/imports', { token: ada.token, body: { users } })).status,
        403,
      )
    })

    for (const [name, body] of [
      ['nobody', { users: [] }],
      ['201 people', { users: Array.from({ length: 201 }, (_, at) => ({ username: `many${at}` })) }],
      ['a member that nobody reads', { users: [{ username: 'x', role: 'admin' }] }],
      ['a type that is no name', { users: [{ username: 'x' }], user_type: 'No Type' }],
      ['an option that nobody reads', { users: [{ username: 'x' }], dryRun: true }],
    ] as const) {
      test(`a request with ${name} is refused whole`, async () => {
        const before = await count()
        const answer = await app.call('POST', '/v1/users/imports', { token: admin.token, body })
        assert.deepEqual([answer.status, answer.body.code], [400, 'request_invalid'])
        assert.equal(await count(), before)
      })
    }

    test('stand in a file of more than one transaction, each once', async () => {
      const many = mostAtOnce + 3
      const lines = Array.from({ length: many }, (_, at) => ({ username: `file${at}` }))
      const file = fileOf('many', [...lines, { username: 'file7' }, { username: 'root' }, { user: 'x' }])
      const before = await count()
      const trial = await take(file, { isTrial: true })
      assert.equal(await count(), before)
      const done = await take(file)
      assert.equal(await count(), before + many)
      for (const result of [trial, done]) {
        assert.deepEqual(
          [result.records, result.created, result.refused, result.skipped],
          [many + 3, many, 3, 0],
        )
        assert.deepEqual(
          result.list.map(({ place, username, code }) => [place, username, code]),
          [
            [`line ${many + 1}`, 'file7', 'user_exists'],
            [`line ${many + 2}`, 'root', 'user_exists'],
            [`line ${many + 3}`, undefined, 'record_invalid'],
          ],
        )
      }
      // An import that was finished begins again, and finds everybody there.
      const again = await take(file)
      assert.deepEqual([again.created, again.refused, again.skipped], [0, many + 3, 0])
      assert.equal(await count(), before + many)
    })

    test('go on where an import was cut off, and nobody is there twice', async () => {
      const file = fileOf(
        'cut',
        Array.from({ length: 2 * mostAtOnce + 300 }, (_, at) => ({ username: `cut${at}` })),
      )
      const before = await count()
      const parts: number[] = []
      const cut = (part: number) => {
        parts.push(part)
        if (parts.length === 2) throw new Error('the process ends here')
      }
      await assert.rejects(take(file, { onProgress: cut }), /ends here/)
      const [first = 0, second = 0] = parts
      assert.ok(first > 0 && first <= second && second <= 1, String(parts))
      assert.equal(await count(), before + 2 * mostAtOnce)
      const rest = await take(file)
      const all = 2 * mostAtOnce + 300
      assert.deepEqual(
        [rest.records, rest.created, rest.refused, rest.skipped],
        [all, all, 0, 2 * mostAtOnce],
      )
      assert.equal(await count(), before + all)
    })

    test('are not imported by two processes from one file', async () => {
      const file = fileOf(
        'two',
        Array.from({ length: mostAtOnce + 200 }, (_, at) => ({ username: `two${at}` })),
      )
      const before = await count()
      const results = await Promise.allSettled([take(file), take(file)])
      const failed = results.filter(({ status }) => status === 'rejected')
      assert.ok(failed.length <= 1)
      await take(file)
      assert.equal(await count(), before + mostAtOnce + 200)
    })

    test('whom Keycloak exports with their realm sign in with their passwords', async () => {
      const salt = Buffer.from('0123456789abcdef')
      const credential = (algorithm: string, hashIterations: number, value: Buffer, parameters: object) => ({
        type: 'password',
        secretData: JSON.stringify({
          value: value.toString('base64'),
          salt: salt.toString('base64'),
          additionalParameters: {},
        }),
        credentialData: JSON.stringify({ hashIterations, algorithm, additionalParameters: parameters }),
      })
      const sha512 = pbkdf2Sync(password, salt, 210_000, 64, 'sha512')
      const argon = argon2Sync('argon2id', {
        ...{ message: password, nonce: salt, memory: 7168, passes: 5, parallelism: 1, tagLength: 32 },
      })
      const ofArgon = {
        ...{ hashLength: ['32'], memory: ['7168'], type: ['id'], version: ['1.3'], parallelism: ['1'] },
      }
      const users = [
        { username: 'kc1', enabled: true, credentials: [credential('pbkdf2-sha512', 210_000, sha512, {})] },
        { username: 'kc2', enabled: true, credentials: [credential('argon2', 5, argon, ofArgon)] },
        { username: 'kc3', enabled: false, credentials: [credential('argon2', 5, argon, ofArgon)] },
      ]
      const file = join(folder, 'realm.json')
      writeFileSync(file, JSON.stringify({ realm: 'home', roles: { realm: [] }, users }, undefined, 2))
      const { created, list } = await take(file, { source: keycloakSource, reading: 'keycloak' })
      assert.deepEqual([created, list], [3, []])
      for (const [username, status] of [
        ['kc1', 200],
        ['kc2', 200],
        ['kc3', 401],
      ] as const) {
        const wrong = { username, password: `${password}!` }
        assert.equal((await app.call('POST', '/v1/login', { body: wrong })).status, 401)
        assert.equal((await app.call('POST', '/v1/login', { body: { username, password } })).status, status)
      }
    })

    test('of a file that changed meanwhile are another import', async () => {
      const file = fileOf('changed', [{ username: 'changed1' }])
      assert.equal((await take(file, { userType: 'clerk' })).created, 1)
      assert.equal((await findUserByName(app.app.db, 'changed1'))?.user_type, 'clerk')
      fileOf('changed', [{ username: 'changed1' }, { username: 'changed2' }])
      const { created, refused } = await take(file)
      assert.deepEqual([created, refused], [1, 1])
    })

    for (const format of ['csv', 'ndjson'] as const) {
      test(`that were exported as ${format} are the same accounts elsewhere`, async () => {
        const name = '=HYPERLINK("https://evil.example","ada"),\nx'
        await importPeople(
          app.app,
          operator,
          [
            {
              username: `formula ${format}`,
              displayName: name.replace('\n', ' '),
              userType: undefined,
              passwordHash: hashOf('formula'),
              isDisabled: false,
              createdAt: 1_600_000_000_000,
            },
          ],
          { userType: 'customer' },
        )
        const texts = await all(exportPeople(app.app, operator, { format, withHashes: true }))
        const file = join(folder, `export.${format}`)
        writeFileSync(file, texts.join(''))
        const elsewhere = await openTestApp(engine)
        try {
          await createUserType(elsewhere.app, operator, { name: 'clerk', description: '', permissions: [] })
          const source = format === 'csv' ? csvSource : ndjsonSource
          const list: RefusedRecord[] = []
          const result = await importFile(elsewhere.app, operator, {
            ...{ file, source, reading: format, userType: 'customer', isTrial: false },
            onRefused: (one) => list.push(one),
            onProgress: () => {},
          })
          assert.deepEqual(list, [])
          assert.equal(result.created, await count())
          const columns =
            'username, username_key, username_skeleton, display_name, user_type, password_hash, created_at'
          const sql = `SELECT ${columns} FROM users ORDER BY username_key`
          assert.deepEqual(await elsewhere.app.db.query(sql), await app.app.db.query(sql))
          const body = { username: `formula ${format}`, password }
          assert.equal((await elsewhere.call('POST', '/v1/login', { body })).status, 200)
        } finally {
          await elsewhere.close()
        }
      })
    }

    test('are exported with what they have, and nothing about what they have not', async () => {
      const text = (await all(exportPeople(app.app, operator, { format: 'ndjson', withHashes: false }))).join(
        '',
      )
      const line = text.split('\n').find((one) => one.includes('formula csv')) ?? assert.fail()
      const members = ['username', 'display_name', 'user_type', 'disabled', 'created_at']
      assert.deepEqual(Object.keys(JSON.parse(line)), members)
    })

    test('are exported without their hashes unless that is asked for, and each export is a row of the log', async () => {
      const texts = await all(exportPeople(app.app, operator, { format: 'csv', withHashes: false }))
      assert.ok(!texts.join('').includes('pbkdf2') && !texts.join('').includes('argon2'))
      const rows = await app.app.db.query<{ details: string }>(
        "SELECT details FROM activity WHERE event = 'user.export' ORDER BY id DESC LIMIT 1",
      )
      assert.deepEqual(JSON.parse(rows[0]?.details ?? ''), { format: 'csv', hashes: false })
    })
  })
}

test('an import that is killed goes on where it ended', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-killed-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'people.ndjson')
  const lines = Array.from({ length: 60_000 }, (_, at) => `{"username":"killed ${at}"}\n`)
  writeFileSync(file, lines.join(''))
  const cli = (...args: string[]) => {
    const bin = join(import.meta.dirname, '../../../bin/latchkey.js')
    const env = { ...process.env, LATCHKEY_DATA: join(folder, 'data'), LATCHKEY_ISSUER: 'http://127.0.0.1:1' }
    const child = spawn(process.execPath, ['--conditions=latchkey-source', bin, '--json', ...args], { env })
    let text = ''
    child.stdout.setEncoding('utf8').on('data', (chunk) => (text += chunk))
    child.stderr.resume()
    return { child, ended: once(child, 'exit').then(() => text) }
  }
  await cli('migrate').ended
  const db = await openDatabase({ directory: join(folder, 'data') })
  t.after(() => db.close())
  const progress = async () =>
    (await db.query<{ records: number; created: number }>('SELECT records, created FROM imports'))[0]
  const first = cli('users', 'import', file)
  while (((await progress())?.records ?? 0) < 2000) await new Promise(setImmediate)
  first.child.kill('SIGKILL')
  await first.ended
  const cut = (await progress())!
  const [{ count }] = (await db.query('SELECT COUNT(*) AS count FROM users')) as [{ count: number }]
  assert.ok(cut.records < 60_000, 'it was killed before its end')
  assert.deepEqual([cut.records, cut.created], [count, count])
  const result = JSON.parse(await cli('users', 'import', file).ended)
  assert.deepEqual(result, { records: 60_000, created: 60_000, refused: 0, skipped: cut.records })
})

describe('a cell of a table', () => {
  const formulas = [
    '=1',
    '+1',
    '-1',
    '@x',
    '\t=1',
    '\r=1',
    '\n=1',
    '  =1',
    '\uFEFF=1',
    '＝1',
    '＋1',
    '－1',
    '＠x',
  ]
  for (const text of [...formulas, "'=1", "''=1"]) {
    test(`${JSON.stringify(text)} begins with an apostrophe, which is taken away again`, () => {
      assert.equal(safeCell(text), `'${text}`)
      assert.equal(cellText(safeCell(text)), text)
    })
  }
  for (const text of ['', 'ada', "'ada", "'", "''", 'a=1', '1-1', 'a@b']) {
    test(`${JSON.stringify(text)} stays as it is`, () => {
      assert.equal(safeCell(text), text)
      assert.equal(cellText(text), text)
    })
  }
})
