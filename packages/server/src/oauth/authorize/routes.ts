import * as v from 'valibot'
import type { EventReason } from '../../activity/schema/reasons.ts'
import type { ClientInfo } from '../../client-info.ts'
import { Refusal } from '../../errors.ts'
import { type PageAnswer, routesFor } from '../../http/route.ts'
import { type Language, languageOf, ledTo } from '../../pages/page.ts'
import type { OauthGround, Present } from '../ground.ts'
import { isParameterFault, type Parameters, type ParameterTable, readParameters } from '../parameters.ts'
import { words } from '../words.ts'
import {
  type Answered,
  type Asked,
  authorize,
  nothingAnswered,
  type Outcome,
  refusalToLog,
} from './authorize.ts'
import { choiceContent, consentContent, faultContent, onward, shown } from './content.ts'
import { presentAt } from './present.ts'
import { pushedRequest } from './pushed.ts'
import { authorizationParameters } from './request.ts'
import { openRequest, sealRequest } from './sealed.ts'

const route = routesFor<OauthGround>()

const answers = {
  200: { description: 'A page for the person, or one that goes on to the application.', type: 'page' },
  303: { description: 'To the application with a code or an error, or to the sign-in.', type: 'page' },
  400: { description: 'A page that says what is wrong with the request.', type: 'page' },
  403: { description: 'A page: the form came from another site.', type: 'page' },
} as const

export const authorizeByLink = route({
  id: 'authorizeByLink',
  method: 'GET',
  path: '/oauth/authorize',
  tag: 'pages',
  summary:
    'The authorization endpoint (RFC 6749 section 3.1, OpenID Connect Core section 3.1.2): `response_type=code`, with PKCE (S256). An application sends a browser here, and gets a code at its redirect address.',
  access: 'public',
  answers,
  handle: (ground, { queryText, ...call }) => begin(ground, queryText, { ...call, isForm: false }),
})

export const authorizeByForm = route({
  id: 'authorizeByForm',
  method: 'POST',
  path: '/oauth/authorize',
  tag: 'pages',
  summary: 'The authorization endpoint with its parameters in a form.',
  access: 'public',
  bodyType: 'parameters',
  body: v.string(),
  answers,
  handle: (ground, { body, ...call }) => begin(ground, body, { ...call, isForm: true }),
})

export const authorizeFurther = route({
  id: 'authorizeFurther',
  method: 'GET',
  path: '/oauth/authorize/continue',
  tag: 'pages',
  summary: 'Go on with a request for authorization when the person has signed in.',
  access: 'public',
  query: v.object({ request: v.optional(v.string(), '') }),
  answers,
  async handle(ground, { query, ...call }) {
    const asked = openRequest(ground, query.request)
    return goOn(ground, asked, nothingAnswered, { ...call, isForm: false })
  },
})

export const answerAuthorization = route({
  id: 'answerAuthorization',
  method: 'POST',
  path: '/oauth/authorize/continue',
  tag: 'pages',
  summary: 'What a person says to a request for authorization: by the form of its page.',
  access: 'public',
  bodyType: 'form',
  body: v.object({
    request: v.optional(v.string(), ''),
    answer: v.optional(v.picklist(['allow', 'deny', 'go_on']), 'deny'),
  }),
  answers,
  async handle(ground, { body: { request, answer }, ...call }) {
    const language = languageOf(call.header('accept-language'))
    const foreign = ground.cookies.foreignOrigin(call.header)
    if (foreign !== undefined) return fault(403, language, words[language].faults.foreign, call, foreign)
    const answered = {
      isAllowed: answer === 'allow',
      isDenied: answer === 'deny',
      isChosen: answer === 'go_on',
    }
    return goOn(ground, openRequest(ground, request), answered, { ...call, isForm: true })
  },
})

interface Call {
  readonly client: ClientInfo
  header(name: string): string | undefined
}

type Shown = PageAnswer<200 | 303 | 400 | 403>

