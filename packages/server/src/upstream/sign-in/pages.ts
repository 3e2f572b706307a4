import * as v from 'valibot'
import { Refusal } from '../../errors.ts'
import { type PageAnswer, routesFor } from '../../http/route.ts'
import { defaultNext, longestNext, ownPath } from '../../pages/own-path.ts'
import { languageOf } from '../../pages/page.ts'
import type { UpstreamGround } from '../ground.ts'
import { keyForm } from '../providers/providers.ts'
import { findProvider } from '../providers/store.ts'
import { failurePage, leadingOn, linkedPage, movedTo } from './answers.ts'
import { beginSignIn } from './begin.ts'
import { finishSignIn } from './finish.ts'

const route = routesFor<UpstreamGround>()

// The way to a provider and back, without script. To the provider leads a link, never a form: a form may not end at another origin.

// What is no key of a provider is not written down.
const byProvider = v.strictObject({ provider: v.pipe(v.string(), v.regex(keyForm)) })
const text = (most: number) => v.optional(v.pipe(v.string(), v.maxLength(most)), '')

const failures = {
  400: { description: 'The page that says why it came to nothing.', type: 'page' },
  401: { description: 'The page that says that the account cannot sign in.', type: 'page' },
  404: { description: 'The page that says that there is no such provider.', type: 'page' },
  409: { description: 'The page that says that another account is in the way.', type: 'page' },
  429: { description: 'The page that says that it was too often.', type: 'page' },
  503: { description: 'The page that says that the provider cannot be reached.', type: 'page' },
} as const

export const toProvider = route({
  id: 'signInWithProvider',
  method: 'GET',
  path: '/sign-in/with/{provider}',
  tag: 'pages',
  summary:
    'Lead a browser to a provider, to sign in there. It ends at `next`, a path of this server. With `fresh`, the provider asks again who the person is.',
  access: 'public',
  params: byProvider,
  query: v.object({ next: text(longestNext), fresh: v.optional(v.picklist(['yes'])) }),
  answers: { 303: { description: 'The address at the provider.', type: 'page' }, ...failures },
  async handle(ground, { params, query, header, client }) {
    const key = params.provider
    const next = ownPath(query.next)
    return orFailure(ground, { key, next, header, requestId: client.requestId }, async () => {
      const browser = ground.flowCookie.secretOf(header)
      const beginning = { key, next, isFresh: query.fresh === 'yes', browser }
      const begun = await beginSignIn(ground, beginning, client)
      return movedTo(begun.location, ground.flowCookie.keep(begun.browser))
    })
  },
})

const response = { state: text(128), code: text(4096), iss: text(500), error: text(200) }

export const fromProvider = route({
  id: 'backFromProvider',
  method: 'GET',
  path: '/sign-in/back/{provider}',
  tag: 'pages',
  summary: 'Where a provider leads a browser back to (OpenID Connect Core section 3.1.2.5).',
  access: 'public',
  params: byProvider,
  query: v.object(response),
  answers: { 200: { description: 'Signed in, linked, or the second step.', type: 'page' }, ...failures },
  async handle(ground, { params, query, header, client }) {
    const key = params.provider
    const language = languageOf(header('accept-language'))
    const failing = { key, next: defaultNext, header, requestId: client.requestId }
    return orFailure(ground, failing, async () => {
      const { begun, provider, proven } = await finishSignIn(ground, {
        ...{ key, response: query, browser: ground.flowCookie.secretOf(header), language },
      })
      const { signInByProvider, linkIdentity } = ground.people
      if (begun.link_session === null) return signInByProvider(proven, { next: begun.next, header }, client)
      await linkIdentity(proven.identity, begun.link_session, client)
      return linkedPage(language, provider.name, begun.next)
    })
  },
})

export const fromProviderByForm = route({
  id: 'backFromProviderByForm',
  method: 'POST',
  path: '/sign-in/back/{provider}',
  tag: 'pages',
  summary:
    'The same by a form that the provider sends (`response_mode` form_post). No cookie comes with a form of another site, so the page that answers leads to the address above.',
  access: 'public',
  params: byProvider,
  bodyType: 'form',
  body: v.object(response),
  answers: { 200: { description: 'The page that leads on.', type: 'page' } },
  async handle(_, { params, body, header }) {
    const given = Object.entries(body).filter(([, value]) => value !== '')
    const path = `/sign-in/back/${params.provider}?${new URLSearchParams(given)}`
    return leadingOn(languageOf(header('accept-language')), path)
  },
})

interface Failing {
  readonly key: string
  readonly next: string
  readonly header: (name: string) => string | undefined
  readonly requestId: string | undefined
}

/** A refusal in words. What is no refusal, or none of these pages, is thrown on. */
async function orFailure<Answer>(
  { db }: UpstreamGround,
  { key, header, ...failing }: Failing,
  work: () => Promise<Answer>,
): Promise<Answer | PageAnswer<keyof typeof failures>> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    const name = (await findProvider(db, key))?.name ?? key
    const language = languageOf(header('accept-language'))
    const page = failurePage(error, { ...failing, language, name })
    if (!page) throw error
    return page
  }
}
