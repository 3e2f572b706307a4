import type { ProvenFactor } from '../../sessions/gate.ts'
import type { UserRow } from '../users/store.ts'
import { type FactorsGround, openSecret } from './authenticators.ts'
import { hashRecoveryCode, readCode } from './codes.ts'
import { findAuthenticator, hasRecoveryCode, takeRecoveryCode, takeStep } from './store.ts'
import { stepOf } from './totp.ts'

/**
 * A second factor that a code proves: of the authenticator in force, or a recovery code. Undefined if the code is wrong. That it
 * was not used before, and is used up, is said by `use` alone, which is one statement.
 */
export async function proveByCode(
  { db, world, masterKey }: Pick<FactorsGround, 'db' | 'world' | 'masterKey'>,
  { id }: UserRow,
  typed: string,
): Promise<ProvenFactor | undefined> {
  const code = readCode(typed)
  if (code?.kind === 'authenticator') {
    const authenticator = await findAuthenticator(db, id, 'in_force')
    const step = authenticator && stepOf(openSecret(masterKey, authenticator), code.code, world.now())
    if (!authenticator || step === undefined) return undefined
    return {
      does: 'prove',
      amr: ['otp', 'mfa'],
      name: 'authenticator',
      use: (tx) => takeStep(tx, id, authenticator.secret_sealed, step, world.now()),
    }
  }
  if (code?.kind === 'recovery') {
    const hash = hashRecoveryCode(code.code)
    if (!(await hasRecoveryCode(db, id, hash))) return undefined
    // RFC 8176 has no word for a code from a list.
    return { does: 'prove', amr: ['mfa'], name: 'recovery_code', use: (tx) => takeRecoveryCode(tx, id, hash) }
  }
  return undefined
}
