import { createConsumer } from '../activity/consumers/consumer.ts'
import type { Sequencer } from '../activity/proof/sequencer.ts'
import type { Transaction } from '../database/database.ts'
import { serve } from '../http/route.ts'
import type { Part } from '../part.ts'
import { findRules } from './effective.ts'
import { forgetSubject } from './forget.ts'
import type { AlarmsGround } from './ground.ts'
import { addAlarmRule, changeAlarmRule, removeAlarmRule } from './own-rules/routes.ts'
import { readEvents } from './reader.ts'
import { findPlaces, type PlaceRow, sweepPlaces, sweepWindows } from './remembered/store.ts'
import {
  acknowledgeAlarmRoute,
  addSilenceRoute,
  closeAlarmRoute,
  countAlarms,
  endSilenceRoute,
  listAlarmRules,
  listAlarms,
  listSilences,
  readAlarm,
} from './routes.ts'
import { sweepSilences } from './silences/store.ts'
import { createLook, lookEveryMs } from './states.ts'
import { deleteAlarmsClosedBefore } from './store.ts'
import { tellDue } from './tell.ts'

/** Alarms: rules over the log and over states of this server, grouped, acknowledged, silenced and told. */
export interface Alarms extends Part {
  /** What the verbs of this part stand on, for the command line. */
  readonly ground: AlarmsGround
  /** The countries that somebody signed in from, and when last. */
  countriesOf(userId: string): Promise<readonly PlaceRow[]>
  /** Forget what is kept of these ids, in the transaction that deletes them. */
  forget(tx: Transaction, names: readonly string[]): Promise<void>
}

const dayMs = 86_400_000
/** Closed alarms are kept for so long. */
const keptMs = 400 * dayMs

export function createAlarms(ground: AlarmsGround, sequencer: Pick<Sequencer, 'settle' | 'size'>): Alarms {
  const { db, world } = ground
  const consumer = createConsumer(ground, sequencer, {
    ...{ name: 'alarms', everyMs: 1_000, begins: 'now' },
    handle: (tx, events) => readEvents(ground, tx, events),
  })
  return {
    ground,
    countriesOf: (userId) => findPlaces(db, userId),
    async forget(tx, names) {
      for (const name of names) await forgetSubject(tx, name)
    },
    routes: serve(ground, [
      countAlarms,
      listAlarms,
      readAlarm,
      acknowledgeAlarmRoute,
      closeAlarmRoute,
      listAlarmRules,
      addAlarmRule,
      changeAlarmRule,
      removeAlarmRule,
      listSilences,
      addSilenceRoute,
      endSilenceRoute,
    ]),
    jobs: [
      consumer.job,
      { name: 'alarms.tell', everyMs: 5_000, run: () => tellDue(ground) },
      { name: 'alarms.look', everyMs: lookEveryMs, run: createLook(ground) },
      { name: 'alarms.sweep', everyMs: 3_600_000, run: sweep },
    ],
  }

  async function sweep(): Promise<void> {
    const rules = await findRules(db)
    const now = world.now()
    await db.transaction(async (tx) => {
      for (const { name, windowMs } of rules) await sweepWindows(tx, name, now - windowMs)
      await sweepPlaces(tx, now - keptMs)
      await sweepSilences(tx, now)
      await deleteAlarmsClosedBefore(tx, now - keptMs)
    })
  }
}
