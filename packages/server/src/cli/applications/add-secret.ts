import { addSecret } from '../../applications/secrets.ts'
import { secretView } from '../../applications/views.ts'
import { timestamp } from '../../http/schema.ts'
import { operator } from '../../identity.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { createOutput } from '../output.ts'
import { secondsIn } from '../services/rules.ts'
import { applicationNamed } from './named.ts'

interface Options {
  readonly olderEndsIn: string
}

export async function run({ args: [name = ''], options, json }: Given<Options>): Promise<void> {
  const seconds = secondsIn('--older-ends-in', options.olderEndsIn) ?? 0
  await withApp(async (app) => {
    const { id } = await applicationNamed(app, name)
    const olderEndsAtMs = app.world.now() + seconds * 1000
    const { row, secret, older } = await addSecret(app.applications.ground, operator, id, { olderEndsAtMs })
    const end = older?.ends_at === undefined || older.ends_at === null ? null : timestamp(older.ends_at)
    const before = older ? `\nThe one before, ${older.id}, is good until ${end}.` : ''
    const text = `${name} has the secret ${row.id}. Its text, shown this once:\n  ${secret}${before}`
    createOutput(json).result(text, { ...secretView.show(row), secret, older_ends_at: end })
  })
}
