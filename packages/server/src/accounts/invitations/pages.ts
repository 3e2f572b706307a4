import * as v from 'valibot'
import { Refusal } from '../../errors.ts'
import { type Answer, anyone, type Route, route } from '../../http/route.ts'
import { line } from '../../http/schema.ts'
import { html, type Language, languageOf, page } from '../../pages/page.ts'
import { acceptInvitation, invited } from './invitations.ts'
import { words } from './words.ts'

type Parts = Parameters<typeof acceptInvitation>[0]

/**
 * The page behind an invitation's link, where a person sets their password. It stands on its own, without
 * script, because it is the first thing that anybody sees of a server.
 */
export function invitationPages(parts: Parts): Route[] {
  const params = v.strictObject({ invitation: line(128) })
  return [
    route({
      method: 'GET',
      path: '/invitations/{invitation}',
      tag: 'pages',
      summary: 'The page on which an invited person sets a password.',
      access: anyone,
      params,
      answers: { 200: { description: 'The page.' } },
      async handle({ params: { invitation }, header }) {
        const language = languageOf(header('accept-language'))
        return orNotValid(language, async () => form(language, (await invited(parts, invitation)).username))
      },
    }),
    route({
      method: 'POST',
      path: '/invitations/{invitation}',
      tag: 'pages',
      summary: 'Take up an invitation by the form of its page.',
      access: anyone,
      params,
      bodyType: 'form',
      body: v.object({
        password: v.optional(v.pipe(v.string(), v.maxLength(1024)), ''),
        again: v.optional(v.string(), ''),
      }),
      answers: { 200: { description: 'The page that says that it is done.' } },
      async handle({ params: { invitation }, body, header, origin }) {
        const language = languageOf(header('accept-language'))
        return orNotValid(language, async () => {
          const { username } = await invited(parts, invitation)
          if (body.password !== body.again) return form(language, username, words[language].different)
          try {
            await acceptInvitation(parts, { secret: invitation, password: body.password }, origin)
          } catch (error) {
            if (!(error instanceof Refusal) || error.code === 'invitation_invalid') throw error
            const problem =
              error.code === 'password_unacceptable' ? words[language].unacceptable : words[language].busy
            return form(language, username, problem)
          }
          const { doneTitle, doneText, signIn } = words[language]
          return page(
            { title: doneTitle, language },
            html`<h1>${doneTitle}</h1><p>${doneText(username)}</p><p><a href="/console">${signIn}</a></p>`,
          )
        })
      },
    }),
  ]
}

function form(language: Language, username: string, problem?: string): Answer {
  const say = words[language]
  const content = html`<h1>${say.title}</h1>
<p>${say.intro(username)}</p>
${problem === undefined ? '' : html`<p class="bad" role="alert">${problem}</p>`}
<form method="post">
<input name="username" value="${username}" autocomplete="username" readonly hidden>
<label for="password">${say.password}</label>
<input id="password" name="password" type="password" autocomplete="new-password" minlength="15" maxlength="1024" required aria-describedby="hint">
<p class="hint" id="hint">${say.hint}</p>
<label for="again">${say.again}</label>
<input id="again" name="again" type="password" autocomplete="new-password" maxlength="1024" required>
<button>${say.submit}</button>
</form>`
  return page({ title: say.title, language }, content, problem === undefined ? 200 : 400)
}

async function orNotValid(language: Language, show: () => Promise<Answer>): Promise<Answer> {
  try {
    return await show()
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    const { overTitle, overText } = words[language]
    return page({ title: overTitle, language }, html`<h1>${overTitle}</h1><p>${overText}</p>`, 404)
  }
}
