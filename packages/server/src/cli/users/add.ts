import { invitationLink, invite } from '../../accounts/invitations/invitations.ts'
import { lookAlikeWarnings } from '../../accounts/users/look-alikes.ts'
import { findLookAlikes } from '../../accounts/users/store.ts'
import { createUser } from '../../accounts/users/users.ts'
import { operator } from '../../identity.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { createOutput } from '../output.ts'
import { valuesIn } from './attributes.ts'

interface Options {
  readonly type: string
  readonly name?: string
  readonly attribute?: readonly string[]
}

export async function run({ args: [username = ''], options, json }: Given<Options>): Promise<void> {
  const output = createOutput(json)
  const attributes = valuesIn(options.attribute)
  await withApp(async (app) => {
    const user = await createUser(app, operator, {
      username,
      displayName: options.name,
      userType: options.type,
      attributes,
      isText: true,
    })
    const { secret, expiresAt } = await invite(app, operator, user.id)
    const warnings = lookAlikeWarnings(await findLookAlikes(app.db, user))
    for (const warning of warnings) output.note(`warning: ${warning}`)
    const link = invitationLink(app.config.issuer, secret)
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
