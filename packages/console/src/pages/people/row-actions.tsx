import type { Action } from '../../api/action.ts'
import type { Item } from '../../api/api.ts'
import { useConsole, useWords } from '../../context.ts'
import { ConfirmButton } from '../../elements/confirm-button.tsx'
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
  const setEnabled = (action: 'disable' | 'enable') =>
    void run(async () => {
      await api.call(`POST /v1/users/{id}/${action}`, { path: { id } })
      onChanged()
    })
  const resetFactors = () =>
    void run(async () => {
      await api.call('POST /v1/users/{id}/factors/reset', { path: { id } })
      onChanged()
    })
  const inviteAgain = () =>
    void run(async () => {
      const invitation = await api.call('POST /v1/users/{id}/invite', { path: { id } })
      onInvited({ ...invitation, username })
    })
  return (
    <span class="row">
      {isEnabled && user.last_sign_in_at === null && (
        <button type="button" aria-label={say.inviteWhomAgain(username)} onClick={inviteAgain}>
          {say.inviteAgain}
        </button>
      )}
      <ConfirmButton
        label={say.resetFactors}
        concerns={say.resetFactorsOf(username)}
        means={say.resetMeans}
        now={say.resetNow}
        nowConcerns={say.resetNowOf(username)}
        onConfirmed={resetFactors}
      />
      <button
        type="button"
        class={isEnabled ? 'danger' : undefined}
        aria-label={isEnabled ? say.disableWhom(username) : say.enableWhom(username)}
        onClick={() => setEnabled(isEnabled ? 'disable' : 'enable')}
      >
        {isEnabled ? say.disable : say.enable}
      </button>
    </span>
  )
}
