import { h } from 'preact'
import { useEffect, useMemo, useState } from 'preact/hooks'
import { type ActivityEvent, type Outcome, type Page, withQuery } from './api.ts'
import { useAction } from './asking.ts'
import { useConsole } from './context.ts'
import { Absent, field, fieldsOf, ProblemNotice, Section, Table, Time } from './elements.ts'
import { following } from './following.ts'
import type { Problem } from './problem.ts'
import type { Words } from './words.ts'

const outcomes: readonly Outcome[] = ['success', 'refused', 'failure', 'alarm']
/** A page that is left open for days keeps this many; the rest is a search away. */
const mostKept = 1_000
const fields = ['event', 'outcome', 'subject'] as const

/** The log: searched by what the address says, and followed live from there. */
export function ActivityPage({ query }: { query: URLSearchParams }) {
  const { say, api } = useConsole()
  const filter = useMemo(
    () => Object.fromEntries(fields.map((field) => [field, query.get(field) ?? ''])),
    [query],
  )
  const [events, setEvents] = useState<readonly ActivityEvent[]>()
  const [held, setHeld] = useState<readonly ActivityEvent[]>([])
  const [live, setLive] = useState(false)
  const [paused, setPaused] = useState(false)
  const [next, setNext] = useState<string | null>(null)
  const [problem, setProblem] = useState<Problem>()
  const older = useAction()

  useEffect(() => {
    const leaving = new AbortController()
    const { signal } = leaving
    void following({
      signal,
      follow: () => api.follow(withQuery('/v1/activity/tail', filter), signal),
      search: () => api.ask<Page<ActivityEvent>>('GET', withQuery('/v1/activity', filter), { signal }),
      onPage: (page) => {
        setEvents((known = []) => newestFirst(page.items, known))
        // What was opened by hand before stays open after the connection was lost.
        setNext((before) => before ?? page.next)
      },
      onEvent: (event) => setHeld((waiting) => [event, ...waiting].slice(0, mostKept)),
      onLive: (isLive, why) => {
        setLive(isLive)
        setProblem(why)
      },
    })
    return () => leaving.abort()
  }, [api, filter])

  // What comes while it is paused waits and is counted; else it is shown as it comes.
  useEffect(() => {
    if (paused || held.length === 0) return
    setEvents((known = []) => newestFirst(held, known).slice(0, Math.max(mostKept, known.length)))
    setHeld([])
  }, [paused, held])

  const mayHaveOlder = next !== null || (events?.length ?? 0) >= mostKept
  const search = (event: Event) => {
    const { text } = fieldsOf(event)
    location.hash = withQuery('#/activity', Object.fromEntries(fields.map((field) => [field, text(field)])))
  }
  const showOlder = () =>
    void older.run(async () => {
      const path = withQuery('/v1/activity', { ...filter, after: events?.at(-1)?.id })
      const page = await api.ask<Page<ActivityEvent>>('GET', path)
      setEvents((known = []) => newestFirst(page.items, known))
      setNext(page.next)
    })

  return h(
    Section,
    { title: say.activity, level: 1 },
    h(
      'form',
      { onSubmit: search, class: 'inline', role: 'search' },
      field({ label: say.event, hint: say.exactly }, (names) =>
        h('input', {
          ...names,
          name: 'event',
          class: 'mono',
          defaultValue: filter.event,
          maxLength: 64,
          autocapitalize: 'none',
        }),
      ),
      field({ label: say.outcome }, (names) =>
        h(
          'select',
          { ...names, name: 'outcome' },
          h('option', { value: '' }, say.any),
          outcomes.map((outcome) =>
            h(
              'option',
              { key: outcome, value: outcome, defaultSelected: filter.outcome === outcome },
              say[outcome],
            ),
          ),
        ),
      ),
      field({ label: say.subject }, (names) =>
        h('input', {
          ...names,
          name: 'subject',
          class: 'mono',
          defaultValue: filter.subject,
          maxLength: 64,
          autocapitalize: 'none',
        }),
      ),
      h('button', { class: 'main' }, say.search),
    ),
    h(
      'div',
      { class: 'row' },
      h(
        'span',
        { class: live && !paused ? 'presence online' : 'presence', role: 'status' },
        h('span', { class: 'dot', 'aria-hidden': 'true' }),
        paused ? say.paused : live ? say.live : say.connecting,
      ),
      h('button', { type: 'button', onClick: () => setPaused(!paused) }, paused ? say.resume : say.pause),
      h('span', { role: 'status', class: 'faint' }, paused && held.length > 0 && say.held(held.length)),
    ),
    h(ProblemNotice, { problem }),
    !events && !problem && h('p', { class: 'faint' }, say.loading),
    events && events.length === 0 && h('p', { class: 'faint' }, say.noEvents),
    events &&
      events.length > 0 &&
      h(Table<ActivityEvent>, {
        caption: say.activity,
        rows: events,
        keyOf: ({ id }) => id,
        columns: columns(say),
      }),
    h(ProblemNotice, { problem: older.problem }),
    h(
      'p',
      { class: 'row' },
      mayHaveOlder && h('button', { type: 'button', 'aria-busy': older.busy, onClick: showOlder }, say.older),
    ),
  )
}

function columns(say: Words) {
  const filtered = (field: string, value: string) =>
    h('a', { href: withQuery('#/activity', { [field]: value }) }, h('code', null, value))
  return [
    { title: say.time, cell: ({ at }: ActivityEvent) => h(Time, { at, exact: true }) },
    { title: say.event, cell: ({ event }: ActivityEvent) => filtered('event', event) },
    {
      title: say.outcome,
      cell: ({ outcome, reason }: ActivityEvent) =>
        h(
          'span',
          { class: `outcome ${outcome}` },
          h('span', { class: 'word' }, h('span', { class: 'sign', 'aria-hidden': 'true' }), say[outcome]),
          reason !== null && h('code', { class: 'faint' }, ` ${reason}`),
        ),
    },
    {
      title: say.subject,
      cell: ({ subject }: ActivityEvent) =>
        subject === null ? h(Absent, null) : filtered('subject', subject),
    },
    {
      title: say.target,
      cell: ({ target }: ActivityEvent) => (target === null ? h(Absent, null) : h('code', null, target)),
    },
    {
      title: say.address,
      cell: ({ address }: ActivityEvent) =>
        address === null ? h(Absent, null) : h('code', { class: 'address' }, address),
    },
    { title: say.region, cell: ({ region }: ActivityEvent) => region ?? h(Absent, null) },
  ]
}

/** Each event once. Their ids grow with time, to the millisecond and within it. */
function newestFirst(some: readonly ActivityEvent[], others: readonly ActivityEvent[]) {
  const byId = new Map([...some, ...others].map((event) => [event.id, event]))
  return [...byId.values()].sort((a, b) => (a.id < b.id ? 1 : -1))
}
