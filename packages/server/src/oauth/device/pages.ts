import * as v from 'valibot'
import type { ClientInfo } from '../../client-info.ts'
import { Refusal, unlessRefused } from '../../errors.ts'
import { type PageAnswer, routesFor } from '../../http/route.ts'
import { type Html, type Language, languageOf, ledTo } from '../../pages/page.ts'
import { readUserCode, shownUserCode } from '../../secrets/user-codes.ts'
import { shown } from '../authorize/content.ts'
import { presentAt } from '../authorize/present.ts'
import { detailsIn } from '../details.ts'
import type { OauthGround, Present } from '../ground.ts'
import { named } from '../named-details.ts'
import {
  answerBinding,
  answerWaiting,
  findTyped,
  isElsewhere,
  needsFreshSignIn,
  type TypedCode,
} from './answer.ts'
import { approvalContent, bindingContent, boundContent, codeContent, doneContent } from './content.ts'
import { words } from './words.ts'

const route = routesFor<OauthGround>()

const answers = {
  200: { description: 'The page.', type: 'page' },
  303: { description: 'To the sign-in.', type: 'page' },
  400: { description: 'The form again: there is no such code.', type: 'page' },
  403: { description: 'The form again: it came from another site.', type: 'page' },
  429: { description: 'The form again: that was wrong too often.', type: 'page' },
} as const

export const devicePage = route({
  id: 'devicePage',
  method: 'GET',
  path: '/device',
  tag: 'pages',
  summary: 'The page on which a person types the code that a device without a browser shows.',
  access: 'public',
  query: v.object({ user_code: v.optional(v.string(), '') }),
  answers,
  async handle(ground, { query, header }) {
    const language = languageOf(header('accept-language'))
    const typed = shownAgain(query.user_code)
    if (!(await presentAt(ground, header))) return toSignIn(typed)
    return form(200, language, codeContent(language, typed))
  },
})

export const lookAtDevice = route({
  id: 'lookAtDevice',
  method: 'POST',
  path: '/device',
  tag: 'pages',
  summary: 'Look at the device that shows a code: what it asks for, and from where.',
  access: 'public',
  bodyType: 'form',
  body: v.object({ user_code: v.optional(v.string(), '') }),
  answers,
  async handle(ground, { body, ...call }) {
    const found = await waitingFor(ground, body.user_code, call)
    if ('kind' in found) return found
    const { language, code, row, present } = found
    const isFar = isElsewhere(ground, row, call.client)
    if (needsFreshSignIn(ground, found, call.client)) {
      const again = signInPath(shownUserCode(code))
      return form(200, language, codeContent(language, '', { problem: words[language].farAway, again }))
    }
    if (found.waits === 'device') {
      return form(200, language, bindingContent(language, { code, row: found.row, present, isFar }))
    }
    const asked = detailsIn(found.row.details)
    const devices = asked && (await named(ground, present.person, asked))
    const { application } = found
    const content = approvalContent(language, { code, row: found.row, application, present, isFar, devices })
    return form(200, language, content)
  },
})

export const answerDevice = route({
  id: 'answerDevice',
  method: 'POST',
  path: '/device/answer',
  tag: 'pages',
  summary: 'Let a device in, or not.',
  access: 'public',
  bodyType: 'form',
  body: v.object({
    user_code: v.optional(v.string(), ''),
    answer: v.optional(v.picklist(['allow', 'deny']), 'deny'),
  }),
  answers,
  async handle(ground, { body, ...call }) {
    const found = await waitingFor(ground, body.user_code, call)
    if ('kind' in found) return found
    const { language, present } = found
    const isAllowed = body.answer === 'allow'
    if (isAllowed && needsFreshSignIn(ground, found, call.client)) return toSignIn(shownUserCode(found.code))
    const answer = async () => {
      if (found.waits === 'device') {
        await answerBinding(ground, { row: found.row, present, isAllowed }, call.client)
        return form(200, language, boundContent(language, isAllowed, found.row.name))
      }
      const { row, application } = found
      await answerWaiting(ground, { row, application, present, isAllowed }, call.client)
      return form(200, language, doneContent(language, isAllowed, application.name))
    }
    return unlessRefused(answer, {
      // Somebody was first, or the session has ended since the page was shown.
      code_invalid: (refusal) =>
        form(400, language, codeContent(language, '', { problem: words[language].unknown }), refusal),
    })
  },
})

interface Call {
  readonly client: ClientInfo
  header(name: string): string | undefined
}

type Found = TypedCode & {
  readonly language: Language
  readonly present: Present
}

/** The request that a typed code is of, for somebody who is signed in; or the page that says why not. */
async function waitingFor(
  ground: OauthGround,
  typed: string,
  { header }: Call,
): Promise<Found | PageAnswer<303 | 400 | 403 | 429>> {
  const language = languageOf(header('accept-language'))
  const say = words[language]
  const again = <const Status extends 400 | 403 | 429>(status: Status, problem: string, refusal?: Refusal) =>
    form(status, language, codeContent(language, shownAgain(typed), { problem }), refusal)
  if (ground.cookies.foreignOrigin(header) !== undefined) return again(403, say.foreign)
  const present = await presentAt(ground, header)
  if (!present) return toSignIn(shownAgain(typed))
  try {
    return { language, present, ...(await findTyped(ground, typed, present)) }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    if (error.code === 'too_many_requests') return again(429, say.tooOften, error)
    if (error.code !== 'code_invalid') throw error
    return again(400, say.unknown, error)
  }
}

/** What somebody typed, if it may be a code. */
function shownAgain(typed: string): string {
  const code = readUserCode(typed)
  return code === undefined ? '' : shownUserCode(code)
}

function signInPath(code: string): string {
  const next = code === '' ? '/device' : `/device?${new URLSearchParams({ user_code: code })}`
  return `/sign-in?${new URLSearchParams({ next })}`
}

function toSignIn(code: string): PageAnswer<303> {
  return ledTo(signInPath(code))
}

function form<const Status extends 200 | 400 | 403 | 429>(
  status: Status,
  language: Language,
  content: Html,
  refusal?: Refusal,
): PageAnswer<Status> {
  return shown(status, language, words[language].title, content, { refusal })
}
