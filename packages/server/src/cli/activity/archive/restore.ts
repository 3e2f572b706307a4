import { readFile } from 'node:fs/promises'
import { createActivity } from '../../../activity/activity.ts'
import { placeFor } from '../../../activity/backup/make.ts'
import { restore } from '../../../activity/backup/restore.ts'
import { migrations } from '../../../database/migrations/index.ts'
import { migrate } from '../../../database/migrations.ts'
import { openDatabase } from '../../../database/open.ts'
import { operator } from '../../../identity.ts'
import { hasMasterKey, loadMasterKey } from '../../../secrets/master-key.ts'
import { realWorld } from '../../../world.ts'
import type { Given } from '../../given.ts'
import { commandConfig } from '../../open.ts'
import { createOutput } from '../../output.ts'
import { createProgress } from '../../progress.ts'

interface Options {
  readonly from: string
  readonly identity?: readonly string[]
  readonly key?: readonly string[]
}

export async function run({
  options: { from, identity = [], key = [] },
  json,
}: Given<Options>): Promise<void> {
  const config = commandConfig()
  if (!hasMasterKey(config.masterKey, config.data)) {
    throw new Error(
      `put the master.key of the log into ${config.data}, or set LATCHKEY_MASTER_KEY: what it says of people is sealed by it`,
    )
  }
  const identities = (await Promise.all(identity.map(identitiesIn))).flat()
  const db = await openDatabase({ url: config.database, directory: config.data })
  try {
    await migrate(db, migrations, realWorld.now())
    const masterKey = loadMasterKey(config.masterKey, config.data, realWorld, config.masterKeysBefore)
    const progress = createProgress(json)
    const place = placeFor(
      from,
      {
        ...{ to: from, everyHours: config.backupEveryHours, recipients: [], region: config.backupRegion },
        ...{ accessKey: config.backupAccessKey, secretKey: config.backupSecretKey, lockDays: 0 },
      },
      realWorld,
    )
    const { size, origin, root } = await restore(db, {
      ...{ place, masterKey, identities, vkeys: key },
      onProgress: (done, of) => progress.show(done / of, `${done} of ${of} events`),
    })
    progress.end()
    const activity = createActivity({
      db,
      world: realWorld,
      locate: () => ({ region: null, region_day: null }),
    })
    await activity.recordAlone(operator, 'log.restore', undefined, { details: { place: place.shown, size } })
    createOutput(json).result(
      `${size} events of ${origin} are restored. Look at them with latchkey activity verify before the server starts.`,
      { size, origin, root: root.toString('base64') },
    )
  } finally {
    await db.close()
  }
}

/** The secret keys in a file of age: its lines, without those that begin with #. */
async function identitiesIn(file: string): Promise<string[]> {
  const lines = (await readFile(file, 'utf8')).split('\n').map((line) => line.trim())
  return lines.filter((line) => line !== '' && !line.startsWith('#'))
}
