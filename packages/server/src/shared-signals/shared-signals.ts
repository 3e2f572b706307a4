import { createConsumer } from '../activity/consumers/consumer.ts'
import { stream as streamTarget } from '../activity/events.ts'
import type { Sequencer } from '../activity/proof/sequencer.ts'
import { findApplication } from '../applications/store.ts'
import type { Transaction } from '../database/database.ts'
import { pages } from '../database/pages.ts'
import { serve } from '../http/route.ts'
import { subjectFor } from '../oauth/subjects.ts'
import type { Part } from '../part.ts'
import type { NoteEndedSession } from '../tokens/ground.ts'
import {
  listApplicationStreams,
  pauseApplicationStream,
  removeApplicationStream,
  resumeApplicationStream,
} from './admin-routes.ts'
import { carrySets, createSetSigner, streamOf } from './carry.ts'
import { ssfConfiguration } from './configuration-route.ts'
import { tellOf, tellOfSession } from './from-log.ts'
import type { SignalsGround } from './ground.ts'
import {
  addSsfSubject,
  changeSsfStatus,
  changeSsfStream,
  createSsfStream,
  pollSsfStream,
  readSsfStatus,
  readSsfStreams,
  removeSsfStream,
  removeSsfSubject,
  replaceSsfStream,
  verifySsfStream,
} from './routes.ts'
import { findStream, forgetExcluded } from './store.ts'
import { tellApplication } from './tell.ts'

/** Tells applications what has happened to people whom they have to do with (SSF 1.0, CAEP 1.0, RISC 1.0). */
export interface SharedSignals extends Part {
  /** For the verbs of this part on the command line. */
  readonly ground: SignalsGround
  /** Have the streams of an application told that a session of its has ended. */
  noteEndedSession: NoteEndedSession
  /** Have those told who have to do with people that their accounts are gone, in the transaction that deletes them. */
  notePurged(tx: Transaction, people: readonly string[]): Promise<void>
}

export function createSharedSignals(
  ground: SignalsGround,
  sequencer: Pick<Sequencer, 'settle' | 'size'>,
): SharedSignals {
  const signSet = createSetSigner(ground)
  carrySets(ground, signSet)
  const consumer = createConsumer(ground, sequencer, {
    ...{ name: 'shared_signals', everyMs: 1_000, begins: 'now' },
    handle: (tx, events) => tellOf(ground, tx, events),
  })
  return {
    ground,
    noteEndedSession: (tx, ended) => tellOfSession(ground, tx, ended),
    async notePurged(tx, people) {
      for (const userId of people) await tellPurged(ground, tx, userId)
    },
    routes: serve({ ...ground, signSet }, [
      ssfConfiguration,
      createSsfStream,
      readSsfStreams,
      changeSsfStream,
      replaceSsfStream,
      removeSsfStream,
      readSsfStatus,
      changeSsfStatus,
      addSsfSubject,
      removeSsfSubject,
      verifySsfStream,
      pollSsfStream,
      listApplicationStreams,
      pauseApplicationStream,
      resumeApplicationStream,
      removeApplicationStream,
    ]),
    jobs: [consumer.job, { name: 'shared_signals.sweep', everyMs: 3_600_000, run: () => sweep(ground) }],
  }
}

async function tellPurged(ground: SignalsGround, tx: Transaction, userId: string): Promise<void> {
  for (const application of await ground.letInBy(tx, userId)) {
    await tellApplication(ground, tx, application, {
      ...{ name: 'account_purged', userId, atMs: ground.world.now() },
    })
    const row = await findApplication(tx, application)
    if (row) await forgetExcluded(tx, subjectFor(row, userId))
  }
  // By an application that has nothing to do with them any more.
  await forgetExcluded(tx, userId)
}

const idleAtOnce = 500

/** Drop what nobody has fetched in its time, and the queues of streams that went with their application. */
async function sweep({ db, activity, outbox }: SignalsGround): Promise<void> {
  await db.transaction(async (tx) => {
    for (const { receiver, count } of await outbox.dropUnfetched(tx)) {
      const details = { messages: count }
      const more = { outcome: 'failure', reason: 'not_fetched', details } as const
      await activity.record(tx, {}, 'stream.give_up', streamTarget(streamOf(receiver)), more)
    }
  })
  for (const kind of ['stream', 'poll'] as const) {
    const idle = pages(
      '',
      idleAtOnce,
      (after, most) => outbox.idle(db, kind, after, most),
      (id) => id,
    )
    for await (const ids of idle) {
      for (const id of ids) {
        if (!(await findStream(db, streamOf(id)))) await db.transaction((tx) => outbox.remove(tx, id))
      }
    }
  }
}
