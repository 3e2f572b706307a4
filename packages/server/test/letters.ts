import type { App } from '../src/app.ts'

/** A letter that would have been sent. */
export interface ShownLetter {
  readonly to: string
  readonly subject: string
  readonly letter: string
  /** What it says, in lines. */
  readonly text: string
  /** The secret at the end of its link. */
  readonly secret: string
  readonly url: string
}

/** The letters of the outbox, oldest first, which is emptied. */
export async function takeLetters({ mail, db }: App): Promise<ShownLetter[]> {
  const waiting = await mail.waiting()
  await db.transaction((tx) => tx.query('DELETE FROM mail_outbox'))
  return waiting.toReversed().map(({ row, enclosed }) => {
    const url = enclosed?.letter.link?.url ?? ''
    return {
      to: enclosed?.to ?? '',
      subject: enclosed?.letter.subject ?? '',
      letter: row.letter,
      text: [...(enclosed?.letter.paragraphs ?? []), ...(enclosed?.letter.notes ?? [])].join('\n'),
      url,
      secret: url.split('/').at(-1) ?? '',
    }
  })
}
