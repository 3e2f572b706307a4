import { application as applicationTarget } from '../../activity/events.ts'
import type { EventReason } from '../../activity/schema/reasons.ts'
import type { ApplicationRow } from '../../applications/store.ts'
import type { ClientInfo } from '../../client-info.ts'
import { Refusal, unlessRefused } from '../../errors.ts'
import { contextOf } from '../../sessions/contexts.ts'
import type { ServiceTarget } from '../../tokens/target.ts'
import { findConsent } from '../consents/store.ts'
import { detailsColumn, detailsOf, scopesBeside } from '../details.ts'
import type { OauthGround, Person, Present } from '../ground.ts'
import { subjectOfHint } from '../id-tokens/hint.ts'
import { type NamedDetail, named } from '../named-details.ts'
import { obtainable } from '../obtainable.ts'
import { itemsOf, type ParameterFault, type Parameters } from '../parameters.ts'
import { subjectFor } from '../subjects.ts'
import { scopeOfClaim } from './claims-request.ts'
import { grantCode } from './code.ts'
import { decide, type SignedInPerson } from './decide.ts'
import { type AuthorizationError, isAuthorizationError, refusal } from './errors.ts'
import { isAssured, redirectOf, withParameters } from './redirects.ts'
import { type AuthorizationRequest, readAuthorizationRequest } from './request.ts'

/** A request that has come to the authorization endpoint, perhaps a while ago. */
export interface Asked {
  readonly parameters: Parameters
  readonly isPushed: boolean
  /** When it came first; undefined if that is now. */
  readonly askedAt: number | undefined
  /** What else of it cannot be read, so that the parameters are no more than the address for the answer. */
  readonly fault?: ParameterFault
}

/** What the person at the browser has said to it. */
export interface Answered {
  readonly isChosen: boolean
  readonly isAllowed: boolean
  readonly isDenied: boolean
}

export const nothingAnswered: Answered = { isChosen: false, isAllowed: false, isDenied: false }

/** What is wrong with a request whose answer cannot be sent to the application, since nothing says that the address is its own. */
export type PageFault =
  | 'client_missing'
  | 'client_unknown'
  | 'client_disabled'
  | 'redirect_missing'
  | 'redirect_foreign'

export type Outcome =
  /** Send the browser there: to the application, with its answer. */
  | { readonly kind: 'answer'; readonly location: string; readonly error: AuthorizationError | undefined }
  | { readonly kind: 'fault'; readonly fault: PageFault; readonly client: string | undefined }
  | { readonly kind: 'sign_in'; readonly loginHint: string | undefined }
  | { readonly kind: 'choose'; readonly person: Person; readonly application: ApplicationRow }
  | {
      readonly kind: 'consent'
      readonly person: Person
      readonly application: ApplicationRow
      readonly scopes: readonly string[]
      /** The devices that it is about; undefined where the scopes alone say it. */
      readonly devices: readonly NamedDetail[] | undefined
      readonly resource: string | undefined
      readonly redirectUri: string
    }

/** Bring a request as far as it gets: to the application with a code or an error, or to a page for the person. */
export async function authorize(
  ground: OauthGround,
  asked: Asked,
  present: Present | undefined,
  answered: Answered,
  client: ClientInfo,
): Promise<Outcome> {
  const { parameters } = asked
  const clientId = parameters.get('client_id')
  if (clientId === undefined) return { kind: 'fault', fault: 'client_missing', client: undefined }
  const application = await ground.findApplication(ground.db, clientId)
  if (!application) return { kind: 'fault', fault: 'client_unknown', client: undefined }
  const { id } = application
  if (application.disabled_at !== null) return { kind: 'fault', fault: 'client_disabled', client: id }
  const wantedUri = parameters.get('redirect_uri')
  // OpenID Connect Core section 3.1.2.1 has it required; OAuth 2.1 section 4.1.1 does not, where one is registered.
  const isRequired = itemsOf(parameters.get('scope')).includes('openid')
  const redirectUri = redirectOf(application, wantedUri, isRequired)
  if (redirectUri === undefined) {
    const fault = wantedUri === undefined ? 'redirect_missing' : 'redirect_foreign'
    return { kind: 'fault', fault, client: id }
  }
  const answer = (more: Readonly<Record<string, string>>, error?: AuthorizationError): Outcome => {
    const location = withParameters(redirectUri, {
      ...{ ...more, state: parameters.get('state'), iss: ground.issuer },
    })
    return { kind: 'answer', location, error }
  }
  const refused = (error: AuthorizationError) =>
    answer({ error: error.error, error_description: error.description }, error)

  if (asked.fault) return refused(unreadable(asked.fault))
  const request = readAuthorizationRequest(parameters, application, {
    ...{ redirectUri, isPushed: asked.isPushed, now: ground.world.now() },
  })
  if (isAuthorizationError(request)) return refused(request)
  if (answered.isDenied) {
    return refused(refusal('access_denied', 'the person did not let the application in', 'denied'))
  }
  const target = await targetOf(ground, request)
  if (target && isAuthorizationError(target)) return refused(target)
  const wanted = await wantedOf(ground, application, { request, target }, present?.person)
  if (isAuthorizationError(wanted)) return refused(wanted)
  const hinted = hintedBy(ground, application, request)
  if (typeof hinted === 'object') return refused(hinted)
  const decision = decide(request, {
    now: ground.world.now(),
    person: present && signedInAs(application, present),
    askedAt: asked.askedAt,
    isChosen: answered.isChosen || answered.isAllowed,
    isAllowed: answered.isAllowed,
    hintedSubject: hinted,
    isConsented:
      present !== undefined &&
      isAssured(application, redirectUri) &&
      (await isConsented(
        ground,
        { application, request, resource: target?.audience ?? '' },
        present,
        wanted,
      )),
    isFirstParty: application.is_first_party,
  })
  if (decision.kind === 'refuse') return refused(decision)
  if (!present || decision.kind === 'sign_in') return { kind: 'sign_in', loginHint: request.loginHint }
  const { person } = present
  if (decision.kind === 'choose') return { kind: 'choose', person, application }
  if (decision.kind === 'consent') {
    const devices = request.details && (await named(ground, person, request.details))
    return {
      kind: 'consent',
      person,
      application,
      scopes: wanted,
      devices,
      resource: target?.audience,
      redirectUri,
    }
  }
  const details = request.details && (await detailsOf(ground, person, request.details))
  if (details?.length === 0) {
    return refused(refusal('access_denied', 'the person has none of these devices', 'devices_not_related'))
  }
  const granted = {
    ...{ application, request, present, scopes: wanted, details, isAllowed: answered.isAllowed },
    resource: target?.audience,
  }
  const code = await grantCode(ground, granted, client)
  // The session has ended since it was read, so nobody is signed in at this browser.
  return code === undefined ? authorize(ground, asked, undefined, answered, client) : answer({ code })
}

