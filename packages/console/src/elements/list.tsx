import type { Problem } from '../api/problem.ts'
import { useWords } from '../context.ts'
import { ProblemNotice } from './notice.tsx'
import { Table, type TableProps } from './table.tsx'

export interface ListProps<Row> extends Omit<TableProps<Row>, 'rows'> {
  /** Undefined until the first answer. */
  readonly rows: readonly Row[] | undefined
  readonly problem: Problem | undefined
  /** Shown in place of a table without rows. */
  readonly empty: string
}

/** A table of what was loaded, or the reason why there is none. */
export function List<Row>({ rows, problem, empty, ...table }: ListProps<Row>) {
  const say = useWords()
  return (
    <>
      <ProblemNotice problem={problem} />
      {!rows && !problem && <p class="faint late">{say.loading}</p>}
      {rows?.length === 0 && <p class="faint">{empty}</p>}
      {rows && rows.length > 0 && <Table {...table} rows={rows} />}
    </>
  )
}
