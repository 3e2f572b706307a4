import { addAddress } from '../../accounts/addresses/addresses.ts'
import { operator } from '../../identity.ts'
import type { Language } from '../../pages/page.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { createOutput } from '../output.ts'
import { userNamed } from '../users/named.ts'
import { WrongUse } from '../wrong-use.ts'

interface Options {
  readonly language: string
}

export async function run({
  args: [username = '', typed = ''],
  options,
  json,
}: Given<Options>): Promise<void> {
  const { language } = options
  if (!isLanguage(language)) throw new WrongUse('letters are written in en or zh-Hant')
  await withApp(async (app) => {
    const { id: userId } = await userNamed(app, username)
    const { id, address } = await addAddress(app, operator, userId, { address: typed, language })
    const next =
      app.mail.mode === 'none'
        ? 'There is no mail server, so no link was sent by which it is proven.'
        : 'A link is sent to it, by which its owner proves it within 24 hours.'
    createOutput(json).result(`${address} was added. ${next}`, { id, address })
  })
}

function isLanguage(text: string): text is Language {
  return text === 'en' || text === 'zh-Hant'
}
