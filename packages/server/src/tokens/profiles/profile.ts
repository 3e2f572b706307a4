/** The profiles that are shipped, each named for the program that reads its tokens; `plain` is what our own guards read. */
export const profileNames = [
  'plain',
  'rabbitmq',
  'ejabberd',
  'nats',
  'influxdb1',
  'dovecot',
  'haproxy',
  'mod-auth-openidc',
  'mod-oauth2',
] as const
export type ProfileName = (typeof profileNames)[number]

export const sharedAlgorithms = ['HS256', 'HS384', 'HS512'] as const
export type SharedAlgorithm = (typeof sharedAlgorithms)[number]
export const keyAlgorithms = ['RS256', 'ES256', 'EdDSA', 'ML-DSA-44', 'ML-DSA-65', 'ML-DSA-87'] as const
export type KeyAlgorithm = (typeof keyAlgorithms)[number]

/**
 * What signs the tokens of a service: the issuer's keys, which sign for others as well, by the algorithm of the server; keys of
 * the service's own, in a set of its own; or keys that it shares with the issuer. The main set has keys of one kind: many
 * libraries refuse a set whole at one key of a kind that they do not know.
 */
export type Signing =
  | { readonly key: 'issuer'; readonly algorithm: 'server' }
  | { readonly key: 'own'; readonly algorithm: KeyAlgorithm }
  | { readonly key: 'shared'; readonly algorithm: SharedAlgorithm }

/** A claim beside those that every token has, such as `username`, `jid` or `https://example.com/groups`. */
export interface AddedClaim {
  readonly name: string
  /**
   * In text, `{subject}`, `{username}`, `{kind}`, `{user_type}`, `{client}`, `{session}` and `{audience}` stand for what the
   * token is about; one that lacks the value of any has not the claim. The list `['{scopes}']` is the list of the scopes.
   */
  readonly value: string | number | boolean | readonly string[]
}

/** What a token says, by the names of its claims. */
export type Claims = Readonly<Record<string, unknown>>

/** How the tokens of a service look and what signs them. */
export interface TokenProfile {
  readonly name: ProfileName
  /** `nats` is a layout of its own: other claims, other names of keys, and its own name of Ed25519. */
  readonly form: 'jwt' | 'nats'
  readonly signing: Signing
  /** `typ` of the header. Ours is `at+jwt` (RFC 9068 section 2.1). */
  readonly type: string
  /** How long a token lives at most; null for as long as an access token of ours. */
  readonly lifeSeconds: number | null
  readonly audienceForm: 'text' | 'array'
  /** Put before each scope; `{audience}` stands for the audience. */
  readonly scopePrefix: string
  readonly claims: readonly AddedClaim[]
  /** Whether each token has a place in a status list, which the claim `status` names. */
  readonly statusList: boolean
}

/** What the program of a profile can do, which a service that chooses the profile cannot change. */
export interface ProgramFacts {
  /** Whether it compares `aud`. One that does not takes every token that its key has signed, whoever it is for. */
  readonly checksAudience: boolean
  /** What it verifies. */
  readonly algorithms: readonly (KeyAlgorithm | SharedAlgorithm)[]
}
