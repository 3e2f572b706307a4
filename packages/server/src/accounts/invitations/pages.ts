import * as v from 'valibot'
import { routesFor } from '../../http/route.ts'
import { line } from '../../http/schema.ts'
import { type Html, html, type Language, languageOf, page, wrongLine } from '../../pages/page.ts'
import type { AccountsGround } from '../ground.ts'
import { type Again, orOver, passwordAgain } from '../link-pages.ts'
import { passwordFields } from '../passwords/fields.ts'
import { typedPassword } from '../sign-in/routes.ts'
import { acceptInvitation, invited } from './invitations.ts'
import { words } from './words.ts'

const route = routesFor<AccountsGround>()
const params = v.strictObject({ invitation: line(128) })

// The page behind an invitation's link, where a person sets their password. It stands on its own, without script, because
// it is the first thing that anybody sees of a server.

export const invitationPage = route({
  id: 'invitationPage',
  method: 'GET',
  path: '/invitations/{invitation}',
  tag: 'pages',
  summary: 'The page on which an invited person sets a password.',
  access: 'public',
  params,
  answers: {
    200: { description: 'The page.', type: 'page' },
    404: { description: 'The page that says that the invitation is over.', type: 'page' },
  },
  async handle(ground, { params: { invitation }, header }) {
    const language = languageOf(header('accept-language'))
    return orOver(language, words[language], [], async () => {
      const { username } = await invited(ground, invitation)
      return page(200, titled(language), form(language, username))
    })
  },
})

export const takeUpInvitation = route({
  id: 'takeUpInvitation',
  method: 'POST',
  path: '/invitations/{invitation}',
  tag: 'pages',
  summary: 'Take up an invitation by the form of its page.',
  access: 'public',
  params,
  bodyType: 'form',
  body: v.object({
    password: typedPassword,
    again: v.optional(v.string(), ''),
  }),
  answers: {
    200: { description: 'The page that says that it is done.', type: 'page' },
    400: { description: 'The form again, with what is wrong.', type: 'page' },
    404: { description: 'The page that says that the invitation is over.', type: 'page' },
    503: { description: 'The form again: too many people are here.', type: 'page' },
  },
  async handle(ground, { params: { invitation }, body, header, client }) {
    const language = languageOf(header('accept-language'))
    return orOver(language, words[language], [], async () => {
      const { username } = await invited(ground, invitation)
      const again = ({ status, problem, refusal }: Again) =>
        page(status, titled(language), form(language, username, problem), { refusal })
      if (body.password !== body.again) return again({ status: 400, problem: words[language].different })
      try {
        await acceptInvitation(ground, { secret: invitation, password: body.password }, client)
      } catch (error) {
        return again(passwordAgain(error, language))
      }
      const { doneTitle, doneText, signIn } = words[language]
      return page(
        200,
        { title: doneTitle, language },
        html`<h1>${doneTitle}</h1><p>${doneText(username)}</p><p><a href="/console">${signIn}</a></p>`,
      )
    })
  },
})

const titled = (language: Language) => ({ title: words[language].title, language })

function form(language: Language, username: string, problem?: string): Html {
  const say = words[language]
  return html`<h1>${say.title}</h1>
<p>${say.intro(username)}</p>
${wrongLine(problem)}
<form method="post">
<input name="username" value="${username}" autocomplete="username" readonly hidden>
${passwordFields(language)}
<button>${say.submit}</button>
</form>`
}
