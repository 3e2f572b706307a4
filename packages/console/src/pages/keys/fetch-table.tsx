import type { Operations } from '../../api/operations.ts'
import { useWords } from '../../context.ts'
import { Absent, Time } from '../../elements/signs.tsx'
import { Table } from '../../elements/table.tsx'
import { words } from './words.ts'

type Fetch = Operations['GET /v1/keys/fetches']['answer']['items'][number]

interface FetchTableProps {
  readonly caption: string
  readonly rows: readonly Fetch[]
  /** If given, whether each has this key. */
  readonly next?: string | undefined
}

/** Networks and programs that fetch a key set. */
export function FetchTable({ caption, rows, next }: FetchTableProps) {
  const say = useWords(words)
  return (
    <Table
      caption={caption}
      rows={rows}
      keyOf={(row) => JSON.stringify([row.key_set, row.network, row.user_agent])}
      columns={[
        ...(next === undefined
          ? []
          : [
              {
                title: say.keySet,
                cell: ({ key_set }: Fetch) => (key_set === 'main' ? say.mainSet : <code>{key_set}</code>),
              },
            ]),
        { title: say.network, cell: ({ network }) => <code>{network ?? say.unknown}</code> },
        { title: say.program, cell: ({ user_agent }) => user_agent || say.unknown },
        { title: say.lastFetch, cell: ({ last_at }) => <Time at={last_at} /> },
        ...(next === undefined
          ? []
          : [
              {
                title: say.hasNext,
                cell: ({ key_set, key_ids }: Fetch) =>
                  key_set === 'main' ? key_ids.includes(next) ? say.yes : say.no : <Absent />,
              },
            ]),
      ]}
    />
  )
}