/** RFC 6749 section 4.1.2.1: the application is told as soon as it is known where. */
function unreadable(fault: ParameterFault): AuthorizationError {
  const name = 'name' in fault ? ` ${fault.name}` : ''
  return refusal('invalid_request', `parameters: ${fault.fault}${name}`, 'parameters')
}

function signedInAs(application: ApplicationRow, { session, person }: Present): SignedInPerson {
  return {
    subject: subjectFor(application, person.id),
    signedInAt: session.created_at,
    context: contextOf(session.amr),
  }
}

/** What of it can be had: what the application may ask for, and the person has. Before somebody is there, what it may ask for. */
async function wantedOf(
  ground: OauthGround,
  application: ApplicationRow,
  asked: { readonly request: AuthorizationRequest; readonly target: ServiceTarget | undefined },
  person: Person | undefined,
): Promise<readonly string[] | AuthorizationError> {
  const { claims, details } = asked.request
  const scopes = scopesBeside(details, asked.request.scopes, application.scopes)
  const wanted = await obtainable(ground, { application, scopes, target: asked.target }, person)
  if (wanted === undefined) {
    return refusal('invalid_scope', 'none of these scopes can be had', 'scope_unavailable')
  }
  const byName = [...(claims?.idToken ?? []), ...(claims?.userinfo ?? [])].map((name) => scopeOfClaim[name])
  const more = application.scopes.filter((scope) => byName.some((covering) => covering === scope))
  return [...new Set([...wanted, ...more])]
}

/** The service that tokens are asked for, by the name under which it is registered. */
async function targetOf(
  { findTarget }: OauthGround,
  { resource }: AuthorizationRequest,
): Promise<ServiceTarget | undefined | AuthorizationError> {
  return unlessRefused(() => findTarget(resource), {
    resource_unknown: () =>
      refusal('invalid_target', 'there is no service with this audience', 'resource_unknown'),
  })
}

function hintedBy(
  { ring, issuer }: OauthGround,
  application: ApplicationRow,
  { idTokenHint }: AuthorizationRequest,
): string | undefined | AuthorizationError {
  if (idTokenHint === undefined) return undefined
  const hint = subjectOfHint({ ring, issuer }, idTokenHint)
  if (hint && hint.audience === application.id) return hint.subject
  return refusal('invalid_request', 'id_token_hint is no ID token for this application', 'hint_invalid')
}

async function isConsented(
  { db }: OauthGround,
  {
    application,
    request,
    resource,
  }: {
    readonly application: ApplicationRow
    readonly request: AuthorizationRequest
    readonly resource: string
  },
  { person }: Present,
  wanted: readonly string[],
): Promise<boolean> {
  const consent = await findConsent(db, person.id, application.id, resource)
  if (consent === undefined || !wanted.every((scope) => consent.scopes.includes(scope))) return false
  // What was let be done with some devices says nothing of others, and nothing of all of them.
  return consent.details === detailsColumn(request.details)
}

/** What the log is told of a request that was refused. */
export function refusalToLog(outcome: Outcome, present: Present | undefined): Refusal | undefined {
  const told = (reason: EventReason, clientId: string | undefined): Refusal => {
    const who = present ? { subject: present.person.id, subjectKind: 'user' as const } : {}
    const target = clientId === undefined ? undefined : applicationTarget(clientId)
    const refused = { event: 'application.authorize', ...who, clientId, target } as const
    return new Refusal('authorization_refused', 'this request for authorization is not right', {
      reason,
      refused,
    })
  }
  if (outcome.kind === 'fault') return told(outcome.fault, outcome.client)
  if (outcome.kind !== 'answer' || !outcome.error) return undefined
  return told(outcome.error.reason, undefined)
}
