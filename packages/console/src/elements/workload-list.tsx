import { useCallback } from 'preact/hooks'
import { useAction } from '../api/action.ts'
import type { Confirmed } from '../api/endings.ts'
import { usePolled } from '../api/polled.ts'
import type { Problem } from '../api/problem.ts'
import { useConsole, useWords } from '../context.ts'
import { workloadWords } from '../words/workloads.ts'
import { ConfirmButton } from './confirm.tsx'
import { SelectField, TextField } from './field.tsx'
import { type Fields, Form } from './form.tsx'
import { List } from './list.tsx'
import { Section } from './section.tsx'
import { Time } from './signs.tsx'

interface WorkloadListProps {
  /** Whose they are: of an application, or of a service. */
  readonly of: 'applications' | 'services'
  readonly id: string
  readonly mayChange: boolean
}

/** The subjects of issuers outside whose tokens authenticate a client, and the form that trusts one more. */
export function WorkloadList({ of, id, mayChange }: WorkloadListProps) {
  const { api } = useConsole()
  const say = useWords(workloadWords)
  const isService = of === 'services'
  const path = { id }
  const load = useCallback(
    (signal: AbortSignal) =>
      isService
        ? api.call('GET /v1/services/{id}/workloads', { path: { id }, signal })
        : api.call('GET /v1/applications/{id}/workloads', { path: { id }, signal }),
    [api, id, isService],
  )
  const { value, problem: notLoaded, reload } = usePolled(load, 10_000)
  const { problem, run } = useAction()
  const trust = async ({ text }: Fields) => {
    const audience = text('audience')
    const body = {
      ...{ issuer: text('issuer'), subject: text('subject') },
      reuse: text('reuse') === 'life' ? ('life' as const) : ('once' as const),
      ...(audience !== '' && { audience }),
    }
    await (isService
      ? api.call('POST /v1/services/{id}/workloads', { path, body })
      : api.call('POST /v1/applications/{id}/workloads', { path, body }))
    reload()
  }
  const distrust = (confirmed: Confirmed, workload: string) =>
    void run(async () => {
      const at = { path: { id, workload } }
      await (isService
        ? api.end(confirmed, 'DELETE /v1/services/{id}/workloads/{workload}', at)
        : api.end(confirmed, 'DELETE /v1/applications/{id}/workloads/{workload}', at))
      reload()
    })
  const explain = ({ code }: Problem) => (code === 'key_limit_reached' ? say.limit : undefined)
  return (
    <Section title={say.workloads}>
      <p class="hint">{say.hint}</p>
      <List
        caption={say.workloads}
        rows={value?.items}
        problem={notLoaded ?? problem}
        empty={say.none}
        keyOf={(row) => row.id}
        columns={[
          { title: say.issuer, cell: ({ issuer }) => <code>{issuer}</code> },
          { title: say.subject, cell: ({ subject }) => <code>{subject}</code> },
          { title: say.audience, cell: ({ audience }) => <code>{audience}</code> },
          { title: say.counts, cell: ({ reuse }) => say[reuse] },
          { title: say.lastUsed, cell: ({ last_used_at }) => <Time at={last_used_at} /> },
          {
            title: say.action,
            cell: (row) =>
              mayChange && (
                <ConfirmButton
                  label={say.distrust}
                  concerns={say.distrustWhat(row.subject)}
                  means={say.distrustMeans(row.subject)}
                  now={say.distrustNow}
                  onConfirmed={(confirmed) => distrust(confirmed, row.id)}
                />
              ),
          },
        ]}
      />
      {mayChange && (
        <Form action={say.trust} layout="stacked" label={say.workloads} explain={explain} onSubmit={trust}>
          <TextField
            label={say.issuer}
            hint={say.issuerHint}
            name="issuer"
            type="url"
            required
            maxLength={500}
            autocomplete="off"
          />
          <TextField
            label={say.subject}
            hint={say.subjectHint}
            name="subject"
            required
            maxLength={500}
            autocomplete="off"
            autocapitalize="none"
          />
          <TextField
            label={say.optional(say.audience)}
            hint={say.audienceHint}
            name="audience"
            maxLength={200}
            autocomplete="off"
            autocapitalize="none"
          />
          <SelectField
            label={say.counts}
            name="reuse"
            options={[
              { value: 'once', label: say.onceHint },
              { value: 'life', label: say.lifeHint },
            ]}
          />
        </Form>
      )}
    </Section>
  )
}
