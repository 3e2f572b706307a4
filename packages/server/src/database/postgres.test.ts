import assert from 'node:assert/strict'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { type TestContext, test } from 'node:test'
import { eventually } from '../../test/second-app.ts'
import { temporaryStorage } from '../../test/storages.ts'
import type { Transaction } from './database.ts'
import { PostgresDatabase } from './postgres.ts'
import { Connection } from './postgres-connection.ts'
import { serverOf } from './postgres-url.ts'

async function open(t: TestContext) {
  const storage = await temporaryStorage('postgres')
  t.after(storage.remove)
  const db = await storage.open()
  await db.transaction((tx) =>
    tx.query('CREATE TABLE things (id TEXT NOT NULL PRIMARY KEY, amount BIGINT NOT NULL)'),
  )
  await db.transaction((tx) => tx.query("INSERT INTO things VALUES ('a', 0), ('b', 0)"))
  return { db, storage }
}

const add = 'UPDATE things SET amount = amount + 1 WHERE id = $1'

test('of two transactions that wait for each other, at least one is run again, and both succeed', async (t) => {
  const { db } = await open(t)
  const holding = [Promise.withResolvers<void>(), Promise.withResolvers<void>()] as const
  const heard: string[] = []
  let runs = 0
  const cross = (first: string, second: string, mine: 0 | 1) =>
    db.transaction(async (tx) => {
      runs++
      tx.afterCommit(() => heard.push(first))
      await tx.query(add, first)
      holding[mine].resolve()
      await holding[1 - mine]!.promise
      await tx.query(add, second)
    })
  await Promise.all([cross('a', 'b', 0), cross('b', 'a', 1)])
  // Both, where each was found to wait for the other before one was undone.
  assert.ok(runs >= 3, `${runs} runs`)
  assert.deepEqual(heard.sort(), ['a', 'b'])
  assert.deepEqual(await db.query('SELECT amount FROM things'), [{ amount: 2 }, { amount: 2 }])
})

test('a listener whose connection was lost is called when it hears again', async (t) => {
  const { db, storage } = await open(t)
  const other = await storage.open()
  let wake = Promise.withResolvers<void>()
  other.onChangeElsewhere(() => wake.resolve())
  await db.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query ILIKE 'listen %' AND datname = current_database()`,
  )
  await wake.promise
  wake = Promise.withResolvers()
  await db.transaction(async (tx) => tx.announce())
  await wake.promise
})

test('a listener that the server refuses to hear once is called when it hears again', async (t) => {
  const { db, storage } = await open(t)
  const { url, refusals } = await between(t, storage.at.url!)
  const other = await PostgresDatabase.open(url)
  t.after(() => other.close())
  let wake = Promise.withResolvers<void>()
  other.onChangeElsewhere(() => wake.resolve())
  refusals.left = 2
  await db.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query ILIKE 'listen %' AND datname = current_database()`,
  )
  await eventually(() => refusals.left === 0)
  await wake.promise
  wake = Promise.withResolvers()
  await db.transaction(async (tx) => tx.announce())
  await wake.promise
})

/** What stands between a client and its server, and makes of so many requests to listen ones that the server refuses. */
async function between(t: TestContext, url: string) {
  const server = new URL(url)
  const refusals = { left: 0 }
  const sockets = new Set<Socket>()
  const relay = createServer((client) => {
    const upstream = connect(Number(server.port), server.hostname)
    for (const socket of [client, upstream]) sockets.add(socket.on('error', () => {}))
    client.on('data', (chunk: Buffer) => {
      const at = refusals.left > 0 ? chunk.indexOf('LISTEN latchkey_') : -1
      if (at >= 0) {
        chunk.write('LISTEN latchkey-', at)
        refusals.left -= 1
      }
      upstream.write(chunk)
    })
    upstream.on('data', (chunk: Buffer) => client.write(chunk))
    client.on('close', () => upstream.destroy())
    upstream.on('close', () => client.destroy())
  })
  await new Promise<void>((resolve) => relay.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    for (const socket of sockets) socket.destroy()
    relay.close()
  })
  const through = new URL(url)
  through.hostname = '127.0.0.1'
  through.port = String((relay.address() as AddressInfo).port) // it listens on a port
  return { url: through.href, refusals }
}

test('a transaction whose connection is lost fails, and the next one gets another', async (t) => {
  const { db } = await open(t)
  await assert.rejects(
    db.transaction(async (tx) => {
      await tx.query(add, 'a')
      await tx.query('SELECT pg_terminate_backend(pg_backend_pid())')
    }),
  )
  await db.transaction((tx) => tx.query(add, 'b'))
  assert.deepEqual(await db.query('SELECT amount FROM things ORDER BY id'), [{ amount: 0 }, { amount: 1 }])
})

