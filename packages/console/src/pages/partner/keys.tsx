import { useCallback } from 'preact/hooks'
import { useAction } from '../../api/action.ts'
import type { Answer } from '../../api/api.ts'
import type { Confirmed } from '../../api/endings.ts'
import { usePolled } from '../../api/polled.ts'
import type { Problem } from '../../api/problem.ts'
import { useConsole, useWords } from '../../context.ts'
import { ConfirmButton } from '../../elements/confirm.tsx'
import { SelectField, TextAreaField, TextField } from '../../elements/field.tsx'
import { type Fields, Form } from '../../elements/form.tsx'
import { List } from '../../elements/list.tsx'
import { ProblemNotice } from '../../elements/notice.tsx'
import { Section } from '../../elements/section.tsx'
import { Outcome, Time } from '../../elements/signs.tsx'
import { words } from './words.ts'

const algorithms = ['RS256', 'PS256', 'ES256', 'EdDSA'] as const

interface KeysProps {
  readonly app: Answer<'GET /v1/apps/{id}'>
  readonly mayChange: boolean
  /** Called when the set was read. */
  readonly onRead: () => void
}

/** The keys by which a partner signs: those of its set, with the last read, and those that were added. */
export function Keys({ app, mayChange, onRead }: KeysProps) {
  const { api } = useConsole()
  const say = useWords(words)
  const { id } = app
  const load = useCallback(
    (signal: AbortSignal) => api.call('GET /v1/apps/{id}/keys', { path: { id }, signal }),
    [api, id],
  )
  const { value, problem: notLoaded, reload } = usePolled(load, 10_000)
  const { problem, run } = useAction()
  const revoke = (confirmed: Confirmed, kid: string) =>
    void run(async () => {
      await api.end(confirmed, 'POST /v1/apps/{id}/keys/{kid}/revoke', { path: { id, kid } })
      reload()
    })
  return (
    <Section title={say.keys}>
      {app.jwks_uri !== null && (
        <LastRead
          app={app}
          mayRead={mayChange}
          onRead={() => {
            reload()
            onRead()
          }}
        />
      )}
      <List
        caption={say.keys}
        rows={value?.items}
        problem={notLoaded ?? problem}
        empty={say.noKeys}
        keyOf={({ kid }) => kid}
        columns={[
          { title: say.kid, cell: ({ kid }) => <code>{kid}</code> },
          { title: say.algorithm, cell: ({ algorithm }) => algorithm },
          { title: say.source, cell: ({ source }) => say[source] },
          { title: say.since, cell: ({ created_at }) => <Time at={created_at} /> },
          {
            title: say.state,
            cell: ({ revoked_at }) => (
              <Outcome
                kind={revoked_at === null ? 'success' : 'refused'}
                word={revoked_at === null ? say.inForce : say.revoked}
              />
            ),
          },
          {
            title: say.action,
            cell: ({ kid, revoked_at }) =>
              mayChange &&
              revoked_at === null && (
                <ConfirmButton
                  label={say.revoke}
                  concerns={say.revokeWhat(kid)}
                  means={say.revokeMeans(kid)}
                  now={say.revokeNow}
                  onConfirmed={(confirmed) => revoke(confirmed, kid)}
                />
              ),
          },
        ]}
      />
      {mayChange && <AddKey id={id} onAdded={reload} />}
    </Section>
  )
}

function LastRead({
  app: { id, last_fetch: last },
  mayRead,
  onRead,
}: {
  readonly app: KeysProps['app']
  readonly mayRead: boolean
  readonly onRead: () => void
}) {
  const { api } = useConsole()
  const say = useWords(words)
  const { busy, problem, run } = useAction()
  const read = () =>
    void run(async () => {
      await api.call('POST /v1/apps/{id}/refresh-keys', { path: { id } })
      onRead()
    })
  return (
    <>
      <p class="row" role="status">
        {last === null ? (
          <span class="faint">{say.neverRead}</span>
        ) : (
          <>
            <span>{say.lastRead}</span> <Time at={last.at} />{' '}
            <Outcome
              kind={last.outcome === 'read' ? 'success' : 'failure'}
              word={last.outcome === 'read' ? say.readWell : say.readFailed}
              reason={last.cause}
            />
            {last.skipped !== null && last.skipped > 0 && <span>{say.skipped(last.skipped)}</span>}
          </>
        )}
        {mayRead && (
          <button type="button" aria-busy={busy} onClick={read}>
            {say.readNow}
          </button>
        )}
      </p>
      <ProblemNotice problem={problem} />
    </>
  )
}

function AddKey({ id, onAdded }: { id: string; onAdded: () => void }) {
  const { api } = useConsole()
  const say = useWords(words)
  const add = async ({ text }: Fields) => {
    const body = {
      kid: text('kid'),
      algorithm: algorithms.find((name) => name === text('algorithm')) ?? 'RS256',
      key: keyIn(text('key')),
    }
    await api.call('POST /v1/apps/{id}/keys', { path: { id }, body })
    onAdded()
  }
  const problems: Readonly<Record<string, string>> = {
    key_exists: say.keyExists,
    key_unacceptable: say.keyUnacceptable,
    key_limit_reached: say.keyLimit,
  }
  const explain = ({ code }: Problem) => problems[code]
  return (
    <Form action={say.addKey} layout="stacked" label={say.addKey} explain={explain} onSubmit={add}>
      <TextField
        label={say.kid}
        hint={say.kidHint}
        name="kid"
        required
        maxLength={100}
        pattern="[\w.~:+=\-]+"
        autocomplete="off"
        autocapitalize="none"
      />
      <SelectField
        label={say.algorithm}
        name="algorithm"
        options={algorithms.map((value) => ({ value, label: value }))}
      />
      <TextAreaField
        label={say.publicKey}
        hint={say.publicKeyHint}
        name="key"
        required
        rows={4}
        maxLength={16384}
        spellcheck={false}
      />
    </Form>
  )
}

/** A JWK as what it is, and everything else as text: of what is neither, the server says so. */
function keyIn(text: string): string | Record<string, unknown> {
  try {
    const key: unknown = JSON.parse(text)
    return typeof key === 'object' && key !== null && !Array.isArray(key) ? { ...key } : text
  } catch {
    return text
  }
}
