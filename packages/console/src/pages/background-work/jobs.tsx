import { useCallback, useState } from 'preact/hooks'
import { useAction } from '../../api/action.ts'
import type { Operations } from '../../api/operations.ts'
import { usePolled } from '../../api/polled.ts'
import { useConsole, useSession, useWords } from '../../context.ts'
import { List } from '../../elements/list.tsx'
import { ProblemNotice } from '../../elements/notice.tsx'
import { Section } from '../../elements/section.tsx'
import { Absent, Time } from '../../elements/signs.tsx'
import { words } from './words.ts'

type Job = Operations['GET /v1/jobs']['answer']['items'][number]

const moment = (at: string | null) => (at === null ? <Absent /> : <Time at={at} />)

/** The jobs of every process, those that failed first. */
export function Jobs() {
  const { api } = useConsole()
  const say = useWords(words)
  const { scopes } = useSession()
  const load = useCallback((signal: AbortSignal) => api.call('GET /v1/jobs', { signal }), [api])
  const { value, problem, reload } = usePolled(load, 5_000)
  const [told, setTold] = useState('')
  const action = useAction()
  const rows =
    value && [...value.items].sort((a, b) => Number(b.last_error !== null) - Number(a.last_error !== null))
  const runNow = (name: string) =>
    void action.run(async () => {
      setTold('')
      const job = await api.call('POST /v1/jobs/{name}/run', { path: { name } })
      setTold(job.last_error === null ? say.hasRun(name) : say.hasFailed(name))
      reload()
    })
  const stateOf = ({ running, last_run_at: at, last_error: error }: Job) => {
    if (running) return say.running
    if (error !== null) return say.failed(error)
    return at === null ? say.notYet : say.fine
  }
  return (
    <Section title={say.jobs}>
      <ProblemNotice problem={action.problem} />
      <p role="status">{told}</p>
      <List
        caption={say.jobs}
        rows={rows}
        problem={problem}
        empty={say.noJobs}
        keyOf={({ name, host, pid }) => `${name} ${host} ${pid}`}
        columns={[
          { title: say.job, cell: ({ name }) => <code>{name}</code> },
          { title: say.process, cell: ({ host, pid }) => `${host} ${pid}` },
          { title: say.lastRun, cell: ({ last_run_at: at }) => moment(at) },
          {
            title: say.took,
            cell: ({ took_ms: took }) => (took === null ? <Absent /> : say.milliseconds(took)),
          },
          { title: say.next, cell: ({ next_at: at }) => (at === null ? <Absent /> : <Time at={at} exact />) },
          { title: say.state, cell: stateOf },
          ...(scopes.includes('jobs:run')
            ? [
                {
                  title: say.action,
                  cell: ({ name }: Job) => (
                    <button
                      type="button"
                      aria-label={say.runWhat(name)}
                      disabled={action.busy}
                      onClick={() => runNow(name)}
                    >
                      {say.runNow}
                    </button>
                  ),
                },
              ]
            : []),
        ]}
      />
    </Section>
  )
}
