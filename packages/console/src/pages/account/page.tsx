import { AccountPage } from '../../elements/account-page.tsx'
import type { PageProps } from '../../page-definition.ts'
import { Addresses } from './addresses.tsx'
import { Attributes } from './attributes.tsx'
import { Who } from './who.tsx'

/** One's own account: who one is, and how one is reached. Security, sessions and data are pages of their own. */
export function Page({ title }: PageProps) {
  return (
    <AccountPage title={title} current="home">
      <Who />
      <Attributes />
      <Addresses />
    </AccountPage>
  )
}
