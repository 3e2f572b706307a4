import { useWords } from '../../context.ts'
import { Section } from '../../elements/section.tsx'
import { Outcome } from '../../elements/signs.tsx'
import { Table } from '../../elements/table.tsx'
import { bulkWords } from './bulk-words.ts'
import type { Report } from './in-pieces.ts'

/** As many rows are shown at most: a table of more can hardly be read, or drawn. */
const mostShown = 1_000

/** What became of each person, those first who were refused; of many, those of whom there is something to say. */
export function BulkReport({ report, onClose }: { report: Report; onClose: () => void }) {
  const say = useWords(bulkWords)
  const { done, refused, items } = report
  const sorted = items.toSorted((a, b) => Number(a.code === null) - Number(b.code === null))
  return (
    <Section title={say.report}>
      <p role="status">{say.told(done, refused)}</p>
      {sorted.length > 0 && (
        <Table
          caption={say.report}
          rows={sorted.slice(0, mostShown)}
          keyOf={({ id }) => id}
          columns={[
            {
              title: say.username,
              cell: ({ id, username }) =>
                username === null ? (
                  say.unknown(id)
                ) : (
                  <a href={`#/people/${encodeURIComponent(id)}`}>{username}</a>
                ),
            },
            { title: say.result, cell: (item) => <Result item={item} /> },
          ]}
        />
      )}
      {sorted.length > mostShown && <p>{say.others(sorted.length - mostShown)}</p>}
      <p class="below">
        <button type="button" onClick={onClose}>
          {say.close}
        </button>
      </p>
    </Section>
  )
}

function Result({ item: { code, detail, link } }: { item: Report['items'][number] }) {
  const say = useWords(bulkWords)
  if (code !== null) {
    const known = reasons.find((one) => one === code)
    return (
      <span class="row">
        <Outcome kind="refused" word={say.refused} />
        {known ? say[known] : <span lang="en">{detail ?? code}</span>}
      </span>
    )
  }
  return (
    <span class="row">
      <Outcome kind="success" word={say.done} />
      {link !== undefined && <code class="link">{link}</code>}
    </span>
  )
}

/** Refusals that there are words for. */
const reasons = [
  'own_account',
  'user_not_found',
  'permission_missing',
  'last_administrator',
  'account_disabled',
  'deletion_scheduled',
  'user_type_unknown',
] as const
