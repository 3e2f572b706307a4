import { serve } from '@hono/node-server'
import { createGuard } from 'latchkey/guard/fetch'

const guard = createGuard() // LATCHKEY_ISSUER says whose tokens, LATCHKEY_AUDIENCE for whom
const metadata = guard.metadata()
const mayControl = guard.required({ scope: 'devices:control' })

async function answer(request: Request): Promise<Response> {
  const { pathname } = new URL(request.url)
  if (pathname === '/news') return Response.json({ for: null })
  const isOpen = pathname.endsWith('/open')
  const { auth, response } = await (isOpen ? mayControl(request) : guard.authenticate(request))
  if (response) return response
  return Response.json(isOpen ? { opened: pathname.split('/')[2] } : { id: auth.subject })
}

const fetch = async (request: Request) => metadata(request) ?? answer(request)
serve({ fetch, port: Number(process.env.PORT ?? 3000), hostname: '127.0.0.1' })
