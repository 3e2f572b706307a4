import { authOf, createGuard } from 'latchkey/guard/fastify'
import { peer } from '../../peers.ts'
import { ourGuards } from '../ours.ts'
import { answerTo, doingNothing, nobody, type Stack, type Variant } from '../world.ts'

interface Asked {
  readonly user?: { readonly sub: string }
  jwtVerify?(): Promise<unknown>
}
interface App {
  register(plugin: unknown, options?: object): PromiseLike<unknown>
  get(path: string, options: object, handler: (request: Asked) => Promise<object>): unknown
  listen(options: object): Promise<string>
}
interface Fastify {
  default(): App
}

const passOn = (_request: Asked, _reply: unknown, done: () => void) => done()

/** Fastify 5 and @fastify/jwt, which has a cache that is off by default. */
export const stack: Stack = async (world) => {
  const { default: createApp } = await peer<Fastify>('fastify')
  const { default: jwt } = await peer<{ default: unknown }>('@fastify/jwt')
  const { issuer, audience, secret, publicKey } = world
  const variant =
    (setUp: (app: App) => PromiseLike<unknown> | unknown): Variant =>
    async () => {
      const app = createApp()
      await setUp(app)
      return Number(new URL(await app.listen({ host: '127.0.0.1', port: 0 })).port)
    }
  const verifiesBy = (key: unknown, verify: object): Variant =>
    variant(async (app) => {
      await app.register(jwt, {
        secret: key,
        verify: { allowedIss: issuer, allowedAud: audience, ...verify },
      })
      const onRequest = (request: Asked) => request.jwtVerify?.()
      app.get('/me', { onRequest }, async (request) => answerTo(request.user?.sub ?? ''))
    })
  return {
    open: variant((app) => app.get('/me', {}, async () => answerTo(nobody))),
    [doingNothing]: variant((app) => app.get('/me', { onRequest: passOn }, async () => answerTo(nobody))),
    ...Object.fromEntries(
      ourGuards(world).map(({ name, options }) => [
        name,
        variant(async (app) => {
          await app.register(createGuard(options).plugin)
          app.get('/me', { config: { auth: true } }, async (request) => answerTo(authOf(request).subject))
        }),
      ]),
    ),
    '@fastify/jwt HS256': verifiesBy(secret, { algorithms: ['HS256'] }),
    '@fastify/jwt ES256': verifiesBy({ public: publicKey }, { algorithms: ['ES256'] }),
    '@fastify/jwt, cache: true HS256': verifiesBy(secret, { algorithms: ['HS256'], cache: true }),
    '@fastify/jwt, cache: true ES256': verifiesBy(
      { public: publicKey },
      { algorithms: ['ES256'], cache: true },
    ),
  }
}
