import type { EventReason } from '../../activity/schema/reasons.ts'
import type { Refusal } from '../../errors.ts'
import type { PageAnswer } from '../../http/route.ts'
import { signInPath } from '../../pages/own-path.ts'
import { html, type Language, page } from '../../pages/page.ts'
import { words } from './words.ts'

/** To a provider. The cookie by which the browser is known again goes with it. */
export function movedTo(location: string, cookie: string): PageAnswer<303> {
  const link = html`<!doctype html><title>Latchkey</title><a href="${location}">${new URL(location).host}</a>`
  return { kind: 'page', status: 303, html: link.text, headers: { location }, cookies: [cookie] }
}

/** A page of ours that goes on at once, also without script: a redirect would still be part of the navigation of another site. */
export function leadingOn(language: Language, path: string): PageAnswer<200> {
  const say = words[language]
  return page(
    200,
    { title: say.leavingTitle, language },
    html`<h1>${say.leavingTitle}</h1><p><a href="${path}">${say.goOn}</a></p>`,
    { headers: { refresh: `0; url=${path}` } },
  )
}

export function linkedPage(language: Language, name: string, next: string): PageAnswer<200> {
  const say = words[language]
  return page(
    200,
    { title: say.linkedTitle, language },
    html`<h1>${say.linkedTitle}</h1><p>${say.linkedText(name)}</p><p><a href="${next}">${say.goOn}</a></p>`,
    { headers: { refresh: `0; url=${next}` } },
  )
}

interface Failed {
  readonly language: Language
  /** Of the provider. */
  readonly name: string
  readonly next: string
  readonly requestId: string | undefined
}

type Status = 400 | 401 | 404 | 409 | 429 | 503

/** The page of a sign-in that came to nothing; undefined for a refusal that has none. */
export function failurePage(
  refusal: Refusal,
  { language, name, next, requestId = '' }: Failed,
): PageAnswer<Status> | undefined {
  const say = words[language]
  const failure = failureOf(refusal, say, name)
  if (!failure) return undefined
  const [status, text] = failure
  // Back may lead here after a sign-in that went well.
  const title = isOver(refusal.reason) ? say.overTitle : say.failedTitle
  const content = html`<h1>${title}</h1>
<p class="bad" role="alert">${text}</p>
<p><a href="${signInPath(next)}">${say.again}</a></p>
<p class="hint">${say.request(requestId)}</p>`
  return page(status, { title, language }, content, { refusal })
}

function failureOf(
  { code, reason }: Refusal,
  say: (typeof words)[Language],
  name: string,
): readonly [Status, string] | undefined {
  switch (code) {
    case 'provider_not_found':
      return [404, say.notFound]
    case 'provider_unavailable':
      return [503, say.unavailable(name)]
    case 'provider_refused':
      return [400, refusedText(reason, say, name)]
    case 'credentials_invalid':
      return [401, say.accountClosed]
    case 'address_taken':
      return [409, say.addressTaken]
    case 'identity_taken':
      return [409, say.identityTaken]
    case 'identity_limit_reached':
      return [409, say.identityLimit]
    case 'too_many_requests':
      return [429, say.wait]
    default:
      return undefined
  }
}

/** What the person can do about it. The rest is in the log. */
function refusedText(reason: EventReason | undefined, say: (typeof words)[Language], name: string): string {
  if (reason === 'person_unknown') return say.personUnknown(name)
  if (reason === 'session_ended') return say.linkOver
  if (isOver(reason)) return say.outdated
  return reason?.startsWith('provider_') === true ? say.denied(name) : say.failed(name)
}

const isOver = (reason: EventReason | undefined) =>
  reason?.startsWith('state_') === true || reason?.startsWith('browser_') === true
