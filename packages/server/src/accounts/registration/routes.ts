import * as v from 'valibot'
import { accepted, created, ok, routesFor } from '../../http/route.ts'
import { line, whole } from '../../http/schema.ts'
import { languageOf } from '../../pages/page.ts'
import { givenValues } from '../attributes/routes.ts'
import type { AccountsGround } from '../ground.ts'
import { password } from '../sign-in/routes.ts'
import { register } from './register.ts'
import { openTypes, requestRegistration } from './request.ts'

const route = routesFor<AccountsGround>()

export const listOpenTypes = route({
  id: 'listOpenTypes',
  method: 'GET',
  path: '/v1/registrations',
  tag: 'sign-in',
  summary:
    'The user types in which anybody may make an account. None at first, and where the server sends no mail.',
  access: 'public',
  answers: {
    200: {
      description: 'The types.',
      body: whole(v.strictObject({ user_type: v.string(), description: v.string() })),
    },
  },
  async handle(ground) {
    const items = (await openTypes(ground, ground.db)).map(({ name, description }) => ({
      user_type: name,
      description,
    }))
    return ok({ items, next: null })
  },
})

export const requestRegistrationRoute = route({
  id: 'requestRegistration',
  method: 'POST',
  path: '/v1/registrations',
  tag: 'sign-in',
  summary:
    'Ask for an account of one’s own. The answer is the same whether or not the address has one; a letter says what is true.',
  access: 'public',
  body: v.strictObject({ address: line(254), user_type: v.optional(line(40)) }),
  answers: { 202: { description: 'Taken. A letter is on its way to the address.' } },
  refuses: ['registration_closed', 'user_type_unknown', 'too_many_requests'],
  async handle(ground, { body, header, client }) {
    const language = languageOf(header('accept-language'))
    const { address, user_type: userType } = body
    await requestRegistration(ground, { address, userType, language, client })
    return accepted
  },
})

export const registerRoute = route({
  id: 'register',
  method: 'POST',
  path: '/v1/registrations/complete',
  tag: 'sign-in',
  summary:
    'Make an account by the secret of a link that was mailed. Works once, and does not sign in. Where attributes are missing, the refusal has those that are `asked` for.',
  access: 'public',
  body: v.strictObject({
    registration: line(128),
    username: line(200),
    password,
    /** Those that are required and that a person may change. */
    attributes: v.optional(givenValues, {}),
  }),
  answers: {
    201: {
      description: 'The account is made, and its address is proven.',
      body: v.strictObject({ id: v.string(), username: v.string() }),
    },
  },
  refuses: ['link_invalid', 'registration_closed', 'user_exists', 'password_unacceptable', 'overloaded'],
  async handle(ground, { body, client }) {
    const { registration: secret, ...given } = body
    const { id, username } = await register(ground, { secret, ...given }, client)
    return created({ id, username })
  },
})
