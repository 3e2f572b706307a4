import { createHmac } from 'node:crypto'
import { wholeText } from '../../whole-text.ts'

/** A secret that hashes of passwords depend on, and that is not in the database: whoever takes the database alone has nothing to guess at. */
export interface Pepper {
  /** Stands in front of every hash that was made with it. */
  readonly name: string
  readonly secret: Buffer
}

/** A hash was made with a pepper that this server does not have: the password of the account cannot be checked. */
class PepperMissing extends Error {
  constructor(name: string) {
    super(`a password was hashed with the pepper ${name}, which LATCHKEY_PASSWORD_PEPPERS does not have`)
    this.name = 'PepperMissing'
  }
}

/** The peppers of a server, by name. The first is used for new hashes; none, and they are as they were without. */
export interface Peppers {
  /** The text that is hashed in place of the password. */
  season(text: string, pepper: Pepper | undefined): string
  readonly current: Pepper | undefined
  /** What a stored hash was made with. @throws {PepperMissing} */
  read(stored: string): { readonly pepper: Pepper | undefined; readonly hash: string }
  write(hash: string): string
}

/** What a hash begins with that was made with this pepper. */
export const prefixOf = (name: string) => `$pepper=${name}$`

const peppered = wholeText(/\$pepper=([a-z0-9-]{1,16})(\$.+)/s)

export function createPeppers(peppers: readonly Pepper[]): Peppers {
  const [current] = peppers
  return {
    current,
    season: (text, pepper) =>
      pepper === undefined ? text : createHmac('sha256', pepper.secret).update(text).digest('base64url'),
    read(stored) {
      const [, name, hash] = peppered.exec(stored) ?? []
      if (name === undefined || hash === undefined) return { pepper: undefined, hash: stored }
      const pepper = peppers.find((one) => one.name === name)
      if (!pepper) throw new PepperMissing(name)
      return { pepper, hash }
    },
    write: (hash) => (current === undefined ? hash : `${prefixOf(current.name)}${hash.slice(1)}`),
  }
}
