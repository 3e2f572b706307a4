import { useCallback, useEffect, useState } from 'preact/hooks'
import { type Problem, problemFrom } from './problem.ts'

export interface Polled<Value> {
  /** The newest answer. It stays while later requests fail. */
  readonly value: Value | undefined
  readonly problem: Problem | undefined
  /** Request it now, because something was changed. */
  reload(): void
}

/**
 * Call `load` periodically while the page is visible, each time `everyMs` after the last answer. The caller keeps
 * `load` stable (`useCallback`): another function starts a new series.
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
    let timer: ReturnType<typeof setTimeout> | undefined
    const again = async () => {
      clearTimeout(timer)
      if (document.visibilityState === 'visible') {
        try {
          const answer = await load(leaving.signal)
          if (leaving.signal.aborted) return
          setValue(answer)
          setProblem(undefined)
        } catch (error) {
          if (leaving.signal.aborted) return
          setProblem(problemFrom(error))
        }
      }
      timer = setTimeout(again, everyMs)
    }
    void again()
    return () => {
      leaving.abort()
      clearTimeout(timer)
    }
  }, [load, everyMs, round])

  return { value, problem, reload: useCallback(() => setRound((count) => count + 1), []) }
}
