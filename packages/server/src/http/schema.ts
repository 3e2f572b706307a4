import * as v from 'valibot'
import { withoutHidden } from '../text.ts'
import { wholeText } from '../whole-text.ts'

/** Text of one line in which nothing is hidden, so that it can stand in a log, a header or a terminal. */
export const line = (maximum: number, minimum = 1) =>
  v.pipe(v.string(), v.minLength(minimum), v.maxLength(maximum), v.regex(withoutHidden))

/** A whole number that came as text, as in a query. */
export const wholeNumber = (least: number, most: number) =>
  v.pipe(v.string(), v.regex(wholeText(/\d{1,15}/)), v.transform(Number), v.minValue(least), v.maxValue(most))

/** A moment in RFC 3339, as milliseconds since the epoch. */
export const moment = v.pipe(
  v.string(),
  v.isoTimestamp(),
  v.check(isDay),
  v.transform((text) => Date.parse(text)),
  v.number(),
)

/** Whether a text begins with a day that the calendar has: `Date.parse` takes 30 February for 2 March. */
export function isDay(text: string): boolean {
  const day = text.slice(0, 10)
  const atMs = Date.parse(day)
  return !Number.isNaN(atMs) && timestamp(atMs).startsWith(day)
}

/** How a list is paged: `after` is the last item's id of the page before. */
export const paging = {
  limit: v.optional(wholeNumber(1, 200)),
  after: v.optional(line(64)),
}

export const defaultLimit = 50

/** One page of a list. `next` is what to give as `after`, or null where the list ends. */
export const page = <Item extends v.GenericSchema>(item: Item) =>
  v.strictObject({ items: v.array(item), next: v.nullable(v.string()) })

/** Turn one row more than was asked for into a page. */
export function pageOf<Row, Item>(
  rows: readonly Row[],
  limit: number,
  idOf: (row: Row) => string,
  show: (row: Row) => Item,
) {
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  return { items: shown.map(show), next: rows.length > limit && last !== undefined ? idOf(last) : null }
}

/** RFC 3339 in UTC; every time in our JSON is written so. */
export function timestamp(atMs: number): string {
  return new Date(atMs).toISOString()
}
export const timestampOrNull = (atMs: number | null) => (atMs === null ? null : timestamp(atMs))

/** What a schema lets through, as it may be given to be written: nobody changes it on the way. */
export type Written<T> = T extends readonly (infer Item)[]
  ? readonly Written<Item>[]
  : T extends object
    ? { readonly [Member in keyof T]: Written<T[Member]> }
    : T

/** How a noun is shown in JSON: its schema, and how a row becomes it. One place for both, and none other. */
export interface View<Row, Schema extends v.GenericSchema> {
  readonly schema: Schema
  show(row: Row): Written<v.InferOutput<Schema>>
}

export function view<Row>() {
  return <const Entries extends v.ObjectEntries>(
    entries: Entries,
    show: (row: Row) => Written<v.InferOutput<v.StrictObjectSchema<Entries, undefined>>>,
  ): View<Row, v.StrictObjectSchema<Entries, undefined>> => ({ schema: v.strictObject(entries), show })
}

/** A list that comes whole. */
export const whole = <Item extends v.GenericSchema>(item: Item) =>
  v.strictObject({ items: v.array(item), next: v.null() })