test('a transaction whose connection is lost while it dawdles does not go on in that of another', async (t) => {
  const { db, storage } = await open(t)
  const dawdling = Promise.withResolvers<number>()
  const lost = Promise.withResolvers<void>()
  const dead = db.transaction(async (tx) => {
    await tx.query(add, 'a')
    const [row] = await tx.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
    dawdling.resolve(row!.pid)
    await lost.promise
    await tx.query(add, 'a')
  })
  const failed = assert.rejects(dead, /lost/)
  await (await storage.open()).query('SELECT pg_terminate_backend($1, 5000)', await dawdling.promise)
  await db.transaction(async (tx) => {
    await tx.query(add, 'b')
    lost.resolve()
    await failed
    await tx.query(add, 'b')
  })
  assert.deepEqual(await db.query('SELECT id, amount FROM things ORDER BY id'), [
    { id: 'a', amount: 0 },
    { id: 'b', amount: 2 },
  ])
})

test('a connection that is ended does not wait for what is under way', { timeout: 20_000 }, async (t) => {
  const { db, storage } = await open(t)
  const connection = new Connection(serverOf(storage.at.url!), {})
  await connection.ask('SELECT 1')
  const cut = assert.rejects(connection.ask('SELECT pg_sleep(60)'))
  const underWay = "SELECT pid FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(60)' AND state = 'active'"
  await eventually(async () => (await db.query(underWay)).length === 1)
  await connection.end()
  await cut
  await assert.rejects(connection.ask('SELECT 1'), { code: 'CONNECTION_LOST' })
})

test('a connection says once that it was lost, and not that it was ended', { timeout: 20_000 }, async (t) => {
  const { db, storage } = await open(t)
  let told = 0
  const onLost = () => {
    told += 1
  }
  const made = () => new Connection(serverOf(storage.at.url!), {}, { onLost })
  const ended = made()
  await ended.ask('SELECT 1')
  await ended.end()
  assert.equal(told, 0)
  const lost = made()
  const [row] = (await lost.ask('SELECT pg_backend_pid() AS pid')) as [{ pid: number }] // of this statement
  const cut = [1, 2, 3].map(() => assert.rejects(lost.ask('SELECT pg_sleep(60)')))
  await db.query('SELECT pg_terminate_backend($1::int)', row.pid)
  await Promise.all(cut)
  await assert.rejects(lost.ask('SELECT 1'), { code: 'CONNECTION_LOST' })
  assert.equal(told, 1)
})

test('a connection bears a statement that is refused, and is lost where the server ends it', {
  timeout: 20_000,
}, async (t) => {
  const { storage } = await open(t)
  let told = 0
  const onLost = () => {
    told += 1
  }
  const connection = new Connection(serverOf(storage.at.url!), {}, { onLost })
  for (const wrong of ['SELECT 1 / 0', 'SELECT nothing', "SELECT 'x'::int"]) {
    await assert.rejects(connection.ask(wrong), { name: 'PostgresError' })
    assert.equal((await connection.ask('SELECT 1 AS one')).length, 1)
  }
  assert.equal(told, 0)
  await assert.rejects(connection.ask('SELECT pg_terminate_backend(pg_backend_pid())'))
  assert.equal(told, 1)
})

test('a statement that fails and was not awaited undoes its transaction', async (t) => {
  const { db } = await open(t)
  await assert.rejects(
    db.transaction(async (tx) => {
      await tx.query(add, 'a')
      tx.query("INSERT INTO things VALUES ('a', 0)").catch(() => {})
    }),
    /nobody awaited/,
  )
  assert.deepEqual(await db.query('SELECT amount FROM things'), [{ amount: 0 }, { amount: 0 }])
})

test('an announcement that was undone is not heard', async (t) => {
  const { db, storage } = await open(t)
  const other = await storage.open()
  let heard = 0
  const wake = Promise.withResolvers<void>()
  other.onChangeElsewhere(() => {
    heard++
    wake.resolve()
  })
  const undone = db.transaction(async (tx) => {
    tx.announce()
    throw new Error('no')
  })
  await assert.rejects(undone)
  await db.transaction(async (tx) => tx.announce())
  await wake.promise
  assert.equal(heard, 1)
})

test('open refuses in one line, and never tells the password', async (t) => {
  const storage = await temporaryStorage('postgres')
  t.after(storage.remove)
  const url = storage.at.url!
  const change = (edit: (url: URL) => void) => {
    const changed = new URL(url)
    changed.password = 'hunter2'
    edit(changed)
    return changed.href
  }
  const closed = await portNobodyListensOn()
  const refused = [
    { name: 'the wrong password', url: change(() => {}), says: /refuses this user or password/ },
    { name: 'no such database', url: new URL('/hunter2x', url).href, says: /no database of this name/ },
    {
      name: 'nobody there',
      url: change((changed) => {
        changed.port = String(closed)
      }),
      says: /cannot reach PostgreSQL at 127\.0\.0\.1:\d+\/\w+ \(ECONNREFUSED\)/,
    },
    {
      name: 'TLS wanted where there is none',
      url: `${url}?sslmode=require`,
      says: /cannot reach PostgreSQL/,
    },
    {
      name: 'an unknown sslmode',
      url: change((c) => c.searchParams.set('sslmode', 'maybe')),
      says: /sslmode/,
    },
    { name: 'another protocol', url: 'mysql://root:hunter2@127.0.0.1/x', says: /of the form/ },
    { name: 'no URL', url: 'postgres://:hunter2@:x', says: /of the form/ },
  ]
  for (const { name, url, says } of refused)
    await t.test(name, async () => {
      await assert.rejects(PostgresDatabase.open(url), (error: Error) => {
        assert.match(error.message, says)
        assert.doesNotMatch(error.message, /hunter2(?!x)|\n/)
        if (says.source.includes('PostgreSQL')) assert.ok(error.cause instanceof Error, 'for the log')
        return true
      })
    })
})

