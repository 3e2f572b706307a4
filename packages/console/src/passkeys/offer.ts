import type { Assertion, RequestOptions } from './json.ts'
import type { Outcome } from './outcome.ts'
import type { PasskeyPlatform } from './platform.ts'

/** Gets options, with a fresh challenge. */
export type Load = (signal: AbortSignal) => Promise<RequestOptions>

interface OfferParts extends Pick<PasskeyPlatform, 'now' | 'wait'> {
  /** One request of the browser. */
  readonly get: (options: RequestOptions, signal: AbortSignal) => Promise<Outcome<Assertion>>
  readonly load: Load
}

/** How long a challenge lives whose options do not say it. */
const usualLifeMs = 300_000
/** At this part of its life a challenge is renewed: choosing a passkey takes time as well. */
const renewedAt = 0.8
/** Before options that could not be had are asked for again. */
const patienceMs = 30_000
/** An offer that ends sooner than this was not declined by a person, and is not made again. */
const shortestOfferMs = 1_000

/** Offers passkeys until one is chosen or the signal aborts, one request of the browser after the other. */
export async function offerUntilChosen(parts: OfferParts, signal: AbortSignal): Promise<Outcome<Assertion>> {
  let options = await loadPatiently(parts, signal)
  for (;;) {
    const beganMs = parts.now()
    const round = new AbortController()
    const either = AbortSignal.any([signal, round.signal])
    const renewal: { options?: RequestOptions } = {}
    // The offer stands until the fresh options are there.
    void parts
      .wait(renewedAt * (options.timeout ?? usualLifeMs), either)
      .then(() => loadPatiently(parts, either))
      .then((fresh) => {
        renewal.options = fresh
        round.abort()
      })
      .catch(() => {})
    const outcome = await parts.get(options, either)
    round.abort()
    if (outcome.kind !== 'none' || signal.aborted) return outcome
    const isDeclined = renewal.options === undefined
    if (isDeclined && parts.now() - beganMs < shortestOfferMs) return outcome
    options = renewal.options ?? (await loadPatiently(parts, signal))
  }
}

/** Nobody waits for an offer, so a server that is away is asked again. */
async function loadPatiently({ load, wait }: OfferParts, signal: AbortSignal): Promise<RequestOptions> {
  for (;;) {
    try {
      return await load(signal)
    } catch (error) {
      if (signal.aborted) throw error
      await wait(patienceMs, signal)
    }
  }
}
