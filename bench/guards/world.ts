import type { RequestListener } from 'node:http'
import { createServer } from 'node:http'
import { createSigner, generateKey, publicKeyOf, secretKey, toJwk, toPem } from 'latchkey/token'
import { audience, claimsOf, issuer } from '../token-fixtures.ts'

/** What the server of a stack needs to know to check the tokens of one run. */
export interface World {
  readonly issuer: string
  readonly audience: string
  /** 32 bytes as text, for some take nothing else. */
  readonly secret: string
  /** SPKI in PEM. */
  readonly publicKey: string
  readonly keyId: string
  /** The same key as a JWK Set, for those who fetch. */
  readonly keySetUrl: string
}

export const algorithms = ['HS256', 'ES256'] as const
export type MeasuredAlgorithm = (typeof algorithms)[number]

/** Fewer than the least of what any of the caches here remembers, so that it is their steady state. */
const distinctTokens = 256

/** A world and its tokens. */
export async function createWorld(): Promise<{
  readonly world: World
  readonly tokens: Readonly<Record<MeasuredAlgorithm, readonly string[]>>
  close(): void
}> {
  const key = generateKey('ES256', { keyId: 'one' })
  if (key.kind !== 'private') throw new Error('ES256 has pairs of keys')
  const publicKey = publicKeyOf(key)
  const text = generateKey('HS256').keyId?.slice(0, 32).padEnd(32, '-') ?? ''
  const secret = secretKey(Buffer.from(text), { algorithm: 'HS256' })
  const keySet = JSON.stringify({ keys: [toJwk(publicKey)] })
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'application/json').end(keySet)
  })
  const port = await listen(server)
  const signed = (sign: ReturnType<typeof createSigner>) =>
    Array.from({ length: distinctTokens }, (_, index) => sign({ ...claimsOf(index), kind: 'user' }))
  return {
    world: {
      issuer,
      audience,
      secret: text,
      publicKey: toPem(publicKey),
      keyId: 'one',
      keySetUrl: `http://127.0.0.1:${port}/keys`,
    },
    tokens: {
      HS256: signed(createSigner({ key: secret })),
      ES256: signed(createSigner({ key })),
    },
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

/** One way to serve the same answer: open, or behind a guard. Gives the port. */
export type Variant = () => Promise<number>

/** What any middleware at all costs, where there is one. */
export const doingNothing = 'a middleware that does nothing'

/** The ways of one stack by their names; `open` is always there. */
export type Stack = (world: World) => Promise<Readonly<Record<string, Variant>>>

/** What every handler answers, so that all answers have one length. */
export const answerTo = (subject: string) => ({ hello: 'world', subject })
export const nobody = claimsOf(0).sub as string // as every claim of that name there

/** Listen on loopback with a server of node:http. */
export function serving(listener: RequestListener): Variant {
  return () => listen(createServer(listener))
}

async function listen(server: ReturnType<typeof createServer>): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('it listens on TCP')
  return address.port
}
