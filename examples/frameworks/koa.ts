import Koa from 'koa'
import { type AuthState, createGuard } from 'latchkey/guard/koa'

const guard = createGuard() // LATCHKEY_ISSUER says whose tokens, LATCHKEY_AUDIENCE for whom
const control = guard.required({ scope: 'devices:control' })
const app = new Koa<AuthState>()

app.use(guard.metadata())
app.use(guard.optional())
app.use(async (ctx, next) => {
  if (ctx.path === '/news') ctx.body = { for: ctx.state.auth?.subject ?? null }
  else await next()
})
app.use(guard.required())
app.use(async (ctx) => {
  const id = ctx.path.split('/')[2]
  if (id === undefined) ctx.body = { id: ctx.state.auth.subject }
  else await control(ctx, async () => (ctx.body = { opened: id }))
})

app.listen(Number(process.env.PORT ?? 3000), '127.0.0.1')
