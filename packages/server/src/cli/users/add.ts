import { invite } from '../../accounts/invitations/invitations.ts'
import { lookAlikeWarnings } from '../../accounts/users/look-alikes.ts'
import { findLookAlikes } from '../../accounts/users/store.ts'
import { createUser } from '../../accounts/users/users.ts'
import { operator } from '../../identity.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { createOutput } from '../output.ts'

export async function run({ args: [username = ''], options, json }: Given): Promise<void> {
  const output = createOutput(json)
  await withApp(async (app) => {
    const displayName = typeof options.name === 'string' ? options.name : undefined
    const user = await createUser(app, operator, {
      username,
      displayName,
      userType: String(options.type),
    })
    const { secret, expiresAt } = await invite(app, operator, user.id)
    const warnings = lookAlikeWarnings(await findLookAlikes(app.db, user))
    for (const warning of warnings) output.note(`warning: ${warning}`)
    const link = `${app.config.issuer}/invitations/${secret}`
    const expires = new Date(expiresAt).toISOString()
    output.result(
      `${username} is ${user.id}. Until ${expires} they set their password here, once:\n  ${link}`,
      {
        id: user.id,
        username,
        link,
        expires_at: expires,
        ...(warnings.length > 0 && { warnings }),
      },
    )
  })
}
