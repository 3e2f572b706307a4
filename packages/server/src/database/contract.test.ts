import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import { engines, temporaryStorage } from '../../test/storages.ts'
import type { Database, Transaction } from './database.ts'
import { isUniqueViolation } from './violation.ts'

interface Row {
  readonly id: string
  readonly amount: number | null
}

const never = new Promise<never>(() => {})
const insert = 'INSERT INTO things (id, amount) VALUES ($1, $2)'
const all = 'SELECT id, amount FROM things ORDER BY id'

/** What must fail, and leave the one row that was there. */
const refused: { name: string; error: object; attempt: (db: Database) => Promise<unknown> }[] = [
  {
    name: 'a write outside a transaction',
    error: /read-?only/,
    attempt: (db) => db.query(insert, 'b', 1),
  },
  {
    name: 'a table made outside a transaction',
    error: /read-?only/,
    attempt: (db) => db.query('CREATE TABLE others (id TEXT)'),
  },
  {
    name: 'a transaction whose work throws',
    error: { message: 'no' },
    attempt: (db) =>
      db.transaction(async (tx) => {
        await tx.query(insert, 'b', 1)
        throw new Error('no')
      }),
  },
  {
    name: 'a transaction whose work throws before it awaits',
    error: { message: 'no' },
    attempt: (db) =>
      db.transaction(() => {
        throw new Error('no')
      }),
  },
  {
    name: 'a transaction that goes on after a query failed',
    error: isUniqueViolation,
    attempt: (db) =>
      db.transaction(async (tx) => {
        await tx.query(insert, 'b', 1)
        await tx.query(insert, 'a', 1).catch(() => {})
        await tx.query(insert, 'c', 1)
      }),
  },
  {
    name: 'a transaction that is silent about a query that failed',
    error: isUniqueViolation,
    attempt: (db) =>
      db.transaction(async (tx) => {
        await tx.query(insert, 'b', 1)
        await tx.query(insert, 'a', 1).catch(() => {})
      }),
  },
  {
    name: 'a transaction that awaits something other than its database for too long',
    error: /awaited something other/,
    attempt: (db) =>
      db.transaction(async (tx) => {
        await tx.query(insert, 'b', 1)
        await never
      }),
  },
  {
    name: 'a query of a transaction that is over',
    error: /over/,
    attempt: async (db) => (await escaped(db)).query(insert, 'b', 1),
  },
  {
    name: 'a query of a transaction that was undone because it took too long',
    error: /over/,
    attempt: async (db) => {
      const tx = Promise.withResolvers<Transaction>()
      await assert.rejects(
        db.transaction(async (own) => {
          tx.resolve(own)
          await never
        }),
      )
      await (await tx.promise).query(insert, 'b', 1)
    },
  },
  {
    name: 'afterCommit of a transaction that is over',
    error: /over/,
    attempt: async (db) => (await escaped(db)).afterCommit(() => {}),
  },
  {
    name: 'announce of a transaction that is over',
    error: /over/,
    attempt: async (db) => (await escaped(db)).announce(),
  },
  {
    name: 'a transaction in a transaction',
    error: /inside a transaction/,
    attempt: (db) => db.transaction(() => db.transaction((tx) => tx.query(insert, 'b', 1))),
  },
  {
    name: 'a read that goes past the transaction it is in',
    error: /inside a transaction/,
    attempt: (db) => db.transaction(() => db.query(all)),
  },
  {
    name: 'a table that does not exist',
    error: Error,
    attempt: (db) => db.query('SELECT 1 FROM nothing'),
  },
  {
    name: 'fewer values than placeholders',
    error: Error,
    attempt: (db) => db.transaction((tx) => tx.query(insert, 'b')),
  },
  {
    name: 'more values than placeholders',
    error: Error,
    attempt: (db) => db.transaction((tx) => tx.query(insert, 'b', 1, 2)),
  },
  {
    name: 'a row that refers to none',
    error: Error,
    attempt: (db) => db.transaction((tx) => tx.query("INSERT INTO parts VALUES ('p', 'missing')")),
  },
  {
    name: 'the removal of a row that another refers to',
    error: Error,
    attempt: (db) =>
      db.transaction(async (tx) => {
        await tx.query("INSERT INTO parts VALUES ('p', 'a')")
        await tx.query("DELETE FROM things WHERE id = 'a'")
      }),
  },
  ...[1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, 'a\0b', undefined, true, 1n, new Date(0)].map(
    (value) => ({
      name: `the value ${typeof value} ${JSON.stringify(String(value))}`,
      error: TypeError,
      // What the types forbid can still arrive at run time.
      attempt: (db: Database) => db.transaction((tx) => tx.query(insert, 'b', value as number)),
    }),
  ),
]

