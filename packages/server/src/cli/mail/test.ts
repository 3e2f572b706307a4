import { render } from '../../mail/letter.ts'
import { words } from '../../mail/words.ts'
import { mailAddress } from '../../mail-address.ts'
import { newIdentifier } from '../../secrets/identifiers.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { createOutput } from '../output.ts'
import { WrongUse } from '../wrong-use.ts'

/** Send a letter now, past the outbox. Ends with status 1 and the step that failed. */
export async function run({ args: [typed = ''], json }: Given): Promise<void> {
  const to = mailAddress(typed)
  if (to === undefined) throw new WrongUse(`${typed} is no address of mail that Latchkey sends to`)
  await withApp(async ({ config, mail, world }) => {
    if (mail.send === undefined) {
      throw new Error('no mail server is set: set LATCHKEY_MAIL_URL and LATCHKEY_MAIL_FROM')
    }
    const { testSubject: subject, testText } = words.en
    const letter = { language: 'en', subject, paragraphs: [testText(config.issuer)] } as const
    const id = newIdentifier('mal', world)
    await mail.send({ id, to: to.address, subject, ...render(letter) }, new AbortController().signal)
    createOutput(json).result(
      `The mail server has taken a letter for ${to.address}. Look whether it arrives: what happens behind the server is not seen here.`,
      { to: to.address, id, taken: true },
    )
  })
}