async function begin(
  ground: OauthGround,
  text: string,
  call: Call & { readonly isForm: boolean },
): Promise<Shown> {
  const language = languageOf(call.header('accept-language'))
  const say = words[language]
  const read = readParameters(text, authorizationParameters)
  if (isParameterFault(read)) {
    const parameters = addressIn(text)
    if (parameters)
      return goOn(
        ground,
        { parameters, isPushed: false, askedAt: undefined, fault: read },
        nothingAnswered,
        call,
      )
    const name = 'name' in read ? read.name : ''
    return fault(400, language, say.parameterFault(read.fault, name), call, 'parameters')
  }
  const pushed = await pushedRequest(ground, read)
  if (pushed === 'unknown') return fault(400, language, say.faults.request_over, call, 'request_over')
  const asked = pushed ?? { parameters: read, isPushed: false, askedAt: undefined }
  return goOn(ground, asked, nothingAnswered, call)
}

/** Where the answer goes to a request of which something else cannot be read, with its state if that can be. */
function addressIn(text: string): Parameters | undefined {
  const { client_id, redirect_uri, state } = authorizationParameters
  const address = { client_id: client_id ?? 0, redirect_uri: redirect_uri ?? 0 }
  const tables: ParameterTable[] = [{ ...address, state: state ?? 0 }, address]
  const read = tables.map((table) => readParameters(text, table))
  return read.find((one): one is Parameters => !isParameterFault(one))
}

async function goOn(
  ground: OauthGround,
  asked: Asked | undefined,
  answered: Answered,
  call: Call & { readonly isForm: boolean },
): Promise<Shown> {
  const language = languageFor(asked, call)
  if (!asked) return fault(400, language, words[language].faults.request_over, call, 'request_over')
  const present = await presentAt(ground, call.header)
  const outcome = await authorize(ground, asked, present, answered, call.client)
  return answerOf(ground, { asked, outcome, present, language }, call)
}

function answerOf(
  ground: OauthGround,
  told: {
    readonly asked: Asked
    readonly outcome: Outcome
    readonly present: Present | undefined
    readonly language: Language
  },
  call: Call & { readonly isForm: boolean },
): Shown {
  const { asked, outcome, present, language } = told
  const say = words[language]
  const refusal = refusalToLog(outcome, present)
  if (outcome.kind === 'fault') {
    const content = faultContent(language, say.faults[outcome.fault], call.client.requestId)
    return shown(400, language, say.faultTitle, content, { refusal })
  }
  if (outcome.kind === 'answer') {
    const { location } = outcome
    return call.isForm ? { ...onward(language, location), refusal } : { ...ledTo(location), refusal }
  }
  const sealed = sealRequest(ground, asked)
  if (sealed === undefined)
    return fault(400, language, say.parameterFault('too_long', ''), call, 'parameters')
  const signIn = signInPath(sealed, outcome.kind === 'sign_in' ? outcome.loginHint : undefined)
  switch (outcome.kind) {
    case 'sign_in':
      return ledTo(signIn)
    case 'choose':
      return shown(
        200,
        language,
        say.chooseTitle,
        choiceContent(language, outcome, { sealed, another: signIn }),
      )
    case 'consent':
      return shown(
        200,
        language,
        say.consentTitle(outcome.application.name),
        consentContent(language, outcome, sealed),
      )
  }
}

function signInPath(sealed: string, hint: string | undefined): string {
  const next = `/oauth/authorize/continue?${new URLSearchParams({ request: sealed })}`
  return `/sign-in?${new URLSearchParams({ next, ...(hint !== undefined && { username: hint }) })}`
}

function fault<const Status extends 400 | 403>(
  status: Status,
  language: Language,
  problem: string,
  { client }: Call,
  reason: EventReason,
): PageAnswer<Status> {
  const refusal = new Refusal('authorization_refused', 'this request for authorization is not right', {
    reason,
    refused: { event: 'application.authorize' },
  })
  const content = faultContent(language, problem, client.requestId)
  return shown(status, language, words[language].faultTitle, content, { refusal })
}

/** The language that the application asks for comes before that of the browser (OpenID Connect Core section 3.1.2.1). */
function languageFor(asked: Asked | undefined, { header }: Call): Language {
  const wanted = asked?.parameters.get('ui_locales')?.replaceAll(' ', ',')
  return languageOf(wanted ?? header('accept-language'))
}
