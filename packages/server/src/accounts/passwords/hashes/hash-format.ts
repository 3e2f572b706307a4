import { wholeText } from '../../../whole-text.ts'

const parameterForm = wholeText(/\d{1,10}/)

/** Whether a password is the one that was hashed. */
export type Check = (password: string) => Promise<boolean>

/** One form in which a password hash is stored here. */
export interface HashFormat {
  /**
   * How the hash is checked; undefined if the text has another form.
   * @throws {HashFault} if it has this form and cannot be used
   */
  read(stored: string): Check | undefined
}

/** Why a hash cannot be used. */
export const hashFaults = {
  unknown: 'its form is not known',
  damaged: 'it is not whole',
  too_costly: 'each sign-in with it would cost more memory or time than one may',
  too_weak: 'passwords are found from such hashes in moments',
} as const

export class HashFault extends Error {
  readonly code: keyof typeof hashFaults

  constructor(code: keyof typeof hashFaults) {
    super(`the password hash cannot be used: ${hashFaults[code]}`)
    this.name = 'HashFault'
    this.code = code
  }
}

/** A number between what makes sense and what each sign-in may cost. */
export function cost(text: string | undefined, least: number, most: number): number {
  const number = Number(text)
  if (!parameterForm.test(text ?? '') || number < least) throw new HashFault('damaged')
  if (number > most) throw new HashFault('too_costly')
  return number
}

/** Bytes in the base64 of PHC strings, which has no padding. */
export function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64').replaceAll('=', '')
}

/** The bytes of a text in base64, with its padding or without. */
export function fromBase64(text: string | undefined, least: number, most = 1024): Buffer {
  const bytes = Buffer.from(text ?? '', 'base64')
  if (toBase64(bytes) !== (text ?? '').replace(/={0,2}$/, '')) throw new HashFault('damaged')
  if (bytes.length < least || bytes.length > most) throw new HashFault('damaged')
  return bytes
}

/** The tag of a hash has so many bytes at least: what is shorter was cut off. */
export const shortestTag = 16
