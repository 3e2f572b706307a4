import type { PageAnswer } from '../../http/route.ts'
import { type Html, html, type Language, page } from '../../pages/page.ts'
import { givenContent } from '../given.ts'
import { words } from '../words.ts'
import type { Outcome } from './authorize.ts'

/** A page of the authorization server, whose forms say in `Origin` that they are on it. */
export function shown<const Status extends number>(
  status: Status,
  language: Language,
  title: string,
  content: Html,
  more: Parameters<typeof page>[3] = {},
): PageAnswer<Status> {
  const headers = { 'referrer-policy': 'same-origin', 'cache-control': 'no-store', ...more.headers }
  return page(status, { title, language }, content, { ...more, headers })
}

export function consentContent(
  language: Language,
  { person, application, scopes, devices, resource, redirectUri }: Outcome & { kind: 'consent' },
  sealed: string,
): Html {
  const say = words[language]
  const { name, home_uri: home, policy_uri: policy } = application
  return html`<h1>${say.consentTitle(name)}</h1>
<p>${say.signedInAs(person.username)} ${say.consentText(name, placeOf(redirectUri))}</p>
<p>${say.itMay}${resource === undefined ? '' : ` (${say.atService(resource)})`}</p>
${givenContent(language, { scopes, devices, isAgent: application.type === 'agent' })}
${linkTo(home, say.home)}
${linkTo(policy, say.policy)}
<form method="post" action="/oauth/authorize/continue">
<input type="hidden" name="request" value="${sealed}">
<button name="answer" value="allow">${say.allow}</button>
<button name="answer" value="deny" class="other">${say.deny}</button>
</form>
<p class="hint">${say.takeBack}</p>`
}

function linkTo(address: string | null, word: string): Html {
  return address === null ? html`` : html`<p><a href="${address}" rel="noreferrer">${word}</a></p>`
}

export function choiceContent(
  language: Language,
  { person, application }: Outcome & { kind: 'choose' },
  { sealed, another }: { readonly sealed: string; readonly another: string },
): Html {
  const say = words[language]
  return html`<h1>${say.chooseTitle}</h1>
<p>${say.chooseText(application.name)}</p>
<form method="post" action="/oauth/authorize/continue">
<input type="hidden" name="request" value="${sealed}">
<button name="answer" value="go_on">${say.goOnAs(person.username)}</button>
</form>
<p><a href="${another}">${say.another}</a></p>`
}

/** Where the answer to a form goes on to another site: a redirect would be stopped by `form-action`, and a browser follows this one. */
export function onward(
  language: Language,
  location: string,
  {
    content: more = [],
    frames = [],
    afterSeconds = 0,
  }: {
    /** What else is on the page, and of whom there are frames in it. */
    readonly content?: readonly Html[]
    readonly frames?: readonly string[]
    readonly afterSeconds?: number
  } = {},
): PageAnswer<200> {
  const say = words[language]
  const content = html`<h1>${say.onwardTitle}</h1>
<p>${say.onwardText(placeOf(location))}</p>
<p><a href="${location}">${say.onwardLink}</a></p>
${more}`
  const headers = { refresh: `${afterSeconds}; url=${location}` }
  return shown(200, language, say.onwardTitle, content, { headers, frames })
}

export function faultContent(language: Language, problem: string, requestId: string | undefined): Html {
  const say = words[language]
  return html`<h1>${say.faultTitle}</h1>
<p>${say.faultText}</p>
<h2>${say.forDevelopers}</h2>
<p class="bad">${problem}</p>
${requestId === undefined ? '' : html`<p class="hint">${say.requestId(requestId)}</p>`}`
}

/** The host of an address, or its scheme where it has none. */
function placeOf(uri: string): string {
  const { host, protocol } = new URL(uri)
  return host || protocol
}
