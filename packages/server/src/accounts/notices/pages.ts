import * as v from 'valibot'
import { routesFor } from '../../http/route.ts'
import { line } from '../../http/schema.ts'
import { html, type Language, languageOf, page } from '../../pages/page.ts'
import type { AccountsGround } from '../ground.ts'
import { orOver } from '../link-pages.ts'
import { disowning, disownSignIn } from './sign-ins.ts'
import { words } from './words.ts'

const route = routesFor<AccountsGround>()
const params = v.strictObject({ notice: line(128) })

export const noticePage = route({
  id: 'signInNoticePage',
  method: 'GET',
  path: '/sign-ins/{notice}',
  tag: 'pages',
  summary: 'The page on which a person says that a sign-in was not theirs. It changes nothing.',
  access: 'public',
  params,
  answers: {
    200: { description: 'The page.', type: 'page' },
    404: { description: 'The page that says that the link is over.', type: 'page' },
  },
  async handle(ground, { params: { notice }, header }) {
    const language = languageOf(header('accept-language'))
    const say = words[language]
    return orOver(language, words[language], waysOn(language), async () => {
      const { username } = await disowning(ground, notice)
      return page(
        200,
        { title: say.title, language },
        html`<h1>${say.title}</h1><p>${say.question(username)}</p>
<form method="post"><button>${say.submit}</button></form>`,
      )
    })
  },
})

export const disownSignInRoute = route({
  id: 'disownSignIn',
  method: 'POST',
  path: '/sign-ins/{notice}',
  tag: 'pages',
  summary: 'End the session of a sign-in that was not one’s own, and have a link sent to set a new password.',
  access: 'public',
  params,
  bodyType: 'form',
  body: v.object({}),
  answers: {
    200: { description: 'The page that says that it is done.', type: 'page' },
    404: { description: 'The page that says that the link is over.', type: 'page' },
  },
  async handle(ground, { params: { notice }, header, client }) {
    const language = languageOf(header('accept-language'))
    const say = words[language]
    return orOver(language, words[language], waysOn(language), async () => {
      await disownSignIn(ground, notice, client)
      return page(
        200,
        { title: say.doneTitle, language },
        html`<h1>${say.doneTitle}</h1><p>${say.doneText}</p>`,
      )
    })
  },
})

function waysOn(language: Language) {
  return [['/recover', words[language].recover]] as const
}
