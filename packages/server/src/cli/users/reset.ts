import { makeRecoveryLink, resetUser } from '../../accounts/recovery/recovery.ts'
import { operator } from '../../identity.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { createOutput } from '../output.ts'
import { userNamed } from './named.ts'

interface Options {
  readonly print?: boolean
}

/** Take the password away, and send or print the link on which a new one is set. */
export async function run({ args: [username = ''], options, json }: Given<Options>): Promise<void> {
  await withApp(async (app) => {
    const user = await userNamed(app, username)
    const output = createOutput(json)
    const done = `The password of ${user.username} is gone, and their sessions have ended.`
    if (options.print !== true) {
      await resetUser(app, operator, user.id)
      output.result(`${done} A link was sent to their primary address.`, { id: user.id, sent: true })
      return
    }
    const { url, expiresAt } = await makeRecoveryLink(app, operator, user.id, true)
    const expires = new Date(expiresAt).toISOString()
    output.result(`${done} Until ${expires} they set a new one here, once:\n  ${url}`, {
      id: user.id,
      link: url,
      expires_at: expires,
    })
  })
}
