import { type KeySet, keySetOf, TokenError, type TokenHeader } from 'latchkey/token'
import type { Documents } from '../../applications/documents/documents.ts'
import { keysIn } from '../../applications/key-set.ts'
import type { ApplicationRow } from '../../applications/store.ts'
import { remember } from '../../remember.ts'
import { decoyKeys } from './decoys.ts'

/** More than a header names, and few enough to keep. */
const mostOpened = 500
const noKeys = keySetOf([])

/** The keys by which clients sign, opened once. */
export interface ClientKeys {
  /** The keys of an application: its own, or those that it publishes, which are read again if the one that is named is not among them. */
  of(application: ApplicationRow, header: TokenHeader): Promise<KeySet>
  /** The keys that an address publishes; undefined where there is no set that may be used. */
  at(url: string, header: TokenHeader): Promise<KeySet | undefined>
  /** Keys of nobody, which take as long. */
  readonly decoys: KeySet
}

export function createClientKeys(documents: Documents): ClientKeys {
  const opened = new Map<string, KeySet>()

  function open(name: string, text: string): KeySet {
    const known = opened.get(name)
    if (known) return known
    const keys = keysIn(text) ?? noKeys
    remember(opened, name, keys, mostOpened)
    return keys
  }

  async function at(url: string, header: TokenHeader): Promise<KeySet | undefined> {
    const keysOf = ({ readAt, body }: { readAt: number; body: string }) => open(`${readAt} ${url}`, body)
    const document = await documents.read(url, { isEnough: (read) => has(keysOf(read), header) })
    return document && keysOf(document)
  }

  return {
    at,
    decoys: decoyKeys(),
    async of({ id, version, jwks, jwks_uri }, header) {
      if (jwks !== null) return open(`${version} ${id}`, jwks)
      return (jwks_uri !== null ? await at(jwks_uri, header) : undefined) ?? noKeys
    },
  }
}

function has(keys: KeySet, header: TokenHeader): boolean {
  try {
    return keys.find(header) !== undefined
  } catch (error) {
    // It has such a key, which is of another algorithm, or too many of them.
    if (error instanceof TokenError) return true
    throw error
  }
}
