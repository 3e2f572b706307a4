import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import {
  authentication,
  challenge,
  type MadeAuthentication,
  type MadeRegistration,
  origin,
  randomFrom,
  registration,
  rpId,
} from '../../../../test/passkey-ceremonies.ts'
import { checkAuthentication } from './authentication.ts'
import { CeremonyFault, type CeremonyFaultReason } from './fault.ts'
import { checkRegistration } from './registration.ts'

// Our verifier beside @simplewebauthn/server. What the other takes and we refuse is for one of the reasons below; what we take,
// the other takes.

interface Oracle {
  verifyRegistrationResponse(options: object): Promise<{ verified: boolean }>
  verifyAuthenticationResponse(options: object): Promise<{ verified: boolean }>
}

const peers = join(import.meta.dirname, '../../../../../../bench/peers')
const skip = existsSync(join(peers, 'node_modules/@simplewebauthn/server'))
  ? false
  : '@simplewebauthn/server is not there: npm ci --prefix bench/peers'
const oracle: Oracle = skip
  ? (undefined as never) // no test runs
  : await import(
      pathToFileURL(createRequire(join(peers, 'package.json')).resolve('@simplewebauthn/server')).href
    )

/** Why we refuse what the other verifier takes. */
const stricter: Partial<Record<CeremonyFaultReason, string>> = {
  cbor_malformed: 'the other reads CBOR that is not canonical (WebAuthn 2.4: a reader should refuse it)',
  client_data_malformed: 'the other takes a `crossOrigin` that is no boolean, and texts of any length',
  cross_origin: 'the other takes `crossOrigin` without `topOrigin`, and any of both at a registration',
  authenticator_data_malformed: 'the other takes an attested credential in an assertion (WebAuthn 6.1)',
  credential_id_invalid: 'the other takes ids longer than 1,023 bytes (WebAuthn 7.1)',
  key_unacceptable:
    'the other looks at a key only when it is used: parameters that do not belong there, points that are not on the curve',
  backup_eligibility_changed: 'the other does not know what was stored (WebAuthn 7.2)',
}

/** Only of a signature that is written otherwise than its key wrote it: the other reads more than DER (WebAuthn 6.5.5). */
function isStricter(ours: string, made: MadeRegistration | MadeAuthentication): boolean {
  if (ours !== 'signature_invalid') return ours in stricter
  return made.kind === 'authentication' && made.isSignatureDamaged && made.passkey.key.algorithm === 'ES256'
}

const count = Number(process.env.LATCHKEY_TEST_CEREMONIES ?? 600)
const seed = Number(process.env.LATCHKEY_TEST_SEED ?? 1)

for (const make of [registration, authentication]) {
  test(`a second verifier agrees on ${make.name}s, but for what is listed`, { skip }, async () => {
    const random = randomFrom(seed)
    const tally = new Map<string, number>()
    for (let index = 0; index < count / 2; index += 1) {
      const made = make(random)
      const [ours, theirs] = [oursOf(made), await theirsOf(made)]
      const verdict = `${ours}, ${theirs ? 'taken' : 'refused'}`
      tally.set(verdict, (tally.get(verdict) ?? 0) + 1)
      const agrees = (ours === 'taken') === theirs || (theirs && isStricter(ours, made))
      assert.ok(agrees, `ceremony ${index} of seed ${seed}: ${verdict}`)
    }
    assert.ok((tally.get('taken, taken') ?? 0) > count / 20, 'too few are right')
    if (process.env.LATCHKEY_TEST_CEREMONIES) console.log([...tally].sort())
  })
}

function oursOf(made: MadeRegistration | MadeAuthentication): 'taken' | CeremonyFaultReason {
  const expected = { challenge, origins: new Set([origin]), rpId }
  try {
    if (made.kind === 'registration') checkRegistration(made, { ...expected, ...made })
    else {
      const { requiresVerification } = made
      const rules = { requiresPresence: true, requiresVerification }
      checkAuthentication(made, made.passkey, { ...expected, ...rules })
    }
    return 'taken'
  } catch (error) {
    if (error instanceof CeremonyFault) return error.reason
    throw error
  }
}

async function theirsOf(made: MadeRegistration | MadeAuthentication): Promise<boolean> {
  const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url')
  const id = text(Buffer.alloc(32, 5))
  const response = { id, rawId: id, type: 'public-key', clientExtensionResults: {} }
  const expected = { expectedChallenge: challenge, expectedOrigin: origin, expectedRPID: rpId }
  const clientDataJSON = text(made.clientDataJson)
  try {
    const { verified } =
      made.kind === 'registration'
        ? await oracle.verifyRegistrationResponse({
            ...expected,
            response: {
              ...response,
              response: { clientDataJSON, attestationObject: text(made.attestationObject) },
            },
            requireUserPresence: made.requiresPresence,
            requireUserVerification: made.requiresVerification,
          })
        : await oracle.verifyAuthenticationResponse({
            ...expected,
            response: {
              ...response,
              response: {
                clientDataJSON,
                authenticatorData: text(made.authenticatorData),
                signature: text(made.signature),
              },
            },
            credential: { id, publicKey: made.cose, counter: made.passkey.signCount },
            requireUserVerification: made.requiresVerification,
          })
    return verified
  } catch {
    return false
  }
}
