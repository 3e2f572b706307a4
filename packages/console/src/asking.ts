import { useCallback, useEffect, useRef, useState } from 'preact/hooks'
import { type Problem, problemFrom } from './problem.ts'

export interface Polled<Value> {
  /** The newest answer; it stays while a later question fails. */
  readonly value: Value | undefined
  readonly problem: Problem | undefined
  /** Ask now, for something was changed. */
  reload(): void
}

/**
 * Ask again and again while the page is looked at, the next question only after the last answer. `load` is
 * kept by its caller (`useCallback`): another one starts anew.
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

export interface Action {
  readonly busy: boolean
  readonly problem: Problem | undefined
  /** Do it, unless it is being done. True if all went well. */
  run(work: () => Promise<void>): Promise<boolean>
}

/** Something that a person does: one at a time, and its failure is kept to be shown. */
export function useAction(): Action {
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<Problem>()
  // State is seen at the next drawing; a second click may come before.
  const working = useRef(false)
  const run = async (work: () => Promise<void>) => {
    if (working.current) return false
    working.current = true
    setBusy(true)
    setProblem(undefined)
    try {
      await work()
      return true
    } catch (error) {
      setProblem(problemFrom(error))
      return false
    } finally {
      working.current = false
      setBusy(false)
    }
  }
  return { busy, problem, run }
}
