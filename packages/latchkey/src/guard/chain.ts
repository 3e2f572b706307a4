import type { Authenticator, AuthenticatorFactory, Link, Surroundings } from './authenticator.ts'
import { prepareAccessTokens } from './authenticators/access-token.ts'
import { bearerFactory, prepareDescription } from './authenticators/bearer.ts'
import { type DpopOptions, type DpopSurroundings, dpopFactory } from './authenticators/dpop.ts'
import type { Issuers } from './issuers/issuers.ts'
import {
  type Announcement,
  checkChallenge,
  prepareRefusals,
  type RefusalError,
  type Refuse,
  usualStatus,
} from './refusal.ts'

interface ChainOptions extends DpopSurroundings {
  readonly authenticators: readonly (Authenticator | AuthenticatorFactory)[]
  readonly dpop: boolean | DpopOptions
  readonly compat: 'drf' | undefined
  readonly issuers: Issuers
  readonly announcement: Announcement
  readonly now: () => number
  readonly realm: string
}

interface Chain {
  readonly links: readonly Link[]
  /** For what no authenticator judged. */
  readonly refuse: Refuse
  /** What the authenticators add to the metadata of the resource. */
  readonly metadata: Readonly<Record<string, unknown>>
}

/** Put the authenticators of a guard in their places, each with the function that writes its refusals. */
export function prepareChain(options: ChainOptions): Chain {
  const { announcement, compat, now, realm } = options
  if (compat !== undefined && compat !== 'drf') throw new TypeError('compat is drf')
  const surroundings: Surroundings = {
    now,
    realm,
    verifyToken: prepareAccessTokens(options.issuers),
    describeToken: prepareDescription(options.issuers),
  }
  const authenticators = inOrder(options).map((one) => {
    if (typeof one !== 'object' || one === null) throw new TypeError('an authenticator is an object')
    return 'prepare' in one ? one.prepare(surroundings) : one
  })
  const all = authenticators.flatMap(({ challenge }) => challenge ?? [])
  for (const challenge of all) checkChallenge(challenge)
  const first = authenticators[0]?.challenge
  const challenges = compat === 'drf' ? [first ?? []].flat() : all
  const statusOf = compat === 'drf' ? (error: RefusalError) => statusByFirst(error, first) : usualStatus
  return {
    links: authenticators.map((authenticator, index) => ({
      authenticator,
      index,
      refuse: prepareRefusals(challenges, authenticator.challenge, announcement, statusOf),
    })),
    refuse: prepareRefusals(challenges, challenges[0], announcement, statusOf),
    metadata: Object.assign({}, ...authenticators.map(({ metadata }) => metadata)),
  }
}

/** Tokens in the header come first, unless the list says where `bearer()` stands; DPoP stands beside it. */
function inOrder(options: ChainOptions): readonly (Authenticator | AuthenticatorFactory)[] {
  const { authenticators, dpop } = options
  const details = dpop === true ? {} : dpop === false ? undefined : dpop
  const tokens = [
    ...(details?.required === true ? [] : [bearerFactory]),
    ...(details === undefined ? [] : [dpopFactory(details, options)]),
  ]
  return authenticators.includes(bearerFactory)
    ? authenticators.flatMap((one) => (one === bearerFactory ? tokens : [one]))
    : [...tokens, ...authenticators]
}

/** In Django REST framework the first class decides: with its challenge it is 401, without one 403. */
function statusByFirst(error: RefusalError, first: Authenticator['challenge']): number {
  const status = usualStatus(error)
  if (status !== 400 && status !== 401) return status
  return first === undefined ? 403 : 401
}
