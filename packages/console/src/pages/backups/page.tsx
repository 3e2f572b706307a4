import { useCallback } from 'preact/hooks'
import { useAction } from '../../api/action.ts'
import { usePolled } from '../../api/polled.ts'
import { useConsole, useSession, useWords } from '../../context.ts'
import { List } from '../../elements/list.tsx'
import { ProblemNotice } from '../../elements/notice.tsx'
import { Section } from '../../elements/section.tsx'
import { Absent, Outcome, Time } from '../../elements/signs.tsx'
import { byteSize, wholeNumber } from '../../format.ts'
import type { PageProps } from '../../page-definition.ts'
import { Periods } from './periods.tsx'
import { words } from './words.ts'

/** The backups of the log, and what the archive keeps of it. */
export function Page({ title }: PageProps) {
  const { api, language } = useConsole()
  const { scopes } = useSession()
  const say = useWords(words)
  const load = useCallback((signal: AbortSignal) => api.call('GET /v1/activity/backups', { signal }), [api])
  const { value, problem, reload } = usePolled(load, 10_000)
  const action = useAction()
  const begin = () =>
    void action.run(async () => {
      await api.call('POST /v1/activity/backups')
      reload()
    })
  return (
    <Section title={title} level={1}>
      <p class="hint">{say.hint}</p>
      {value !== undefined && <Rules of={value} />}
      {value?.scheduled === true && scopes.includes('activity:backup') && (
        <p>
          <button type="button" aria-busy={action.busy} onClick={begin}>
            {say.backUpNow}
          </button>
        </p>
      )}
      <ProblemNotice problem={action.problem} />
      <List
        caption={say.backups}
        rows={value?.items}
        problem={problem}
        empty={say.none}
        keyOf={({ id }) => id}
        columns={[
          { title: say.began, cell: ({ began_at: began }) => <Time at={began} exact /> },
          { title: say.outcome, cell: (backup) => <Ended of={backup} /> },
          {
            title: say.took,
            cell: ({ began_at: began, ended_at: ended }) =>
              ended === null ? <Absent /> : `${Math.ceil((Date.parse(ended) - Date.parse(began)) / 1000)} s`,
          },
          { title: say.events, cell: ({ size }) => wholeNumber(language, size) },
          {
            title: say.written,
            cell: ({ files, bytes }) => say.writtenFiles(files, byteSize(language, bytes)),
          },
          { title: say.place, cell: ({ place }) => <code>{place}</code> },
        ]}
      />
      <Periods />
    </Section>
  )
}

interface BackupRules {
  readonly scheduled: boolean
  readonly every_hours: number
  readonly encrypted: boolean
  readonly lock_days: number
}

function Rules({ of }: { of: BackupRules }) {
  const say = useWords(words)
  if (!of.scheduled) return <p role="status">{say.notScheduled}</p>
  return (
    <ul>
      <li>{say.scheduled(of.every_hours)}</li>
      <li>{of.encrypted ? say.encrypted : say.notEncrypted}</li>
      <li>{of.lock_days > 0 ? say.locked(of.lock_days) : say.notLocked}</li>
    </ul>
  )
}

interface BackupEnd {
  readonly outcome: 'running' | 'success' | 'failure'
  readonly reason: string | null
}

function Ended({ of: { outcome, reason } }: { of: BackupEnd }) {
  const say = useWords(words)
  if (outcome === 'running') return <>{say.running}</>
  const reasons: Readonly<Record<string, string>> = {
    backup_failed: say.whyBackupFailed,
    log_changed: say.whyLogChanged,
    ended_early: say.whyEndedEarly,
  }
  const why = reason === null ? undefined : (reasons[reason] ?? reason)
  return (
    <>
      <Outcome kind={outcome} word={say[outcome]} />
      {why !== undefined && <p class="hint">{why}</p>}
    </>
  )
}
