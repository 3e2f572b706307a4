import * as v from 'valibot'
import type { ClientInfo } from '../../client-info.ts'
import { Refusal } from '../../errors.ts'
import { type PageAnswer, routesFor } from '../../http/route.ts'
import { html, type Language, languageOf, ledTo } from '../../pages/page.ts'
import { faultContent, onward, shown } from '../authorize/content.ts'
import { presentAt } from '../authorize/present.ts'
import type { OauthGround } from '../ground.ts'
import { isParameterFault, type Parameters, readParameters } from '../parameters.ts'
import { frameContent, originsOf } from './front-channel.ts'
import { isOwnHint, type LogoutFault, logoutParameters, readLogoutRequest, signOut } from './sign-out.ts'
import { words } from './words.ts'

const route = routesFor<OauthGround>()

const answers = {
  200: { description: 'A page: signed out, or whether to.', type: 'page' },
  303: { description: 'Signed out; to the application.', type: 'page' },
  400: { description: 'A page that says what is wrong with the request.', type: 'page' },
  403: { description: 'A page: the form came from another site.', type: 'page' },
} as const

export const logOutByLink = route({
  id: 'logOutByLink',
  method: 'GET',
  path: '/oauth/logout',
  tag: 'pages',
  summary:
    'Sign a browser out (OpenID Connect RP-Initiated Logout): at once with an `id_token_hint` of its session, also an expired one, and otherwise when the person says so.',
  access: 'public',
  answers,
  handle: (ground, { queryText, ...call }) => begin(ground, queryText, { ...call, isForm: false }),
})

export const logOutByForm = route({
  id: 'logOutByForm',
  method: 'POST',
  path: '/oauth/logout',
  tag: 'pages',
  summary: 'The same with the parameters in a form.',
  access: 'public',
  bodyType: 'parameters',
  body: v.string(),
  answers,
  handle: (ground, { body, ...call }) => begin(ground, body, { ...call, isForm: true }),
})

export const confirmLogout = route({
  id: 'confirmLogout',
  method: 'POST',
  path: '/oauth/logout/confirm',
  tag: 'pages',
  summary: 'What a person says who was asked whether to sign out.',
  access: 'public',
  bodyType: 'parameters',
  body: v.string(),
  answers,
  async handle(ground, { body, ...call }) {
    const language = languageOf(call.header('accept-language'))
    if (ground.cookies.foreignOrigin(call.header) !== undefined) return fault(403, language, 'foreign', call)
    const read = readParameters(body, logoutParameters)
    if (isParameterFault(read)) return fault(400, language, 'parameters', call)
    const request = await readLogoutRequest(ground, read)
    if (typeof request === 'string') return fault(400, language, request, call)
    const present = await presentAt(ground, call.header)
    const frames = present ? await signOut(ground, present, call.client) : []
    return over(language, request.location, { isForm: true, frames })
  },
})

interface Call {
  readonly client: ClientInfo
  readonly isForm?: boolean
  header(name: string): string | undefined
}

async function begin(
  ground: OauthGround,
  text: string,
  call: Call,
): Promise<PageAnswer<200 | 303 | 400 | 403>> {
  const read = readParameters(text, logoutParameters)
  const wanted = isParameterFault(read) ? undefined : read.get('ui_locales')?.replaceAll(' ', ',')
  const language = languageOf(wanted ?? call.header('accept-language'))
  if (isParameterFault(read)) return fault(400, language, 'parameters', call)
  const request = await readLogoutRequest(ground, read)
  if (typeof request === 'string') return fault(400, language, request, call)
  const present = await presentAt(ground, call.header)
  if (present && !(await isOwnHint(ground, request, present))) {
    return ask(language, present.person.username, read)
  }
  const frames = present ? await signOut(ground, present, call.client) : []
  return over(language, request.location, { isForm: call.isForm === true, frames })
}

function over(
  language: Language,
  location: string | undefined,
  { isForm, frames }: { readonly isForm: boolean; readonly frames: readonly string[] },
): PageAnswer<200 | 303> {
  if (location === undefined) {
    const say = words[language]
    const content = html`<h1>${say.overTitle}</h1><p>${say.overText}</p>${frameContent(frames)}`
    return shown(200, language, say.overTitle, content, { frames: originsOf(frames) })
  }
  if (frames.length > 0) {
    const more = { content: frameContent(frames), frames: originsOf(frames), afterSeconds: framesHaveSeconds }
    return onward(language, location, more)
  }
  if (isForm) return onward(language, location)
  return ledTo(location)
}

/** The browser goes on when the pages of the applications have had so long to load. */
const framesHaveSeconds = 3

function ask(language: Language, username: string, parameters: Parameters): PageAnswer<200> {
  const say = words[language]
  const content = html`<h1>${say.askTitle}</h1>
<p>${say.askText(username)}</p>
<form method="post" action="/oauth/logout/confirm">
${[...parameters].map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}
<button>${say.signOut}</button>
</form>
<p><a href="/console">${say.stay}</a></p>`
  return shown(200, language, say.askTitle, content)
}

function fault<const Status extends 400 | 403>(
  status: Status,
  language: Language,
  reason: LogoutFault | 'parameters' | 'foreign',
  { client }: Call,
): PageAnswer<Status> {
  const refusal = new Refusal('authorization_refused', 'this request to sign out is not right', {
    reason,
    refused: { event: 'session.end' },
  })
  const say = words[language]
  const content = faultContent(language, say.faults[reason], client.requestId)
  return shown(status, language, say.askTitle, content, { refusal })
}
