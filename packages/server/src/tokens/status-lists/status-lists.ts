import { hash } from 'node:crypto'
import type { RevocationList } from 'latchkey/guard/revocation-list'
import type { VerifiedClaims } from 'latchkey/token'
import type { Database, Transaction } from '../../database/database.ts'
import { remember } from '../../remember.ts'
import { isIdentifier, newIdentifier } from '../../secrets/identifiers.ts'
import type { World } from '../../world.ts'
import type { Claims } from '../profiles/profile.ts'
import { hasBit, placesOfList, setBit, statusListOf } from './bits.ts'
import type { StatusClaim } from './status-claim.ts'
import {
  deleteExpiredStatusEntries,
  findStatusEntries,
  insertStatusEntry,
  type StatusEntryRow,
} from './store.ts'

/** A list as it is served: signed, with the name of this version of it. */
export interface StatusListToken {
  readonly token: string
  readonly etag: string
}

/** Token status lists: whoever does not follow the feed learns from them which tokens are revoked. */
export interface StatusLists {
  /** Give a token a place in a list of its service, by which it is looked up for as long as it lives. */
  take(service: string, claims: Claims, tx?: Transaction): Promise<StatusClaim>
  /** The list as it is now; undefined for one whose last token has ended. */
  read(id: string): Promise<StatusListToken | undefined>
  /** Forget the tokens that have ended, and with the last one its list. */
  sweep(): Promise<void>
}

/** What signs the lists of a service: the key that signs its tokens, so that whoever verifies those has it. */
export interface StatusSigner {
  readonly keyId: string
  readonly issuer: string
  sign(claims: Claims): string
}

/** How long verifiers may keep a list before they ask again (`ttl`), in seconds. */
export const statusListTtlSeconds = 30
/** `exp`. A list that has not changed is signed anew when half of that is over. */
const lifeSeconds = 300
/** However often a list is asked for, it is made once in so long, and says by then what is revoked. */
const rebuildMs = 1_000
/** Of a list, half of the places are taken at most, so that nobody can count the tokens. */
const mostTaken = placesOfList / 2
/** So many lists are kept as they were made. */
const mostKept = 1_000

/** What revocations name of a token. */
const namedClaims = ['jti', 'sid', 'sub', 'aud', 'user_type', 'pv', 'iat', 'act'] as const

interface Parts {
  readonly db: Database
  readonly world: World
  readonly issuer: string
  /** How long after its end a token may be accepted, because clocks differ. */
  readonly skewMs: number
  readonly list: RevocationList
  readonly signerOf: (service: string) => Promise<StatusSigner | undefined>
}

interface Kept extends StatusListToken {
  readonly madeAtMs: number
  readonly issuedAt: number
  readonly keyId: string
  readonly bytes: Uint8Array
}

export function createStatusLists({ db, world, issuer, skewMs, list, signerOf }: Parts): StatusLists {
  // Each process fills lists of its own, so that no place can be given twice and no process waits for another.
  const filling = new Map<string, { readonly id: string; readonly taken: Uint8Array; count: number }>()
  const kept = new Map<string, Kept>()
  const making = new Map<string, Promise<Kept | undefined>>()

  const uriOf = (id: string) => `${issuer}/oauth/status-lists/${id}`

  function listFor(service: string) {
    const now = filling.get(service)
    if (now && now.count < mostTaken) return now
    const next = { id: newIdentifier('stl', world), taken: new Uint8Array(placesOfList / 8), count: 0 }
    filling.set(service, next)
    return next
  }

  /** Random, so that two services cannot tell by neighbouring places that two tokens were made together (section 12.5). */
  function takePlace(service: string): { id: string; place: number } {
    const current = listFor(service)
    let place = randomPlace()
    while (hasBit(current.taken, place)) place = randomPlace()
    setBit(current.taken, place)
    current.count += 1
    return { id: current.id, place }
  }

  const randomPlace = () => world.random(2).readUInt16BE() % placesOfList // a power of two, so that all are as likely

  async function make(id: string): Promise<Kept | undefined> {
    const now = world.now()
    const rows = await findStatusEntries(db, id, now)
    const [first] = rows
    const signer = first && (await signerOf(first.service))
    if (!signer) return undefined
    const bytes = bytesOf(rows)
    const before = kept.get(id)
    const isFresh =
      before !== undefined &&
      before.keyId === signer.keyId &&
      now / 1000 - before.issuedAt < lifeSeconds / 2 &&
      before.bytes.every((byte, at) => byte === bytes[at])
    if (isFresh) return { ...before, madeAtMs: now }
    const issuedAt = Math.floor(now / 1000)
    const token = signer.sign({
      iss: signer.issuer,
      sub: uriOf(id),
      iat: issuedAt,
      exp: issuedAt + lifeSeconds,
      ttl: statusListTtlSeconds,
      status_list: statusListOf(bytes),
    })
    const etag = `"${hash('sha256', token, 'base64url').slice(0, 22)}"`
    return { token, etag, madeAtMs: now, issuedAt, keyId: signer.keyId, bytes }
  }

  /** The one list of revocations decides, so that a status list cannot say anything else than the feed. */
  function bytesOf(rows: readonly StatusEntryRow[]): Uint8Array {
    const bytes = new Uint8Array(placesOfList / 8)
    for (const { place, claims } of rows) {
      // As `take` wrote them, of a token that this server signed.
      if (list.isRevoked(JSON.parse(claims) as VerifiedClaims)) setBit(bytes, place)
    }
    return bytes
  }

  return {
    async take(service, claims, tx) {
      const { id, place } = takePlace(service)
      const named = Object.fromEntries(namedClaims.map((name) => [name, claims[name]]))
      const row: StatusEntryRow = {
        ...{ list: id, place, service, claims: JSON.stringify(named) },
        expires_at: Number(claims.exp) * 1000 + skewMs,
      }
      await (tx ? insertStatusEntry(tx, row) : db.transaction((own) => insertStatusEntry(own, row)))
      return { status_list: { idx: place, uri: uriOf(id) } }
    },
    async read(id) {
      if (!isIdentifier('stl', id)) return undefined
      const before = kept.get(id)
      if (before && world.now() - before.madeAtMs < rebuildMs) return before
      let made = making.get(id)
      if (!made) {
        made = make(id).finally(() => making.delete(id))
        making.set(id, made)
      }
      const found = await made
      if (found) remember(kept, id, found, mostKept)
      else kept.delete(id)
      return found
    },
    async sweep() {
      await db.transaction((tx) => deleteExpiredStatusEntries(tx, world.now()))
    },
  }
}
