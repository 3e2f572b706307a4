import type { ApplicationChange } from '../../applications/facts.ts'
import { grantNames } from '../../applications/grants.ts'
import { oneOf } from '../services/rules.ts'
import { readNamed } from '../token/input.ts'
import { WrongUse } from '../wrong-use.ts'

/** What `add` and `change` take of an application. */
export interface Facts {
  readonly redirect?: readonly string[]
  readonly logout?: readonly string[]
  readonly backchannel?: string
  readonly backchannelSession?: boolean
  readonly frontchannel?: string
  readonly frontchannelSession?: boolean
  readonly scope?: readonly string[]
  readonly grant?: readonly string[]
  readonly authentication?: string
  readonly keySet?: string
  readonly jwksUri?: string
  readonly home?: string
  readonly policy?: string
  readonly firstParty?: boolean
  readonly pkce?: boolean
  readonly push?: boolean
  readonly dpop?: boolean
  readonly pairwise?: boolean
}

/** @throws {WrongUse} */
export function factsIn(facts: Facts): Omit<ApplicationChange, 'name'> {
  const { authentication, keySet, pairwise } = facts
  return {
    authentication:
      authentication === undefined
        ? undefined
        : oneOf('--authentication', ['none', 'secret', 'key'] as const, authentication),
    jwks: keySet === undefined ? undefined : keySetIn(keySet),
    jwksUri: facts.jwksUri,
    redirectUris: facts.redirect,
    logoutUris: facts.logout,
    backchannelLogoutUri: addressIn(facts.backchannel),
    backchannelLogoutSessionRequired: facts.backchannelSession,
    frontchannelLogoutUri: addressIn(facts.frontchannel),
    frontchannelLogoutSessionRequired: facts.frontchannelSession,
    grants: facts.grant?.map(grantIn),
    scopes: facts.scope,
    isFirstParty: facts.firstParty,
    requiresPkce: facts.pkce,
    requiresPush: facts.push,
    requiresDpop: facts.dpop,
    subjectType: pairwise === undefined ? undefined : pairwise ? 'pairwise' : 'public',
    homeUri: facts.home,
    policyUri: facts.policy,
  }
}

/** An empty one takes the address away. */
function addressIn(given: string | undefined): string | null | undefined {
  return given === '' ? null : given
}

/** By its whole name, or by what stands behind the last colon. */
function grantIn(given: string): string {
  const short = grantNames.map((name) => name.slice(name.lastIndexOf(':') + 1))
  return (
    grantNames.find((name) => name === given) ?? grantNames[short.indexOf(oneOf('--grant', short, given))]!
  )
}

function keySetIn(file: string): object {
  const text = readNamed(file, '--key-set')
  try {
    const set: unknown = JSON.parse(text)
    if (typeof set === 'object' && set !== null) return set
  } catch {
    // Said below, without what the file holds.
  }
  throw new WrongUse('--key-set is a file with a JWK Set: {"keys": […]}')
}
