import { createAccounts } from '../accounts/accounts.ts'
import { createApiKeys } from '../api-keys/api-keys.ts'
import { createApplications } from '../applications/applications.ts'
import { createApps } from '../apps/apps.ts'
import type { Oauth } from '../oauth/oauth.ts'
import { createRights } from '../rights/rights.ts'
import { createServices } from '../services/services.ts'
import type { TokenHands } from '../tokens/ground.ts'
import { createTokens } from '../tokens/tokens.ts'
import { createUpstream } from '../upstream/upstream.ts'
import type { Foundation } from './foundation.ts'

export type Callers = Awaited<ReturnType<typeof createCallers>>

/** What parts that are built later do for these. */
export interface Later {
  readonly noteEndedSession: TokenHands['noteEndedSession']
  readonly endGrants: Oauth['endGrants']
}

/** Whoever presents a token, and what they present: people, services, applications, their keys and where they come from. */
export async function createCallers(foundation: Foundation, later: Later) {
  const { config, ground, isDevelopment, masterKey, mail, passwords, attempts, ring } = foundation
  const { outbound, fetches } = foundation
  const { issuer, audience, accessTokenSeconds: lifeSeconds } = config
  const { regionOf } = foundation.regions
  const tokens = await createTokens(
    ground,
    ring,
    { issuer, audience, lifeSeconds, presentedForMs: foundation.presentedForMs },
    {
      noteEndedSession: later.noteEndedSession,
      endApiKey: (tx, actor, id) => apiKeys.endOne(tx, actor, id),
      async ownerOfApiKey(id) {
        const subject = await apiKeys.ownerOf(id)
        return subject === undefined ? undefined : { subject, kind: 'api_key' }
      },
      findKeyOfService: (kid) => services.findKey(kid),
      feedKeysOf: (service) => services.feedKeysOf(service),
      statusSignerOf: (service) => services.statusSignerOf(service),
      async reachOf({ subject, kind }) {
        if (kind === 'device') return []
        const reach =
          kind === 'service' ? (await services.find(subject))?.scopes : await accounts.reachOf(subject)
        return reach ?? []
      },
    },
  )
  const apiKeys = createApiKeys({ ...ground, ...tokens, regionOf })
  ring.govern(apiKeys.endSignedBy)
  const services = createServices({ ...ground, ...tokens, masterKey, apiKeys, fetches })
  const { findTarget } = services
  const rights = createRights(ground)
  const accounts = await createAccounts(
    { ...ground, ...tokens, apiKeys, findTarget, regionOf, passwords, attempts, mail, masterKey },
    config,
  )
  apiKeys.govern({ owners: accounts.keyOwners, services: services.forKeys })
  const applications = createApplications({
    ...{ ...ground, outbound, issuer, isDevelopment },
    rules: {
      ...{ registration: config.clientRegistration, tokenFile: config.clientRegistrationTokenFile },
      ...{ scopes: config.clientRegistrationScopes, documents: config.clientDocuments },
    },
    admit: attempts.admitRegistration,
    scopesOfServices: services.knownScopes,
    findService: services.find,
    holdService: services.hold,
    endGrants: later.endGrants,
  })
  const apps = createApps({
    ...{ ...ground, ...tokens, outbound, findTarget, regionOf },
    ...{ people: accounts.ofApps, lockForSignIn: accounts.lockForSignIn, admit: attempts.admitChallenge },
  })
  const upstream = createUpstream({
    ...{ ...ground, issuer, masterKey, outbound, ring, people: accounts.ofProviders },
  })
  return { tokens, apiKeys, services, rights, accounts, applications, apps, upstream }
}