for (const engine of engines) {
  describe(engine, () => {
    async function open(t: TestContext, options = {}) {
      const storage = await temporaryStorage(engine)
      t.after(storage.remove)
      const db = await storage.open(options)
      await db.transaction(async (tx) => {
        await tx.query('CREATE TABLE things (id TEXT NOT NULL PRIMARY KEY, amount BIGINT)')
        await tx.query(
          'CREATE TABLE parts (id TEXT NOT NULL PRIMARY KEY, thing TEXT NOT NULL REFERENCES things (id))',
        )
        await tx.query(insert, 'a', 0)
      })
      return { db, storage }
    }

    test('refuses, and changes nothing', async (t) => {
      const { db } = await open(t, { idleLimitMs: 20 })
      for (const { name, attempt, error } of refused)
        await t.test(name, async () => {
          await assert.rejects(async () => attempt(db), error)
          assert.deepEqual(await db.query(all), [{ id: 'a', amount: 0 }])
        })
    })

    test('a transaction sees what it wrote, and nobody else does before it is committed', async (t) => {
      const { db, storage } = await open(t)
      const other = await storage.open()
      const written = Promise.withResolvers<void>()
      const looked = Promise.withResolvers<void>()
      const writing = db.transaction(async (tx) => {
        await tx.query(insert, 'b', 1)
        assert.equal((await tx.query(all)).length, 2)
        written.resolve()
        await looked.promise
      })
      await written.promise
      assert.equal((await db.query(all)).length, 1)
      assert.equal((await other.query(all)).length, 1)
      looked.resolve()
      await writing
      assert.equal((await db.query(all)).length, 2)
      assert.equal((await other.query(all)).length, 2)
    })

    test('of 32 transactions at once, the one that is refused is undone alone', async (t) => {
      const { db } = await open(t)
      const outcomes = await Promise.allSettled(
        Array.from({ length: 32 }, (_, i) =>
          db.transaction(async (tx) => {
            await tx.query(insert, `n${i}`, i)
            if (i === 13) throw new Error('unlucky')
            return i
          }),
        ),
      )
      assert.deepEqual(
        outcomes.map((outcome) => (outcome.status === 'fulfilled' ? outcome.value : outcome.reason.message)),
        Array.from({ length: 32 }, (_, i) => (i === 13 ? 'unlucky' : i)),
      )
      assert.equal((await db.query(all)).length, 32)
      assert.deepEqual(await db.query('SELECT id FROM things WHERE id = $1', 'n13'), [])
    })

    test('of 64 that want to use a value at once, on two connections to one storage, one gets it', async (t) => {
      const { db, storage } = await open(t)
      const both = [db, await storage.open()]
      for (let round = 0; round < 20; round++) {
        await db.transaction((tx) => tx.query(insert, `once${round}`, 0))
        const got = await Promise.all(
          Array.from({ length: 64 }, (_, i) =>
            both[i % 2]!.transaction((tx) =>
              tx.query(
                'UPDATE things SET amount = $1 WHERE id = $2 AND amount = 0 RETURNING id',
                i + 1,
                `once${round}`,
              ),
            ),
          ),
        )
        assert.deepEqual(got.flat(), [{ id: `once${round}` }])
      }
    })

    test('values come back as they went in', async (t) => {
      const { db } = await open(t)
      const rows: Row[] = [
        { id: '', amount: null },
        { id: "'; DROP TABLE things; -- $1 ? \\", amount: Number.MAX_SAFE_INTEGER },
        { id: '0012', amount: Number.MIN_SAFE_INTEGER },
        { id: 'Ünïcödé 🔑 \n\t', amount: 1 },
      ]
      for (const { id, amount } of rows) {
        await db.transaction((tx) => tx.query(insert, id, amount))
        assert.deepEqual(await db.query('SELECT id, amount FROM things WHERE id = $1', id), [{ id, amount }])
      }
    })

    test('a long text comes back whole', async (t) => {
      const { db } = await open(t)
      const content = 'long '.repeat(200_000)
      await db.transaction((tx) => tx.query('CREATE TABLE texts (content TEXT NOT NULL)'))
      await db.transaction((tx) => tx.query('INSERT INTO texts VALUES ($1)', content))
      assert.deepEqual(await db.query('SELECT content FROM texts'), [{ content }])
    })

    test('counts, sums and conditions come back as numbers', async (t) => {
      const { db } = await open(t)
      await db.transaction((tx) => tx.query(insert, 'b', 2 ** 40))
      assert.deepEqual(
        await db.query('SELECT count(*) AS n, sum(amount) AS total, max(amount) > 1 AS many FROM things'),
        [{ n: 2, total: 2 ** 40, many: 1 }],
      )
    })

    test('a placeholder may stand in several places and in any order', async (t) => {
      const { db } = await open(t)
      await db.transaction((tx) => tx.query('INSERT INTO things (amount, id) VALUES ($2, $1)', 'b', 7))
      const found = await db.query(
        'SELECT id FROM things WHERE (amount = $2 OR amount > $2) AND id = $1',
        'b',
        7,
      )
      assert.deepEqual(found, [{ id: 'b' }])
    })

    test('a number beyond what JavaScript counts is an error, not another number', async (t) => {
      const { db } = await open(t)
      await db.transaction((tx) => tx.query("INSERT INTO things VALUES ('big', 9007199254740993)"))
      await assert.rejects(db.query(all), RangeError)
      assert.deepEqual(await db.query('SELECT 1 AS one'), [{ one: 1 }])
    })

    test('only a row that was there already is a unique violation', async (t) => {
      const { db } = await open(t)
      const failure = (sql: string) => db.transaction((tx) => tx.query(sql)).catch((error: unknown) => error)
      assert.equal(isUniqueViolation(await failure("INSERT INTO things VALUES ('a', 1)")), true)
      assert.equal(isUniqueViolation(await failure('INSERT INTO things VALUES (NULL, 1)')), false)
      assert.equal(isUniqueViolation(await failure("INSERT INTO parts VALUES ('p', 'missing')")), false)
      assert.equal(isUniqueViolation(await failure('INSERT INTO')), false)
      assert.equal(isUniqueViolation(Object.assign(new Error(), { code: 'EEXIST' })), false)
      assert.equal(isUniqueViolation(undefined), false)
    })

    test('a query of a transaction fails where it was asked, and the transaction with it', async (t) => {
      const { db } = await open(t)
      let failed: unknown
      const transaction = db.transaction(async (tx) => {
        failed = await tx.query(insert, 'a', 1).catch((error: unknown) => error)
      })
      await assert.rejects(transaction, (error) => error === failed)
      assert.equal(isUniqueViolation(failed), true)
    })

    test('afterCommit runs when others can see what was written, before the answer, and never if it was undone', async (t) => {
      const { db, storage } = await open(t)
      const other = await storage.open()
      const heard: unknown[] = []
      await db.transaction(async (tx) => {
        tx.afterCommit(() => heard.push(other.query(all)))
        await tx.query(insert, 'b', 1)
        tx.afterCommit(() => heard.push('second'))
        assert.deepEqual(heard, [])
      })
      assert.equal(heard.length, 2)
      assert.equal(heard[1], 'second')
      assert.equal(((await heard[0]) as Row[]).length, 2)

      const undone = db.transaction(async (tx) => {
        tx.afterCommit(() => heard.push('undone'))
        await tx.query(insert, 'b', 1)
      })
      await assert.rejects(undone, isUniqueViolation)
      assert.equal(heard.length, 2)
    })

    test('afterCommit may begin the next transaction', async (t) => {
      const { db } = await open(t)
      const next = Promise.withResolvers<unknown>()
      await db.transaction(async (tx) => {
        tx.afterCommit(() => next.resolve(db.transaction((tx) => tx.query(insert, 'b', 1))))
      })
      assert.deepEqual(await next.promise, [])
    })

    test('a change is heard by the others and not by who made it, until they stop listening', async (t) => {
      const { db, storage } = await open(t)
      const other = await storage.open()
      const heard = { db: 0, other: 0, stopped: 0 }
      let wake = Promise.withResolvers<void>()
      const listen = (database: Database, name: keyof typeof heard) =>
        database.onChangeElsewhere(() => {
          heard[name]++
          wake.resolve()
        })
      listen(db, 'db')
      listen(other, 'other')
      listen(other, 'stopped')()

      const announce = (database: Database, id: string) =>
        database.transaction(async (tx) => {
          await tx.query(insert, id, 1)
          tx.announce()
        })
      await announce(db, 'b')
      await wake.promise
      assert.deepEqual(heard, { db: 0, other: 1, stopped: 0 })

      // By the time that the other way is heard, the first would have been heard here too.
      wake = Promise.withResolvers()
      await announce(other, 'c')
      await wake.promise
      assert.deepEqual(heard, { db: 1, other: 1, stopped: 0 })
    })

    test('close finishes what was asked before, and refuses what comes after', async (t) => {
      const { db, storage } = await open(t)
      const asked = Array.from({ length: 20 }, (_, i) => db.transaction((tx) => tx.query(insert, `n${i}`, i)))
      const reading = db.query(all)
      await Promise.all([db.close(), db.close()])
      await Promise.all(asked)
      await reading
      await assert.rejects(db.query(all), /closed/)
      await assert.rejects(
        db.transaction((tx) => tx.query(all)),
        /closed/,
      )
      assert.throws(() => db.onChangeElsewhere(() => {}), /closed/)
      assert.equal((await (await storage.open()).query(all)).length, 21)
    })
  })
}

/** A tx that got out of its transaction. */
async function escaped(db: Database): Promise<Transaction> {
  let tx: Transaction | undefined
  await db.transaction(async (own) => {
    tx = own
  })
  return tx!
}