async function portNobodyListensOn(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  assert.ok(address && typeof address === 'object')
  return address.port
}

for (const url of ['mypostgres://h/db', 'postgresx://h/db', 'https://h/db', 'postgres', '']) {
  test(`a database URL is of PostgreSQL, not ${JSON.stringify(url)}`, () =>
    assert.throws(() => serverOf(url), /not of the form postgres:/))
}

for (const [url, place] of [
  ['postgres://ada:secret@db.example:6432/home', 'db.example:6432/home'],
  ['postgresql://db.example/home?sslmode=disable', 'db.example:5432/home'],
  ['postgres:///home', 'localhost:5432/home'],
] as const) {
  test(`the place of ${url.replace('secret', '…')} is told as ${place}`, () =>
    assert.equal(serverOf(url).place, place))
}

test('no more transactions are under way than there are connections', async (t) => {
  const { storage } = await open(t)
  const db = await PostgresDatabase.open(storage.at.url!, { connections: 2 })
  const gate = Promise.withResolvers<void>()
  let running = 0
  const begun = Promise.withResolvers<void>()
  const all = Array.from({ length: 5 }, () =>
    db.transaction(async (tx) => {
      running += 1
      if (running === 2) begun.resolve()
      await gate.promise
      await tx.query(add, 'a')
    }),
  )
  await begun.promise
  // A third would have had time to begin while the database answers.
  for (let n = 0; n < 5; n += 1) await db.query('SELECT 1')
  assert.equal(running, 2)
  gate.resolve()
  await Promise.all(all)
  assert.deepEqual(await db.query("SELECT amount FROM things WHERE id = 'a'"), [{ amount: 5 }])
  await db.close()
})

test('who waits for a connection gets a new one where the one before it was lost', async (t) => {
  const { storage } = await open(t)
  const db = await PostgresDatabase.open(storage.at.url!, { connections: 1 })
  t.after(() => db.close())
  const dead = db.transaction((tx) => tx.query('SELECT pg_terminate_backend(pg_backend_pid())'))
  const waiting = [1, 2].map(() => db.transaction((tx) => tx.query(add, 'a')))
  assert.equal(db.load().waiting, 2)
  await assert.rejects(dead)
  await Promise.all(waiting)
  assert.deepEqual(await db.query("SELECT amount FROM things WHERE id = 'a'"), [{ amount: 2 }])
})

test('connections that were lost while nobody used them are replaced, for reading and for writing', async (t) => {
  const { db, storage } = await open(t)
  const other = await storage.open()
  // Of the four that read, each has been used.
  const pidOf = (tx: Pick<Transaction, 'query'>) =>
    tx.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
  const pids = new Set((await Promise.all([1, 2, 3, 4].map(() => pidOf(db)))).map(([row]) => row?.pid))
  assert.equal(pids.size, 4)
  pids.add((await db.transaction(pidOf))[0]?.pid)
  const isThere = async () => {
    const there = await other.query<{ pid: number }>('SELECT pid FROM pg_stat_activity')
    return there.some(({ pid }) => pids.has(pid))
  }
  for (const pid of pids) await other.query('SELECT pg_terminate_backend($1::int)', pid!)
  await eventually(async () => !(await isThere()))
  // They learn of it in a moment of their own; what was asked meanwhile has failed.
  const works = (asked: Promise<unknown>) =>
    asked.then(
      () => true,
      () => false,
    )
  let again: (number | undefined)[] = []
  await eventually(() =>
    works(
      Promise.all([1, 2, 3, 4, 5, 6, 7, 8].map(() => pidOf(db))).then((rows) => {
        again = rows.map(([row]) => row?.pid)
      }),
    ),
  )
  assert.ok(again.every((pid) => !pids.has(pid)))
  assert.equal(new Set(again).size, 4)
  await eventually(() => works(db.transaction((tx) => tx.query(add, 'b'))))
})

test('a transaction that waits for its database for longer than it may dawdle is not undone', async (t) => {
  const { storage } = await open(t)
  const db = await storage.open({ idleLimitMs: 50 })
  await db.transaction(async (tx) => {
    await tx.query('SELECT pg_sleep(0.2)')
    await tx.query(add, 'a')
  })
  assert.deepEqual(await db.query("SELECT amount FROM things WHERE id = 'a'"), [{ amount: 1 }])
})
