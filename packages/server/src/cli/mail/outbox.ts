import { render } from '../../mail/letter.ts'
import { escapeHiddenInLines } from '../../text.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { createOutput, table } from '../output.ts'

/** What waits to be sent; in development mode without a mail server also what it says. */
export async function run({ json }: Given): Promise<void> {
  await withApp(async ({ mail }) => {
    const letters = await mail.waiting()
    const time = (at: number) => new Date(at).toISOString()
    const rows = letters.map(({ row }) => [
      row.letter,
      time(row.created_at),
      String(row.attempts),
      row.attempts === 0 ? '-' : time(row.next_at),
      row.last_error ?? '-',
    ])
    const shown = letters.flatMap(({ enclosed }) =>
      enclosed
        ? [`To: ${enclosed.to}\nSubject: ${enclosed.letter.subject}\n\n${render(enclosed.letter).text}`]
        : [],
    )
    const text = table(['LETTER', 'WRITTEN', 'ATTEMPTS', 'NEXT', 'LAST ERROR'], rows)
    createOutput(json).result(
      [text, ...shown.map(escapeHiddenInLines)].join('\n\n'),
      letters.map(({ row, enclosed }) => ({
        id: row.id,
        letter: row.letter,
        user: row.user_id,
        written_at: time(row.created_at),
        attempts: row.attempts,
        next_at: row.attempts === 0 ? null : time(row.next_at),
        last_error: row.last_error,
        ...(enclosed && {
          to: enclosed.to,
          subject: enclosed.letter.subject,
          text: render(enclosed.letter).text,
        }),
      })),
    )
  })
}
