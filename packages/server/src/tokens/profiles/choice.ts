import { Refusal } from '../../errors.ts'
import { isWholeWithin } from '../../whole-number.ts'
import { wholeText } from '../../whole-text.ts'
import { placeholders } from './claims.ts'
import {
  type AddedClaim,
  type KeyAlgorithm,
  keyAlgorithms,
  type ProfileName,
  type Signing,
  sharedAlgorithms,
  type TokenProfile,
} from './profile.ts'
import { programFacts, shippedProfiles } from './shipped.ts'

/** What a service chooses: a shipped profile, and what is to be otherwise in it. */
export interface ProfileChoice {
  readonly name: ProfileName
  /** Whose key signs, and how. What is not given is as shipped; a key without an algorithm, as that key is used first. */
  readonly key?: Signing['key'] | undefined
  readonly algorithm?: Signing['algorithm'] | undefined
  readonly type?: string | undefined
  readonly lifeSeconds?: number | null | undefined
  readonly audienceForm?: TokenProfile['audienceForm'] | undefined
  readonly scopePrefix?: string | undefined
  readonly claims?: readonly AddedClaim[] | undefined
  readonly statusList?: boolean | undefined
}

const shortestLifeSeconds = 30
const longestLifeSeconds = 24 * 60 * 60
const mostClaims = 20
const scopePrefixForm = wholeText(/[\x21\x23-\x5b\x5d-\x7e]{0,100}/)

/**
 * The profile that a choice makes.
 * @throws {Refusal} `profile_unsafe`, with what would be unsafe, or what the program would not understand
 */
export function profileOf(choice: ProfileChoice): TokenProfile {
  const shipped = shippedProfiles[choice.name]
  const profile: TokenProfile = {
    ...shipped,
    signing: signingOf(choice, shipped.signing),
    type: choice.type ?? shipped.type,
    lifeSeconds: choice.lifeSeconds === undefined ? shipped.lifeSeconds : choice.lifeSeconds,
    audienceForm: choice.audienceForm ?? shipped.audienceForm,
    scopePrefix: choice.scopePrefix ?? shipped.scopePrefix,
    claims: choice.claims ?? shipped.claims,
    statusList: choice.statusList ?? shipped.statusList,
  }
  const fault = [faultOfSigning, faultOfLife, faultOfClaims, faultOfForm, faultOfStatusList]
    .map((look) => look(profile))
    .find((found) => found !== undefined)
  if (fault === undefined) return profile
  throw new Refusal('profile_unsafe', fault)
}

const algorithmsOf = {
  issuer: ['server'],
  own: keyAlgorithms,
  shared: sharedAlgorithms,
} as const

/** An algorithm alone says whose key it is where only one kind of key has it. */
function signingOf({ key: asked, algorithm }: ProfileChoice, shipped: Signing): Signing {
  const has = (key: Signing['key']) =>
    algorithm === undefined || (algorithmsOf[key] as readonly string[]).includes(algorithm)
  const key = asked ?? [shipped.key, 'issuer' as const, 'own' as const, 'shared' as const].find(has)
  if (key === undefined || !has(key)) {
    const names = key && algorithmsOf[key].join(', ')
    throw new Refusal('profile_unsafe', `a key of this kind signs by one of ${names}`)
  }
  const isAsShipped = key === shipped.key && algorithm === undefined
  if (isAsShipped) return shipped
  return { key, algorithm: algorithm ?? algorithmsOf[key][0] } as Signing // of the algorithms of this key
}

function faultOfSigning({ name, signing }: TokenProfile): string | undefined {
  const { checksAudience, algorithms } = programFacts[name]
  if (!checksAudience && signing.key === 'issuer') {
    return `${name} does not check aud: with the key of the issuer it would take the tokens for every other service, so it gets a key of its own`
  }
  return signing.key === 'issuer' || algorithms.includes(signing.algorithm)
    ? undefined
    : faultOfAlgorithm(name, signing.algorithm)
}

function faultOfAlgorithm(name: ProfileName, algorithm: string): string {
  return `${name} does not verify ${algorithm}; it verifies ${programFacts[name].algorithms.join(', ')}`
}

/**
 * The algorithm of the server, where its keys are to sign, has to be one that the program knows.
 * @throws {Refusal} `profile_unsafe`
 */
export function requireVerifiable({ name, signing }: TokenProfile, server: KeyAlgorithm): void {
  if (signing.key !== 'issuer' || programFacts[name].algorithms.includes(server)) return
  throw new Refusal('profile_unsafe', `the keys of this server sign, and ${faultOfAlgorithm(name, server)}`)
}

function faultOfLife({ lifeSeconds }: TokenProfile): string | undefined {
  if (lifeSeconds === null || isWholeWithin(lifeSeconds, shortestLifeSeconds, longestLifeSeconds)) {
    return undefined
  }
  return `a token lives ${shortestLifeSeconds} seconds to a day: nothing calls back one that a program has taken, before it ends`
}

/** Those that the server or a verifier decides by: nothing that is written into a profile replaces them. */
const ours: ReadonlySet<string> = new Set([
  ...[
    'iss',
    'aud',
    'sub',
    'exp',
    'nbf',
    'iat',
    'jti',
    'cnf',
    'act',
    'may_act',
    'authorization_details',
    'client_id',
    'scope',
  ],
  ...['kind', 'sid', 'user_type', 'pv', 'auth_time', 'amr', 'acr', 'nats', '__proto__'],
])

function faultOfClaims({ claims }: TokenProfile): string | undefined {
  if (claims.length > mostClaims) return `a profile adds ${mostClaims} claims at most`
  const names = claims.map(({ name }) => name)
  const own = names.find((name) => ours.has(name))
  if (own !== undefined) return `the claim ${own} is written by the server alone`
  if (new Set(names).size < names.length) return 'a claim is added twice'
  for (const { value } of claims) {
    const texts = typeof value === 'string' ? [value] : typeof value === 'object' ? value : []
    const isList = typeof value === 'object' && value.length === 1 && value[0] === '{scopes}'
    const unknown = isList ? undefined : texts.map(unknownPlaceholder).find((found) => found !== undefined)
    if (unknown !== undefined) {
      return `{${unknown}} stands for nothing; there are ${Object.keys(placeholders).join(', ')}, and a list of {scopes} alone`
    }
  }
  return undefined
}

function unknownPlaceholder(text: string): string | undefined {
  return [...text.matchAll(/\{([^}]*)\}?/g)]
    .map(([, name = '']) => name)
    .find((name) => !Object.hasOwn(placeholders, name))
}

function faultOfForm({ form, type, audienceForm, scopePrefix, claims }: TokenProfile): string | undefined {
  const isPlainNats = type === 'JWT' && audienceForm === 'text' && scopePrefix === '' && claims.length === 0
  if (form === 'nats' && !isPlainNats) {
    return 'the tokens of NATS have a fixed layout; choose the algorithm and the life alone'
  }
  if (!scopePrefixForm.test(scopePrefix)) {
    return 'the prefix of scopes is up to 100 characters of a scope (RFC 6749 section 3.3)'
  }
  return undefined
}

function faultOfStatusList({ name, form, claims, statusList }: TokenProfile): string | undefined {
  if (!statusList) return undefined
  if (form !== 'jwt') return 'the tokens of NATS have a fixed layout, without a claim status'
  // The list is signed by the key of the tokens. A program that looks at no aud could take the list for one of them.
  if (!programFacts[name].checksAudience) {
    return `${name} does not check aud: it could take a status list for a token`
  }
  return claims.some((claim) => claim.name === 'status')
    ? 'the claim status is written by the server, for the status list'
    : undefined
}
