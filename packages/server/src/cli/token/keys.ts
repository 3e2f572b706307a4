import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import {
  type Algorithm,
  type AsymmetricAlgorithm,
  type Jwk,
  type PrivateKey,
  privateKey,
  publicKey,
  publicKeyOf,
  type SecretKey,
  type SigningKey,
  secretKey,
  type VerificationAlgorithm,
  type VerificationKey,
} from 'latchkey/token'
import { wholeText } from '../../whole-text.ts'
import type { Given } from '../given.ts'
import { listOption, textOption } from '../options.ts'
import { WrongUse } from '../wrong-use.ts'
import { readNamed, withoutLineEnd } from './input.ts'

const loopbackHost = wholeText(/localhost|127\.\d+\.\d+\.\d+|\[::1\]/)

const hmacs = ['HS256', 'HS384', 'HS512'] as const
type Hmac = (typeof hmacs)[number]

/** The keys that `--key`, `--jwks`, `--secret-file` and `--secret-env` name, to verify with. */
export async function readVerificationKeys(
  { options }: Given,
  { shortSecrets }: { readonly shortSecrets: boolean },
): Promise<readonly VerificationKey[]> {
  const chosen = chosenAlgorithms(options)
  const keys: VerificationKey[] = []
  const secrets = readSecrets(options)
  for (const secret of secrets) {
    const wanted = chosen?.filter(isHmac) ?? ['HS256']
    for (const algorithm of wanted) keys.push(makeSecret(secret, algorithm, shortSecrets))
  }
  const file = textOption(options, 'key')
  if (file !== undefined)
    keys.push(...verificationKeysOf(readNamed(file, '--key'), file, { chosen, shortSecrets }))
  const jwks = textOption(options, 'jwks')
  if (jwks !== undefined) keys.push(...keysOfSet(await readJwks(jwks), jwks, { chosen, shortSecrets }))
  if (keys.length === 0 && (secrets.length > 0 || file !== undefined)) {
    throw new WrongUse('the key is not for the algorithms that --algorithm names')
  }
  return keys
}

/** The one key to sign with. */
export function readSigningKey({ options }: Given): SigningKey {
  const [chosen] = chosenAlgorithms(options) ?? []
  const secrets = readSecrets(options)
  const file = textOption(options, 'key')
  if (secrets.length + (file === undefined ? 0 : 1) !== 1) {
    throw new WrongUse('give one key to sign with: --key, --secret-file or --secret-env')
  }
  const keyId = textOption(options, 'keyId')
  const named = keyId === undefined ? {} : { keyId }
  const [secret] = secrets
  if (secret !== undefined || file === undefined) {
    const algorithm = chosen ?? 'HS256'
    if (!isHmac(algorithm)) throw new WrongUse(`${algorithm} wants a private key: give it with --key`)
    return makeSecret(secret ?? '', algorithm, options.insecureShortSecret === true, keyId)
  }
  const content = readNamed(file, '--key')
  return sayingWhich(file, () => {
    const jwk = parseJwk(content)
    if (jwk?.kty === 'oct') {
      return secretOfJwk(jwk, (chosen ?? jwk.alg ?? 'HS256') as Hmac, {
        ...{ shortSecrets: options.insecureShortSecret === true, keyId },
      }) // secretKey looks
    }
    const algorithm = (chosen ??
      jwk?.alg ??
      suited(handleOf(content, jwk, createPrivateKey))[0]) as AsymmetricAlgorithm // privateKey looks
    return privateKey(jwk ?? content, { algorithm, ...named })
  })
}

/** What the options say of the keys that are read. */
interface Wanted {
  readonly chosen: readonly Algorithm[] | undefined
  readonly shortSecrets: boolean
}

function verificationKeysOf(content: string, file: string, wanted: Wanted) {
  return sayingWhich(file, () => {
    const document = parseJson(content)
    if (document !== undefined && 'keys' in document) {
      throw new WrongUse(`${file} is a key set: give it with --jwks`)
    }
    return keysOf(parseJwk(content) ?? content, wanted)
  })
}

/** A key for each algorithm that it may be used with; the header of a token never decides that. */
function keysOf(input: string | Jwk, { chosen, shortSecrets }: Wanted): VerificationKey[] {
  const jwk = typeof input === 'object' ? input : undefined
  if (jwk?.kty === 'oct') {
    const algorithms = jwk.alg === undefined ? (chosen?.filter(isHmac) ?? ['HS256']) : [jwk.alg as Hmac] // secretKey looks
    return algorithms.map((algorithm) => secretOfJwk(jwk, algorithm, { shortSecrets }))
  }
  const handle = handleOf(typeof input === 'string' ? input : '', jwk, createPublicKey)
  const possible = jwk?.alg === undefined ? suited(handle) : [jwk.alg as VerificationAlgorithm] // publicKey looks
  const fitting = possible.filter((algorithm) => chosen === undefined || chosen.includes(algorithm))
  const wanted = chosen === undefined && handle.asymmetricKeyType === 'rsa' ? possible.slice(0, 1) : fitting
  return wanted.map((algorithm) => publicHalf(input, algorithm))
}

function keysOfSet(jwks: readonly Jwk[], from: string, wanted: Wanted): VerificationKey[] {
  const isPublished = /^https?:/.test(from)
  const keys = jwks.flatMap((jwk) => {
    try {
      return isPublished && jwk.kty === 'oct' ? [] : keysOf(jwk, wanted)
    } catch {
      return [] // RFC 7517 section 5: what cannot be used is left out
    }
  })
  if (keys.length === 0) throw new WrongUse(`${from} holds no key that can be used`)
  return keys
}

