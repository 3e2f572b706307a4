import { useCallback } from 'preact/hooks'
import { usePolled } from '../../api/polled.ts'
import { useConsole, useWords } from '../../context.ts'
import { words } from './words.ts'

/** How many alarms nobody looks after yet, beside the link to them. */
export function Badge() {
  const { api } = useConsole()
  const say = useWords(words)
  const load = useCallback((signal: AbortSignal) => api.call('GET /v1/alarms/count', { signal }), [api])
  // A count that cannot be had is not shown; the page says why.
  const { value } = usePolled(load, 15_000)
  if (!value || value.open === 0) return null
  return (
    <span class="badge" title={say.openNow(value.open)}>
      {value.open > 99 ? '99+' : value.open}
    </span>
  )
}
