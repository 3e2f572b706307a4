import type { Transaction } from '../../database/database.ts'
import { findPrimary } from '../addresses/store.ts'
import type { LettersGround } from '../ground.ts'
import type { UserRow } from '../users/store.ts'
import { type FactorChange, type Said, words } from './words.ts'

// What a person is told, in the transaction of the change, so that somebody else's act is not unseen.

/** Tell a person that their password is another one. */
export async function tellPasswordChanged(
  ground: Pick<LettersGround, 'mail'>,
  tx: Transaction,
  owner: UserRow,
): Promise<void> {
  await tell(ground, tx, owner, 'password_changed', (language, url) =>
    words[language].passwordChanged(owner.username, url),
  )
}

/** Tell a person that their second factors are others. */
export async function tellFactorsChanged(
  ground: Pick<LettersGround, 'mail'>,
  tx: Transaction,
  owner: UserRow,
  change: FactorChange,
): Promise<void> {
  await tell(ground, tx, owner, 'factors_changed', (language, url) =>
    words[language].factorsChanged(change, owner.username, url),
  )
}

/** Tell a person that all that is held about them was downloaded, by themselves or by an administrator. */
export async function tellDataDownloaded(
  ground: Pick<LettersGround, 'mail'>,
  tx: Transaction,
  owner: UserRow,
  isOwn: boolean,
): Promise<void> {
  await tell(ground, tx, owner, 'data_downloaded', (language, url) =>
    words[language].dataDownloaded(isOwn, owner.username, url),
  )
}

/** Tell a person that somebody signs in to their account at a provider from now on, or does not any more. */
export async function tellIdentityChanged(
  ground: Pick<LettersGround, 'mail'>,
  tx: Transaction,
  owner: UserRow,
  change: 'linked' | 'unlinked',
  provider: string,
): Promise<void> {
  await tell(ground, tx, owner, 'identity_changed', (language, url) =>
    words[language].identityChanged(change, owner.username, provider, url),
  )
}

/** A command that an agent asks its person for. */
export interface AskedCommand {
  readonly userId: string
  readonly application: string
  readonly device: string
  readonly method: string
  readonly region: string | null
  readonly address: string
}

/** Tell a person that an agent waits for them. What it wants is sent stands on the page to which the letter leads. */
export async function tellCommandAsked(
  { mail }: Pick<LettersGround, 'mail'>,
  tx: Transaction,
  owner: UserRow,
  asked: AskedCommand,
): Promise<void> {
  const primary = await findPrimary(tx, owner.id)
  if (!primary) return
  const { language, address } = primary
  const said = words[language].commandAsked(asked, mail.linkTo('/console#/account/agents'))
  await mail.post(tx, address, { language, ...said }, { letter: 'command_asked', userId: owner.id })
}

async function tell(
  { mail }: Pick<LettersGround, 'mail'>,
  tx: Transaction,
  owner: UserRow,
  letter: 'password_changed' | 'factors_changed' | 'identity_changed' | 'data_downloaded',
  say: (language: keyof typeof words, url: string) => Said,
): Promise<void> {
  const primary = await findPrimary(tx, owner.id)
  if (!primary) return
  const { language, address } = primary
  const said = say(language, mail.linkTo('/recover'))
  await mail.post(tx, address, { language, ...said }, { letter, userId: owner.id })
}
