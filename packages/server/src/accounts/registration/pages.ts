import * as v from 'valibot'
import { Refusal } from '../../errors.ts'
import { type PageAnswer, routesFor } from '../../http/route.ts'
import { line } from '../../http/schema.ts'
import { type Html, html, type Language, languageOf, page, wrongLine } from '../../pages/page.ts'
import { faultAt } from '../attributes/attribute-value.ts'
import { attributeFields, type Typed, typedValues } from '../attributes/form-fields.ts'
import type { AttributeRow } from '../attributes/store.ts'
import { attributesAsked } from '../attributes/values.ts'
import type { AccountsGround } from '../ground.ts'
import { words as invitationWords } from '../invitations/words.ts'
import { type Again, orOver, passwordAgain } from '../link-pages.ts'
import { passwordFields } from '../passwords/fields.ts'
import { typedPassword } from '../sign-in/routes.ts'
import type { UserTypeRow } from '../user-types/store.ts'
import { register, registering } from './register.ts'
import { openTypes, requestRegistration } from './request.ts'
import { words } from './words.ts'

const route = routesFor<AccountsGround>()
const params = v.strictObject({ registration: line(128) })

// The pages on which strangers make an account work without script. Opening a link changes nothing: only its form does.

export const signUpPage = route({
  id: 'signUpPage',
  method: 'GET',
  path: '/sign-up',
  tag: 'pages',
  summary: 'The page on which a person asks for an account of their own.',
  access: 'public',
  answers: {
    200: { description: 'The page.', type: 'page' },
    403: { description: 'The page that says that accounts are made by invitation.', type: 'page' },
  },
  async handle(ground, { header }) {
    const language = languageOf(header('accept-language'))
    const types = await openTypes(ground, ground.db)
    return types.length === 0
      ? closedPage(language)
      : page(200, { title: words[language].askTitle, language }, askForm(language, types, ''))
  },
})

export const askForAccount = route({
  id: 'askForAccount',
  method: 'POST',
  path: '/sign-up',
  tag: 'pages',
  summary: 'Ask for an account by the form of the page. The answer is the same for every address.',
  access: 'public',
  bodyType: 'form',
  body: v.object({ address: v.optional(v.string(), ''), user_type: v.optional(v.string()) }),
  answers: {
    200: { description: 'The page that says to look at one’s mail.', type: 'page' },
    400: { description: 'The form again, with what is wrong.', type: 'page' },
    403: { description: 'The page that says that accounts are made by invitation.', type: 'page' },
    429: { description: 'The form again: that was too often.', type: 'page' },
  },
  async handle(ground, { body, header, client }) {
    const language = languageOf(header('accept-language'))
    const say = words[language]
    const types = await openTypes(ground, ground.db)
    const again = <const Status extends 400 | 429>(status: Status, problem: string, refusal?: Refusal) =>
      page(status, { title: say.askTitle, language }, askForm(language, types, body.address, problem), {
        refusal,
      })
    const address = v.safeParse(line(254), body.address.trim())
    if (!address.success) return types.length === 0 ? closedPage(language) : again(400, say.noAddress)
    try {
      const wanted = { address: address.output, userType: body.user_type, language, client }
      await requestRegistration(ground, wanted)
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      if (error.code === 'registration_closed') return closedPage(language, error)
      return error.code === 'too_many_requests'
        ? again(429, say.tooMany, error)
        : again(400, say.noAddress, error)
    }
    return page(
      200,
      { title: say.askedTitle, language },
      html`<h1>${say.askedTitle}</h1><p>${say.askedText}</p><p class="hint">${say.askedHint}</p>`,
    )
  },
})

export const registrationPage = route({
  id: 'registrationPage',
  method: 'GET',
  path: '/sign-up/{registration}',
  tag: 'pages',
  summary: 'The page on which a person chooses a name and a password. Opening it changes nothing.',
  access: 'public',
  params,
  answers: {
    200: { description: 'The page.', type: 'page' },
    404: { description: 'The page that says that the link is over.', type: 'page' },
  },
  async handle(ground, { params: { registration }, header }) {
    const language = languageOf(header('accept-language'))
    return orOver(language, words[language], waysOn(language), async () => {
      const { address } = await registering(ground, registration)
      const asked = await attributesAsked(ground.db)
      return page(200, { title: words[language].title, language }, accountForm(language, { address, asked }))
    })
  },
})

