import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { engines, temporaryStorage } from '../../test/storages.ts'
import { openDatabase } from './open.ts'

// This file is two programs: the test, and the writer that it starts and kills.
const writerOf = 'LATCHKEY_KILLED_WRITER'
const inFlight = 16
const rounds = 5

const use = 'UPDATE codes SET used_by = $1 WHERE code = $2 AND used_by IS NULL RETURNING code'

/** Use up codes, each wanted by two at once, and say who got one and who was refused. Until killed. */
async function write(where: Parameters<typeof openDatabase>[0], round: string): Promise<void> {
  const db = await openDatabase(where)
  let next = 0
  const one = async () => {
    for (;;) {
      const turn = next++
      const [code, id] = [`${round}-${turn >> 1}`, `${round}-${turn}`]
      const outcome = await db
        .transaction(async (tx) => {
          await tx.query('INSERT INTO codes (code) VALUES ($1) ON CONFLICT DO NOTHING', code)
          await tx.query('INSERT INTO uses (id, code) VALUES ($1, $2)', id, code)
          if ((await tx.query(use, id, code)).length === 0) throw new Error('used')
          return 'used'
        })
        .catch(() => 'refused')
      // Waits where the reader is slower: a pipe that is full is no reason to end.
      process.stdout.write(`${outcome} ${id} ${code}\n`)
    }
  }
  await Promise.all(Array.from({ length: inFlight }, one))
}

/** Start the writer, and kill it once it has said `lines` lines. Returns all it said. */
async function killAfter(lines: number, where: object, round: number): Promise<string[][]> {
  const writer = spawn(
    process.execPath,
    [...process.execArgv.filter((flag) => !flag.startsWith('--test')), fileURLToPath(import.meta.url)],
    {
      env: {
        ...process.env,
        NODE_TEST_CONTEXT: undefined,
        [writerOf]: JSON.stringify([where, String(round)]),
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  const exited = once(writer, 'exit')
  const said: string[][] = []
  for await (const line of createInterface({ input: writer.stdout })) {
    said.push(line.split(' '))
    if (said.length === lines) writer.kill('SIGKILL')
  }
  assert.deepEqual(await exited, [null, 'SIGKILL'])
  return said
}

async function survive(engine: (typeof engines)[number]): Promise<void> {
  const storage = await temporaryStorage(engine)
  try {
    const db = await storage.open()
    await db.transaction(async (tx) => {
      await tx.query('CREATE TABLE codes (code TEXT NOT NULL PRIMARY KEY, used_by TEXT)')
      await tx.query('CREATE TABLE uses (id TEXT NOT NULL PRIMARY KEY, code TEXT NOT NULL)')
    })
    // Else the writer would not be the last to hold the file, and nothing would have to be recovered.
    await db.close()

    const said: string[][] = []
    for (let round = 0; round < rounds; round++)
      said.push(...(await killAfter(1 + Math.floor(Math.random() * 1500), storage.at, round)))

    const again = await storage.open()
    const codes = await again.query<{ code: string; used_by: string | null }>(
      'SELECT code, used_by FROM codes',
    )
    const usedBy = new Map(codes.map(({ code, used_by }) => [code, used_by]))
    const uses = new Set((await again.query<{ id: string }>('SELECT id FROM uses')).map(({ id }) => id))
    for (const [outcome, id, code] of said) {
      assert.equal(uses.has(id!), outcome === 'used', `${outcome} ${id}`)
      if (outcome === 'used') assert.equal(usedBy.get(code!), id)
      else assert.ok(usedBy.get(code!), `${id} was refused, so somebody used ${code}`)
    }
    for (const [outcome, , code] of said.slice(-20)) {
      const second = await again.transaction((tx) => tx.query(use, 'second', code!))
      assert.deepEqual(second, [], `a code that was ${outcome} can be used again`)
    }
    assert.equal(uses.size, codes.length, 'each code that is there was used by one')
    if (engine === 'sqlite')
      assert.deepEqual(await again.query('PRAGMA integrity_check'), [{ integrity_check: 'ok' }])
  } finally {
    await storage.remove()
  }
}

const given = process.env[writerOf]
if (given) {
  const [where, round] = JSON.parse(given)
  await write(where, round)
} else {
  for (const engine of engines)
    test(`${engine}: what was answered before kill -9 is there after it, and what was used stays used`, () =>
      survive(engine))
}
