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
import { type Load, offerUntilChosen } from './offer.ts'
import { oneAtATime } from './one-at-a-time.ts'
import { nothing, type Outcome, outcomeOf } from './outcome.ts'
import { browserPlatform, type Obstacle, obstacleOf, type PasskeyPlatform } from './platform.ts'

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
  /** Make a passkey, in a dialog of the browser. The options are got before: that may take a fresh sign-in, by a passkey as well. */
  make(options: CreationOptions): Promise<Outcome<Registration>>
  /** Whether the browser can make one without a dialog, for somebody who has just signed in with a password that it keeps. */
  canMakeSilently(): Promise<boolean>
  /** Make a passkey without a dialog, if the browser will. */
  makeSilently(options: CreationOptions): Promise<Outcome<Registration>>
}

/** `mediation` is not in the platform's types of `create` yet. */
interface Mediation {
  readonly mediation?: 'conditional'
}

export function createPasskeyRequests(platform: PasskeyPlatform = browserPlatform()): PasskeyRequests {
  const { credentials, type = {} } = platform
  const alone = oneAtATime()
  const get = (options: RequestOptions, signal: AbortSignal, how: Mediation = {}) =>
    outcomeOf(
      () => credentials?.get({ publicKey: requestOptionsOf(options, type), signal, ...how }),
      assertionOf,
    )
  const create = (options: CreationOptions, signal: AbortSignal, how: Mediation = {}) =>
    outcomeOf(
      () => credentials?.create({ publicKey: creationOptionsOf(options, type), signal, ...how }),
      registrationOf,
    )
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
    make: (options) => alone((signal) => create(options, signal)),
    async canMakeSilently() {
      const capabilities = await type.getClientCapabilities?.().catch(() => undefined)
      return capabilities?.conditionalCreate === true
    },
    makeSilently: (options) => alone((signal) => create(options, signal, conditional)),
  }
}
