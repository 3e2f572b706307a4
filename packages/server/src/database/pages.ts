/**
 * What a query gives page by page: at most `most` rows each, the first behind `begin` and every other one behind the last row of
 * the page before it. A page that is not full is the last one, and none is empty.
 */
export async function* pages<Row, Place>(
  begin: Place,
  most: number,
  read: (after: Place, most: number) => Promise<readonly Row[]>,
  placeOf: (row: Row) => Place,
): AsyncGenerator<readonly Row[]> {
  for (let after = begin; ; ) {
    const rows = await read(after, most)
    const last = rows.at(-1)
    if (last === undefined) return
    yield rows
    if (rows.length < most) return
    after = placeOf(last)
  }
}

/** The rows of all pages at once, where there are not too many to be held. */
export async function allRows<Row>(found: AsyncIterable<readonly Row[]>): Promise<Row[]> {
  const rows: Row[] = []
  for await (const page of found) rows.push(...page)
  return rows
}
