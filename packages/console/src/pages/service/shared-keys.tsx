import { useCallback, useState } from 'preact/hooks'
import { useAction } from '../../api/action.ts'
import type { Answer } from '../../api/api.ts'
import type { Confirmed } from '../../api/endings.ts'
import { usePolled } from '../../api/polled.ts'
import { useConsole, useWords } from '../../context.ts'
import { ConfirmButton, ConfirmForm } from '../../elements/confirm.tsx'
import { TextField } from '../../elements/field.tsx'
import type { Fields } from '../../elements/form.tsx'
import { List } from '../../elements/list.tsx'
import { Section } from '../../elements/section.tsx'
import { ShownOnce } from '../../elements/shown-once.tsx'
import { Time } from '../../elements/signs.tsx'
import { words } from './words.ts'

type SharedKey = Answer<'GET /v1/services/{id}/shared-keys'>['items'][number]

/** The keys that a service shares with the server: which one signs, when each ends, and the way to the next. */
export function SharedKeys({ id, mayWrite }: { id: string; mayWrite: boolean }) {
  const { api } = useConsole()
  const say = useWords(words)
  const load = useCallback(
    (signal: AbortSignal) => api.call('GET /v1/services/{id}/shared-keys', { path: { id }, signal }),
    [api, id],
  )
  const { value, problem: notLoaded, reload } = usePolled(load, 10_000)
  const { problem, run } = useAction()
  const drop = (confirmed: Confirmed, kid: string) =>
    void run(async () => {
      await api.end(confirmed, 'DELETE /v1/services/{id}/shared-keys/{kid}', { path: { id, kid } })
      reload()
    })
  const now = Date.now()
  // The newest first: the first that has begun is the one that signs.
  const signing = value?.items.find(({ starts_at }) => Date.parse(starts_at) <= now)
  const state = (key: SharedKey) => {
    if (key === signing) return say.signs
    if (Date.parse(key.starts_at) <= now) return say.signedBefore
    return (
      <>
        {say.signsFrom} <Time at={key.starts_at} exact />
      </>
    )
  }
  return (
    <Section title={say.sharedKeys}>
      <p class="hint">{say.sharedHint}</p>
      <List
        caption={say.sharedKeys}
        rows={value?.items}
        problem={notLoaded ?? problem}
        empty={say.noSharedKeys}
        keyOf={({ kid }) => kid}
        columns={[
          { title: say.kid, cell: ({ kid }) => <code>{kid}</code> },
          { title: say.algorithm, cell: ({ algorithm }) => algorithm },
          { title: say.state, cell: state },
          {
            title: say.ends,
            cell: ({ ends_at }) => (ends_at === null ? say.withNext : <Time at={ends_at} exact />),
          },
          { title: say.lastSigned, cell: ({ last_signed_at }) => <Time at={last_signed_at} /> },
          {
            title: say.action,
            cell: ({ kid }) =>
              mayWrite && (
                <ConfirmButton
                  label={say.drop}
                  concerns={say.dropWhat(kid)}
                  means={say.dropMeans(kid)}
                  now={say.dropNow}
                  onConfirmed={(confirmed) => drop(confirmed, kid)}
                />
              ),
          },
        ]}
      />
      {mayWrite && value && <Rotate id={id} isFirst={value.items.length === 0} onMade={reload} />}
    </Section>
  )
}

/** The form that makes a key, and its secret afterwards. */
function Rotate({ id, isFirst, onMade }: { id: string; isFirst: boolean; onMade: () => void }) {
  const { api } = useConsole()
  const say = useWords(words)
  const [asks, setAsks] = useState(false)
  const [made, setMade] = useState<{ readonly kid: string; readonly secret: string }>()
  const make = async (confirmed: Confirmed, { text }: Fields) => {
    const body = isFirst
      ? {}
      : {
          starts_in_seconds: Math.round(Number(text('starts_in')) * 60),
          overlap_seconds: Math.round(Number(text('overlap')) * 3600),
        }
    setMade(await api.end(confirmed, 'POST /v1/services/{id}/shared-keys', { path: { id }, body }))
    setAsks(false)
    onMade()
  }
  return (
    <>
      {made && (
        <ShownOnce text={say.isKey(made.kid)} secret={made.secret} onDone={() => setMade(undefined)} />
      )}
      {asks ? (
        <ConfirmForm
          means={isFirst ? say.makeMeans : say.nextMeans}
          now={isFirst ? say.makeKey : say.nextKey}
          explain={({ code }) => (code === 'key_limit_reached' ? say.keyLimit : undefined)}
          onConfirmed={make}
          onCancel={() => setAsks(false)}
        >
          {!isFirst && (
            <>
              <TextField
                label={say.startsIn}
                name="starts_in"
                type="number"
                min={0}
                max={10_080}
                required
                defaultValue="10"
              />
              <TextField
                label={say.overlap}
                name="overlap"
                type="number"
                min={0.1}
                max={720}
                step="any"
                required
                defaultValue="24"
              />
            </>
          )}
        </ConfirmForm>
      ) : (
        <p class="below">
          <button type="button" onClick={() => setAsks(true)}>
            {isFirst ? say.makeKey : say.nextKey}
          </button>
        </p>
      )}
    </>
  )
}