export const registerByForm = route({
  id: 'registerByForm',
  method: 'POST',
  path: '/sign-up/{registration}',
  tag: 'pages',
  summary: 'Make an account by the form of the page. It ends at the link to the sign-in page.',
  access: 'public',
  params,
  bodyType: 'form',
  /** Beside them a field `attribute.<key>` for each attribute that is asked for. */
  body: v.objectWithRest(
    {
      username: v.optional(v.pipe(v.string(), v.maxLength(1000)), ''),
      password: typedPassword,
      again: v.optional(v.string(), ''),
    },
    v.string(),
  ),
  answers: {
    200: { description: 'The page that says that it is done.', type: 'page' },
    400: { description: 'The form again, with what is wrong.', type: 'page' },
    403: { description: 'The page that says that accounts are made by invitation.', type: 'page' },
    404: { description: 'The page that says that the link is over.', type: 'page' },
    503: { description: 'The form again: too many people are here.', type: 'page' },
  },
  async handle(ground, { params: { registration: secret }, body, header, client }) {
    const language = languageOf(header('accept-language'))
    const say = words[language]
    const { username: typed, password, again: repeated, ...fields } = body
    const username = typed.trim()
    return orOver(language, words[language], waysOn(language), async () => {
      const { address } = await registering(ground, secret)
      const asked = await attributesAsked(ground.db)
      const again = ({ status, problem, refusal }: Again) => {
        const form = accountForm(language, { address, asked, username, fields, problem })
        return page(status, { title: say.title, language }, form, { refusal })
      }
      const { different } = invitationWords[language]
      if (password !== repeated) return again({ status: 400, problem: different })
      try {
        const attributes = typedValues(asked, fields)
        await register(ground, { secret, username, password, attributes, isText: true }, client)
      } catch (error) {
        if (!(error instanceof Refusal)) throw error
        if (error.code === 'registration_closed') return closedPage(language, error)
        const problem = problemOf(error, language, asked)
        return again(problem === undefined ? passwordAgain(error, language) : { status: 400, problem })
      }
      return page(
        200,
        { title: say.doneTitle, language },
        html`<h1>${say.doneTitle}</h1><p>${say.doneText(username)}</p><p><a href="/console">${say.signIn}</a></p>`,
      )
    })
  },
})

/** What is wrong with the name or the attributes; undefined for a refusal of anything else. */
function problemOf(refusal: Refusal, language: Language, asked: readonly AttributeRow[]): string | undefined {
  const { taken, noName, attributesWrong } = words[language]
  if (refusal.code === 'user_exists') return taken
  const wrong = asked.filter(({ key }) =>
    refusal.faults?.some(({ field }) => field === faultAt(key, '').field),
  )
  if (wrong.length > 0) return attributesWrong(wrong.map(({ label }) => label))
  return refusal.code === 'request_invalid' ? noName : undefined
}

function askForm(language: Language, types: readonly UserTypeRow[], address: string, problem?: string): Html {
  const say = words[language]
  const choice =
    types.length < 2
      ? html``
      : html`<label for="user_type">${say.type}</label>
<select id="user_type" name="user_type">${types.map(({ name, description }) => html`<option value="${name}">${description || name}</option>`)}</select>`
  return html`<h1>${say.askTitle}</h1>
<p>${say.askText}</p>
${wrongLine(problem)}
<form method="post">
<label for="address">${say.address}</label>
<input id="address" name="address" type="email" value="${address.slice(0, 254)}" autocomplete="email" maxlength="254" required>
${choice}
<button>${say.askSubmit}</button>
</form>
<p><a href="/console">${say.signIn}</a></p>`
}

interface AccountForm {
  readonly address: string
  /** Attributes that have to be given. */
  readonly asked: readonly AttributeRow[]
  readonly username?: string
  readonly fields?: Typed
  readonly problem?: string
}

function accountForm(
  language: Language,
  { address, asked, username = '', fields = {}, problem }: AccountForm,
): Html {
  const say = words[language]
  return html`<h1>${say.title}</h1>
<p>${say.intro(address)}</p>
${wrongLine(problem)}
<form method="post">
<label for="username">${say.username}</label>
<input id="username" name="username" value="${username.slice(0, 200)}" autocomplete="username" autocapitalize="none" spellcheck="false" maxlength="200" required aria-describedby="username-hint">
<p class="hint" id="username-hint">${say.usernameHint}</p>
${attributeFields(language, asked, fields)}
${passwordFields(language)}
<button>${say.submit}</button>
</form>`
}

function closedPage(language: Language, refusal?: Refusal): PageAnswer<403> {
  const { closedTitle, closedText, signIn } = words[language]
  return page(
    403,
    { title: closedTitle, language },
    html`<h1>${closedTitle}</h1><p>${closedText}</p><p><a href="/console">${signIn}</a></p>`,
    { refusal },
  )
}

function waysOn(language: Language) {
  const { signIn, askAgain } = words[language]
  return [
    ['/console', signIn],
    ['/sign-up', askAgain],
  ] as const
}
