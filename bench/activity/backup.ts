import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { backUp } from '../../packages/server/src/activity/backup/backup.ts'
import { directoryPlace } from '../../packages/server/src/activity/backup/directory.ts'
import { packing } from '../../packages/server/src/activity/backup/packing.ts'
import { restore } from '../../packages/server/src/activity/backup/restore.ts'
import { parseVerifierKey } from '../../packages/server/src/activity/proof/notes.ts'
import { createSubjects } from '../../packages/server/src/activity/proof/subjects.ts'
import { verifyLog } from '../../packages/server/src/activity/proof/verify.ts'
import type { Database } from '../../packages/server/src/database/database.ts'
import { temporaryStorage } from '../../packages/server/test/storages.ts'
import type { Row } from '../benchmark.ts'
import { openFilledLog } from './fill.ts'

const count = 200_000

/** A backup of a whole log, smaller than the others, given back to an empty database and verified there. */
export async function backupRows(engine: Database['engine']): Promise<Row[]> {
  const { house } = await openFilledLog(engine, count)
  const { app, world } = house
  const directory = mkdtempSync(join(tmpdir(), 'latchkey-bench-'))
  const storage = await temporaryStorage(engine, { migrated: true })
  try {
    const place = directoryPlace(directory)
    const clock = async <Done>(work: () => Promise<Done>) => {
      const beganAt = performance.now()
      const done = await work()
      return { done, ms: performance.now() - beganAt }
    }
    const backed = await clock(() => backUp(app.proof.ground, { place, packing: packing([]) }))
    const db = await storage.open()
    const given = { place, masterKey: app.masterKey, identities: [], vkeys: [] }
    const restored = await clock(() => restore(db, given))
    const keys = (await app.proof.ground.signers.vkeys()).map(parseVerifierKey)
    const subjects = createSubjects(app.masterKey, world)
    const verified = await clock(() => verifyLog({ db, subjects, keys, kept: [] }))
    const { size } = restored.done
    const each = (ms: number) => `${((ms * 1000) / size).toFixed(0)} us`
    const { findings } = verified.done
    return [
      {
        what: `backing up, giving back and verifying, ${engine}, an event`,
        measured: `${each(backed.ms)}, ${each(restored.ms)}, ${each(verified.ms)}; ${(backed.done.bytes / size).toFixed(0)} bytes in the backup; ${findings.length} findings in ${size.toLocaleString('en')} events`,
        goal: 'every byte',
        met: findings.length === 0 && size === backed.done.size,
      },
    ]
  } finally {
    rmSync(directory, { recursive: true })
    await storage.remove()
    await house.close()
  }
}
