import { user } from '../../activity/events.ts'
import type { Transaction } from '../../database/database.ts'
import { Refusal } from '../../errors.ts'
import type { Ground } from '../../ground.ts'
import type { Actor } from '../../identity.ts'
import { mailAddress } from '../../mail-address.ts'
import type { Language } from '../../pages/page.ts'
import { authorizeOver } from '../../permissions.ts'
import { newIdentifier } from '../../secrets/identifiers.ts'
import { type AddressRow, findAddressesByKeys, insertAddresses, takeFromOthers } from '../addresses/store.ts'
import { reachOf } from '../permissions/effective.ts'
import { makeSearchable } from '../search/searchable.ts'
import { findUser } from '../users/store.ts'
import type { TransferredPerson } from './transferred-person.ts'

/** What becomes of the addresses of a file: they are left out, claimed as if typed by the person, or taken as proven by whoever imports. */
export const addressModes = ['none', 'unproven', 'proven'] as const

export interface AddressOptions {
  readonly mode: (typeof addressModes)[number]
  /** In which letters to them are written. */
  readonly language: Language
}

/** An address of somebody who is about to be an account. */
export type PreparedAddress = Pick<AddressRow, 'address' | 'address_key' | 'is_primary' | 'proven_at'>

/** The addresses of the people of one transaction. */
interface ImportedAddresses {
  /**
   * The addresses of a person who is about to be an account.
   * @throws {Refusal} `request_invalid` for what is no address, `address_taken` for one that another account has proven, or that
   * stands before in this import; `permission_missing` where an account would lose it that the actor may not act on
   */
  prepare(person: TransferredPerson): Promise<readonly PreparedAddress[]>
  /** Store them for accounts that were made. Who has claimed one without proof loses it. */
  store(
    made: readonly { readonly id: string; readonly addresses: readonly PreparedAddress[] }[],
  ): Promise<void>
}

export async function createImportedAddresses(
  ground: Ground,
  tx: Transaction,
  actor: Actor,
  people: readonly TransferredPerson[],
  { mode, language }: AddressOptions,
): Promise<ImportedAddresses> {
  const now = ground.world.now()
  const given = mode === 'proven' ? people.flatMap(({ addresses = [] }) => addresses) : []
  const keys = new Set(given.flatMap(({ address }) => mailAddress(address)?.key ?? []))
  const known = Map.groupBy(await findAddressesByKeys(tx, [...keys]), ({ address_key }) => address_key)
  const taken = new Set<string>()

  /** Nobody takes an address from somebody on whom they may not act. */
  async function requireFree(key: string): Promise<void> {
    const holders = known.get(key) ?? []
    if (taken.has(key) || holders.some(({ proven_at }) => proven_at !== null)) {
      throw new Refusal('address_taken', 'another account has proven one of the addresses')
    }
    for (const { user_id } of holders) {
      const holder = await findUser(tx, user_id)
      if (holder) authorizeOver(actor, reachOf(holder, now))
    }
  }

  return {
    async prepare({ addresses = [] }) {
      if (mode === 'none') return []
      const prepared = new Map<string, PreparedAddress>()
      for (const { address: typed, isUnverified } of addresses) {
        const read = mailAddress(typed)
        if (!read) throw new Refusal('request_invalid', 'one of the addresses is no address of mail')
        if (prepared.has(read.key)) continue
        const isProven = mode === 'proven' && !isUnverified
        if (isProven) await requireFree(read.key)
        const isFirst = isProven && [...prepared.values()].every(({ proven_at }) => proven_at === null)
        prepared.set(read.key, {
          ...{ address: read.address, address_key: read.key },
          ...{ is_primary: Number(isFirst), proven_at: isProven ? now : null },
        })
      }
      const rows = [...prepared.values()]
      for (const { address_key, proven_at } of rows) if (proven_at !== null) taken.add(address_key)
      return rows
    },
    async store(made) {
      const rows = made.flatMap(({ id: user_id, addresses }) =>
        addresses.map((one) => ({
          ...{ ...one, id: newIdentifier('adr', ground.world), user_id, language, created_at: now },
        })),
      )
      await storeRows(ground, tx, actor, rows, known)
    },
  }
}

/** Who has claimed without proof what is proven now loses it: in the database, and in the same import. */
async function storeRows(
  { activity }: Ground,
  tx: Transaction,
  actor: Actor,
  rows: readonly AddressRow[],
  known: ReadonlyMap<string, unknown>,
): Promise<void> {
  const proven = rows.filter(({ proven_at }) => proven_at !== null)
  for (const { address_key, user_id } of proven.filter((row) => known.has(row.address_key))) {
    for (const loser of await takeFromOthers(tx, address_key, user_id)) {
      await makeSearchable(tx, loser)
      await activity.record(tx, actor, 'user.change_address', user(loser), { details: { change: 'lost' } })
    }
  }
  const keysProven = new Set(proven.map(({ address_key }) => address_key))
  await insertAddresses(
    tx,
    rows.filter((row) => row.proven_at !== null || !keysProven.has(row.address_key)),
  )
}
