import type { RequestListener } from 'node:http'
import { createGuard, type HonoMiddleware } from 'latchkey/guard/hono'
import { peer } from '../../peers.ts'
import { ourGuards } from '../ours.ts'
import { answerTo, doingNothing, nobody, type Stack, serving, type Variant } from '../world.ts'

interface Context {
  // What it costs to read `c.var`, which makes an object of all variables each time, is not a guard's to pay.
  get(name: 'auth'): { readonly subject: string }
  get(name: 'jwtPayload'): { readonly sub: string }
  json(body: object): Response
}
interface App {
  get(path: string, ...handlers: unknown[]): unknown
  readonly fetch: unknown
}
interface NodeServer {
  getRequestListener(fetch: unknown): RequestListener
}
interface Jwt {
  jwt(options: object): HonoMiddleware
}

/** Hono 4 on @hono/node-server, and its own middleware for JWTs. */
export const stack: Stack = async (world) => {
  const { Hono } = await peer<{ Hono: new () => App }>('hono')
  const { getRequestListener } = await peer<NodeServer>('@hono/node-server')
  const { jwt } = await peer<Jwt>('hono/jwt')
  const { issuer: iss, audience: aud, secret, publicKey } = world
  const protectedBy = (middleware: readonly HonoMiddleware[], subject: (c: Context) => string): Variant => {
    const app = new Hono()
    app.get('/me', ...middleware, (c: Context) => c.json(answerTo(subject(c))))
    return serving(getRequestListener(app.fetch))
  }
  const theirs = (key: string, alg: string) =>
    protectedBy([jwt({ secret: key, alg, verification: { iss, aud } })], (c) => c.get('jwtPayload').sub)
  return {
    open: protectedBy([], () => nobody),
    [doingNothing]: protectedBy([(_c, next) => next()], () => nobody),
    ...Object.fromEntries(
      ourGuards(world).map(({ name, options }) => [
        name,
        protectedBy([createGuard(options).required()], (c) => c.get('auth').subject),
      ]),
    ),
    'hono/jwt HS256': theirs(secret, 'HS256'),
    'hono/jwt ES256': theirs(publicKey, 'ES256'),
  }
}
