import { useState } from 'preact/hooks'
import { useAction } from '../../api/action.ts'
import type { Permission } from '../../api/api.ts'
import { Problem } from '../../api/problem.ts'
import { useConsole, useWords } from '../../context.ts'
import { ProblemNotice } from '../../elements/notice.tsx'
import { Section } from '../../elements/section.tsx'
import { permissionNames } from '../../words/permissions.ts'
import { applied, type Draft } from './draft.ts'
import type { UserType } from './user-type.ts'
import { words } from './words.ts'

interface UnsavedProps {
  readonly type: UserType
  readonly draft: Draft
  readonly onSaved: (type: UserType) => void
  readonly onDone: () => void
}

/** What is ticked of one type and not saved, and the choice if somebody else was first. */
export function Unsaved({ type, draft, onSaved, onDone }: UnsavedProps) {
  const { api } = useConsole()
  const say = useWords(words)
  const { problem, run } = useAction()
  // As it was when the first box was ticked, for those who want exactly what they saw.
  const [seen] = useState(type)
  const [theirs, setTheirs] = useState<UserType>()
  const { name } = type

  const save = (permissions: readonly Permission[], version: number) =>
    void run(async () => {
      try {
        const body = { permissions: [...permissions] }
        onSaved(await api.call('PATCH /v1/user-types/{name}', { path: { name }, body, ifVersion: version }))
        onDone()
      } catch (error) {
        if (!(error instanceof Problem) || error.code !== 'precondition_failed') throw error
        setTheirs(await api.call('GET /v1/user-types/{name}', { path: { name } }))
      }
    })
  const mine = (on: UserType) => applied(on, draft, permissionNames)

  return (
    <Section title={say.unsaved(name)}>
      <Difference word={say.adds} names={draft.added} />
      <Difference word={say.takes} names={draft.removed} />
      <ProblemNotice problem={problem} />
      {theirs ? (
        <div class="notice" role="alert">
          <p class="row">
            {say.conflict(name)}
            {theirs.permissions.map((one) => (
              <code key={one}>{one}</code>
            ))}
            {theirs.permissions.length === 0 && say.nothing}
          </p>
          <p class="row">
            <button type="button" class="main" onClick={() => save(mine(theirs), theirs.version)}>
              {say.putOnTop}
            </button>
            <button type="button" onClick={() => save(mine(seen), theirs.version)}>
              {say.saveMine}
            </button>
            <button
              type="button"
              onClick={() => {
                onSaved(theirs)
                onDone()
              }}
            >
              {say.keepTheirs}
            </button>
          </p>
        </div>
      ) : (
        <p class="row">
          <button
            type="button"
            class="main"
            aria-label={say.saveWhat(name)}
            onClick={() => save(mine(seen), draft.version)}
          >
            {say.save}
          </button>
          <button type="button" aria-label={say.discardWhat(name)} onClick={onDone}>
            {say.discard}
          </button>
        </p>
      )}
    </Section>
  )
}

function Difference({ word, names }: { word: string; names: ReadonlySet<string> }) {
  if (names.size === 0) return null
  return (
    <p class="row">
      {word}
      {[...names].map((name) => (
        <code key={name}>{name}</code>
      ))}
    </p>
  )
}
