import { operator } from '../../identity.ts'
import { isPreset, presetOf, presets } from '../../upstream/providers/presets.ts'
import { createProvider } from '../../upstream/providers/providers.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { createOutput } from '../output.ts'
import { WrongUse } from '../wrong-use.ts'
import { type GivenSettings, secretIn, settingsIn } from './given.ts'
import { shownWith } from './shown.ts'

interface Options extends GivenSettings {
  readonly clientId: string
  readonly preset: string
  readonly issuer?: string
}

export async function run({ args: [key = ''], options, json }: Given<Options>): Promise<void> {
  const { preset: named, clientId } = options
  if (!isPreset(named)) throw new WrongUse(`--preset is one of ${presets.map(({ id }) => id).join(', ')}`)
  const preset = presetOf(named)
  const said = settingsIn(options)
  const issuer = options.issuer ?? preset.issuer
  if (issuer === undefined) throw new WrongUse(`${preset.name} needs --issuer`)
  const authentication = said.authentication ?? preset.authentication
  const secret = authentication === 'private_key_jwt' ? null : await secretIn(options.secretFile)
  await withApp(async (app) => {
    const row = await createProvider(app.upstream.ground, operator, {
      ...{ key, issuer, clientId, secret, authentication, name: said.name ?? preset.name },
      ...{ scopes: said.scopes ?? preset.scopes, responseMode: said.responseMode ?? preset.responseMode },
      ...{ teamId: said.teamId ?? null, keyId: said.keyId ?? null, userType: said.userType ?? null },
      ...{ emailDomains: said.emailDomains ?? [], usernameClaim: said.usernameClaim ?? null },
      displayNameClaim: said.displayNameClaim === undefined ? 'name' : said.displayNameClaim,
      ...{ factorAmr: said.factorAmr ?? [], factorAcr: said.factorAcr ?? [] },
    })
    const { text, value } = await shownWith(app, row)
    createOutput(json).result(text, value)
  })
}
