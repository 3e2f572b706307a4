import { type AddressRow, findAddresses } from '../../accounts/addresses/store.ts'
import type { App } from '../../app.ts'
import { mailAddress } from '../../mail-address.ts'

/** @throws {Error} in one line if the user has no such address */
export async function addressNamed({ db }: App, userId: string, typed: string): Promise<AddressRow> {
  const key = mailAddress(typed)?.key
  const row = (await findAddresses(db, userId)).find(({ address_key }) => address_key === key)
  if (!row) throw new Error(`the user has no address ${typed}; latchkey addresses list shows which there are`)
  return row
}
