import type { ApplicationRow } from '../../applications/store.ts'
import type { ClientInfo } from '../../client-info.ts'
import { Refusal } from '../../errors.ts'
import type { ProvenKey } from '../../tokens/proofs.ts'
import { authenticateClient } from '../clients/authenticate.ts'
import type { ClientRequest } from '../clients/presented.ts'
import { deviceCodeGrant } from '../device/ask.ts'
import type { Granted, TokenRequest } from '../granted.ts'
import type { OauthGround } from '../ground.ts'
import { grantByCode } from './authorization-code.ts'
import { grantClientCredentials } from './client-credentials.ts'
import { grantByDeviceCode } from './device-code.ts'
import { grantByAssertion, jwtBearer } from './jwt-bearer.ts'
import { grantByRefreshToken } from './refresh-token.ts'
import { type ExchangeForm, grantByExchange, tokenExchange } from './token-exchange.ts'

/** The form of a token request, as far as grants read it. */
type TokenForm = ClientRequest['form'] &
  ExchangeForm & {
    readonly grant_type: string
    readonly code?: string | undefined
    readonly redirect_uri?: string | undefined
    readonly code_verifier?: string | undefined
    readonly refresh_token?: string | undefined
    readonly assertion?: string | undefined
    readonly device_code?: string | undefined
  }

interface Asking {
  readonly form: TokenForm
  readonly request: TokenRequest
  readonly authorization: string | undefined
  readonly client: ClientInfo
}

type Grant = (ground: OauthGround, asking: Asking) => Promise<Granted & { readonly issuedTokenType?: string }>

/** Every grant there is, by its `grant_type`: the metadata is made of it. */
const registry = (): Readonly<Record<string, Grant>> => ({
  authorization_code: async (ground, { form, request, ...asking }) => {
    const { application, key } = await applicationFor(ground, { form, request, ...asking })
    const { resource } = request
    const code = { code: form.code, redirectUri: form.redirect_uri, codeVerifier: form.code_verifier }
    const details = form.authorization_details
    return grantByCode(ground, application, { resource, key, details, ...code }, asking.client)
  },
  refresh_token: async (ground, { form, request, ...asking }) => {
    const { application, key } = await applicationFor(ground, { form, request, ...asking })
    const { scope, resource } = request
    const details = form.authorization_details
    const asked = { refreshToken: form.refresh_token, scope, resource, key, details }
    return grantByRefreshToken(ground, application, asked, asking.client)
  },
  [deviceCodeGrant]: async (ground, { form, request, ...asking }) => {
    const { application, key } = await applicationFor(ground, { form, request, ...asking })
    return grantByDeviceCode(
      ground,
      application,
      { deviceCode: form.device_code, key, details: form.authorization_details },
      asking.client,
    )
  },
  client_credentials: async (ground, { form, request, authorization, client }) => {
    requireNoDetails(form)
    return grantClientCredentials(ground, { form, authorization }, request, client)
  },
  [tokenExchange]: (ground, { form, request, authorization, client }) =>
    grantByExchange(ground, { form, authorization }, request, client),
  [jwtBearer]: async (ground, { form, request, client }) => {
    requireNoDetails(form)
    return grantByAssertion(ground, form.assertion, request, client)
  },
})

export const grantTypes = Object.keys(registry())

/** @throws {Refusal} `grant_unsupported`, and what the grant refuses */
export function granted(ground: OauthGround, asking: Asking): ReturnType<Grant> {
  const { grant_type: type } = asking.form
  const grants = registry()
  const grant = Object.hasOwn(grants, type) ? grants[type] : undefined
  if (!grant) throw new Refusal('grant_unsupported', `the grants here are ${grantTypes.join(', ')}`)
  return grant(ground, asking)
}

/** Where nobody has granted any, a token that passed them over would say less than was asked for. */
function requireNoDetails({ authorization_details: details }: TokenForm): void {
  if (details === undefined) return
  throw new Refusal('details_invalid', 'this grant has no authorization details', {
    reason: 'details_elsewhere',
  })
}

/** The application that asks, if it may use the grant, and the key that it proves. A proof is judged before the client is. */
async function applicationFor(
  ground: OauthGround,
  { form, request, authorization, client }: Asking,
): Promise<{ readonly application: ApplicationRow; readonly key: ProvenKey | undefined }> {
  const key = await ground.proofs.keyOf(request.proof)
  const asker = await authenticateClient(ground, { form, authorization }, client)
  if (asker.kind === 'application' && asker.application.grants.includes(form.grant_type)) {
    return { application: asker.application, key }
  }
  throw new Refusal('grant_not_allowed', 'this client may not use this grant', {
    reason: 'grant_not_allowed',
    refused: { event: 'application.token', clientId: asker.id },
  })
}
