import * as mail from '../../src/mail/store.ts'
import { now } from '../neighbours.ts'
import type { Row } from './row.ts'

/** As the row has it. */

/** The statements of letters. */
export const mailRows: readonly Row[] = [
  {
    store: 'mail',
    statement: 'fillLimit',
    run: (tx) => mail.fillLimit(tx, 'limit_near', { now, costMs: 100, sizeMs: 400 }),
    gives: true,
    changes: ['mail_limits limit_near: full_until=1400'],
  },
  {
    store: 'mail',
    statement: 'fillLimit',
    of: 'that is empty',
    run: (tx) => mail.fillLimit(tx, 'limit_over', { now, costMs: 100, sizeMs: 400 }),
    gives: true,
    changes: ['mail_limits limit_over: full_until=1100'],
  },
  {
    store: 'mail',
    statement: 'fillLimit',
    of: 'that is full',
    run: (tx) => mail.fillLimit(tx, 'limit_near', { now, costMs: 100, sizeMs: 399 }),
    gives: false,
  },
  {
    store: 'mail',
    statement: 'findLimit',
    run: (tx) => mail.findLimit(tx, 'limit_near'),
    gives: 1300,
  },
  {
    store: 'mail',
    statement: 'sweepLimits',
    run: (tx) => mail.sweepLimits(tx, now),
    changes: ['- mail_limits limit_over'],
  },
  {
    store: 'mail',
    statement: 'insertLetter',
    run: (tx) =>
      mail.insertLetter(tx, {
        id: 'mal_6',
        letter: 'notice',
        user_id: null,
        sealed: 'text',
        created_at: now,
        until_at: 2000,
        attempts: 0,
        next_at: now,
        last_error: null,
      }),
    changes: [
      '+ mail_outbox mal_6: id=mal_6 letter=notice sealed=text created_at=1000 until_at=2000 attempts=0 next_at=1000',
    ],
  },
  {
    store: 'mail',
    statement: 'takeLetters',
    of: 'those that are due, by when they are',
    run: (tx) => mail.takeLetters(tx, now, 1300, 2).then((rows) => rows.map(({ id }) => id).sort()),
    gives: ['mal_3', 'mal_5'],
    changes: ['mail_outbox mal_3: attempts=3 next_at=1300', 'mail_outbox mal_5: attempts=1 next_at=1300'],
  },
  {
    store: 'mail',
    statement: 'takeLetters',
    of: 'neither one that is over nor one that waits',
    run: (tx) => mail.takeLetters(tx, now, 1300, 9).then((rows) => rows.map(({ id }) => id).sort()),
    gives: ['mal_1', 'mal_3', 'mal_5'],
    changes: [
      'mail_outbox mal_1: attempts=2 next_at=1300',
      'mail_outbox mal_3: attempts=3 next_at=1300',
      'mail_outbox mal_5: attempts=1 next_at=1300',
    ],
  },
  {
    store: 'mail',
    statement: 'removeLetter',
    run: (tx) => mail.removeLetter(tx, 'mal_3', 2),
    gives: true,
    changes: ['- mail_outbox mal_3'],
  },
  {
    store: 'mail',
    statement: 'removeLetter',
    of: 'that somebody else took since',
    run: (tx) => mail.removeLetter(tx, 'mal_3', 1),
    gives: false,
  },
  {
    store: 'mail',
    statement: 'delayLetter',
    run: (tx) => mail.delayLetter(tx, { id: 'mal_3', attempts: 2 }, 1500, 'why'),
    changes: ['mail_outbox mal_3: next_at=1500 last_error=why'],
  },
  {
    store: 'mail',
    statement: 'delayLetter',
    of: 'that somebody else took since',
    run: (tx) => mail.delayLetter(tx, { id: 'mal_3', attempts: 1 }, 1500, 'why'),
  },
  {
    store: 'mail',
    statement: 'noteServer',
    of: 'that takes letters again',
    run: (tx) => mail.noteServer(tx, true, now),
    changes: ['- mail_server 1'],
  },
  {
    store: 'mail',
    statement: 'noteServer',
    of: 'that fails on',
    run: (tx) => mail.noteServer(tx, false, now),
  },
  {
    store: 'mail',
    statement: 'noteServer',
    of: 'that begins to fail',
    async run(tx) {
      await mail.noteServer(tx, true, now)
      await mail.noteServer(tx, false, now)
    },
    changes: ['mail_server 1: failed_since=1000'],
    writes: 2,
  },
  {
    store: 'mail',
    statement: 'hasServerFailed',
    async run(tx) {
      const before = await mail.hasServerFailed(tx)
      await mail.noteServer(tx, true, now)
      return [before, await mail.hasServerFailed(tx)]
    },
    gives: [true, false],
    changes: ['- mail_server 1'],
  },
  {
    store: 'mail',
    statement: 'removeOverdue',
    run: (tx) => mail.removeOverdue(tx, now),
    gives: ['mal_2'],
    changes: ['- mail_outbox mal_2'],
  },
  {
    store: 'mail',
    statement: 'findLetters',
    run: (tx) => mail.findLetters(tx, 2),
    gives: ['mal_5', 'mal_4'],
  },
  {
    store: 'mail',
    statement: 'countLetters',
    run: (tx) => mail.countLetters(tx),
    gives: 5,
  },
  {
    store: 'mail',
    statement: 'findSealedLetters',
    run: (tx) => mail.findSealedLetters(tx, 'mal_1', 2),
    gives: ['mal_2', 'mal_3'],
  },
  {
    store: 'mail',
    statement: 'replaceSealedLetter',
    run: (tx) => mail.replaceSealedLetter(tx, { id: 'mal_2', sealed: 'sealed' }, 'anew'),
    gives: true,
    changes: ['mail_outbox mal_2: sealed=anew'],
  },
  {
    store: 'mail',
    statement: 'replaceSealedLetter',
    of: 'where somebody has changed it',
    run: (tx) => mail.replaceSealedLetter(tx, { id: 'mal_2', sealed: 'another' }, 'anew'),
    gives: false,
  },
]
