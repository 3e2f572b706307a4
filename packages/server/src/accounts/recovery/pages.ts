import * as v from 'valibot'
import { unlessRefused } from '../../errors.ts'
import { type PageAnswer, routesFor } from '../../http/route.ts'
import { line } from '../../http/schema.ts'
import { type Html, html, type Language, languageOf, page, wrongLine } from '../../pages/page.ts'
import type { AccountsGround } from '../ground.ts'
import { words as invitationWords } from '../invitations/words.ts'
import { type Again, orOver, passwordAgain } from '../link-pages.ts'
import { passwordFields } from '../passwords/fields.ts'
import { typedPassword } from '../sign-in/routes.ts'
import { recover, recovering, requestRecovery } from './recovery.ts'
import { words } from './words.ts'

const route = routesFor<AccountsGround>()
const params = v.strictObject({ recovery: line(128) })

// The pages of a forgotten password work without script, and no form of theirs ends in a redirect. Programs that look through mail
// open links before people do, so opening one changes nothing, however often it is done: only its form does.

export const recoveryPage = route({
  id: 'recoveryPage',
  method: 'GET',
  path: '/recover',
  tag: 'pages',
  summary: 'The page on which a person asks for a link to set a new password.',
  access: 'public',
  answers: { 200: { description: 'The page.', type: 'page' } },
  async handle({ mail }, { header }) {
    const language = languageOf(header('accept-language'))
    if (mail.mode === 'none') return noMail(language)
    return page(200, { title: words[language].askTitle, language }, askForm(language))
  },
})

export const askForRecovery = route({
  id: 'askForRecovery',
  method: 'POST',
  path: '/recover',
  tag: 'pages',
  summary: 'Ask for a link by the form of the page. The answer is the same for every name.',
  access: 'public',
  bodyType: 'form',
  body: v.object({ login: v.optional(v.string(), '') }),
  answers: {
    200: { description: 'The page that says to look at one’s mail.', type: 'page' },
    400: { description: 'The form again: nothing was typed.', type: 'page' },
    429: { description: 'The form again: that was too often.', type: 'page' },
  },
  async handle(ground, { body, header, client }) {
    const language = languageOf(header('accept-language'))
    const say = words[language]
    if (ground.mail.mode === 'none') return noMail(language)
    const login = v.safeParse(line(254), body.login.trim())
    if (!login.success) {
      return page(400, { title: say.askTitle, language }, askForm(language, say.missing))
    }
    const refused = await unlessRefused(
      () => requestRecovery(ground, { login: login.output, language, client }),
      { too_many_requests: (refusal) => refusal },
    )
    if (refused) {
      return page(429, { title: say.askTitle, language }, askForm(language, say.tooMany), {
        refusal: refused,
      })
    }
    return page(
      200,
      { title: say.askedTitle, language },
      html`<h1>${say.askedTitle}</h1><p>${say.askedText}</p><p class="hint">${say.askedHint}</p>`,
    )
  },
})

export const newPasswordPage = route({
  id: 'newPasswordPage',
  method: 'GET',
  path: '/recover/{recovery}',
  tag: 'pages',
  summary: 'The page on which a person sets a new password. Opening it changes nothing.',
  access: 'public',
  params,
  answers: {
    200: { description: 'The page.', type: 'page' },
    404: { description: 'The page that says that the link is over.', type: 'page' },
  },
  async handle(ground, { params: { recovery }, header }) {
    const language = languageOf(header('accept-language'))
    return orOver(language, words[language], waysOn(language), async () => {
      const { username } = await recovering(ground, recovery)
      return page(200, { title: words[language].title, language }, passwordForm(language, username))
    })
  },
})

export const setNewPassword = route({
  id: 'setNewPassword',
  method: 'POST',
  path: '/recover/{recovery}',
  tag: 'pages',
  summary: 'Set a new password by the form of the page. It ends at the link to the sign-in page.',
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
    404: { description: 'The page that says that the link is over.', type: 'page' },
    503: { description: 'The form again: too many people are here.', type: 'page' },
  },
  async handle(ground, { params: { recovery: secret }, body, header, client }) {
    const language = languageOf(header('accept-language'))
    const say = words[language]
    return orOver(language, words[language], waysOn(language), async () => {
      const { username } = await recovering(ground, secret)
      const again = ({ status, problem, refusal }: Again) =>
        page(status, { title: say.title, language }, passwordForm(language, username, problem), { refusal })
      const { different } = invitationWords[language]
      if (body.password !== body.again) return again({ status: 400, problem: different })
      try {
        await recover(ground, { secret, password: body.password }, client)
      } catch (error) {
        return again(passwordAgain(error, language))
      }
      return page(
        200,
        { title: say.doneTitle, language },
        html`<h1>${say.doneTitle}</h1><p>${say.doneText(username)}</p><p><a href="/console">${say.signIn}</a></p>`,
      )
    })
  },
})

function askForm(language: Language, problem?: string): Html {
  const say = words[language]
  return html`<h1>${say.askTitle}</h1>
<p>${say.askText}</p>
${wrongLine(problem)}
<form method="post">
<label for="login">${say.login}</label>
<input id="login" name="login" autocomplete="username" autocapitalize="none" spellcheck="false" maxlength="254" required>
<button>${say.askSubmit}</button>
</form>
<p><a href="/console">${say.signIn}</a></p>`
}

function passwordForm(language: Language, username: string, problem?: string): Html {
  const say = words[language]
  return html`<h1>${say.title}</h1>
<p>${say.intro(username)} ${say.ends}</p>
${wrongLine(problem)}
<form method="post">
<input name="username" value="${username}" autocomplete="username" readonly hidden>
${passwordFields(language)}
<button>${say.submit}</button>
</form>`
}

function noMail(language: Language): PageAnswer<200> {
  const { noMailTitle, noMailText, signIn } = words[language]
  return page(
    200,
    { title: noMailTitle, language },
    html`<h1>${noMailTitle}</h1><p>${noMailText}</p><p><a href="/console">${signIn}</a></p>`,
  )
}

function waysOn(language: Language) {
  const { signIn, askAgain } = words[language]
  return [
    ['/console', signIn],
    ['/recover', askAgain],
  ] as const
}
