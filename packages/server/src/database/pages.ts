/**
 * What a query gives page by page: at most `most` rows each, the first behind `begin` and every other one behind the last row of
 * the page before it. A page that is not full is the last one.
 */
export async function* pages<Row, Place>(
  begin: Place,
  most: number,
  read: (after: Place, most: number) => Promise<readonly Row[]>,
  placeOf: (row: Row) => Place,
): AsyncGenerator<readonly Row[]> {
  for (let after = begin; ; ) {
    const rows = await read(after, most)
    yield rows
    const last = rows.at(-1)
    if (last === undefined || rows.length < most) return
    after = placeOf(last)
  }
}
