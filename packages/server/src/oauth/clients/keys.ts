import { type KeySet, keySetOf, TokenError, type TokenHeader } from 'latchkey/token'
import { addressBelow } from '../../addresses/below.ts'
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
  /** The keys of an issuer outside, found by its discovery document (OpenID Connect Discovery section 4). */
  ofIssuer(issuer: string, header: TokenHeader): Promise<KeySet | undefined>
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

  async function ofIssuer(issuer: string, header: TokenHeader): Promise<KeySet | undefined> {
    const discovery = await documents.read(addressBelow(issuer, '.well-known/openid-configuration'))
    const jwksUri = discovery && jwksUriIn(discovery.body, issuer)
    return jwksUri === undefined ? undefined : at(jwksUri, header)
  }

  return {
    ofIssuer,
    decoys: decoyKeys(),
    async of({ id, version, jwks, jwks_uri }, header) {
      if (jwks !== null) return open(`${version} ${id}`, jwks)
      return (jwks_uri !== null ? await at(jwks_uri, header) : undefined) ?? noKeys
    },
  }
}

/** Where an issuer publishes its keys, if the document is its own. */
function jwksUriIn(text: string, issuer: string): string | undefined {
  try {
    const said = JSON.parse(text) as { readonly issuer?: unknown; readonly jwks_uri?: unknown } | null
    return said?.issuer === issuer && typeof said.jwks_uri === 'string' ? said.jwks_uri : undefined
  } catch {
    return undefined // no JSON, which is as much as none
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
