import type { OptionNames } from '../options/check-options.ts'
import type { FactorProof } from './issuer.ts'

/** What `answer` takes: a code, what a passkey has answered, or a passkey that was made. */
export interface FactorAnswer {
  readonly challenge: string
  readonly code?: string
  /** In its JSON form, which `PublicKeyCredential.toJSON` gives. */
  readonly credential?: object
  /** Of a challenge with `newPasskey`: the passkey that was made by it, in its JSON form. */
  readonly newCredential?: object
  readonly remember?: boolean
}

export const answerNames: OptionNames<FactorAnswer> = {
  ...{ challenge: 1, code: 1, credential: 1, newCredential: 1, remember: 1 },
}

/** @throws {TypeError} if there is not exactly one of them, of its type */
export function proofOf({ code, credential, newCredential }: FactorAnswer): FactorProof {
  const given = [code, credential, newCredential].filter((one) => one !== undefined)
  if (given.length === 1) {
    if (typeof code === 'string') return { code }
    if (isObject(credential)) return { credential }
    if (isObject(newCredential)) return { new_credential: newCredential }
  }
  throw new TypeError(
    'an answer has one of code, which is a text, credential and newCredential, which are objects',
  )
}

export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
