import { useState } from 'preact/hooks'
import type { Item } from '../../api/api.ts'
import { Bulk } from './bulk.tsx'
import { type Choice, countOf, nobody } from './choice.ts'
import { Choose } from './choose.tsx'
import type { Report } from './in-pieces.ts'
import { BulkReport } from './report.tsx'
import type { Search } from './search-query.ts'

/** Who is chosen, and the way to choose others. Another search has another choice. */
export function useChoice(search: Search): readonly [Choice, (next: Choice) => void] {
  const [{ choice, of }, setChosen] = useState<{ choice: Choice; of: Search }>({ choice: nobody, of: search })
  return [of === search ? choice : nobody, (next) => setChosen({ choice: next, of: search })]
}

interface SeveralProps {
  readonly choice: Choice
  readonly onChoose: (choice: Choice) => void
  readonly search: Search
  /** Those who can be chosen on the page that is shown. */
  readonly shown: readonly Item<'GET /v1/users'>[]
  readonly types: readonly string[]
  readonly onChanged: () => void
}

/** What is done to several people at once: who they are, what it is, and what became of each. */
export function Several({ choice, onChoose, search, shown, types, onChanged }: SeveralProps) {
  const [report, setReport] = useState<Report>()
  const done = (told: Report) => {
    setReport(told)
    onChoose(nobody)
    onChanged()
  }
  return (
    <>
      {report && <BulkReport report={report} onClose={() => setReport(undefined)} />}
      <Choose choice={choice} search={search} shown={shown} onChoose={onChoose} />
      {countOf(choice) > 0 && (
        <Bulk
          choice={choice}
          types={types}
          onRecount={(count) => onChoose({ kind: 'all', search, count })}
          onDone={done}
        />
      )}
    </>
  )
}
