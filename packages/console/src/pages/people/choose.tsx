import { useEffect, useRef, useState } from 'preact/hooks'
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
  const { busy, problem, run } = useAction()
  const [counted, setCounted] = useState<number>()
  const isGone = useRef(false)
  useEffect(
    () => () => {
      isGone.current = true
    },
    [],
  )
  const count = countOf(choice)
  const chooseAll = () =>
    void run(async () => {
      let total = 0
      try {
        // However many they are: the server counts a thousand at a time.
        for (let after: string | null | undefined; after !== null && !isGone.current; ) {
          const query = { ...queryOf(search), ...(after !== undefined && { after }) }
          const part = await api.call('GET /v1/users/count', { query })
          total += part.count
          after = part.next
          setCounted(total)
        }
      } finally {
        setCounted(undefined)
      }
      if (!isGone.current) onChoose({ kind: 'all', search, count: total })
    })
  return (
    <>
      <p class="row">
        {choice.kind === 'some' && (
          <>
            <button type="button" onClick={() => onChoose(chosen(choice, shown, true))}>
              {say.choosePage}
            </button>
            <button type="button" aria-busy={busy} onClick={chooseAll}>
              {say.chooseAll}
            </button>
          </>
        )}
        {count > 0 && (
          <button type="button" onClick={() => onChoose(nobody)}>
            {say.chooseNobody}
          </button>
        )}
        <span role="status">
          {counted !== undefined
            ? say.counting(counted)
            : count > 0 && (choice.kind === 'all' ? say.allChosen(count) : say.someChosen(count))}
        </span>
      </p>
      <ProblemNotice problem={problem} />
    </>
  )
}
