import { isWebAddress } from '../../addresses/web.ts'
import { unlessTaken } from '../../database/violation.ts'
import { Refusal } from '../../errors.ts'
import type { Actor } from '../../identity.ts'
import { newIdentifier } from '../../secrets/identifiers.ts'
import type { World } from '../../world.ts'
import { backUp } from './backup.ts'
import { directoryPlace } from './directory.ts'
import type { BackupSettings, BackupsGround } from './ground.ts'
import { packing } from './packing.ts'
import type { BackupPlace } from './place.ts'
import { s3Place } from './s3.ts'
import { type BackupRow, endSilentBackups, insertBackup, setBackup } from './store.ts'

/** A process that makes a backup is heard of at each file. */
const silentMs = 300_000

/** Where a setting or an option of the command line points. */
export function placeFor(to: string, settings: BackupSettings, world: World): BackupPlace {
  if (!isWebAddress(to)) return directoryPlace(to)
  const { region, accessKey, secretKey, lockDays } = settings
  if (accessKey === undefined || secretKey === undefined) {
    throw new Refusal(
      'request_invalid',
      'the store of backups needs LATCHKEY_BACKUP_ACCESS_KEY and LATCHKEY_BACKUP_SECRET_KEY',
    )
  }
  return s3Place({ url: to, region, accessKey, secretKey, lockDays }, world)
}

interface Asked {
  /** Where to; the place of the settings by default. */
  readonly to?: string | undefined
  readonly recipients?: readonly string[]
  readonly onProgress?: (done: number, of: number) => void
}

/**
 * Make a backup now. There is one at a time, over all processes.
 * @throws {Refusal} `backup_running`, or `backup_not_set` where no place is known
 */
export async function runBackup(ground: BackupsGround, actor: Actor, asked: Asked = {}): Promise<BackupRow> {
  return (await beginBackup(ground, actor, asked)).finished
}

/** The same, which goes on in the background. */
export async function beginBackup(
  ground: BackupsGround,
  actor: Actor,
  { to = ground.settings.to, recipients = ground.settings.recipients, onProgress }: Asked = {},
): Promise<{ readonly begun: BackupRow; readonly finished: Promise<BackupRow> }> {
  if (to === undefined) throw new Refusal('backup_not_set', 'no place for backups is set: LATCHKEY_BACKUP_TO')
  const { db, world } = ground
  const place = placeFor(to, ground.settings, world)
  const now = world.now()
  const begun: BackupRow = {
    ...{ id: newIdentifier('bak', world), began_at: now, beat_at: now, ended_at: null, place: place.shown },
    ...{ outcome: 'running', reason: null, size: 0, files: 0, bytes: 0 },
  }
  await unlessTaken(
    () =>
      db.transaction(async (tx) => {
        await endSilentBackups(tx, now - silentMs, now)
        await insertBackup(tx, begun)
      }),
    () => new Refusal('backup_running', 'a backup is being made'),
  )
  const finished = finish(ground, actor, begun, { place, recipients, onProgress })
  ground.running.add(finished)
  const forget = () => ground.running.delete(finished)
  finished.then(forget, forget)
  return { begun, finished }
}

interface Work {
  readonly place: BackupPlace
  readonly recipients: readonly string[]
  readonly onProgress: ((done: number, of: number) => void) | undefined
}

async function finish(
  ground: BackupsGround,
  actor: Actor,
  begun: BackupRow,
  { place, recipients, onProgress }: Work,
): Promise<BackupRow> {
  const { world, stopping } = ground
  try {
    const backed = await backUp(ground, {
      ...{ place, packing: packing(recipients), stopping },
      async onProgress(done, of) {
        onProgress?.(done, of)
        await ground.db.transaction((tx) => setBackup(tx, { ...begun, beat_at: world.now(), size: done }))
      },
    })
    const { size, files, bytes, wrong } = backed
    const isWell = wrong.length === 0
    const row = { ...begun, size, files, bytes, reason: isWell ? null : ('log_changed' as const) }
    return await end(ground, actor, { ...row, outcome: isWell ? 'success' : 'failure' }, wrong)
  } catch (error) {
    if (stopping.aborted) return endEarly(ground, begun)
    await end(ground, actor, { ...begun, outcome: 'failure', reason: 'backup_failed' }, [])
    throw error
  }
}

/** With its server: that is no failure of the backup, of which the log would tell. */
async function endEarly({ db, world }: BackupsGround, begun: BackupRow): Promise<BackupRow> {
  const now = world.now()
  const ended = { ...begun, beat_at: now, ended_at: now, outcome: 'failure', reason: 'ended_early' } as const
  await db.transaction((tx) => setBackup(tx, ended))
  return ended
}

async function end(
  { db, world, activity }: BackupsGround,
  actor: Actor,
  row: BackupRow,
  wrong: readonly number[],
): Promise<BackupRow> {
  const ended = { ...row, beat_at: world.now(), ended_at: world.now() }
  await db.transaction(async (tx) => {
    await setBackup(tx, ended)
    const { place, size, files, bytes, outcome, reason } = ended
    const found = wrong.length > 0 ? { wrong_at: wrong.slice(0, 10).join(' ') } : {}
    await activity.record(tx, actor, 'log.backup', undefined, {
      ...{ outcome: outcome === 'success' ? ('success' as const) : ('failure' as const) },
      ...{ reason: reason ?? undefined, details: { place, size, files, bytes, ...found } },
    })
  })
  return ended
}
