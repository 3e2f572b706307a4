import { useCallback, useEffect, useState } from 'preact/hooks'
import { whenShown } from '../when-shown.ts'
import { isFinal, type Problem, problemFrom } from './problem.ts'

export interface Polled<Value> {
  /** The newest answer. It stays while later requests fail. */
  readonly value: Value | undefined
  readonly problem: Problem | undefined
  /** Request it now, because something was changed. */
  reload(): void
}

/** So long after a failure that may be over soon, where the next answer would be later. */
const againMs = 5_000

/**
 * Call `load` periodically while the page is visible, each time `everyMs` after the last answer; a page that was opened or left
 * behind others calls it when it is shown. The caller keeps `load` stable (`useCallback`): another function starts a new series.
 */
export function usePolled<Value>(
  load: (signal: AbortSignal) => Promise<Value>,
  everyMs: number,
): Polled<Value> {
  const [value, setValue] = useState<Value>()
  const [problem, setProblem] = useState<Problem>()
  const [round, setRound] = useState(0)

  useEffect(() => {
    const leaving = new AbortController()
    const { signal } = leaving
    /** @returns milliseconds until the next one */
    const ask = async (): Promise<number> => {
      try {
        const answer = await load(signal)
        signal.throwIfAborted()
        setValue(answer)
        setProblem(undefined)
        return everyMs
      } catch (error) {
        signal.throwIfAborted()
        const failed = problemFrom(error)
        setProblem(failed)
        return isFinal(failed) ? everyMs : Math.min(againMs, everyMs)
      }
    }
    const series = async () => {
      for (let restMs = 0; ; restMs = await ask()) await whenShown(restMs, signal)
    }
    // It ends by the signal alone.
    series().catch(() => undefined)
    return () => leaving.abort()
  }, [load, everyMs, round])

  return { value, problem, reload: useCallback(() => setRound((count) => count + 1), []) }
}
