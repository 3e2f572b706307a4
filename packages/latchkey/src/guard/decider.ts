import { carriedInOrder, type Finding, type Link, prepareSelection, type Selection } from './authenticator.ts'
import type { FailureLimit } from './failure-limit.ts'
import { type CheckPolicy, type Policy, preparePolicy } from './policy.ts'
import type { Principal } from './principal.ts'
import { isPromiseLike } from './promise-like.ts'
import type { Refusal, RefusalError, RefusalReason, Refuse } from './refusal.ts'
import type { GuardRequest } from './request.ts'

/** The result of a guard: the request may pass, or a finished refusal. */
export type Decision =
  | {
      readonly kind: 'allowed'
      readonly auth: Principal | undefined
      /** To be sent with whatever the handler answers. */
      readonly headers?: Readonly<Record<string, string>>
    }
  | { readonly kind: 'refused'; readonly refusal: Refusal }

/** Decide about a request. A promise only where keys must be fetched, or a rule gives one. */
export type Decide = (request: GuardRequest) => Decision | Promise<Decision>

interface DeciderParts {
  readonly links: readonly Link[]
  /** For what no authenticator judged. */
  readonly refuse: Refuse
  readonly compat: 'drf' | undefined
  readonly failureLimit: FailureLimit | undefined
  readonly now: () => number
  /** By how much clocks may differ. */
  readonly toleranceMs: number
  /** Told of every refusal, and of who gave it if anybody did. */
  readonly tell: (refusal: Refusal, link: Link | undefined, credentials: string) => void
}

/** What one kind of route demands, besides what its policy says. */
export interface RouteTerms {
  readonly policy: Policy
  readonly mayBeAnonymous: (request: GuardRequest) => boolean
  /** Treat a caller with a bad token as one with none. */
  readonly lenient: boolean
}

/** Prepare what is the same for all routes of a guard; gives what prepares one. */
export function prepareDecider({
  links,
  refuse,
  compat,
  failureLimit,
  now,
  toleranceMs,
  tell,
}: DeciderParts): (terms: RouteTerms) => Decide {
  const select = prepareSelection(links)
  const nothingBrought = refuse('unauthorized', { detail: 'Credentials are needed' })
  const ambiguous = refuse('invalid_request', {
    detail: 'The request carries more than one credential',
    reason: 'credentials_ambiguous',
  })

  return ({ policy, mayBeAnonymous, lenient }) => {
    const checks: readonly CheckPolicy[] = links.map((link) =>
      preparePolicy(policy, link.refuse, () => now() - toleranceMs),
    )

    function decideNothing(request: GuardRequest): Decision {
      if (mayBeAnonymous(request)) return anonymous
      tell(nothingBrought, undefined, '')
      return { kind: 'refused', refusal: nothingBrought }
    }

    /** A missing right and a missing key are no fault of the token, so leniency does not cover them. */
    function refused(request: GuardRequest, refusal: Refusal, link?: Link, credentials = ''): Decision {
      tell(refusal, link, credentials)
      const isAnonymous = lenient && atFault.has(refusal.error) && mayBeAnonymous(request)
      return isAnonymous ? anonymous : { kind: 'refused', refusal }
    }

    /** `others`: whom to ask where this one turns out to know nobody. */
    function decideBy(
      request: GuardRequest,
      carried: Carried,
      others: readonly Carried[],
    ): Decision | Promise<Decision> {
      const { link, credentials } = carried
      const waitSeconds = failureLimit?.waitSeconds(request, undefined, now())
      if (waitSeconds !== undefined) return refused(request, tooMany(link, waitSeconds), link, credentials)
      const finding = link.authenticator.authenticate(request, credentials, link.refuse)
      return isPromiseLike(finding)
        ? Promise.resolve(finding).then((found) => judge(request, carried, others, found))
        : judge(request, carried, others, finding)
    }

    function judge(
      request: GuardRequest,
      { link, credentials }: Carried,
      others: readonly Carried[],
      finding: Finding,
    ): Decision | Promise<Decision> {
      if (finding.kind === 'refused') {
        const { refusal } = finding
        if (compat === 'drf' && refusal.reason === 'session_unknown') return decideInOrder(request, others)
        if (isGuess(refusal)) failureLimit?.count(request, undefined, now())
        return refused(request, refusal, link, credentials)
      }
      // Anything that is not a `Finding` must not be read as permission.
      if (finding.kind !== 'allowed' || !finding.auth)
        throw new TypeError('an authenticator answers with a finding')
      const verdict = checks[link.index]!(finding.auth, request) // one for each link
      if (verdict === undefined) return finding
      if (!(verdict instanceof Promise)) return refused(request, verdict, link, credentials)
      return verdict.then((late) =>
        late === undefined ? finding : refused(request, late, link, credentials),
      )
    }

    function decideInOrder(request: GuardRequest, carried: readonly Carried[]): Decision | Promise<Decision> {
      const [next, ...others] = carried
      return next === undefined ? decideNothing(request) : decideBy(request, next, others)
    }

    function decideAsDrf(request: GuardRequest): Decision | Promise<Decision> {
      const carried = carriedInOrder(links, request)
      return carried === 'ambiguous' ? refused(request, ambiguous) : decideInOrder(request, carried)
    }

    function decide(request: GuardRequest): Decision | Promise<Decision> {
      const selection = select(request)
      if (selection.kind === 'nothing') return decideNothing(request)
      if (selection.kind === 'ambiguous') return refused(request, ambiguous)
      return decideBy(request, selection, nobody)
    }

    return failingLoudly(compat === 'drf' ? decideAsDrf : decide)
  }
}

/**
 * A rule or an authenticator may throw what is no error. Express goes on to the handler after `next(undefined)`, so that
 * nothing leaves here but an Error.
 */
function failingLoudly(decide: Decide): Decide {
  return (request) => {
    try {
      const decision = decide(request)
      return decision instanceof Promise ? decision.catch(fail) : decision
    } catch (error) {
      return fail(error)
    }
  }
}

function fail(error: unknown): never {
  // Not by `instanceof` alone: test runners have errors of another realm.
  if (error instanceof Error || Object.prototype.toString.call(error) === '[object Error]') throw error
  throw new TypeError('a rule or an authenticator failed with something that is no Error', { cause: error })
}

type Carried = Extract<Selection, { kind: 'one' }>

const nobody: readonly Carried[] = Object.freeze([])

/** Refusals because of the credentials, rather than of the rights of their holder. */
const atFault: ReadonlySet<RefusalError> = new Set<RefusalError>([
  'invalid_token',
  'invalid_request',
  'invalid_credentials',
  'invalid_dpop_proof',
])

/** Credentials that were valid once are no guess: a device whose token has expired must not lock out its neighbours. */
function isGuess({ error, reason }: Refusal): boolean {
  return atFault.has(error) && (reason === undefined || !wasGoodOnce.has(reason))
}

const wasGoodOnce: ReadonlySet<RefusalReason> = new Set<RefusalReason>([
  'token_expired',
  'token_revoked',
  'token_too_old',
  'token_not_yet_valid',
  'token_issued_in_future',
  'session_unknown',
  'proof_expired',
  'proof_not_yet_valid',
])

function tooMany({ refuse }: Link, waitSeconds: number): Refusal {
  return refuse('rate_limited', {
    detail: 'There were too many failures',
    reason: 'failures_too_many',
    headers: { 'retry-after': String(waitSeconds) },
  })
}

const anonymous: Decision = Object.freeze({ kind: 'allowed', auth: undefined })
