import * as v from 'valibot'
import { application as applicationTarget } from '../../activity/events.ts'
import type { ApplicationRow } from '../../applications/store.ts'
import type { ClientInfo } from '../../client-info.ts'
import { Refusal } from '../../errors.ts'
import { type PageAnswer, routesFor } from '../../http/route.ts'
import { type Html, type Language, languageOf } from '../../pages/page.ts'
import { shown } from '../authorize/content.ts'
import { presentAt } from '../authorize/present.ts'
import type { OauthGround, Present } from '../ground.ts'
import { keptUserCode } from './ask.ts'
import { approvalContent, codeContent, doneContent } from './content.ts'
import { type DeviceCodeRow, decide, findWaiting } from './store.ts'
import { readUserCode, shownUserCode } from './user-codes.ts'
import { words } from './words.ts'

const route = routesFor<OauthGround>()

/** Somebody who lets a device in that asks from elsewhere has signed in this lately. */
const freshForMs = 5 * 60_000

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
    const { language, code, row, application, present } = found
    const isFar = isElsewhere(ground, row, call.client)
    if (isFar && !isFresh(ground, present)) {
      const again = signInPath(shownUserCode(code))
      return form(200, language, codeContent(language, '', { problem: words[language].farAway, again }))
    }
    const content = approvalContent(language, { code, row, application, present, isFar })
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
    const { language, row, application, present } = found
    const isAllowed = body.answer === 'allow'
    if (isAllowed && isElsewhere(ground, row, call.client) && !isFresh(ground, present)) {
      return toSignIn(shownUserCode(found.code))
    }
    const { db, world, activity } = ground
    const { session, person } = present
    await db.transaction(async (tx) => {
      const said = { hash: row.hash, isAllowed, userId: person.id, sessionId: session.id, now: world.now() }
      if (!(await decide(tx, said))) return
      const who = { subject: person.id, subjectKind: 'user', sessionId: session.id } as const
      const details = { scopes: row.scopes.join(' ') }
      // Somebody was sent a code that is not theirs: that is how people are made to let a stranger in.
      const more = isAllowed ? {} : ({ outcome: 'alarm', reason: 'device_denied' } as const)
      const target = applicationTarget(application.id)
      await activity.record(tx, { ...who, client: call.client }, 'application.device', target, {
        ...{ ...more, details },
      })
    })
    return form(200, language, doneContent(language, isAllowed, application.name))
  },
})

interface Call {
  readonly client: ClientInfo
  header(name: string): string | undefined
}

interface Found {
  readonly language: Language
  readonly code: string
  readonly row: DeviceCodeRow
  readonly application: ApplicationRow
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
  const code = readUserCode(typed)
  const kept = code && keptUserCode(ground, code)
  const row = kept && (await findWaiting(ground.db, kept, ground.world.now()))
  const application = row ? await ground.findApplication(ground.db, row.application) : undefined
  if (code && row && application && application.disabled_at === null) {
    return { language, code, row, application, present }
  }
  const refused = { event: 'application.device', subject: present.person.id, subjectKind: 'user' } as const
  const wrong = new Refusal('code_invalid', 'this code is not valid', { reason: 'code_unknown', refused })
  try {
    await ground.db.transaction((tx) => ground.admitUserCode(tx, present.person.id))
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== 'too_many_requests') throw error
    return again(429, say.tooOften, error)
  }
  return again(400, say.unknown, wrong)
}

/** Whether the device asks from another country than the person is in, as far as addresses tell. */
function isElsewhere({ regionOf }: OauthGround, { region }: DeviceCodeRow, { address }: ClientInfo): boolean {
  return region !== null && region !== regionOf(address)
}

function isFresh({ world }: OauthGround, { session }: Present): boolean {
  return world.now() - session.created_at <= freshForMs
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
  return { kind: 'page', status: 303, html: '', headers: { location: signInPath(code) } }
}

function form<const Status extends 200 | 400 | 403 | 429>(
  status: Status,
  language: Language,
  content: Html,
  refusal?: Refusal,
): PageAnswer<Status> {
  return shown(status, language, words[language].title, content, { refusal })
}
