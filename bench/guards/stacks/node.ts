import { createPublicKey, createSecretKey, type KeyObject } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import { createGuard } from 'latchkey/guard/node'
import type { VerifiedClaims } from 'latchkey/token'
import { peer } from '../../peers.ts'
import { ourGuards, verifierOf } from '../ours.ts'
import {
  algorithms,
  answerTo,
  type MeasuredAlgorithm,
  nobody,
  type Stack,
  serving,
  type Variant,
  type World,
} from '../world.ts'

interface Jose {
  jwtVerify(
    token: string,
    key: KeyObject,
    options: object,
  ): Promise<{ readonly payload: { readonly sub?: string } }>
}

function answer(response: ServerResponse, subject: string): void {
  response.setHeader('content-type', 'application/json').end(JSON.stringify(answerTo(subject)))
}

/**
 * The least that would still tell good tokens from others: whole lines in a Map that forgets none, and their `exp`. It
 * knows no keys that change, no revocations, no scopes and no second header.
 */
function byHand(algorithm: MeasuredAlgorithm, world: World): Variant {
  const verify = verifierOf(algorithm, world)
  const known = new Map<string, VerifiedClaims>()
  return serving((request, response) => {
    const line = request.headers.authorization ?? ''
    const claims = known.get(line) ?? verify(line.slice('Bearer '.length))
    if ((claims.exp ?? 0) * 1000 <= Date.now()) throw new Error('expired')
    known.set(line, claims)
    answer(response, claims.sub ?? '')
  })
}

/** node:http, and jose as somebody would use it there by hand. */
export const stack: Stack = async (world) => {
  const variants: Record<string, Variant> = {
    open: serving((_request, response) => answer(response, nobody)),
    ...Object.fromEntries(
      algorithms.map((algorithm) => [`a Map by hand ${algorithm}`, byHand(algorithm, world)]),
    ),
  }
  for (const { name, options } of ourGuards(world)) {
    const guard = createGuard(options)
    variants[name] = serving(
      guard.listener({}, (request, response) => answer(response, request.auth.subject)),
    )
  }
  const { jwtVerify } = await peer<Jose>('jose')
  const { issuer, audience } = world
  const keys = {
    HS256: createSecretKey(Buffer.from(world.secret)),
    ES256: createPublicKey(world.publicKey),
  }
  for (const [algorithm, key] of Object.entries(keys)) {
    variants[`jose ${algorithm}`] = serving((request, response) => {
      const token = request.headers.authorization?.slice('Bearer '.length) ?? ''
      jwtVerify(token, key, { issuer, audience, algorithms: [algorithm] }).then(
        ({ payload }) => answer(response, payload.sub ?? ''),
        () => response.writeHead(401).end(),
      )
    })
  }
  return variants
}
