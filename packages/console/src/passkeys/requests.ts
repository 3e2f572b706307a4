import {
  type Assertion,
  assertionOf,
  type CreationOptions,
  creationOptionsOf,
  type Registration,
  type RequestOptions,
  registrationOf,
  requestOptionsOf,
} from './json.ts'
import { createListLock } from './list-lock.ts'
import { type Load, offerUntilChosen } from './offer.ts'
import { oneAtATime } from './one-at-a-time.ts'
import { nothing, type Outcome, outcomeOf } from './outcome.ts'
import { browserPlatform, type Obstacle, obstacleOf, type PasskeyPlatform } from './platform.ts'

/** Has the server keep a passkey that was made. */
type Keep<Kept> = (credential: Registration) => Promise<Kept>

/** Requests for passkeys. A browser has one at a time, so a new one ends the one before. */
export interface PasskeyRequests {
  /** Why this page cannot use passkeys; undefined where it can. */
  readonly obstacle: Obstacle | undefined
  /** Ask for a passkey in a dialog of the browser. */
  ask(load: Load): Promise<Outcome<Assertion>>
  /**
   * Have the browser list passkeys below a field with `autocomplete="webauthn"`, until one is chosen there, the signal aborts or
   * another request is made. The challenge is renewed before it expires.
   */
  offer(load: Load, signal: AbortSignal): Promise<Outcome<Assertion>>
  /**
   * Make a passkey, in a dialog of the browser, and have the server keep it. The options are got before: that may take a fresh sign-in, by a
   * passkey as well.
   */
  make<Kept>(options: CreationOptions, keep: Keep<Kept>): Promise<Outcome<Kept>>
  /** Whether the browser can make one without a dialog, for somebody who has just signed in with a password that it keeps. */
  canMakeSilently(): Promise<boolean>
  /** Make a passkey without a dialog, if the browser will, within ten seconds. */
  makeSilently<Kept>(options: CreationOptions, keep: Keep<Kept>): Promise<Outcome<Kept>>
}

/** `mediation` is not in the platform's types of `create` yet. */
interface Mediation {
  readonly mediation?: 'conditional'
}

/** A browser that cannot make one without a dialog may keep the request for as long as the page is open. */
const longestSilenceMs = 10_000

export function createPasskeyRequests(platform: PasskeyPlatform = browserPlatform()): PasskeyRequests {
  const { credentials, type = {} } = platform
  const alone = oneAtATime()
  const lock = createListLock(platform.locks)
  const get = (options: RequestOptions, signal: AbortSignal, how: Mediation = {}) =>
    outcomeOf(
      () => credentials?.get({ publicKey: requestOptionsOf(options, type), signal, ...how }),
      assertionOf,
    )
  const create = <Kept>(
    options: CreationOptions,
    keep: Keep<Kept>,
    how: Mediation = {},
    limit?: AbortSignal,
  ) =>
    lock.whileMaking(async (): Promise<Outcome<Kept>> => {
      const make = (signal: AbortSignal) =>
        outcomeOf(
          () => credentials?.create({ publicKey: creationOptionsOf(options, type), signal, ...how }),
          registrationOf,
        )
      const made = await alone(make, limit)
      return made.kind === 'given' ? { kind: 'given', value: await keep(made.value) } : made
    })
  const conditional = { mediation: 'conditional' } as const

  return {
    obstacle: obstacleOf(platform),
    ask: (load) => alone(async (signal) => get(await load(signal), signal)),
    async offer(load, signal) {
      const canOffer = await type.isConditionalMediationAvailable?.().catch(() => false)
      if (!canOffer || signal.aborted) return nothing
      const { now, wait } = platform
      const parts = {
        ...{ load, now, wait },
        get: (options: RequestOptions, round: AbortSignal) => get(options, round, conditional),
      }
      return alone((both) => offerUntilChosen(parts, both), signal)
    },
    make: (options, keep) => create(options, keep),
    async canMakeSilently() {
      const capabilities = await type.getClientCapabilities?.().catch(() => undefined)
      return capabilities?.conditionalCreate === true
    },
    async makeSilently(options, keep) {
      const limit = new AbortController()
      platform.wait(longestSilenceMs, limit.signal).then(
        () => limit.abort(),
        () => {},
      )
      const outcome = await create(options, keep, conditional, limit.signal)
      limit.abort()
      return outcome
    },
  }
}
