import assert from 'node:assert/strict'
import { test } from 'node:test'
import { temporaryStorage } from '../../../test/storages.ts'
import type { Reader } from '../../database/database.ts'
import { everySealed } from './rotate-master.ts'

/** Sealed with the token that replaces it, which the database does not have: the master key has no part in it. */
const byOthers = ['refresh_tokens']

test('a new master key seals every table anew that holds something sealed', async (t) => {
  const storage = await temporaryStorage('sqlite', { migrated: true })
  t.after(() => storage.remove())
  const db = await storage.open()
  const tables = await db.query<{ name: string }>(
    `SELECT DISTINCT m.name AS name FROM sqlite_master m JOIN pragma_table_info(m.name) c
      WHERE m.type = 'table' AND c.name LIKE '%sealed%' ORDER BY m.name`,
  )
  const asked: string[] = []
  const reader: Reader = {
    async query(sql) {
      asked.push(/FROM (\w+)/.exec(sql)?.[1] ?? sql)
      return []
    },
  }
  for (const kind of everySealed) await kind.find(reader, '', 1)
  assert.deepEqual(
    asked.toSorted(),
    tables.map(({ name }) => name).filter((name) => !byOthers.includes(name)),
  )
  await db.close()
})
