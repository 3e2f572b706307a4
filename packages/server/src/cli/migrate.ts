import { migrations } from '../database/migrations/index.ts'
import { migrate } from '../database/migrations.ts'
import { openDatabase } from '../database/open.ts'
import type { Given } from './given.ts'
import { commandConfig } from './open.ts'
import { createOutput } from './output.ts'

export async function run({ json }: Given): Promise<void> {
  const config = commandConfig()
  const db = await openDatabase({ url: config.database, directory: config.data })
  try {
    const applied = await migrate(db, migrations, Date.now())
    const text = applied.length > 0 ? `applied ${applied.join(', ')}` : 'the database is up to date'
    createOutput(json).result(text, { applied })
  } finally {
    await db.close()
  }
}
