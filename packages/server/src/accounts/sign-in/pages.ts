import * as v from 'valibot'
import { Refusal } from '../../errors.ts'
import { type PageAnswer, routesFor } from '../../http/route.ts'
import { longestNext, ownPath } from '../../pages/own-path.ts'
import { type Html, languageOf, page } from '../../pages/page.ts'
import type { SecondStep } from '../factors/challenges.ts'
import { rememberForFactor } from '../factors/remembered/remembered.ts'
import type { AccountsGround } from '../ground.ts'
import { hasPasskeys } from '../passkeys/relying-party.ts'
import { openTypes } from '../registration/request.ts'
import {
  type Course,
  codeForm,
  enrolmentForm,
  isCodeKind,
  kindOf,
  passkeyOnly,
  passwordForm,
  signedInContent,
} from './forms.ts'
import { type KnownBrowser, knowBrowser } from './known-places.ts'
import { words } from './page-words.ts'
import { cookiesOf, requireOwnOrigin, typedPassword } from './routes.ts'
import { answerChallenge, beginEnrolment } from './second-step.ts'
import { type SignedIn, signIn } from './sign-in.ts'

const route = routesFor<AccountsGround>()

// Signing in without script. No form of these pages ends in a redirect, and none holds anything that grows old but the challenge of a
// second step: one that has stood open for a day works, and so does Back.

/** The session of these pages is the one of the console: its cookie is of the same name. */
const application = 'console'

const text = (most: number) => v.optional(v.pipe(v.string(), v.maxLength(most)), '')
const next = text(longestNext)

export const signInPage = route({
  id: 'signInPage',
  method: 'GET',
  path: '/sign-in',
  tag: 'pages',
  summary: 'The page on which a person signs in without script. It ends at `next`, a path of this server.',
  access: 'public',
  query: v.object({ next, username: text(200) }),
  answers: { 200: { description: 'The page.', type: 'page' } },
  async handle(ground, { query, header }) {
    const course = await courseOf(ground, query.next, header)
    return shown(200, course, words[course.language].title, passwordForm(course, query.username), {
      headers: kept,
    })
  },
})

const refused = {
  400: { description: 'The form again, with what is wrong.', type: 'page' },
  401: { description: 'The form again: that was not right.', type: 'page' },
  403: { description: 'The form again: it came from another site, or the code was not right.', type: 'page' },
  404: { description: 'The form again: the account has no such factor.', type: 'page' },
  429: { description: 'The form again: that was wrong too often.', type: 'page' },
  503: { description: 'The form again: too many people are here.', type: 'page' },
} as const

export const signInByForm = route({
  id: 'signInByForm',
  method: 'POST',
  path: '/sign-in',
  tag: 'pages',
  summary: 'Sign in by the form of the page. What follows is the page of the second step, or the end.',
  access: 'public',
  bodyType: 'form',
  body: v.object({ username: text(200), password: typedPassword, next }),
  answers: { 200: { description: 'Signed in, or the second step.', type: 'page' }, ...refused },
  async handle(ground, { body, header, client }) {
    const course = await courseOf(ground, body.next, header)
    const say = words[course.language]
    const username = body.username.trim()
    const again = (status: Failed, problem: string, refusal?: Refusal) =>
      shown(status, course, say.title, passwordForm(course, username, problem), { refusal, headers: kept })
    if (username === '' || body.password === '') return again(400, say.wrong)
    try {
      requireOwnOrigin(ground, 'user.sign_in', header)
      const browser = ground.browserCookie.secretOf(header)
      const given = { username, password: body.password, proof: noProof, browser }
      const signedIn = await signIn(ground, given, client)
      return ended(ground, course, signedIn, await knowBrowser(ground, signedIn, browser))
    } catch (error) {
      const step = secondStepOf(error)
      if (step) return askSecondStep(ground, course, step, error)
      return again(...failureOf(error, course))
    }
  },
})

export const answerFactorByForm = route({
  id: 'answerFactorByForm',
  method: 'POST',
  path: '/sign-in/factor',
  tag: 'pages',
  summary: 'The second step of a sign-in by the form of its page.',
  access: 'public',
  bodyType: 'form',
  body: v.object({
    ...{ challenge: text(128), code: text(64), remember: text(8), next },
    // What the form showed, so that it can be shown again.
    ...{ step: text(64), sent_to: text(254), passkey: text(8) },
  }),
  answers: { 200: { description: 'Signed in.', type: 'page' }, ...refused },
  async handle(ground, { body, header, client }) {
    const course = await courseOf(ground, body.next, header)
    const { challenge, code } = body
    try {
      requireOwnOrigin(ground, 'user.sign_in', header)
      const browser = ground.browserCookie.secretOf(header)
      const signedIn = await answerChallenge(
        ground,
        { challenge, answer: { code }, proof: noProof, browser },
        client,
      )
      const known = await knowBrowser(ground, signedIn, browser)
      if (body.remember !== '' && known !== undefined)
        await rememberForFactor(ground, signedIn, known.secret, client)
      return ended(ground, course, signedIn, known, signedIn.recoveryCodes)
    } catch (error) {
      const [status, problem, refusal] = failureOf(error, course)
      const isOver = refusal.code !== 'code_wrong' && refusal.code !== 'factor_not_found'
      const content = isOver
        ? passwordForm(course, '', problem)
        : await stepAgain(ground, course, body, problem)
      return shown(status, course, words[course.language].stepTitle, content, { refusal })
    }
  },
})

