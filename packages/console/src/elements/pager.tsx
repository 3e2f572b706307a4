import type { Paged } from '../api/paged.ts'
import { useWords } from '../context.ts'

/** The way to the next page of a list, and back to the first. Nothing if all of the list is shown. */
export function Pager({ list: { after, value, show } }: { list: Paged<unknown> }) {
  const say = useWords()
  const next = value?.next ?? undefined
  if (after === undefined && next === undefined) return null
  return (
    <p class="row">
      {after !== undefined && (
        <button type="button" onClick={() => show(undefined)}>
          {say.firstPage}
        </button>
      )}
      {next !== undefined && (
        <button type="button" onClick={() => show(next)}>
          {say.nextPage}
        </button>
      )}
    </p>
  )
}
