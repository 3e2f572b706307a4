import type { Reader, Transaction } from '../database/database.ts'
import { Refusal } from '../errors.ts'
import type { Ground } from '../ground.ts'
import { serve } from '../http/route.ts'
import type { Part } from '../part.ts'
import type { MasterKey } from '../secrets/master-key.ts'
import type { OutboxGround } from './ground.ts'
import { createPost, type Enclosed, giveUpOverdue, openLetter, type Post, sendDue } from './outbox.ts'
import { outboxPage } from './pages.ts'
import {
  countLetters,
  fillLimit,
  findLetters,
  findLimit,
  hasServerFailed,
  type OutboxRow,
  sweepLimits,
} from './store.ts'
import { createTransport, type MailSettings, type Send } from './transport.ts'

/**
 * Letters of mail. `sends`: by a mail server. `shows`: there is none, and the development mode shows what would have been sent.
 * `none`: nothing is sent, and what needs mail says so.
 */
export type MailMode = 'sends' | 'shows' | 'none'

export interface Mail extends Part {
  readonly mode: MailMode
  /** Whether letters are sent, as far as is known: there is a mail server, and it did not fail when it was last tried. */
  works(reader: Reader): Promise<boolean>
  /** Put a letter into the outbox. Without mail it does nothing. */
  readonly post: Post
  /**
   * Take one of the letters that may go out in an hour for this account, address or network. Undefined if it may be sent, else
   * the milliseconds to wait.
   */
  admit(tx: Transaction, kind: string, whom: string, perHour: number): Promise<number | undefined>
  /** The URL of a page of this server: by the configuration, never by what a request says. */
  linkTo(path: string): string
  /** Send now, past the outbox, to try the settings. */
  readonly send: Send | undefined
  /** What waits in the outbox, newest first; with what it says in the development mode only. */
  waiting(): Promise<readonly Waiting[]>
  /** How many letters wait. */
  count(): Promise<number>
  /** End what is being sent. */
  stop(): void
}

/** A letter in the outbox, and what it says where that may be shown. */
export interface Waiting {
  readonly row: OutboxRow
  readonly enclosed: Enclosed | undefined
}

const hourMs = 3_600_000
const shownAtMost = 50

export function createMail(
  ground: Ground,
  {
    settings,
    isDevelopment,
    issuer,
    masterKey,
  }: { settings: MailSettings | undefined; isDevelopment: boolean; issuer: string; masterKey: MasterKey },
): Mail {
  const { db, world } = ground
  const stopping = new AbortController()
  const send = settings && createTransport(settings, world.now)
  const mode: MailMode = send ? 'sends' : isDevelopment ? 'shows' : 'none'
  const waiting = async () => {
    const rows = await findLetters(db, shownAtMost)
    // In production not even the operator reads what others are sent: it may hold links that work.
    return rows.map((row) => ({ row, enclosed: mode === 'shows' ? openLetter(masterKey, row) : undefined }))
  }
  const served: OutboxGround = {
    issuer,
    async shown() {
      if (mode !== 'shows') throw new Refusal('not_found', 'there is nothing here')
      return (await findLetters(db, shownAtMost)).map((row) => ({
        row,
        enclosed: openLetter(masterKey, row),
      }))
    },
  }
  return {
    mode,
    send,
    waiting,
    count: () => countLetters(db),
    linkTo: (path) => issuer + path,
    works: async (reader) => mode !== 'none' && !(await hasServerFailed(reader)),
    async admit(tx, kind, whom, perHour) {
      const now = world.now()
      const costMs = Math.ceil(hourMs / perHour)
      const about = masterKey.mac(`${kind} ${whom}`, 'mail limits')
      if (await fillLimit(tx, about, { now, costMs, sizeMs: hourMs })) return undefined
      return Math.max(1, ((await findLimit(tx, about)) ?? now) + costMs - hourMs - now)
    },
    post: mode === 'none' ? async () => {} : createPost(ground, masterKey),
    routes: serve(served, [outboxPage]),
    jobs: [
      ...(send
        ? [
            {
              name: 'mail.send',
              everyMs: 2_000,
              run: () => sendDue(ground, masterKey, send, stopping.signal),
            },
          ]
        : []),
      {
        name: 'mail.give_up',
        everyMs: 60_000,
        run: async () => {
          await giveUpOverdue(ground, mode === 'shows')
          await db.transaction((tx) => sweepLimits(tx, world.now()))
        },
      },
    ],
    stop: () => stopping.abort(),
  }
}
