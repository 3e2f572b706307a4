import { serve } from '../../http/route.ts'
import { operator } from '../../identity.ts'
import type { Part } from '../../part.ts'
import type { ProofGround } from '../proof/ground.ts'
import type { BackupSettings, BackupsGround } from './ground.ts'
import { runBackup } from './make.ts'
import { listBackups, startBackup } from './routes.ts'
import { findBackups } from './store.ts'

const hourMs = 3_600_000

export interface Backups extends Part {
  readonly ground: BackupsGround
  /** End what is being made at its next file: the next backup goes on there. */
  stop(): Promise<void>
}

export function createBackups(proof: ProofGround, settings: BackupSettings): Backups {
  const stopping = new AbortController()
  const ground: BackupsGround = { ...proof, settings, stopping: stopping.signal, running: new Set() }
  return {
    ground,
    async stop() {
      stopping.abort()
      await Promise.allSettled(ground.running)
    },
    routes: serve(ground, [listBackups, startBackup]),
    jobs:
      settings.to === undefined
        ? []
        : [{ name: 'activity.backup', everyMs: 600_000, run: () => backUpIfDue(ground) }],
  }
}

async function backUpIfDue(ground: BackupsGround): Promise<void> {
  const { db, world, settings } = ground
  const latest = await findBackups(db, undefined, 1)
  const due = world.now() - settings.everyHours * hourMs
  if (latest.some((row) => row.outcome !== 'failure' && row.began_at > due)) return
  // What failed is tried again an hour later; what ended with its server goes on at once.
  if (latest.some((row) => row.reason !== 'ended_early' && row.began_at > world.now() - hourMs)) return
  await runBackup(ground, operator)
}
