import { invitationLink, invite } from '../../accounts/invitations/invitations.ts'
import { operator } from '../../identity.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { createOutput } from '../output.ts'
import { userNamed } from './named.ts'

export async function run({ args: [username = ''], json }: Given): Promise<void> {
  await withApp(async (app) => {
    const user = await userNamed(app, username)
    const { secret, expiresAt } = await invite(app, operator, user.id)
    const link = invitationLink(app.config.issuer, secret)
    const expires = new Date(expiresAt).toISOString()
    createOutput(json).result(
      `Until ${expires} ${user.username} sets a password here, once; older invitations have ended:\n  ${link}`,
      { id: user.id, username: user.username, link, expires_at: expires },
    )
  })
}
