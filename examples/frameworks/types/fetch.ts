import { api_view, type Protector } from 'latchkey/compat/simplejwt'
import type { Principal } from 'latchkey/guard'
import { createGuard } from 'latchkey/guard/fetch'
import { createTestIssuer } from 'latchkey/testing'

const issuer = createTestIssuer()
const guard = createGuard(issuer.guardOptions)

export async function answer(request: Request): Promise<Response> {
  const { auth, response, headers } = await guard.authenticate(request)
  // @ts-expect-error there may be a response and nobody
  auth.subject
  if (response !== undefined) return response
  auth satisfies Principal
  return Response.json({ subject: auth.subject }, { headers })
}

export async function mayAnswer(request: Request): Promise<Response> {
  const { auth, response } = await guard.optional({ lenient: true })(request)
  if (response !== undefined) return response
  // @ts-expect-error on an optional route there may be nobody
  return new Response(auth.subject)
}

guard.metadata()(new Request('https://api.test')) satisfies Response | undefined
guard.required({ rule: (auth, request) => request.url.endsWith(auth.subject) })
// @ts-expect-error a misspelt member
guard.required({ scopes: 'devices:control' })
// @ts-expect-error a scope that is a number
guard.required({ scope: 1 })
// @ts-expect-error a rule that reads what no request has
guard.required({ rule: (_auth, request) => request.params.id === '' })

issuer.signIn(answer, 'usr_1')
issuer.signIn({ fetch: answer }, 'usr_1')
issuer.signIn(() => new Response(), 'usr_1')
// @ts-expect-error a promise of text
issuer.signIn({ fetch: async () => 'hello' }, 'usr_1')

const view: Protector = api_view({ authentication_classes: [] })
export const behind = (request: Request): Promise<Response> =>
  view(request, ({ user }) => new Response(String(user)))
