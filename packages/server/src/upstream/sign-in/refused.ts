import type { Details } from '../../activity/events.ts'
import type { EventReason } from '../../activity/schema/reasons.ts'
import { Refusal } from '../../errors.ts'

/** A sign-in at a provider that came to nothing. Why is for the log; the page says what the person can do. */
export function notSignedIn(provider: string, reason: EventReason, more: Details = {}): Refusal {
  return new Refusal('provider_refused', 'the sign-in at the provider did not succeed; begin again', {
    ...{ reason, refused: { event: 'user.sign_in', details: { provider, ...more } } },
  })
}

/** The provider, or its answer, was not there. */
export function unavailable(provider: string, reason: EventReason): Refusal {
  return new Refusal('provider_unavailable', 'the provider cannot be reached; try again in a minute', {
    ...{ reason, retryAfterSeconds: 60, refused: { event: 'user.sign_in', details: { provider } } },
  })
}
