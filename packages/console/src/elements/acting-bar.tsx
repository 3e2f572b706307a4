import { useEffect } from 'preact/hooks'
import { useAction } from '../api/action.ts'
import { useConsole, useWords } from '../context.ts'
import { clockTime } from '../format.ts'
import { actingWords } from '../words/acting.ts'
import { ProblemNotice } from './notice.tsx'

/** Says on every page as whom one acts and until when, with the way out. It ends by itself when its time is over. */
export function ActingBar() {
  const { acting } = useConsole()
  return acting === undefined ? null : <Bar key={acting.session.sessionId} {...acting} />
}

function Bar({ session, endsAtMs }: NonNullable<ReturnType<typeof useConsole>['acting']>) {
  const { api, act, language } = useConsole()
  const say = useWords(actingWords)
  const { busy, problem, run } = useAction()
  useEffect(() => {
    const timer = setTimeout(() => act(undefined), Math.max(0, endsAtMs - Date.now()))
    return () => clearTimeout(timer)
  }, [act, endsAtMs])
  const stop = () =>
    void run(async () => {
      // One that has ended meanwhile is over as well.
      await api.call('POST /v1/logout').catch(ignoreEnded)
      act(undefined)
    })
  return (
    <section class="acting" aria-label={say.acting}>
      <p role="status">{say.actingAs(session.username, clockTime(language, endsAtMs))}</p>
      <button type="button" aria-busy={busy} onClick={stop}>
        {say.stop}
      </button>
      <ProblemNotice problem={problem} />
    </section>
  )
}

function ignoreEnded(error: unknown): void {
  if (typeof error === 'object' && error !== null && 'status' in error && error.status === 401) return
  throw error
}
