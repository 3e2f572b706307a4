import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import { engines, temporaryStorage } from '../../test/storages.ts'
import { migrations } from './migrations/index.ts'
import { isMigrated, type Migration, migrate, missingMigrations } from './migrations.ts'

const one: Migration = { name: '0001-one', statements: ['CREATE TABLE one (id TEXT NOT NULL PRIMARY KEY)'] }
const two: Migration = {
  name: '0002-two',
  statements: ['CREATE TABLE two (id TEXT NOT NULL PRIMARY KEY)', "INSERT INTO one VALUES ('by two')"],
}
const three: Migration = { name: '0003-three', statements: ['CREATE INDEX three ON two (id)'] }
const wrong: Migration = {
  name: '0002-wrong',
  statements: ["INSERT INTO one VALUES ('half')", 'NO SQL AT ALL'],
}

const refused = [
  {
    name: 'a database that a newer program made',
    before: [one, two],
    program: [one],
    error: { code: 'database_newer' },
  },
  {
    name: 'a database that a newer program made, even where this one also has something new',
    before: [one, { ...three, statements: [] }],
    program: [one, two],
    error: { code: 'database_newer' },
  },
  {
    name: 'a migration that was edited after it was applied',
    before: [one],
    program: [{ ...one, statements: [`${one.statements[0]} `] }, two],
    error: { code: 'migration_edited' },
  },
  {
    name: 'a migration whose statements were cut elsewhere',
    before: [one, two],
    program: [one, { ...two, statements: [two.statements.join(';')] }],
    error: { code: 'migration_edited' },
  },
  {
    name: 'a migration slipped in before one that was applied',
    before: [one, { ...three, statements: [] }],
    program: [one, two, { ...three, statements: [] }],
    error: { code: 'migration_order' },
  },
  { name: 'a list out of order', before: [], program: [two, one], error: { code: 'migration_order' } },
  { name: 'a name that is there twice', before: [], program: [one, one], error: { code: 'migration_order' } },
  {
    name: 'a statement that fails, and undoes those before it',
    before: [one],
    program: [one, wrong],
    error: Error,
  },
]

