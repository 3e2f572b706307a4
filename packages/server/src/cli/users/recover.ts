import { makeRecoveryLink, sendRecovery } from '../../accounts/recovery/recovery.ts'
import { operator } from '../../identity.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { createOutput } from '../output.ts'
import { userNamed } from './named.ts'

interface Options {
  readonly print?: boolean
}

/** Send the link, or print it where the operator hands it over. */
export async function run({ args: [username = ''], options, json }: Given<Options>): Promise<void> {
  await withApp(async (app) => {
    const user = await userNamed(app, username)
    const output = createOutput(json)
    if (options.print !== true) {
      await sendRecovery(app, operator, user.id)
      output.result(`A link was sent to the primary address of ${user.username}.`, {
        id: user.id,
        sent: true,
      })
      return
    }
    const { url, expiresAt } = await makeRecoveryLink(app, operator, user.id, false)
    const expires = new Date(expiresAt).toISOString()
    output.result(`Until ${expires} ${user.username} sets a new password here, once:\n  ${url}`, {
      id: user.id,
      link: url,
      expires_at: expires,
    })
  })
}
