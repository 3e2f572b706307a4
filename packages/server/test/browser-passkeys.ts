import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { type Answered, type SignedIn, type TestApp, testIssuer } from './app.ts'
import {
  attestationObject,
  attestedBytes,
  authenticatorData,
  flags,
  jsonBytes,
  type KeyPair,
  keyPair,
  signedBy,
  signedBytes,
  writeCbor,
} from './passkeys.ts'

// A browser with an authenticator, as a page sees them: options in JSON go in, what `toJSON()` gives comes out.

interface Options {
  readonly challenge: string
  readonly rp?: { readonly id: string }
  readonly rpId?: string
  readonly user?: { readonly id: string }
}

/** What the browser or the authenticator says other than it should. */
export interface Oddity {
  readonly origin?: string
  readonly challenge?: string
  readonly rpId?: string
  readonly flags?: number
  readonly signCount?: number
  readonly userHandle?: string | null
  readonly pair?: KeyPair
  readonly id?: Buffer
  readonly type?: string
}

/** A passkey that was made, and goes on counting. */
export interface BrowserPasskey {
  readonly id: Buffer
  readonly pair: KeyPair
  readonly flags: number
  readonly userHandle: string | null
  signCount: number
}

/** Somebody is there and verified, and the key is kept in a cloud. */
export const usual = flags.up | flags.uv | flags.be | flags.bs
const origin = 'http://localhost:8484'

/** Make a passkey: the credential as it is sent, and the passkey that stays in the authenticator. */
export function createPasskey(
  options: Options,
  odd: Oddity & { readonly counts?: boolean; readonly aaguid?: Buffer } = {},
): { credential: object; passkey: BrowserPasskey } {
  const said = odd.flags ?? usual
  const passkey: BrowserPasskey = {
    id: odd.id ?? randomBytes(32),
    pair: odd.pair ?? keyPair('ES256'),
    flags: said,
    userHandle: options.user?.id ?? null,
    signCount: odd.signCount ?? (odd.counts ? 1 : 0),
  }
  const clientDataJson = clientData('webauthn.create', options, odd)
  const authData = authenticatorData({
    rpId: odd.rpId ?? options.rp?.id ?? '',
    flags: said | flags.at,
    signCount: passkey.signCount,
    attested: attestedBytes(passkey.id, writeCbor(passkey.pair.cose), odd.aaguid),
  })
  const credential = {
    ...common(passkey),
    response: {
      clientDataJSON: clientDataJson.toString('base64url'),
      attestationObject: attestationObject(authData).toString('base64url'),
      transports: ['internal', 'hybrid', 'telepathy'],
      publicKeyAlgorithm: -7,
    },
  }
  return { credential, passkey }
}

/** Use a passkey: the credential as it is sent. One that counts has counted on. */
export function usePasskey(passkey: BrowserPasskey, options: Options, odd: Oddity = {}): object {
  if (passkey.signCount > 0) passkey.signCount += 1
  const clientDataJson = clientData('webauthn.get', options, odd)
  const authData = authenticatorData({
    rpId: odd.rpId ?? options.rpId ?? '',
    flags: odd.flags ?? passkey.flags,
    signCount: odd.signCount ?? passkey.signCount,
  })
  const signature = signedBy(odd.pair ?? passkey.pair, signedBytes(authData, clientDataJson))
  const handle = odd.userHandle === undefined ? passkey.userHandle : odd.userHandle
  return {
    ...common({ id: odd.id ?? passkey.id }),
    response: {
      clientDataJSON: clientDataJson.toString('base64url'),
      authenticatorData: authData.toString('base64url'),
      signature: signature.toString('base64url'),
      userHandle: handle,
    },
  }
}

function clientData(type: string, options: Options, odd: Oddity): Buffer {
  return jsonBytes({
    type: odd.type ?? type,
    challenge: odd.challenge ?? options.challenge,
    origin: odd.origin ?? origin,
    crossOrigin: false,
  })
}

function common({ id }: { readonly id: Buffer }) {
  const text = id.toString('base64url')
  return {
    id: text,
    rawId: text,
    type: 'public-key',
    authenticatorAttachment: 'platform',
    clientExtensionResults: {},
  }
}

/** What a person makes a passkey by. */
export async function offered(app: TestApp, token: string): Promise<Required<Options>> {
  const answer = await app.call('POST', '/v1/me/passkeys/options', { token, body: {} })
  assert.equal(answer.status, 200, answer.text)
  return answer.body.public_key as Required<Options>
}

export function register(app: TestApp, token: string, credential: object, name?: string): Promise<Answered> {
  const body = { credential, ...(name !== undefined && { name }) }
  return app.call('POST', '/v1/me/passkeys', { token, body })
}

/** What a browser signs in by, where nobody has said who they are. */
export async function asked(app: TestApp): Promise<Options> {
  const { status, body, text } = await app.call('POST', '/v1/login/passkey/options', { body: {} })
  assert.equal(status, 200, text)
  return body.public_key as Options
}

/** Sign in by a passkey alone. */
export async function signInWith(app: TestApp, passkey: BrowserPasskey, odd: Oddity = {}): Promise<Answered> {
  const credential = usePasskey(passkey, await asked(app), odd)
  return app.call('POST', '/v1/login/passkey', { body: { credential } })
}

/** A person with a passkey. The session that added it goes on. */
export interface WithPasskey extends SignedIn {
  readonly passkey: BrowserPasskey
  readonly passkeyId: string
  readonly recoveryCodes: readonly string[]
}

export async function addPasskey(
  app: TestApp,
  token: string,
  odd: Parameters<typeof createPasskey>[1] = {},
): Promise<Pick<WithPasskey, 'passkey' | 'passkeyId' | 'recoveryCodes'>> {
  const { credential, passkey } = createPasskey(await offered(app, token), odd)
  const { status, body, text } = await register(app, token, credential)
  assert.equal(status, 201, text)
  const { id } = body.passkey as { readonly id: string }
  return { passkey, passkeyId: id, recoveryCodes: body.recovery_codes ?? [] }
}

export async function withPasskey(
  app: TestApp,
  username: string,
  odd: Parameters<typeof createPasskey>[1] = {},
): Promise<WithPasskey> {
  const person = await app.signedIn(username)
  return { ...person, ...(await addPasskey(app, person.token, odd)) }
}

/** A browser in which somebody has signed in: the cookie of the browser, and the token of the session. */
export interface Browser {
  readonly token: string
  readonly headers: { readonly origin: string; readonly cookie: string }
}

export async function signInAtPage(
  app: TestApp,
  { username, password }: { readonly username: string; readonly password: string },
  cookie = '',
): Promise<Browser> {
  const headers = { origin: testIssuer, cookie }
  const body = { username, password, cookie: 'console' }
  const answer = await app.call('POST', '/v1/login', { body, headers })
  assert.equal(answer.status, 200, answer.text)
  const known = answer.headers.getSetCookie().find((each) => each.startsWith('latchkey_browser')) ?? ''
  return {
    token: answer.body.access_token,
    headers: { origin: testIssuer, cookie: known.split(';')[0] ?? '' },
  }
}

/** Ask for a passkey that is made without a prompt. */
export function askUnprompted(app: TestApp, { token, headers }: Browser): Promise<Answered> {
  return app.call('POST', '/v1/me/passkeys/options', { token, headers, body: { conditional: true } })
}
