import type { ActivityEvent } from '../../packages/server/src/activity/events.ts'
import { putOnline } from '../../packages/server/src/activity/statistics/store.ts'
import { insertEvents } from '../../packages/server/src/activity/store.ts'
import type { App } from '../../packages/server/src/app.ts'
import { newIdentifier } from '../../packages/server/src/secrets/identifiers.ts'

const minuteMs = 60_000

/** Half a day of sign-ins, refusals and devices, recorded as if they had happened then, and counted. */
export async function writeBusyLog(app: App, subject: string): Promise<void> {
  const { db, world, statistics } = app
  const events = Array.from({ length: 120 }, (_, n) => eventOf(app, subject, n))
  await db.transaction((tx) => insertEvents(tx, events))
  await statistics.ground.consumer.run()
  // Another process has told how many devices are connected to it.
  const minute = Math.floor(world.now() / minuteMs) * minuteMs
  await db.transaction(async (tx) => {
    for (let ago = 0; ago < 90; ago++) {
      const devices = 1_284 - (ago % 30) * 9
      const told = { process: 'prc_other', devices }
      await putOnline(tx, { grain: minuteMs, start: minute - ago * 7 * minuteMs, ...told })
    }
  })
}

function eventOf({ world }: App, subject: string, n: number): ActivityEvent {
  const isRefused = n % 5 === 3
  const at = Math.round(world.now() - (n % 40) ** 2 * minuteMs * 0.4 - minuteMs)
  return {
    ...{ id: newIdentifier('evt', { ...world, now: () => at }), at },
    event: n % 11 === 10 ? 'device.connect' : 'user.sign_in',
    outcome: isRefused ? 'refused' : 'success',
    reason: isRefused ? (n % 2 === 0 ? 'password_wrong' : 'user_unknown') : null,
    ...{ subject: isRefused ? null : subject, subject_kind: isRefused ? null : 'user' },
    ...{ target: null, target_kind: null },
    address: isRefused && n % 3 === 0 ? '2001:db8:1234:5678:9abc:def0:1234:5678' : '203.0.113.7',
    ...{ region: n < 60 ? 'TW' : n < 80 ? 'local' : n < 100 ? 'DE' : 'office', region_day: 20_000 },
    ...{ client_id: null, session_id: null, request_id: null, details: null },
  }
}
