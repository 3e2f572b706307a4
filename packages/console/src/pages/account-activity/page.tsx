import { AccountPage } from '../../elements/account-page.tsx'
import type { PageProps } from '../../page-definition.ts'
import { Activity } from './activity.tsx'
import { Sessions } from './sessions.tsx'

/** Where one is signed in, and what was done in one's name. */
export function Page({ title }: PageProps) {
  return (
    <AccountPage title={title} current="activity">
      <Sessions />
      <Activity />
    </AccountPage>
  )
}
