import { useCallback, useState } from 'preact/hooks'
import { type Polled, usePolled } from './polled.ts'

/** One page of a list, as the server answers it. */
export interface ListAnswer<Item> {
  readonly items: readonly Item[]
  /** Given as `after`, it brings the next page; null on the last one. */
  readonly next: string | null
}

export interface Paged<Item> extends Polled<ListAnswer<Item>> {
  /** Where the page begins; undefined for the first page. */
  readonly after: string | undefined
  /** Show the page that begins after this position, or the first page. */
  show(after: string | undefined): void
}

/** A list of the server, one page at a time, requested again periodically. See `usePolled` about `load`. */
export function usePaged<Item>(
  load: (after: string | undefined, signal: AbortSignal) => Promise<ListAnswer<Item>>,
  everyMs: number,
): Paged<Item> {
  const [after, show] = useState<string>()
  const loadPage = useCallback((signal: AbortSignal) => load(after, signal), [load, after])
  return { ...usePolled(loadPage, everyMs), after, show }
}
