import { useRef, useState } from 'preact/hooks'
import { type Problem, problemFrom } from './problem.ts'

export interface Action {
  readonly busy: boolean
  readonly problem: Problem | undefined
  /** Run `work`, unless the last one still runs. True if it succeeded. */
  run(work: () => Promise<void>): Promise<boolean>
}

/** Something that a person starts: one at a time. Its failure is kept, to be shown. */
export function useAction(): Action {
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<Problem>()
  // State changes with the next render; a second click may come earlier.
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
