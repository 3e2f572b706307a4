import { useCallback } from 'preact/hooks'
import { usePolled } from '../../api/polled.ts'
import { withQuery } from '../../api/query.ts'
import { useConsole, useWords } from '../../context.ts'
import { Chart } from '../../elements/chart.tsx'
import { Fact } from '../../elements/facts.tsx'
import { ProblemNotice } from '../../elements/notice.tsx'
import { Section } from '../../elements/section.tsx'
import type { PageProps } from '../../page-definition.ts'
import { Addresses, NewRegions, Reasons, Regions } from './lists.tsx'
import { type Overview, outcomes } from './overview.ts'
import { words } from './words.ts'

const hourMs = 3_600_000
/** How long each is, and no finer than which buckets: bars have to be seen on a telephone. */
const ranges = {
  '1h': { ms: hourMs, bucket: 'minute' },
  '24h': { ms: 24 * hourMs, bucket: '15_minutes' },
  '7d': { ms: 7 * 24 * hourMs, bucket: 'hour' },
  '30d': { ms: 30 * 24 * hourMs, bucket: 'day' },
} as const
type Range = keyof typeof ranges
const rangeNames = Object.keys(ranges) as Range[]
const everyMs = 15_000
/** A few events are always on their way. */
const manyBehind = 500

/** What somebody who looks after the server wants to see first, over the range that the address names. */
export function Page({ title, query }: PageProps) {
  const { api } = useConsole()
  const say = useWords(words)
  const range = rangeNames.find((name) => name === query.get('range')) ?? '24h'
  const load = useCallback(
    (signal: AbortSignal) => {
      const { ms, bucket } = ranges[range]
      const from = new Date(Date.now() - ms).toISOString()
      const today = new Date(new Date().setHours(0, 0, 0, 0)).toISOString()
      return api.call('GET /v1/activity/overview', { query: { from, bucket, today }, signal })
    },
    [api, range],
  )
  const { value, problem } = usePolled(load, everyMs)
  return (
    <Section title={title} level={1}>
      <ul class="tabs" aria-label={say.range}>
        {rangeNames.map((name) => (
          <li key={name}>
            <a href={`#/overview?range=${name}`} aria-current={name === range ? 'true' : undefined}>
              {say[name]}
            </a>
          </li>
        ))}
      </ul>
      <ProblemNotice problem={problem} />
      {!value && !problem && <p class="faint late">{say.loading}</p>}
      {value && <Figures overview={value} />}
    </Section>
  )
}

function Figures({ overview }: { overview: Overview }) {
  const { language } = useConsole()
  const say = useWords(words)
  const { sign_ins: signIns, devices_online: online, from, to } = overview
  const number = (count: number) => count.toLocaleString(language)
  const todayOf = (outcome: string) =>
    number(overview.sign_ins_today.find(({ value }) => value === outcome)?.total ?? 0)
  const startsOf = (points: Overview['sign_ins']['points']) => points.map(({ at }) => at)
  const activity = (filter: Readonly<Record<string, string>>) =>
    withQuery('#/activity', { from, to, ...filter })
  return (
    <>
      <dl class="facts">
        <Fact title={say.signInsToday}>
          {todayOf('success')} <span class="faint">· {say.refusedToday(todayOf('refused'))}</span>
        </Fact>
        <Fact title={say.signIns}>{number(signIns.total)}</Fact>
        <Fact title={say.refusals}>{number(overview.refusals.total)}</Fact>
        <Fact title={say.devicesOnline}>
          {number(online.now)} <span class="faint">{say.now}</span>
        </Fact>
      </dl>
      {overview.behind > manyBehind && <p class="hint">{say.behind(overview.behind)}</p>}
      <Section title={say.signIns}>
        <Chart
          caption={say.signIns}
          starts={startsOf(signIns.points)}
          end={to}
          series={outcomes.flatMap((outcome) => {
            const counted = signIns.values.find(({ value }) => value === outcome)
            const isUsual = outcome === 'success' || outcome === 'refused'
            if (!counted && !isUsual) return []
            return { name: say[outcome], kind: outcome, counts: counted?.counts ?? [] }
          })}
          addressOf={(begin, end) => withQuery('#/activity', { event: 'user.sign_in', from: begin, to: end })}
        />
      </Section>
      <Section title={say.devicesOnline}>
        <Chart
          caption={say.devicesOnline}
          starts={startsOf(online.points)}
          end={to}
          series={[
            { name: say.devicesOnline, kind: 'plain', counts: online.points.map(({ count }) => count) },
          ]}
        />
      </Section>
      <div class="beside">
        <Reasons overview={overview} activity={activity} />
        <Regions overview={overview} activity={activity} />
        <Addresses overview={overview} activity={activity} />
        <NewRegions overview={overview} activity={activity} />
      </div>
    </>
  )
}
