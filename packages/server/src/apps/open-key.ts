import { type Jwk, type PublicKey, publicKey } from 'latchkey/token'
import { remember } from '../remember.ts'
import type { AppAlgorithm } from './key-form.ts'
import type { AppKeyRow } from './store.ts'

/** The key of a row, pinned to its algorithm. */
export type OpenAppKey = (row: Pick<AppKeyRow, 'public_jwk' | 'algorithm' | 'kid'>) => PublicKey

/** To open a key costs more than to verify by it, so those that were opened are kept. A row says the same key for ever. */
export function createKeyOpener(): OpenAppKey {
  const opened = new Map<string, PublicKey>()
  return ({ public_jwk, algorithm, kid }) => {
    const name = `${algorithm} ${kid} ${public_jwk}`
    let key = opened.get(name)
    if (!key) {
      // Only `addAppKey` and the reader of sets fill the columns, and they write only these algorithms.
      key = publicKey(JSON.parse(public_jwk) as Jwk, { algorithm: algorithm as AppAlgorithm, keyId: kid })
      remember(opened, name, key, mostOpened)
    }
    return key
  }
}

const mostOpened = 1_000
