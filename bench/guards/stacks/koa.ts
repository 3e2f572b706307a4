import type { RequestListener } from 'node:http'
import { createGuard, type KoaMiddleware } from 'latchkey/guard/koa'
import { peer } from '../../peers.ts'
import { ourGuards } from '../ours.ts'
import { answerTo, doingNothing, nobody, type Stack, serving, type Variant } from '../world.ts'

interface Context {
  readonly state: { readonly auth: { readonly subject: string }; readonly user: { readonly sub: string } }
  body: unknown
}
interface App {
  use(middleware: unknown): void
  callback(): RequestListener
}

/** Koa 3 and koa-jwt. */
export const stack: Stack = async (world) => {
  const { default: Koa } = await peer<{ default: new () => App }>('koa')
  const { default: jwt } = await peer<{ default: (options: object) => KoaMiddleware }>('koa-jwt')
  const { issuer, audience, secret, publicKey } = world
  const protectedBy = (middleware: readonly KoaMiddleware[], subject: (c: Context) => string): Variant => {
    const app = new Koa()
    for (const one of middleware) app.use(one)
    app.use((context: Context) => {
      context.body = answerTo(subject(context))
    })
    return serving(app.callback())
  }
  const theirs = (key: string, algorithm: string) =>
    protectedBy([jwt({ secret: key, algorithms: [algorithm], issuer, audience })], (c) => c.state.user.sub)
  return {
    open: protectedBy([], () => nobody),
    [doingNothing]: protectedBy([(_context, next) => next()], () => nobody),
    ...Object.fromEntries(
      ourGuards(world).map(({ name, options }) => [
        name,
        protectedBy([createGuard(options).required()], (c) => c.state.auth.subject),
      ]),
    ),
    'koa-jwt HS256': theirs(secret, 'HS256'),
    'koa-jwt ES256': theirs(publicKey, 'ES256'),
  }
}
