import { useCallback } from 'preact/hooks'
import { useAction } from '../../api/action.ts'
import { usePolled } from '../../api/polled.ts'
import { useConsole, useWords } from '../../context.ts'
import { ConfirmButton } from '../../elements/confirm.tsx'
import { List } from '../../elements/list.tsx'
import { Section } from '../../elements/section.tsx'
import { Time } from '../../elements/signs.tsx'
import { words } from './words.ts'

/** The key pairs of a service's own: which one signs, and the way to the next. */
export function OwnKeys({ id, mayWrite }: { id: string; mayWrite: boolean }) {
  const { api } = useConsole()
  const say = useWords(words)
  const load = useCallback(
    (signal: AbortSignal) => api.call('GET /v1/services/{id}/keys', { path: { id }, signal }),
    [api, id],
  )
  const { value, problem: notLoaded, reload } = usePolled(load, 10_000)
  const loadPreview = useCallback(
    (signal: AbortSignal) => api.call('GET /v1/services/{id}/keys/rotation', { path: { id }, signal }),
    [api, id],
  )
  const preview = usePolled(loadPreview, 10_000)
  const count = preview.value?.cut_off.length ?? 0
  const changed = () => {
    reload()
    preview.reload()
  }
  const { problem, run } = useAction()
  const address = `${location.origin}/.well-known/jwks/${id}.json`
  return (
    <Section title={say.ownKeys}>
      <p class="hint">
        {say.ownHint} <a href={address}>{address}</a>
      </p>
      <List
        caption={say.ownKeys}
        rows={value?.items}
        problem={notLoaded ?? problem}
        empty=""
        keyOf={({ kid }) => kid}
        columns={[
          { title: say.kid, cell: ({ kid }) => <code>{kid}</code> },
          { title: say.algorithm, cell: ({ algorithm }) => algorithm },
          { title: say.state, cell: ({ status }) => say[status] },
          { title: say.lastSigned, cell: ({ last_signed_at }) => <Time at={last_signed_at} /> },
          {
            title: say.action,
            cell: ({ kid, status }) =>
              mayWrite &&
              status !== 'revoked' && (
                <ConfirmButton
                  label={say.revoke}
                  concerns={say.revokeWhat(kid)}
                  means={say.revokeMeans}
                  now={say.revokeNow}
                  onConfirmed={(confirmed) =>
                    void run(async () => {
                      const path = { id, kid }
                      await api.end(confirmed, 'POST /v1/services/{id}/keys/{kid}/revoke', { path })
                      changed()
                    })
                  }
                />
              ),
          },
        ]}
      />
      {preview.value && (
        <p class={count > 0 ? 'bad' : undefined}>
          {count > 0 ? say.cutOff(count) : say.nobodyCutOff}
          {preview.value.incomplete && ` ${say.incomplete}`}
        </p>
      )}
      {mayWrite && (
        <p class="below">
          <ConfirmButton
            label={say.rotate}
            means={count > 0 ? say.rotateForced(count) : say.rotateMeans}
            now={count > 0 ? say.rotateAnyway : say.rotateNow}
            onConfirmed={(confirmed) =>
              void run(async () => {
                const query = { force: count > 0 ? 'true' : 'false' } as const
                await api.end(confirmed, 'POST /v1/services/{id}/keys/rotate', { path: { id }, query })
                changed()
              })
            }
          />
        </p>
      )}
    </Section>
  )
}
