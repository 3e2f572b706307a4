import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assertionOf, creationOptionsOf, registrationOf, requestOptionsOf } from './json.ts'

/** Of every byte that there is, so that each character of base64url is met. */
const every = Uint8Array.from({ length: 256 }, (_, at) => at)
const text = Buffer.from(every).toString('base64url')
const credentials = [{ id: text, type: 'public-key', transports: ['usb'] }]
const bufferOf = (value: string) => Uint8Array.from(Buffer.from(value)).buffer

test('options for a new passkey have bytes where the JSON form has text, and all else as it was', () => {
  const given = {
    ...{ challenge: text, rp: { id: 'example.com', name: 'Latchkey' }, timeout: 300_000 },
    user: { id: 'dTE', name: 'ada', displayName: 'Ada' },
    pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
    excludeCredentials: credentials,
    authenticatorSelection: { residentKey: 'required' },
    attestation: 'none',
  }
  assert.deepEqual(creationOptionsOf(given, {}), {
    ...{ challenge: every, rp: { id: 'example.com', name: 'Latchkey' }, timeout: 300_000 },
    user: { id: Uint8Array.from(Buffer.from('u1')), name: 'ada', displayName: 'Ada' },
    pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
    excludeCredentials: [{ id: every, type: 'public-key', transports: ['usb'] }],
    authenticatorSelection: { residentKey: 'required' },
    attestation: 'none',
  })
})

test('options to sign in have bytes where the JSON form has text, with credentials and without', () => {
  const given = { challenge: text, rpId: 'example.com', userVerification: 'required' }
  const read = { challenge: every, rpId: 'example.com', userVerification: 'required' }
  assert.deepEqual(requestOptionsOf(given, {}), { ...read, allowCredentials: [] })
  assert.deepEqual(requestOptionsOf({ ...given, allowCredentials: credentials }, {}), {
    ...read,
    allowCredentials: [{ id: every, type: 'public-key', transports: ['usb'] }],
  })
})

test('a challenge that is no base64url is refused', () =>
  assert.throws(() => requestOptionsOf({ challenge: '!' }, {})))

test('a browser that reads options itself is left to do it', () => {
  const read = { challenge: every }
  const type = {
    parseCreationOptionsFromJSON: () => ({ ...read, made: 'creation' }) as never,
    parseRequestOptionsFromJSON: () => ({ ...read, made: 'request' }) as never,
  }
  const user = { id: 'dTE', name: 'ada', displayName: 'Ada' }
  const creation = { challenge: text, rp: { name: 'Latchkey' }, user, pubKeyCredParams: [] }
  assert.deepEqual(creationOptionsOf(creation, type), { ...read, made: 'creation' })
  assert.deepEqual(requestOptionsOf({ challenge: text }, type), { ...read, made: 'request' })
})

/** A credential of a browser without `toJSON`. */
function credentialWith(response: object, authenticatorAttachment: string | null): PublicKeyCredential {
  const head = { id: 'Y3JlZA', rawId: bufferOf('cred'), type: 'public-key', authenticatorAttachment }
  return { ...head, response, getClientExtensionResults: () => ({ credProps: { rk: true } }) } as never
}

const head = {
  ...{ id: 'Y3JlZA', rawId: 'Y3JlZA', type: 'public-key' },
  clientExtensionResults: { credProps: { rk: true } },
}

test('a new passkey has text where it had bytes', () => {
  const response = { clientDataJSON: bufferOf('{}'), attestationObject: every.buffer }
  const written = { clientDataJSON: 'e30', attestationObject: text, transports: [] }
  assert.deepEqual(registrationOf(credentialWith(response, null)), { ...head, response: written })
  const getTransports = () => ['internal', 'hybrid']
  assert.deepEqual(registrationOf(credentialWith({ ...response, getTransports }, 'platform')), {
    ...head,
    authenticatorAttachment: 'platform',
    response: { ...written, transports: ['internal', 'hybrid'] },
  })
})

test('the answer to a challenge has text where it had bytes, with the account and without', () => {
  const response = {
    ...{ clientDataJSON: bufferOf('{}'), authenticatorData: every.buffer, signature: bufferOf('signed') },
    userHandle: null,
  }
  const written = { clientDataJSON: 'e30', authenticatorData: text, signature: 'c2lnbmVk' }
  assert.deepEqual(assertionOf(credentialWith(response, null)), { ...head, response: written })
  assert.deepEqual(assertionOf(credentialWith({ ...response, userHandle: bufferOf('u1') }, null)), {
    ...head,
    response: { ...written, userHandle: 'dTE' },
  })
})

test('a credential that writes its JSON form itself is left to do it', () => {
  const credential = { toJSON: () => ({ id: 'its own' }) } as never
  assert.deepEqual(registrationOf(credential), { id: 'its own' })
  assert.deepEqual(assertionOf(credential), { id: 'its own' })
})
