import { parseVerifierKey, type VerifierKey } from '../../../activity/proof/notes.ts'
import { WrongUse } from '../../wrong-use.ts'

/** @throws {WrongUse} for what is no verifier key */
export function verifierKeyOf(text: string): VerifierKey {
  try {
    return parseVerifierKey(text)
  } catch (error) {
    throw new WrongUse(error instanceof Error ? error.message : 'this is no verifier key')
  }
}
