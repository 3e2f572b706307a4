import fastify from 'fastify'
import { authOf, createGuard } from 'latchkey/guard/fastify'

const guard = createGuard() // LATCHKEY_ISSUER says whose tokens, LATCHKEY_AUDIENCE for whom
const app = fastify()
await app.register(guard.plugin)
await app.register(guard.metadata())

app.get('/me', { config: { auth: true } }, async (request) => ({ id: authOf(request).subject }))
app.post<{ Params: { id: string } }>(
  '/devices/:id/open',
  { preHandler: guard.required({ scope: 'devices:control' }) },
  async (request) => ({ opened: request.params.id }),
)
app.get('/news', { config: { auth: 'optional' } }, async (request) => ({
  for: authOf(request, 'optional')?.subject ?? null,
}))

await app.listen({ port: Number(process.env.PORT ?? 3000) })
