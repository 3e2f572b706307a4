import type { ClientInfo } from '../../client-info.ts'
import type { Reader, Transaction } from '../../database/database.ts'
import { Refusal } from '../../errors.ts'
import type { MasterKey } from '../../secrets/master-key.ts'
import { sameHash } from '../../secrets/secrets.ts'
import type { ProvenFactor } from '../../sessions/gate.ts'
import type { World } from '../../world.ts'
import { type AddressRow, findPrimary } from '../addresses/store.ts'
import type { LettersGround } from '../ground.ts'
import { findSignInRule } from '../user-types/store.ts'
import type { UserRow } from '../users/store.ts'
import { readCode } from './codes.ts'
import { codeWords } from './mailed-code-words.ts'
import { findFactorState, insertMailedCode } from './store.ts'

/** So long a mailed code may take to be typed (OWASP ASVS 5.0 6.5.5: ten minutes at most). */
export const mailedForMs = 10 * 60_000
const perAccountAndHour = 10
/** After a link has set the password: whoever opened it has the mail, or was given the link by whoever runs the server. */
const trustedForMs = 15 * 60_000
const macContext = 'mailed codes'

export interface MailedCodeGround extends LettersGround {
  readonly masterKey: MasterKey
}

/** Where a code for this account would go; undefined if none is asked for, whatever the place. */
async function addressFor(
  { mail, world }: Pick<LettersGround, 'mail' | 'world'>,
  reader: Reader,
  user: Pick<UserRow, 'id' | 'user_type'>,
): Promise<AddressRow | undefined> {
  const rule = await findSignInRule(reader, user.user_type)
  if (rule?.mail_code !== 1 || !(await mail.works(reader))) return undefined
  const usedAt = (await findFactorState(reader, user.id))?.link_used_at ?? undefined
  if (usedAt !== undefined && world.now() < usedAt + trustedForMs) return undefined
  return findPrimary(reader, user.id)
}

/** Whether a right password alone is not enough for this account at a place that it does not know. */
export async function isCodeMailed(
  ground: Pick<LettersGround, 'mail' | 'world'>,
  reader: Reader,
  user: Pick<UserRow, 'id' | 'user_type'>,
): Promise<boolean> {
  return (await addressFor(ground, reader, user)) !== undefined
}

/**
 * Mail a code that answers a challenge. The address, as far as it is shown to somebody who knows the password and perhaps nothing
 * else.
 * @throws {Refusal} `too_many_requests`; `credentials_invalid` if the address was removed meanwhile
 */
export async function mailCode(
  ground: MailedCodeGround,
  tx: Transaction,
  user: UserRow,
  challengeHash: string,
  client: ClientInfo,
): Promise<string> {
  const { mail, world, masterKey } = ground
  const address = await addressFor(ground, tx, user)
  const refused = { event: 'user.sign_in', subject: user.id, subjectKind: 'user' } as const
  if (!address) {
    const reason = 'address_missing'
    throw new Refusal('credentials_invalid', 'sign in again', { reason, refused })
  }
  const waitMs = await mail.admit(tx, 'sign-in codes of', user.id, perAccountAndHour)
  if (waitMs !== undefined) {
    const retryAfterSeconds = Math.ceil(waitMs / 1000)
    const reason = 'account_letters'
    throw new Refusal('too_many_requests', 'too many codes were mailed; wait before the next', {
      ...{ reason, retryAfterSeconds, refused },
    })
  }
  const code = newCode(world)
  await insertMailedCode(tx, challengeHash, macOf(masterKey, challengeHash, code))
  const letter = codeWords[address.language](user.username, grouped(code), client, mail.linkTo('/recover'))
  const about = { letter: 'sign_in_code', userId: user.id, untilMs: world.now() + mailedForMs }
  await mail.post(tx, address.address, { language: address.language, ...letter }, about)
  return masked(address.address)
}

/** A mailed code in place of a second factor, which it is not: it proves the mail of the account. Undefined if it is wrong. */
export function proveByMail(
  { masterKey }: { readonly masterKey: MasterKey },
  stored: string,
  challengeHash: string,
  typed: string,
): ProvenFactor | undefined {
  const code = readCode(typed)
  if (code?.kind !== 'authenticator') return undefined
  if (!sameHash(macOf(masterKey, challengeHash, code.code), stored)) return undefined
  // It goes with its challenge, which one caller uses up.
  return { does: 'mail', amr: [], name: 'mailed_code', use: async () => true }
}

function macOf(masterKey: MasterKey, challengeHash: string, code: string): string {
  return masterKey.mac(`${challengeHash} ${code}`, macContext)
}

function newCode({ random }: World): string {
  return String(random(6).readUIntBE(0, 6) % 1_000_000).padStart(6, '0')
}

const grouped = (code: string) => `${code.slice(0, 3)} ${code.slice(3)}`

/** `a…@example.com`: enough to know which mailbox to open, too little to learn the address. */
function masked(address: string): string {
  const at = address.lastIndexOf('@')
  return `${[...address][0] ?? ''}…${address.slice(at)}`
}