for (const engine of engines) {
  describe(engine, () => {
    async function open(t: TestContext) {
      const storage = await temporaryStorage(engine)
      t.after(storage.remove)
      return { db: await storage.open(), storage }
    }
    const applied = 'SELECT name, applied_at FROM schema_migrations ORDER BY name'

    test('an empty database is told from one that has a schema, without a change', async (t) => {
      const { db } = await open(t)
      assert.equal(await isMigrated(db), false)
      await db.transaction((tx) => tx.query('CREATE TABLE of_somebody_else (id TEXT)'))
      assert.equal(await isMigrated(db), false)
      // An index of this name is no schema.
      await db.transaction((tx) => tx.query('CREATE INDEX schema_migrations ON of_somebody_else (id)'))
      assert.equal(await isMigrated(db), false)
      await db.transaction((tx) => tx.query('DROP INDEX schema_migrations'))
      await migrate(db, [one], 1)
      assert.equal(await isMigrated(db), true)
    })

    test('what is missing of a database is all that it has not had, an empty one too', async (t) => {
      const { db } = await open(t)
      assert.deepEqual(await missingMigrations(db, [one, two]), [one.name, two.name])
      await migrate(db, [one], 1)
      assert.deepEqual(await missingMigrations(db, [one, two]), [two.name])
      await migrate(db, [one, two], 1)
      assert.deepEqual(await missingMigrations(db, [one, two]), [])
    })

    for (const { name, before, program, error } of refused)
      test(`migrate refuses ${name}`, async (t) => {
        const { db } = await open(t)
        await migrate(db, before, 1)
        const standing = await db.query(applied).catch(() => [])
        await assert.rejects(migrate(db, program, 2), error)
        assert.deepEqual(await db.query(applied).catch(() => []), standing)
        if (before.length === 1) assert.deepEqual(await db.query('SELECT id FROM one'), [])
      })

    test('migrate applies what is missing, once, and says what', async (t) => {
      const { db } = await open(t)
      assert.deepEqual(await migrate(db, [one], 1), ['0001-one'])
      assert.deepEqual(await migrate(db, [one, two, three], 2), ['0002-two', '0003-three'])
      assert.deepEqual(await migrate(db, [one, two, three], 3), [])
      assert.deepEqual(await db.query(applied), [
        { name: '0001-one', applied_at: 1 },
        { name: '0002-two', applied_at: 2 },
        { name: '0003-three', applied_at: 2 },
      ])
      assert.deepEqual(await db.query('SELECT id FROM one'), [{ id: 'by two' }])
    })

    test('processes that start at once apply each migration once', async (t) => {
      const { db, storage } = await open(t)
      const all = [db, await storage.open(), await storage.open()]
      const done = await Promise.all(all.map((database) => migrate(database, [one, two, three], 1)))
      assert.deepEqual(done.flat().sort(), ['0001-one', '0002-two', '0003-three'])
    })

    test('addresses that were refused in hours are counted by days, of each the 500 that were refused most', async (t) => {
      const { db } = await open(t)
      const at = migrations.findIndex(({ name }) => name.startsWith('0055'))
      await migrate(db, migrations.slice(0, at), 1)
      const [hour, day] = [3_600_000, 86_400_000]
      const rows = [
        `(${day}, 'a', 1000, 3)`,
        `(${day + 23 * hour}, 'a', 200, 4)`,
        `(${2 * day}, 'a', 7, 0)`,
        ...Array.from({ length: 600 }, (_, n) => `(${day + (n % 24) * hour}, 'b${n}', ${n + 1}, 0)`),
      ]
      await db.transaction((tx) =>
        tx.query(
          `INSERT INTO activity_refused_addresses (start, address, count, surplus) VALUES ${rows.join(', ')}`,
        ),
      )
      await migrate(db, migrations, 1)
      const of = (grain: number) =>
        db.query<{ start: number; address: string; count: number; surplus: number }>(
          `SELECT start, address, count, surplus FROM activity_refusal_addresses WHERE grain = $1 ORDER BY start, count DESC, address`,
          grain,
        )
      assert.equal((await of(hour)).length, rows.length)
      const days = await of(day)
      assert.deepEqual(days[0], { start: day, address: 'a', count: 1_200, surplus: 7 })
      assert.deepEqual(days.slice(-2), [
        { start: day, address: 'b101', count: 102, surplus: 0 },
        { start: 2 * day, address: 'a', count: 7, surplus: 0 },
      ])
      assert.equal(days.length, 501)
    })

    test('a device has one owner, and what is not in a closed set is refused', async (t) => {
      const { db } = await open(t)
      await migrate(db, migrations, 1)
      const relate = (subject: string, relation: string) =>
        db.transaction((tx) =>
          tx.query(
            `INSERT INTO relations (uid, subject, relation, granted_by, created_at) VALUES ('d', $1, $2, 'me', 1)`,
            subject,
            relation,
          ),
        )
      await assert.rejects(relate('ann', 'owner'))
      await db.transaction((tx) =>
        tx.query(`
          INSERT INTO devices (uid, name, product, state, created_by, created_at)
          VALUES ('d', 'Lamp', 'lamp', 'bound', '', 1)`),
      )
      await relate('ann', 'owner')
      await relate('bob', 'viewer')
      await relate('cat', 'viewer')
      await assert.rejects(relate('dan', 'owner'))
      await assert.rejects(relate('ann', 'viewer'))
      await assert.rejects(relate('eve', 'thief'))
      await db.transaction((tx) => tx.query(`DELETE FROM devices WHERE uid = 'd'`))
      assert.deepEqual(await db.query('SELECT subject FROM relations'), [])
    })
  })
}

/** An index, `unique` by itself or by the table that it belongs to; `where` is empty for one of all rows. */
interface Index {
  readonly table: string
  readonly columns: readonly string[]
  readonly where: string
  readonly isUnique: boolean
}

test('no index is the beginning of another: each row would go into both, and be found by one', async (t) => {
  const storage = await temporaryStorage('sqlite')
  t.after(storage.remove)
  const db = await storage.open()
  await migrate(db, migrations, 0)
  const listed = await db.query<{ name: string; tbl_name: string; sql: string | null }>(
    "SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'index' ORDER BY name",
  )
  const indexes: Index[] = []
  for (const { name, tbl_name: table, sql } of listed) {
    const columns = await db.query<{ name: string }>(
      'SELECT name FROM pragma_index_info($1) ORDER BY seqno',
      name,
    )
    const [, where = ''] = / WHERE (.*)$/s.exec(sql ?? '') ?? []
    const isUnique = sql === null || sql.startsWith('CREATE UNIQUE')
    indexes.push({ table, columns: columns.map(({ name }) => name), where, isUnique })
  }
  assert.ok(indexes.length > 40, `${indexes.length} indexes`)
  const needless = indexes.filter(
    (one) =>
      !one.isUnique &&
      indexes.some(
        (other) =>
          other !== one &&
          other.table === one.table &&
          other.where === one.where &&
          one.columns.every((column, at) => other.columns[at] === column),
      ),
  )
  assert.deepEqual(needless, [])
})
