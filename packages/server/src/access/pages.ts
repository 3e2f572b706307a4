import { createHash } from 'node:crypto'
import * as v from 'valibot'
import { Refusal } from '../errors.ts'
import { parseJson } from '../json.ts'
import { wholeText } from '../whole-text.ts'
import type { ListIds } from './ground.ts'
import type { AskedPage } from './schemas.ts'

/** The most results of a page. */
const mostResults = 200
const usualResults = 100
/** The most candidates that are looked at for a page. A page that ends there is short, and the next one goes on. */
const mostLookedAt = 1_000
const atOnce = 100
const beginForm = wholeText(/[\x21-\x7e]{0,256}/)

export interface Found {
  readonly ids: readonly string[]
  /** Empty at the end. */
  readonly nextToken: string
}

/** How far a search has come. It is no secret, and nobody gains by writing one. */
const progress = v.strictTuple([v.string(), v.string(), v.pipe(v.number(), v.integer(), v.minValue(0))])

/**
 * One page of the candidates that are found, in the order of their ids. The token names the search, so that it is refused with
 * another one; the limit may be left out with it, and is the one of before.
 * @throws {Refusal} `request_invalid` for a token of another search
 */
export async function pageOfFound(
  search: readonly string[],
  { token = '', limit }: NonNullable<AskedPage>,
  candidates: ListIds,
  isFound: (id: string) => Promise<boolean>,
): Promise<Found> {
  const name = createHash('sha256').update(JSON.stringify(search)).digest('base64url').slice(0, 16)
  const [, begin, lastLimit] = token === '' ? [name, '', limit ?? usualResults] : readToken(token, name)
  if (limit !== undefined && limit !== lastLimit) throw invalid('the limit is not that of the page before')
  const { ids, next } = await collect(begin, Math.min(lastLimit, mostResults), candidates, isFound)
  return { ids, nextToken: next === undefined ? '' : writeToken([name, next, lastLimit]) }
}

/** The first that are found after an id. `next` is the id after which the next page begins; undefined where nothing follows. */
export async function collect(
  begin: string,
  limit: number,
  candidates: ListIds,
  isFound: (id: string) => Promise<boolean>,
): Promise<{ ids: readonly string[]; next: string | undefined }> {
  const ids: string[] = []
  let after = begin
  for (let lookedAt = 0; lookedAt < mostLookedAt; lookedAt += atOnce) {
    const some = await candidates(after, atOnce)
    for (const id of some) {
      after = id
      if (!(await isFound(id))) continue
      if (ids.length === limit) return { ids, next: ids.at(-1) ?? begin }
      ids.push(id)
    }
    if (some.length < atOnce) return { ids, next: undefined }
  }
  return { ids, next: after }
}

function writeToken(of: v.InferOutput<typeof progress>): string {
  return Buffer.from(JSON.stringify(of)).toString('base64url')
}

function readToken(token: string, name: string): v.InferOutput<typeof progress> {
  const read = v.safeParse(
    progress,
    parseJson(Buffer.from(token, 'base64url').toString(), 'the token of the page'),
  )
  if (!read.success || read.output[0] !== name || !beginForm.test(read.output[1]))
    throw invalid('the token is of another search')
  return read.output
}

function invalid(reason: string): Refusal {
  const fault = { field: '/page', reason }
  return new Refusal('request_invalid', 'the body is not as it should be', { faults: [fault] })
}
