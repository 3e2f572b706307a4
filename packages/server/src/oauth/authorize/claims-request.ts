/** Claims that were asked for by name (OpenID Connect Core section 5.5), of those that there are. */
export interface ClaimsRequest {
  readonly idToken: readonly string[]
  readonly userinfo: readonly string[]
  /** Authentication contexts of which the sign-in has to be one. */
  readonly contexts: readonly string[]
  /** Who it has to be. */
  readonly subject: string | undefined
}

/** The claims about a person, with the scope that covers each. */
export const scopeOfClaim: Readonly<Record<string, 'profile' | 'email'>> = {
  name: 'profile',
  preferred_username: 'profile',
  updated_at: 'profile',
  email: 'email',
  email_verified: 'email',
}

/** A claim that is not known is passed over, as the standard wants it. */
export function readClaimsRequest(text: string | undefined): ClaimsRequest | undefined | 'malformed' {
  if (text === undefined) return undefined
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    return 'malformed'
  }
  if (!isObject(parsed)) return 'malformed'
  const { id_token: idToken = {}, userinfo = {} } = parsed
  if (!isObject(idToken) || !isObject(userinfo)) return 'malformed'
  const { acr, sub } = idToken
  return {
    idToken: namesIn(idToken),
    userinfo: namesIn(userinfo),
    contexts: isObject(acr) && acr.essential === true ? valuesOf(acr) : [],
    subject: isObject(sub) && typeof sub.value === 'string' ? sub.value : undefined,
  }
}

function namesIn(claims: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.keys(scopeOfClaim).filter((name) => Object.hasOwn(claims, name))
}

function valuesOf({ value, values }: Readonly<Record<string, unknown>>): readonly string[] {
  const listed = Array.isArray(values) ? values : [value]
  return listed.filter((item) => typeof item === 'string')
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
