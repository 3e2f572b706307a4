import { createPublicKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { publicKey, toJwk } from 'latchkey/token'
import type { DevicePublicKey } from '../../devices/keys/keys.ts'
import { isObject } from '../../devices/shadow/shadow.ts'
import { WrongUse } from '../wrong-use.ts'

/** The public key of a device in a file, `-` for standard input: as a JWK, or in PEM as OpenSSL writes it. */
export function readDeviceKey(file: string): DevicePublicKey {
  const source = file === '-' ? 'standard input' : file
  let text: string
  try {
    text = readFileSync(file === '-' ? 0 : file, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException // what readFileSync throws
    throw new WrongUse(`--key names ${source}, which cannot be read (${code})`)
  }
  try {
    return text.trimStart().startsWith('{') ? jwkOf(text) : jwkOfPem(text)
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    throw new WrongUse(`the key in ${source} cannot be used: ${error.message}`)
  }
}

function jwkOf(text: string): DevicePublicKey {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new TypeError('it begins as JSON, and is none')
  }
  if (!isObject(value)) throw new TypeError('it holds no JWK')
  return value
}

/** What the key may be used for, its type says. */
function jwkOfPem(text: string): DevicePublicKey {
  const algorithm = { ec: 'ES256', ed25519: 'EdDSA', rsa: 'RS256' }[typeOf(text) ?? 'ec']
  if (algorithm === undefined) throw new TypeError('devices have keys of EC P-256, Ed25519 or RSA')
  return toJwk(publicKey(text, { algorithm: algorithm as 'ES256' }))
}

/** Undefined for what is no key, of which `publicKey` says what it is. */
function typeOf(text: string): string | undefined {
  try {
    return createPublicKey(text).asymmetricKeyType
  } catch {
    return undefined
  }
}
