import type { OauthGround } from '../ground.ts'
import { readParameters } from '../parameters.ts'
import type { Asked } from './authorize.ts'
import { authorizationParameters } from './request.ts'

/** A person has so long to sign in and to decide. */
const keptForMs = 60 * 60_000
/** Of what is sealed, so that the addresses that hold it are ones that browsers and proxies carry. */
const longestText = 6 * 1024

const purpose = 'authorization-request'

/**
 * A request that waits for a person, as a word in the address of the page. Nothing is stored for strangers, however many requests they
 * send, and nobody changes a request on its way. Undefined for one that is too long.
 */
export function sealRequest({ masterKey, world }: OauthGround, asked: Asked): string | undefined {
  const parameters = `${new URLSearchParams([...asked.parameters])}`
  const text = JSON.stringify({ parameters, pushed: asked.isPushed, at: asked.askedAt ?? world.now() })
  return text.length > longestText ? undefined : masterKey.seal(text, purpose)
}

/** The request; undefined for anything that was not sealed here, or long ago. */
export function openRequest({ masterKey, world }: OauthGround, sealed: string): Asked | undefined {
  let text: string
  try {
    text = masterKey.open(sealed, purpose)
  } catch {
    return undefined
  }
  // As `sealRequest` wrote it.
  const { parameters, pushed, at } = JSON.parse(text) as { parameters: string; pushed: boolean; at: number }
  if (world.now() > at + keptForMs) return undefined
  const read = readParameters(parameters, authorizationParameters)
  return 'fault' in read ? undefined : { parameters: read, isPushed: pushed, askedAt: at }
}
