import { useCallback } from 'preact/hooks'
import { usePolled } from '../../api/polled.ts'
import { useConsole, useWords } from '../../context.ts'
import { queryOf, type Search } from './search-query.ts'
import { words } from './words.ts'

/** The server counts so far. */
const mostCounted = 1_000

/** How many match, as far as it was counted, and the way back to everybody. */
export function Matches({ search }: { search: Search }) {
  const { api, language } = useConsole()
  const say = useWords(words)
  const load = useCallback(
    (signal: AbortSignal) => api.call('GET /v1/users/count', { query: queryOf(search), signal }),
    [api, search],
  )
  const { value } = usePolled(load, 60_000)
  const told = () => {
    if (!value) return ''
    const { count, exact } = value
    if (exact) return count === 0 ? '' : say.count(count)
    return count < mostCounted ? say.countAtLeast(count) : say.countMore(count.toLocaleString(language))
  }
  return (
    <p class="row">
      <span role="status">{told()}</span>
      <a href="#/people">{say.showAll}</a>
    </p>
  )
}
