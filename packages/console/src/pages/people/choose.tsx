import { useState } from 'preact/hooks'
import { useAction } from '../../api/action.ts'
import type { Item } from '../../api/api.ts'
import { useConsole, useWords } from '../../context.ts'
import { ProblemNotice } from '../../elements/notice.tsx'
import { bulkWords } from './bulk-words.ts'
import { type Choice, chosen, countOf, nobody } from './choice.ts'
import { queryOf, type Search } from './search-query.ts'

interface ChooseProps {
  readonly choice: Choice
  readonly search: Search
  /** Those who can be chosen on the page that is shown. */
  readonly shown: readonly Item<'GET /v1/users'>[]
  readonly onChoose: (choice: Choice) => void
}

/** How many people are chosen, and the buttons that choose many at once. */
export function Choose({ choice, search, shown, onChoose }: ChooseProps) {
  const { api } = useConsole()
  const say = useWords(bulkWords)
  const { problem, run } = useAction()
  const [isTooMany, setIsTooMany] = useState(false)
  const count = countOf(choice)
  const choose = (next: Choice) => {
    setIsTooMany(false)
    onChoose(next)
  }
  const chooseAll = () =>
    void run(async () => {
      const matching = await api.call('GET /v1/users/count', { query: queryOf(search) })
      setIsTooMany(!matching.exact)
      if (matching.exact) onChoose({ kind: 'all', search, count: matching.count })
    })
  return (
    <>
      <p class="row">
        {choice.kind === 'some' && (
          <>
            <button type="button" onClick={() => choose(chosen(choice, shown, true))}>
              {say.choosePage}
            </button>
            <button type="button" onClick={chooseAll}>
              {say.chooseAll}
            </button>
          </>
        )}
        {count > 0 && (
          <button type="button" onClick={() => choose(nobody)}>
            {say.chooseNobody}
          </button>
        )}
        <span role="status">
          {count > 0 && (choice.kind === 'all' ? say.allChosen(count) : say.someChosen(count))}
        </span>
      </p>
      {isTooMany && (
        <p class="bad" role="alert">
          {say.tooMany}
        </p>
      )}
      <ProblemNotice problem={problem} />
    </>
  )
}
