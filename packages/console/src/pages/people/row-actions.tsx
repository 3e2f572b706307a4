import type { Action } from '../../api/action.ts'
import type { Item } from '../../api/api.ts'
import type { Confirmed } from '../../api/endings.ts'
import { useConsole, useWords } from '../../context.ts'
import { ConfirmButton } from '../../elements/confirm.tsx'
import type { Invited } from './invite.tsx'
import { words } from './words.ts'

interface RowActionsProps {
  readonly user: Item<'GET /v1/users'>
  readonly run: Action['run']
  readonly onChanged: () => void
  readonly onInvited: (invited: Invited) => void
}

/** What can be done to one person from the list. */
export function RowActions({ user, run, onChanged, onInvited }: RowActionsProps) {
  const { api } = useConsole()
  const say = useWords(words)
  const { id, username } = user
  const isEnabled = user.disabled_at === null
  const enable = () =>
    void run(async () => {
      await api.call('POST /v1/users/{id}/enable', { path: { id } })
      onChanged()
    })
  const end = (confirmed: Confirmed, action: 'disable' | 'factors/reset') =>
    void run(async () => {
      await api.end(confirmed, `POST /v1/users/{id}/${action}`, { path: { id } })
      onChanged()
    })
  const inviteAgain = (confirmed: Confirmed) =>
    void run(async () => {
      const invitation = await api.end(confirmed, 'POST /v1/users/{id}/invite', { path: { id } })
      onInvited({ ...invitation, username })
    })
  return (
    <span class="row">
      {isEnabled && user.last_sign_in_at === null && (
        <ConfirmButton
          label={say.inviteAgain}
          concerns={say.inviteWhomAgain(username)}
          means={say.inviteMeans}
          now={say.inviteNow}
          nowConcerns={say.inviteNowWhom(username)}
          onConfirmed={inviteAgain}
        />
      )}
      <ConfirmButton
        label={say.resetFactors}
        concerns={say.resetFactorsOf(username)}
        means={say.resetMeans}
        now={say.resetNow}
        nowConcerns={say.resetNowOf(username)}
        onConfirmed={(confirmed) => end(confirmed, 'factors/reset')}
      />
      {isEnabled ? (
        <ConfirmButton
          label={say.disable}
          concerns={say.disableWhom(username)}
          means={say.disableMeans}
          now={say.disableNow}
          nowConcerns={say.disableNowWhom(username)}
          onConfirmed={(confirmed) => end(confirmed, 'disable')}
        />
      ) : (
        <button type="button" aria-label={say.enableWhom(username)} onClick={enable}>
          {say.enable}
        </button>
      )}
    </span>
  )
}
