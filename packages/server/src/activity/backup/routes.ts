import * as v from 'valibot'
import { json, ok, routesFor } from '../../http/route.ts'
import { defaultLimit, pageOf, paging, timestamp, timestampOrNull, view } from '../../http/schema.ts'
import type { BackupsGround } from './ground.ts'
import { beginBackup } from './make.ts'
import { type BackupRow, findBackups } from './store.ts'

const route = routesFor<BackupsGround>()

export const backupView = view<BackupRow>()(
  {
    id: v.string(),
    began_at: v.string(),
    ended_at: v.nullable(v.string()),
    place: v.string(),
    outcome: v.picklist(['running', 'success', 'failure']),
    reason: v.nullable(v.string()),
    /** How many events the log had, or how far a backup that runs has come. */
    size: v.number(),
    files: v.number(),
    bytes: v.number(),
  },
  (row) => ({
    id: row.id,
    began_at: timestamp(row.began_at),
    ended_at: timestampOrNull(row.ended_at),
    place: row.place,
    outcome: row.outcome,
    reason: row.reason,
    size: row.size,
    files: row.files,
    bytes: row.bytes,
  }),
)

export const listBackups = route({
  id: 'listActivityBackups',
  method: 'GET',
  path: '/v1/activity/backups',
  tag: 'activity',
  summary:
    'The backups of the log that were made, the newest first, with the place and the hours between them as they are set.',
  access: { permission: 'activity:read' },
  apiKeys: true,
  query: v.strictObject(paging),
  answers: {
    200: {
      description: 'A page of backups.',
      body: v.strictObject({
        items: v.array(backupView.schema),
        next: v.nullable(v.string()),
        /** Whether a place for them is set, so that they are made by themselves. */
        scheduled: v.boolean(),
        every_hours: v.number(),
        encrypted: v.boolean(),
        lock_days: v.number(),
      }),
    },
  },
  async handle({ db, settings }, { query: { limit = defaultLimit, after } }) {
    const { items, next } = pageOf(
      await findBackups(db, after, limit + 1),
      limit,
      ({ id }) => id,
      backupView.show,
    )
    return ok({
      ...{ items, next, scheduled: settings.to !== undefined, every_hours: settings.everyHours },
      ...{ encrypted: settings.recipients.length > 0, lock_days: settings.lockDays },
    })
  },
})

export const startBackup = route({
  id: 'startActivityBackup',
  method: 'POST',
  path: '/v1/activity/backups',
  tag: 'activity',
  summary:
    'Make a backup of the log now, at the place that is set. It goes on in the background; the list says how it ended.',
  access: { permission: 'activity:backup' },
  answers: { 202: { description: 'It has begun.', body: backupView.schema } },
  refuses: ['backup_running', 'backup_not_set'],
  async handle(ground, { actor }) {
    const { begun, finished } = await beginBackup(ground, actor)
    // The log has how it ended; here is only why.
    finished.catch((error: unknown) => ground.log.error('backup_failed', error))
    return json(202, backupView.show(begun))
  },
})