/** Whoever opens the address of a second step, by Back or a bookmark, begins again. */
export const factorPage = route({
  id: 'factorPage',
  method: 'GET',
  path: '/sign-in/factor',
  tag: 'pages',
  summary: 'The page on which a person signs in, by the address of its second step.',
  access: 'public',
  answers: { 200: { description: 'The page.', type: 'page' } },
  async handle(ground, { header }) {
    const course = await courseOf(ground, '', header)
    return shown(200, course, words[course.language].title, passwordForm(course, ''))
  },
})

/** The answer to a form that may not be kept is an error page when somebody comes back to it. This one holds no more than a name. */
const kept = { 'cache-control': 'private, no-cache' }

/** The path of the proof is never looked at where there is none. */
const noProof = { text: undefined, path: '/sign-in' } as const

type Header = (name: string) => string | undefined

export async function courseOf(ground: AccountsGround, asked: string, header: Header): Promise<Course> {
  const isOpen = (await openTypes(ground, ground.db)).length > 0
  const providers = await ground.providersOffered()
  const passkeys = hasPasskeys(ground.relyingParty)
  const language = languageOf(header('accept-language'))
  return { language, next: ownPath(asked), isOpen, hasPasskeys: passkeys, providers }
}

/** In `Origin` a browser says whose page a form was on only if the page lets it. */
function shown<const Status extends number>(
  status: Status,
  { language }: Course,
  title: string,
  content: Html,
  { headers, ...more }: Parameters<typeof page>[3] = {},
): PageAnswer<Status> {
  return page(status, { title, language }, content, {
    ...more,
    headers: { 'referrer-policy': 'same-origin', ...headers },
  })
}

/** Signed in: the page that leads on. */
export function ended(
  ground: AccountsGround,
  course: Course,
  { username, refreshToken }: SignedIn,
  known: KnownBrowser | undefined,
  recoveryCodes: readonly string[] = [],
): PageAnswer<200> {
  const content = signedInContent(course, username, recoveryCodes)
  return shown(200, course, words[course.language].doneTitle, content, {
    cookies: [ground.cookies.keep(application, refreshToken), ...cookiesOf(ground, known)],
    // Codes that are shown this once stay until they have been read.
    ...(recoveryCodes.length === 0 && { headers: { refresh: `0; url=${course.next}` } }),
  })
}

export function secondStepOf(error: unknown): SecondStep | undefined {
  return error instanceof Refusal && error.code === 'factor_required'
    ? (error.members?.mfa_required as SecondStep) // withChallenge writes it with every such refusal
    : undefined
}

export async function askSecondStep(
  ground: AccountsGround,
  course: Course,
  step: SecondStep,
  error: unknown,
): Promise<PageAnswer<200>> {
  const { challenge } = step
  const { enrolTitle, stepTitle } = words[course.language]
  const refusal = error instanceof Refusal ? error : undefined
  if ('factors' in step) {
    const [kind, hasPasskey] = [kindOf(step), step.factors.includes('passkey')]
    const content =
      kind === undefined
        ? passkeyOnly(course)
        : codeForm(course, { challenge, kind, sentTo: step.sent_to, hasPasskey })
    return shown(200, course, stepTitle, content, { refusal })
  }
  return shown(200, course, enrolTitle, await enrolmentContent(ground, course, challenge), { refusal })
}

async function enrolmentContent(
  ground: AccountsGround,
  course: Course,
  challenge: string,
  problem?: string,
): Promise<Html> {
  const authenticator = await beginEnrolment(ground, { challenge, proof: noProof })
  const enrolling = { challenge, authenticator, hasPasskeys: hasPasskeys(ground.relyingParty) }
  return enrolmentForm(course, enrolling, problem)
}

/** What the form of a second step says of itself. */
interface Shown {
  readonly challenge: string
  readonly step: string
  readonly sent_to: string
  readonly passkey: string
}

/** The form of the second step again. The secret of an authenticator that is being set up stays the same. */
async function stepAgain(
  ground: AccountsGround,
  course: Course,
  { challenge, step, sent_to: sentTo, passkey }: Shown,
  problem: string,
): Promise<Html> {
  if (isCodeKind(step)) {
    const again = { challenge, kind: step, sentTo: sentTo || undefined, hasPasskey: passkey !== '' }
    return codeForm(course, again, problem)
  }
  try {
    return await enrolmentContent(ground, course, challenge, problem)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return passwordForm(course, '', words[course.language].tooLate)
  }
}

type Failed = keyof typeof refused

/** The status of a refusal, and what the page says of it. What is no refusal is thrown on. */
function failureOf(error: unknown, { language }: Course): [Failed, string, Refusal] {
  if (!(error instanceof Refusal)) throw error
  const say = words[language]
  const { retryAfterSeconds } = error
  switch (error.code) {
    case 'credentials_invalid':
      return [401, say.wrong, error]
    case 'challenge_invalid':
      return [401, say.tooLate, error]
    case 'code_wrong':
      return [403, say.codeWrong, error]
    case 'factor_not_found':
      return [404, say.codeWrong, error]
    case 'origin_not_allowed':
      return [403, say.foreign, error]
    case 'too_many_requests':
      return [429, retryAfterSeconds === undefined ? say.waitElsewhere : say.wait(retryAfterSeconds), error]
    case 'overloaded':
      return [503, say.busy, error]
    default:
      throw error
  }
}
