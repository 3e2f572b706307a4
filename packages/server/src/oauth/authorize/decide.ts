import { oneFactor, twoFactors } from '../../sessions/contexts.ts'
import { type AuthorizationError, refusal } from './errors.ts'
import type { AuthorizationRequest } from './request.ts'

/** Who is signed in at the browser that asks. Times are milliseconds since the epoch. */
export interface SignedInPerson {
  /** As the application knows them. */
  readonly subject: string
  readonly signedInAt: number
  /** As `acr` says it. */
  readonly context: string
}

export interface Situation {
  readonly now: number
  readonly person: SignedInPerson | undefined
  /** When the request came first; undefined if that is now. */
  readonly askedAt: number | undefined
  /** Whether the person has said that it is they who go on. */
  readonly isChosen: boolean
  /** Whether the person has just let the application in. */
  readonly isAllowed: boolean
  /** Of whom the `id_token_hint` tells; undefined without one. */
  readonly hintedSubject: string | undefined
  /** Whether the person has let the application in before, with all that it asks for. */
  readonly isConsented: boolean
  readonly isFirstParty: boolean
}

/** What comes next for a request: a page for the person, an answer to the application. */
export type Decision =
  | { readonly kind: 'grant' }
  | { readonly kind: 'sign_in' }
  | { readonly kind: 'choose' }
  | { readonly kind: 'consent' }
  | ({ readonly kind: 'refuse' } & AuthorizationError)

/**
 * Decide what comes next. One sign-in that began after the request answers everything for which a fresh one is asked, so that nobody
 * goes round in a circle.
 */
export function decide(request: AuthorizationRequest, situation: Situation): Decision {
  const { person } = situation
  const isSilent = request.prompts.includes('none')
  if (!person || needsSignIn(request, person, situation)) {
    return isSilent
      ? refuse('login_required', 'nobody is signed in as this asks for', 'login_required')
      : { kind: 'sign_in' }
  }
  const isFresh = isAfterRequest(person, situation)
  if (lacksContext(request, person)) {
    return refuse('unmet_authentication_requirements', 'the sign-in is not as strong', 'context_unmet')
  }
  if (request.prompts.includes('select_account') && !situation.isChosen && !isFresh) return { kind: 'choose' }
  if (needsConsent(request, situation)) {
    return isSilent
      ? refuse('consent_required', 'the person has not let this application in', 'consent_required')
      : { kind: 'consent' }
  }
  return { kind: 'grant' }
}

function needsSignIn(request: AuthorizationRequest, person: SignedInPerson, situation: Situation): boolean {
  const { claims, contexts, maxAgeSeconds, prompts } = request
  const wanted = claims?.subject ?? situation.hintedSubject
  // Somebody else has to sign in, however often that takes.
  if (wanted !== undefined && wanted !== person.subject) return true
  if (isAfterRequest(person, situation)) return false
  if (prompts.includes('login')) return true
  if (maxAgeSeconds !== undefined && situation.now - person.signedInAt > maxAgeSeconds * 1000) return true
  // A stronger sign-in is tried once, also where the application goes on without.
  return !meets(person.context, [...contexts, ...(claims?.contexts ?? [])])
}

function isAfterRequest({ signedInAt }: SignedInPerson, { askedAt }: Situation): boolean {
  return askedAt !== undefined && signedInAt >= askedAt
}

function lacksContext({ claims }: AuthorizationRequest, { context }: SignedInPerson): boolean {
  return !meets(context, claims?.contexts ?? [])
}

/** Two factors are one and more. A context that is not ours cannot be met. */
function meets(context: string, wanted: readonly string[]): boolean {
  if (wanted.length === 0) return true
  return wanted.includes(context) || (context === twoFactors && wanted.includes(oneFactor))
}

function needsConsent({ prompts }: AuthorizationRequest, situation: Situation): boolean {
  if (situation.isAllowed) return false
  if (prompts.includes('consent')) return true
  return !situation.isFirstParty && !situation.isConsented
}

function refuse(...said: Parameters<typeof refusal>): Decision {
  return { kind: 'refuse', ...refusal(...said) }
}
