import { privateKey } from 'latchkey/token'
import { Refusal } from '../../errors.ts'
import { mailAddress } from '../../mail-address.ts'
import type { Outbound } from '../../outbound/outbound.ts'
import { requireVisible } from '../../text.ts'
import { wholeText } from '../../whole-text.ts'

/** How this server proves to a provider who it is (OpenID Connect Core section 9); `apple` is as Apple has it. */
export const authentications = [
  'client_secret_basic',
  'client_secret_post',
  'private_key_jwt',
  'apple',
] as const
export type Authentication = (typeof authentications)[number]

export const responseModes = ['query', 'form_post'] as const

/** What an administrator says of a provider, but for its secret. */
export interface Settings {
  /** What the button says behind 'Continue with'. */
  readonly name: string
  readonly issuer: string
  readonly clientId: string
  readonly authentication: Authentication
  /** Of Apple: who has the key, and which one it is. */
  readonly teamId: string | null
  readonly keyId: string | null
  readonly scopes: readonly string[]
  readonly responseMode: (typeof responseModes)[number]
  /** Of people who come for the first time; null: only whose identity is linked signs in. */
  readonly userType: string | null
  /** Where its word counts that an address is proven; `*` is everywhere. */
  readonly emailDomains: readonly string[]
  readonly usernameClaim: string | null
  readonly displayNameClaim: string | null
  /** What of `amr` and `acr` counts as a second factor. */
  readonly factorAmr: readonly string[]
  readonly factorAcr: readonly string[]
}

export const longestSecret = 4_096
const scopeForm = wholeText(/[\x21\x23-\x5b\x5d-\x7e]{1,100}/)
const claimForm = wholeText(/[\w.:/~-]{1,100}/)
const valueForm = wholeText(/[\x21-\x7e]{1,200}/)
const domainForm = wholeText(/[a-z0-9.-]{1,253}/)
const appleIdForm = wholeText(/\w{1,64}/)
const secretForm = wholeText(/[\x20-\x7e]+/)

/** @throws {Refusal} `request_invalid` for settings that cannot be meant */
export function checkSettings(
  { outbound, issuer: ownIssuer }: { readonly outbound: Pick<Outbound, 'allows'>; readonly issuer: string },
  settings: Settings,
): void {
  const { name, issuer, clientId, scopes, authentication, teamId, keyId } = settings
  requireVisible('name', name, 60)
  const url = URL.parse(issuer)
  if (!outbound.allows(issuer) || issuer.length > 500 || url?.search !== '' || issuer.includes('#')) {
    throw wrong('issuer', 'must be https, without user, query and fragment, as the provider writes it')
  }
  if (issuer === ownIssuer) throw wrong('issuer', 'is this server itself')
  // What this server signs for a provider must be no token of its own.
  if (!valueForm.test(clientId) || clientId === ownIssuer) {
    throw wrong('client_id', 'must be 1 to 200 visible characters of ASCII')
  }
  requireList('scopes', scopes, 20, scopeForm)
  if (!scopes.includes('openid')) throw wrong('scopes', 'must have openid')
  requireList(
    'email_domains',
    settings.emailDomains,
    50,
    domainForm,
    (text) => text === '*' || isDomain(text),
  )
  requireList('factor_amr', settings.factorAmr, 20, valueForm)
  requireList('factor_acr', settings.factorAcr, 20, valueForm)
  for (const [field, claim] of [
    ['username_claim', settings.usernameClaim],
    ['display_name_claim', settings.displayNameClaim],
  ] as const) {
    if (claim !== null && !claimForm.test(claim)) throw wrong(field, 'must be the name of a claim')
  }
  const isApple = authentication === 'apple'
  for (const [field, text] of [
    ['team_id', teamId],
    ['key_id', keyId],
  ] as const) {
    if ((text !== null) !== isApple || (text !== null && !appleIdForm.test(text))) {
      throw wrong(field, isApple ? 'is needed for Apple' : 'is for Apple only')
    }
  }
}

/** @throws {Refusal} `request_invalid` for a secret that the way of authentication has no use for */
export function checkSecret(authentication: Authentication, secret: string | null): void {
  if (authentication === 'private_key_jwt') {
    if (secret !== null) throw wrong('client_secret', 'is not needed: this server signs with its own key')
    return
  }
  if (secret === null) throw wrong('client_secret', 'is needed')
  if (authentication === 'apple') {
    try {
      privateKey(secret, { algorithm: 'ES256' })
    } catch (error) {
      if (!(error instanceof TypeError)) throw error
      throw wrong('client_secret', 'must be the private key of Apple in PEM, for ES256')
    }
    return
  }
  if (secret.length > longestSecret || !secretForm.test(secret)) {
    throw wrong('client_secret', `must be 1 to ${longestSecret} visible characters of ASCII`)
  }
}

/** The domain of an address as {@link mailAddress} writes it. */
const isDomain = (text: string) => mailAddress(`a@${text}`)?.key === `a@${text}`

function requireList(
  field: string,
  texts: readonly string[],
  most: number,
  form: RegExp,
  isMeant: (text: string) => boolean = () => true,
): void {
  const isGood =
    texts.length <= most && texts.every((text) => isMeant(text) && (text === '*' || form.test(text)))
  if (!isGood || new Set(texts).size !== texts.length) {
    throw wrong(field, `must be ${most} texts at most, each of its form and each once`)
  }
}

function wrong(field: string, reason: string): Refusal {
  return new Refusal('request_invalid', `${field} ${reason}`, { faults: [{ field: `/${field}`, reason }] })
}
