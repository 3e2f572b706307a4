import { user } from '../activity/events.ts'
import type { Transaction } from '../database/database.ts'
import type { Ground } from '../ground.ts'
import { operator } from '../identity.ts'
import { newIdentifier } from '../secrets/identifiers.ts'
import type { MasterKey } from '../secrets/master-key.ts'
import type { SealedRows } from '../secrets/resealing.ts'
import { type Letter, render } from './letter.ts'
import {
  delayLetter,
  findSealedLetters,
  insertLetter,
  noteServer,
  type OutboxRow,
  removeLetter,
  removeOverdue,
  replaceSealedLetter,
  takeLetters,
} from './store.ts'
import { MailFailure, type Send } from './transport.ts'

const dayMs = 24 * 3_600_000
/** A letter that says nothing of its own time is given up after a day. */
const keptForMs = dayMs
const firstDelayMs = 15_000
const longestDelayMs = 3_600_000
/** An attempt ends by the timeouts of the transport long before; only a process that was killed leaves its letters so long. */
const leaseMs = 5 * 60_000
const most = 20
const sealing = 'mail outbox'

/** The letters of the outbox, to be sealed anew. */
export const sealedLetters: SealedRows = {
  name: 'letters',
  find: findSealedLetters,
  replace: replaceSealedLetter,
  contextOf: () => sealing,
}

/** What the log may know of a letter. */
export interface About {
  /** A code: `recovery`, `address_proof` … */
  readonly letter: string
  readonly userId?: string | undefined
  /** It is useless later, because its link is over. */
  readonly untilMs?: number | undefined
}

/** A letter as it lies in the outbox. */
export interface Enclosed {
  readonly to: string
  readonly letter: Letter
}

/** Put a letter into the outbox, in the transaction of what causes it: it is sent if and only if that is stored. */
export type Post = (tx: Transaction, to: string, letter: Letter, about: About) => Promise<void>

export function createPost({ world }: Pick<Ground, 'world'>, masterKey: MasterKey): Post {
  return async (tx, to, letter, { letter: name, userId, untilMs }) => {
    const now = world.now()
    const enclosed: Enclosed = { to, letter }
    await insertLetter(tx, {
      id: newIdentifier('mal', world),
      letter: name,
      user_id: userId ?? null,
      // It may hold a link that works without a password, and whose address is whose is nobody's business.
      sealed: masterKey.seal(JSON.stringify(enclosed), sealing),
      created_at: now,
      until_at: untilMs ?? now + keptForMs,
      attempts: 0,
      next_at: now,
      last_error: null,
    })
  }
}

export function openLetter(masterKey: MasterKey, { sealed }: OutboxRow): Enclosed {
  return JSON.parse(masterKey.open(sealed, sealing)) as Enclosed // written by createPost alone
}

/** Send what is due, each letter once for the one process that took it. A failure delays its own letter and no other. */
export async function sendDue(
  { db, world, activity, log }: Ground,
  masterKey: MasterKey,
  send: Send,
  signal: AbortSignal,
): Promise<void> {
  const now = world.now()
  const letters = await db.transaction((tx) => takeLetters(tx, now, now + leaseMs, most))
  await Promise.all(letters.map((row) => sendOne(row)))

  async function sendOne(row: OutboxRow): Promise<void> {
    const about = row.user_id === null ? undefined : user(row.user_id)
    const details = { letter: row.letter, attempts: row.attempts }
    try {
      const { to, letter } = openLetter(masterKey, row)
      await send({ id: row.id, to, subject: letter.subject, ...render(letter) }, signal)
      await db.transaction(async (tx) => {
        await noteServer(tx, true, world.now())
        if (await removeLetter(tx, row.id, row.attempts)) {
          await activity.record(tx, operator, 'mail.send', about, { details })
        }
      })
    } catch (error) {
      if (signal.aborted) return
      const isFinal = error instanceof MailFailure && error.isFinal
      const message = error instanceof Error ? error.message : String(error)
      log.warn('mail_not_sent', { letter: row.id, attempts: row.attempts, error: message })
      await db.transaction(async (tx) => {
        await noteServer(tx, error instanceof MailFailure && error.isOfLetter, world.now())
        if (!isFinal) return delayLetter(tx, row, world.now() + delayMs(row.attempts), message.slice(0, 400))
        if (await removeLetter(tx, row.id, row.attempts)) {
          const more = { outcome: 'failure', reason: 'mail_refused', details } as const
          await activity.record(tx, operator, 'mail.give_up', about, more)
        }
      })
    }
  }
}

/** Give up what could not be sent in its time. */
export async function giveUpOverdue({ db, world, activity }: Ground, isShownOnly: boolean): Promise<void> {
  await db.transaction(async (tx) => {
    for (const { letter, user_id, attempts } of await removeOverdue(tx, world.now())) {
      if (isShownOnly) continue
      const about = user_id === null ? undefined : user(user_id)
      const more = { outcome: 'failure', reason: 'mail_overdue', details: { letter, attempts } } as const
      await activity.record(tx, operator, 'mail.give_up', about, more)
    }
  })
}

/** 15 s behind the first attempt, twice as long behind each that follows, an hour at most. */
function delayMs(attempts: number): number {
  return Math.min(firstDelayMs * 2 ** (attempts - 1), longestDelayMs)
}
