import type { RequestListener } from 'node:http'
import { createGuard } from 'latchkey/guard/express'
import { peer } from '../../peers.ts'
import { ourGuards } from '../ours.ts'
import { answerTo, doingNothing, nobody, type Stack, serving, type Variant } from '../world.ts'

interface Asked {
  readonly auth?: {
    readonly subject?: string
    readonly sub?: string
    readonly payload?: { readonly sub?: string }
  }
}
type Handler = (request: Asked, response: { json(body: object): void }) => void
interface Express {
  default(): RequestListener & { get(path: string, ...handlers: unknown[]): void }
}
interface ExpressJwt {
  expressjwt(options: object): unknown
}
interface BearerAuth {
  auth(options: object): unknown
}

/** Express 5, express-jwt, and express-oauth2-jwt-bearer, which fetches its keys. */
export const stack: Stack = async (world) => {
  const { default: createApp } = await peer<Express>('express')
  const { expressjwt } = await peer<ExpressJwt>('express-jwt')
  const { auth } = await peer<BearerAuth>('express-oauth2-jwt-bearer')
  const protectedBy = (middleware: unknown, handler: Handler): Variant => {
    const app = createApp()
    app.get('/me', ...[middleware ?? []].flat(), handler)
    return serving(app)
  }
  const { issuer, audience, secret, publicKey, keySetUrl: jwksUri } = world
  const anybody: Handler = (_request, response) => response.json(answerTo(nobody))
  const sub: Handler = (request, response) => response.json(answerTo(request.auth?.sub ?? ''))
  const payload: Handler = (request, response) => response.json(answerTo(request.auth?.payload?.sub ?? ''))
  const ours: Handler = (request, response) => response.json(answerTo(request.auth?.subject ?? ''))
  const jwt = (key: string, algorithm: string) =>
    expressjwt({ secret: key, algorithms: [algorithm], issuer, audience })
  return {
    open: protectedBy(undefined, anybody),
    [doingNothing]: protectedBy((_request: Asked, _response: unknown, next: () => void) => next(), anybody),
    ...Object.fromEntries(
      ourGuards(world).map(({ name, options }) => [name, protectedBy(createGuard(options).required(), ours)]),
    ),
    'express-jwt HS256': protectedBy(jwt(secret, 'HS256'), sub),
    'express-jwt ES256': protectedBy(jwt(publicKey, 'ES256'), sub),
    'express-oauth2-jwt-bearer HS256': protectedBy(
      auth({ issuer, audience, secret, tokenSigningAlg: 'HS256' }),
      payload,
    ),
    'express-oauth2-jwt-bearer ES256': protectedBy(
      auth({ issuer, audience, jwksUri, tokenSigningAlg: 'ES256' }),
      payload,
    ),
  }
}
