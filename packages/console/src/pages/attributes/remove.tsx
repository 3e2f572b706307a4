import { useState } from 'preact/hooks'
import { useAction } from '../../api/action.ts'
import type { Confirmed } from '../../api/endings.ts'
import { Problem } from '../../api/problem.ts'
import { useConsole, useWords } from '../../context.ts'
import type { Attribute } from '../../elements/attribute-fields.tsx'
import { Confirm } from '../../elements/confirm.tsx'
import { ProblemNotice } from '../../elements/notice.tsx'
import { words } from './words.ts'

/** Remove an attribute with the second press, after it was said how many people lose a value. */
export function Remove({ attribute, onRemoved }: { attribute: Attribute; onRemoved: () => void }) {
  const { api } = useConsole()
  const say = useWords(words)
  const { problem, run } = useAction()
  const [people, setPeople] = useState<number>()
  const { key, label } = attribute
  const ask = async () => {
    const answer = await api.call('GET /v1/attributes/{key}', { path: { key } })
    setPeople(answer.people)
  }
  const remove = (confirmed: Confirmed, count: number) => async () => {
    try {
      const query = { people: String(count) }
      await api.end(confirmed, 'DELETE /v1/attributes/{key}', { path: { key }, query })
      onRemoved()
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== 'attribute_in_use') throw error
      // Somebody was given a value meanwhile: the new number is said.
      await ask()
    }
  }
  return (
    <>
      {people === undefined ? (
        <button type="button" aria-label={say.removeWhat(label)} onClick={() => void run(ask)}>
          {say.remove}
        </button>
      ) : (
        <Confirm
          means={say.removeMeans(label, people)}
          now={say.removeNow}
          onConfirmed={(confirmed) => void run(remove(confirmed, people))}
          onCancel={() => setPeople(undefined)}
        />
      )}
      <ProblemNotice problem={problem} />
    </>
  )
}