/** Whoever checks with a private key means its public half. */
function publicHalf(input: string | Jwk, algorithm: VerificationAlgorithm): VerificationKey {
  const isPrivate =
    typeof input === 'string' ? input.includes('PRIVATE KEY') : 'd' in input || 'priv' in input
  // Of Ed448, which nothing of ours signs with, privateKey says so.
  const read: PrivateKey | undefined = isPrivate
    ? privateKey(input, { algorithm: algorithm as AsymmetricAlgorithm })
    : undefined
  return read === undefined ? publicKey(input, { algorithm }) : publicKeyOf(read)
}

/** What a key may be used for by its type, the usual first. */
function suited({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): readonly VerificationAlgorithm[] {
  if (asymmetricKeyType === 'rsa') return ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512']
  if (asymmetricKeyType === 'ed25519') return ['EdDSA', 'Ed25519']
  if (asymmetricKeyType === 'ed448') return ['Ed448']
  const byCurve = { prime256v1: 'ES256', secp384r1: 'ES384', secp521r1: 'ES512' } as const
  const curve = asymmetricKeyDetails?.namedCurve
  if (curve !== undefined && curve in byCurve) return [byCurve[curve as keyof typeof byCurve]] // just checked
  const lattice = (['ML-DSA-44', 'ML-DSA-65', 'ML-DSA-87'] as const).filter(
    (name) => name.toLowerCase() === String(asymmetricKeyType),
  )
  if (lattice.length > 0) return lattice
  throw new TypeError('tokens are not signed with keys of this type')
}

function handleOf(pem: string, jwk: Jwk | undefined, read: typeof createPublicKey | typeof createPrivateKey) {
  try {
    return jwk === undefined ? read(pem) : read({ key: jwk as object, format: 'jwk' })
  } catch {
    // The importer of the library says what the file is instead.
    if (jwk === undefined) (read === createPublicKey ? publicKey : privateKey)(pem, { algorithm: 'RS256' })
    throw new TypeError('it is neither PEM nor a JWK that can be read')
  }
}

function secretOfJwk(
  jwk: Jwk,
  algorithm: Hmac,
  { shortSecrets, keyId = jwk.kid }: { readonly shortSecrets: boolean; readonly keyId?: string | undefined },
): SecretKey {
  if (typeof jwk.k !== 'string') throw new TypeError('this JWK of a secret has no member k')
  return secretKey(Buffer.from(jwk.k, 'base64url'), {
    algorithm,
    insecureShortSecret: shortSecrets,
    ...(keyId === undefined ? {} : { keyId }),
  })
}

function makeSecret(secret: string, algorithm: Hmac, short: boolean, keyId?: string): SecretKey {
  try {
    const named = keyId === undefined ? {} : { keyId }
    return secretKey(Buffer.from(secret), { algorithm, insecureShortSecret: short, ...named })
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    throw new WrongUse(asOptions(error))
  }
}

/** A secret never comes as an argument: everyone on this machine can list those. */
function readSecrets(options: Given['options']): string[] {
  const secrets: string[] = []
  const file = textOption(options, 'secretFile')
  if (file !== undefined) secrets.push(withoutLineEnd(readNamed(file, '--secret-file')))
  const name = textOption(options, 'secretEnv')
  if (name !== undefined) {
    const secret = process.env[name]
    if (secret === undefined) throw new WrongUse('--secret-env names a variable that is not set')
    secrets.push(secret)
  }
  return secrets
}

export function chosenAlgorithms(options: Given['options']): readonly Algorithm[] | undefined {
  return listOption(options, 'algorithm') as Algorithm[] | undefined // commander allows only these
}

async function readJwks(from: string): Promise<readonly Jwk[]> {
  const document = parseJson(/^https?:/.test(from) ? await fetchText(from) : readNamed(from, '--jwks'))
  const keys = document !== undefined && 'keys' in document ? document.keys : undefined
  if (!Array.isArray(keys)) throw new WrongUse(`${from} is no key set: it has no list of keys`)
  return keys as Jwk[] // each is looked at when it is read
}

async function fetchText(address: string): Promise<string> {
  if (!URL.canParse(address)) throw new WrongUse('--jwks is neither a file nor a whole URL')
  const { protocol, hostname } = new URL(address)
  if (protocol !== 'https:' && !loopbackHost.test(hostname)) {
    throw new WrongUse('--jwks takes https, or http to a loopback address')
  }
  // Whoever can redirect could choose the keys that we trust.
  const response = await fetch(address, { redirect: 'manual', signal: AbortSignal.timeout(10_000) }).catch(
    (cause: unknown) => {
      throw new Error(`${address} cannot be fetched`, { cause })
    },
  )
  if (response.status !== 200) throw new Error(`${address} answered with status ${response.status}`)
  return response.text()
}

function parseJwk(content: string): Jwk | undefined {
  const document = parseJson(content)
  return document !== undefined && 'kty' in document ? (document as Jwk) : undefined // the import looks at the rest
}

function parseJson(content: string): object | undefined {
  try {
    const value: unknown = JSON.parse(content)
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined // PEM
  }
}

function isHmac(algorithm: Algorithm): algorithm is Hmac {
  return (hmacs as readonly string[]).includes(algorithm)
}

/** Keys are the user's: what is wrong with one is no bug of ours. */
function sayingWhich<T>(file: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    throw new WrongUse(`the key in ${file} cannot be used: ${asOptions(error)}`)
  }
}

/** What the library says of its options, with the option of the command that is meant. */
function asOptions({ message }: TypeError): string {
  return message.replace('insecureShortSecret: true', '--insecure-short-secret')
}
