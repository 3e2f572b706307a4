import * as v from 'valibot'
import { json, ok, routesFor } from '../http/route.ts'
import { line } from '../http/schema.ts'
import type { UpstreamGround } from './ground.ts'
import { beginLinking } from './sign-in/begin.ts'
import { signOutThere } from './sign-out.ts'

const route = routesFor<UpstreamGround>()

/** The page of the console on which identities are linked. */
const backAt = '/console#/account/security'

export const linkMyIdentity = route({
  id: 'linkMyIdentity',
  method: 'POST',
  path: '/v1/me/identities',
  tag: 'own account',
  summary:
    'Begin to link a sign-in at a provider to one’s own account, with a sign-in here not longer ago than five minutes. The browser, which has a cookie then, goes to the address that comes.',
  access: { kinds: ['user'] },
  body: v.strictObject({ provider: line(32) }),
  answers: {
    201: {
      description: 'Where the browser has to go.',
      body: v.strictObject({ location: v.string() }),
    },
  },
  refuses: [
    'provider_not_found',
    'provider_unavailable',
    'insufficient_user_authentication',
    'kind_not_allowed',
  ],
  async handle(ground, { body, actor, header }) {
    const browser = ground.flowCookie.secretOf(header)
    const begun = await beginLinking(ground, actor, { key: body.provider, next: backAt, browser })
    return { ...json(201, { location: begun.location }), cookies: [ground.flowCookie.keep(begun.browser)] }
  },
})

export const readMyProvider = route({
  id: 'readMyProvider',
  method: 'GET',
  path: '/v1/me/provider',
  tag: 'own account',
  summary:
    'The provider that the present session began at, and where one signs out there too; null where there is none.',
  access: { kinds: ['user'] },
  answers: {
    200: {
      description: 'The provider.',
      body: v.strictObject({
        provider: v.nullable(
          v.strictObject({ key: v.string(), name: v.string(), sign_out_url: v.nullable(v.string()) }),
        ),
      }),
    },
  },
  handle: async (ground, { actor }) => ok({ provider: (await signOutThere(ground, actor)) ?? null }),
})
